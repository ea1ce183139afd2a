"""The Airflow version that an Astro CLI v2 project pins must match that of its image: the series for Airflow 3 (3.2,
3.3), the major version for Airflow 2. Otherwise DAGs are written and checked against another Airflow than they run on,
and the Astro CLI stops.
"""

from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule


@rule(
    code="AST703",
    name="manifest-airflow-mismatch",
    severity="error",
    summary="the image has another Airflow than the manifest pins",
    on=("manifest",),
    manifest=True,
    examples=[
        Example(
            bad="",
            bad_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow==3.2.*"]
                    [tool.astro]
                    runtime = "3.3-8"
                    #          ^^^^^ AST703
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
    if manifest is None or pin is None or pin.series is None:
        return
    images = [(manifest.runtime, project.final_base)]
    if project.declared is not None:
        images.append((manifest.dockerfile, project.declared.final_base))
    for value, base in images:
        if value and base and base.version and not _matches(base.version, pin.series):
            airflow = f"Airflow {base.version.series}" if base.version.family == 3 else "Airflow 2"
            pinned = ".".join(map(str, pin.series))
            message = f"image has {airflow}, but the project pins Airflow {pinned}: use the same Airflow in both"
            yield Violation(value.span, message, None, (Related(pin.item.span, "pinned here"),))


def _matches(version: Version, series: tuple[int, int]) -> bool:
    return series[0] == 2 if version.family == 2 else version.numbers[:2] == series
