"""An Astro CLI v2 project pins Airflow in its dependencies, as `apache-airflow==3.3.*` or to one exact version. Without
a pin, the Astro CLI does not know which Airflow the project is written for. `==3.3` does not pin a series: it means
3.3.0.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.manifest import Manifest, Pin
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST704",
    name="manifest-airflow-unpinned",
    severity="error",
    summary="the manifest's dependencies do not pin Airflow",
    on=("manifest",),
    fix="unsafe",
    manifest=True,
    examples=[
        Example(
            bad="",
            bad_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow>=3.0"]
                    ^^^^^^^^^^^^ AST704
                    [tool.astro]
                    runtime = "3.3-8"
                """,
            },
            good="",
            good_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow==3.3.*"]
                    [tool.astro]
                    runtime = "3.3-8"
                """,
            },
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    manifest = project.manifest
    pin = manifest.pin if manifest else None
    if manifest is None or (pin and pin.exact):
        return
    series = _airflow_series(project)
    message = f"Airflow is not pinned: require `apache-airflow=={series or 'X.Y'}.*`"
    if pin and pin.version.count(".") == 1 and "*" not in pin.version:
        message = f"`=={pin.version}` means {pin.version}.0 only: use `=={pin.version}.*` or a full version"
    place = manifest.dependencies.key if manifest.dependencies else manifest.header
    yield Violation(place, message, _fix(manifest, pin, series) if series else None)


def _fix(manifest: Manifest, pin: Pin | None, series: str) -> Fix | None:
    if pin is None:
        requirement = f"apache-airflow=={series}.*"
        edit = manifest.insert_dependency(requirement)
        return Fix(f"add `{requirement}`", False, (edit,)) if edit else None
    span, text = pin.item.span, pin.item.text
    if span.text != text or any(char in text for char in ";@["):
        return None
    name = "apache-airflow" if series.startswith("2.") else pin.name
    return Fix(f"pin to `{name}=={series}.*`", False, (Edit(span, f"{name}=={series}.*"),))


def _airflow_series(project: Project) -> str | None:
    """The Airflow series (`3.3`) of the image; None if unknown."""
    base = project.final_base or (project.declared.final_base if project.declared else None)
    if base is None or base.version is None:
        return None
    if base.version.family == 3:
        return base.version.series
    return ".".join(project.catalog.airflow(base.version).split(".")[:2]) or None
