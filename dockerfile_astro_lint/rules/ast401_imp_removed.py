"""Python 3.12 removed the module `imp`, and Airflow imports every DAG file to find its DAGs: `import imp` is then a
broken DAG, seen only after the deploy. Astro Runtime 12, 13, 3.0 and 3.1 come with Python 3.12 unless the tag says
otherwise.

An import is fine where it is guarded: inside `try` with `except ImportError`, under `if TYPE_CHECKING:`, or under a
`sys.version_info` test that is false on the image.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Related, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.python_imports import Import, PythonFile


@rule(
    code="AST401",
    name="imp-removed",
    severity="warning",
    summary="`imp` is imported, which the image's Python no longer has",
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
    base = project.final_base
    if base is None or project.python is None or project.python < (3, 12):
        return
    files = project.imports("imp")
    if not files or (project.context is not None and project.context.has_module("imp")):
        return
    version = ".".join(map(str, project.python))
    message = f"Python {version} has no `imp`: use importlib (importlib.util, importlib.reload, importlib.machinery)"
    related = (Related(base.reference, f"this image has Python {version}"),)
    for file in files:
        for found in file.imports:
            yield Violation(Span(file.source, found.start, found.end), message, _fix(file, found), related)


def _fix(file: "PythonFile", found: "Import") -> Fix | None:
    """`importlib`, where `imp.reload` is all that is used; the first `import imp` that is mended mends the uses too."""
    if not found.replaceable:
        return None
    places = [(found.start, found.end), *(() if found.names else file.uses)]
    return Fix("use importlib", True, tuple(Edit(Span(file.source, *place), "importlib") for place in places))
