"""The Airflow that a v2 project is pinned to and the Airflow of its image have to agree: by series for Airflow 3 (3.2,
3.3), by generation for Airflow 2. Else DAGs are written and checked against another Airflow than they run on, and the
Astro CLI stops.
"""

from dockerfile_astro_lint.astro.base_image import Base
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
    if manifest is None or pin is None or not pin.version.startswith("=="):
        return
    numbers = pin.version.lstrip("=").strip().split(".")
    if len(numbers) < 2 or not all(number.isdecimal() for number in numbers[:2]):
        return
    wanted = int(numbers[0]), int(numbers[1])
    named = [(manifest.runtime, project.final_base)]
    if project.declared is not None:
        named.append((manifest.dockerfile, project.declared.final_base))
    for value, base in named:
        if value is None or base is None or base.version is None or _agree(base, wanted):
            continue
        has = f"Airflow {base.version.series}" if base.version.family == 3 else "Airflow 2"
        message = f"this image has {has}, and the project is pinned to Airflow {wanted[0]}.{wanted[1]}"
        yield Violation(value.span, message, None, (Related(pin.item.span, "the pin"),))


def _agree(base: Base, wanted: tuple[int, int]) -> bool:
    assert base.version is not None
    if base.version.family == 2:
        return wanted[0] == 2
    return tuple(base.version.numbers[:2]) == wanted
