"""Python removes not only modules but also names of modules that stay: `collections.Mapping` went with 3.10,
`inspect.getargspec` with 3.11, `ssl.wrap_socket` with 3.12. An import of one is an ImportError when the DAG is parsed,
and `module.name` an AttributeError.

Guarded imports are fine: inside `try` with `except ImportError`, or under a `sys.version_info` test that is false on
the image; for `module.name` also `except AttributeError` and `hasattr`.
"""

from dockerfile_astro_lint.astro.stdlib_names import removed_stdlib_name
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.python_fixes import NewName
from dockerfile_astro_lint.project.replacements import import_fix
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.python_imports import PythonFile
    from dockerfile_astro_lint.project.python_uses import LostName


@rule(
    code="AST408",
    name="removed-stdlib-name",
    severity="warning",
    summary="a name that was removed from a module of Python's standard library",
    python=True,
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "dags/load.py": """
                    from collections import Mapping
                    #                       ^^^^^^^ AST408
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"dags/load.py": "from collections.abc import Mapping\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    python = project.python or (0, 0)
    for file in project.code:
        for lost in file.lost:
            removed = removed_stdlib_name(lost.module, lost.name, python) if lost.kind == "python" else None
            if removed is None:
                continue
            use = f"use `{removed.use}`" if removed.use else "nothing in the standard library replaces it"
            fix = _fix(project, file, lost, removed.use) if removed.drop_in else None
            message = f"Python {project.python_version} has no `{lost.module}.{lost.name}`: {use}"
            related = related_image(project, f"this image has Python {project.python_version}")
            yield Violation(file.span(lost), message, fix, related)


def _fix(project: Project, file: "PythonFile", lost: "LostName", use: str) -> Fix | None:
    """Import the replacement; for `module.name`, only what the imported module leads to."""
    module, _, name = use.rpartition(".")
    if lost.imported:
        return import_fix(project, file, lost.start, {lost.name: NewName(module, name)})
    if not file.utf8 or not use.startswith(f"{lost.module}."):
        return None
    return Fix(f"use `{use}`", False, (Edit(file.span(lost), use.removeprefix(f"{lost.module}.")),))
