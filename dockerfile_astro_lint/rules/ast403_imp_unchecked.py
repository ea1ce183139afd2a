"""From Python 3.12 on there is no module `imp`, and a DAG that imports it breaks when Airflow reads it. Beside this
Dockerfile there is no Python file to look into, as where the image is built in one repository and the DAGs live in
another; so this is only a reminder for those who write them.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST403",
    name="imp-unchecked",
    severity="info",
    summary="the image's Python has no `imp`, and there is no Python code here to check",
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
    if (
        base is None
        or base.image.role != "runtime"
        or project.python is None
        or project.python < (3, 12)
        or project.has_python_files
    ):
        return
    version = ".".join(map(str, project.python))
    message = f"this image has Python {version}, which has no `imp`: DAGs built on it must not import it"
    yield Violation(base.reference, message)
