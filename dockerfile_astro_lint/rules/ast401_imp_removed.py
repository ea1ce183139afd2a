"""Python 3.12 removed the module `imp`. Airflow imports every DAG file to find its DAGs, so `import imp` is a broken
DAG that shows only after the deploy. Astro Runtime 12, 13, 3.0 and 3.1 have Python 3.12 unless the tag selects
another.

Guarded imports are fine: inside `try` with `except ImportError`, under `if TYPE_CHECKING:`, or under a
`sys.version_info` test that is false on the image.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.installed_packages import is_provided, removed_modules
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.python_imports import Import, PythonFile


@rule(
    code="AST401",
    name="imp-removed",
    severity="warning",
    summary="`imp` is imported, which the image's Python does not have",
    python=True,
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "dags/load.py": """
                    import imp
                    #      ^^^ AST401
                    from airflow.decorators import dag
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={
                "dags/load.py": """
                    try:
                        import imp
                    except ImportError:
                        imp = None
                """,
            },
            files={"requirements.txt": "", "packages.txt": ""},
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "dags/refresh.py": """
                    import imp
                    #      ^^^ AST401
                    import settings

                    imp.reload(settings)
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={
                "dags/refresh.py": """
                    import importlib
                    import settings

                    importlib.reload(settings)
                """,
            },
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for file, found in project.imports("imp"):
        if is_provided(project, "imp"):
            return
        message = f"Python {project.python_version} has no `imp`: use {removed_modules(project.python)['imp']}"
        related = related_image(project, f"this image has Python {project.python_version}")
        yield Violation(file.span(found), message, _fix(file, found), related)


def _fix(file: "PythonFile", found: "Import") -> Fix | None:
    """Use `importlib` if only `imp.reload` is used; the fix of an `import imp` replaces its uses too."""
    if not found.replaceable:
        return None
    ranges = [(found.start, found.end), *(() if found.names else file.uses)]
    return Fix("use importlib", True, tuple(Edit(Span(file.source, *offsets), "importlib") for offsets in ranges))
