"""pip does not change the image's Airflow, so a requirement that needs another one stops the build, or fails at run
time: a provider release for a newer Airflow or Python, or a version of a library that this Airflow excludes
(`sqlalchemy>=2` on Airflow 2).

Reported only if no version that the line allows fits.
"""

from dockerfile_astro_lint.astro.airflow_requires import known_packages, related_package, requirement
from dockerfile_astro_lint.astro.provider_releases import (
    first_unfit,
    required_airflow,
    required_python,
    some_release_fits,
    version_key,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.provider_versions import image_airflow
from dockerfile_astro_lint.project.requirements import AIRFLOW_PACKAGES, Requirement
from dockerfile_astro_lint.project.specifiers import allowed, allowed_by, parse_specifiers, written
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule

_PREFIX = "apache-airflow-providers-"


@rule(
    code="AST509",
    name="requirement-needs-other-airflow",
    severity="error",
    summary="a requirement that the image's Airflow or Python cannot have",
    on=("provider", "versions"),
    mentions=(_PREFIX, *known_packages()),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "requirements.txt": """
                    sqlalchemy>=2
                    ^^^^^^^^^^^^^ AST509
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"requirements.txt": "sqlalchemy<2\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:12.11.0
            """,
            bad_files={
                "requirements.txt": """
                    apache-airflow-providers-http==6.3.0
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST509
                """,
            },
            good="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:12.11.0
            """,
            good_files={"requirements.txt": "apache-airflow-providers-http<5.6\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base, required = project.final_base, project.requirements
    airflow = image_airflow(project)
    if base is None or base.image.role != "runtime" or required is None or not airflow or not project.python:
        return
    for entry in required.packages:
        if entry.name in AIRFLOW_PACKAGES:
            continue  # AST502 reports it, whatever its version is
        message = _provider(entry, airflow, project.python_version) or _library(entry, airflow, project.python)
        if message:
            related = related_image(project, f"this image has Airflow {airflow} and Python {project.python_version}")
            yield Violation(required.span(entry), message, None, related)


def _provider(entry: Requirement, airflow: str, python: str) -> str:
    low = allowed_by(entry).low
    if low is None or not entry.name.startswith(_PREFIX):
        return ""
    provider, release, minor = entry.name.removeprefix(_PREFIX), written(low), ".".join(airflow.split(".")[:2])
    airflow = f"{minor}.999" if airflow == minor else airflow  # any patch, where it is not known
    if some_release_fits(provider, release, airflow, python):
        return ""
    needed = required_airflow(provider, release)
    fact = f"needs Airflow {needed}, this image has {minor}"
    if needed is None or version_key(needed) <= version_key(airflow):
        fact = f"needs Python {required_python(provider, release)}, this image has {python}"
    unfit = written(version_key(first_unfit(provider, airflow, python) or ""))
    fits = f": `<{unfit}` fits" if version_key(unfit) > (0, 1) else ""
    return f"`{entry.text.partition(';')[0].strip()}` {fact}{fits}"


def _library(entry: Requirement, airflow: str, python: tuple[int, int]) -> str:
    bounds = allowed_by(entry)
    wanted = requirement(entry.name, airflow, python)
    if wanted and bounds.intersection(allowed(parse_specifiers(wanted))).empty:
        return f"Airflow {airflow} requires `{entry.name}{wanted}`: use a version of it, or remove the line"
    known = related_package(entry.name)
    newest = known and bounds.low is not None and version_key(written(bounds.low)) >= version_key(known.version)
    if known and newest and known.airflow:
        own = version_key(airflow)
        if any(not allowed([one]).contains(own) for one in parse_specifiers(known.airflow)):
            return f"`{entry.name}` {known.version} needs Airflow {known.airflow}, this image has {airflow}"
    return ""
