"""Each Runtime series has images for a few Python versions, and `-python-A.B` selects one. Another version does not
exist, and before Runtime 9 there are no Python variants at all: the build fails.

Series whose Python versions are not all known are checked for what their Airflow supports. The default Python is a
valid variant too.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST107",
    name="unavailable-python",
    severity="error",
    summary="a Python variant that this Runtime does not have",
    on=("python",),
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-python-3.10
                #                                           ^^^^^^^^^^^^ AST107
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-python-3.11
            """,
        ),
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0-python-3.11
                #                                           ^^^^^^^^^^^^ AST107
            """,
            good="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_segment("python"):
        version, python = base.version, base.tag.python
        first = project.catalog.first_with("python", version)
        pythons = project.catalog.python_variants(version)
        if first:
            remove = f"remove `-python-{python}`"
            message = f"Runtime {version} has no Python variants (available from {first}): {remove}"
        elif pythons and python not in pythons:
            message = f"Runtime {version} has no Python {python} variant; available: {', '.join(pythons)}"
        elif not _supports(project.catalog.airflow(version) or "", python or ""):
            message = (
                f"Airflow {project.catalog.airflow(version)} of Runtime {version} does not support Python {python}"
            )
        else:
            continue
        yield base.violation(base.segment("python"), message)


def _supports(airflow: str, python: str) -> bool:
    """Whether an Airflow can be installed on a Python; true where that is not known."""
    from dockerfile_astro_lint.astro.airflow_requires import supports_python

    parts = python.split(".")
    if not airflow or len(parts) != 2 or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return True
    return supports_python(airflow, (int(parts[0]), int(parts[1])))
