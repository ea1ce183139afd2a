"""From Python 3.12 on there is no module `imp`, and a DAG that imports it is broken. No Python file lies beside this
Dockerfile, as is usual if the image and the DAGs are in different repositories, so this is only a reminder for those
who write the DAGs. With a folder `dags/`, even an empty one, nothing is reported.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import removed_modules
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST403",
    name="imp-unchecked",
    severity="info",
    summary="the image's Python has no `imp`, and no Python files are here to check",
    on=("no-dags",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST403
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"dags/load.py": "import importlib\n", "requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or base.image.role != "runtime":
        return
    if "imp" in removed_modules(project.python) and not _has_code(project):
        message = f"Python {project.python_version} has no `imp`: DAGs on this image must not import it"
        yield Violation(base.reference, message)


def _has_code(project: Project) -> bool:
    """Whether the DAGs are here: in Python files, even if .dockerignore excludes them, or soon in an empty `dags/`."""
    folder = project.folder
    if project.has_python_files or (folder is not None and "dags" in folder.names):
        return True
    return project.context is not None and next(project.context.folder.python_files(), None) is not None
