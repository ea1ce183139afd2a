"""A v2 project pins Airflow in its dependencies, as `apache-airflow==3.3.*` or to one exact version. Without that the
Astro CLI does not know what the project is written for. `==3.3` is no series: it means 3.3.0.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Edit, Example, Fix, Problem, Project, Span, rule


@rule(
    code="AST704",
    name="manifest-airflow-unpinned",
    severity="error",
    summary="a manifest whose dependencies do not pin Airflow",
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
def check(project: Project) -> Iterator[Problem]:
    manifest = project.manifest
    if manifest is None:
        return
    pin = manifest.pin
    if pin and _is_exact(pin[1]):
        return
    place = manifest.dependencies.key if manifest.dependencies else manifest.header
    airflow = _series(project)
    wanted = f"apache-airflow=={airflow or 'X.Y'}.*"
    message = f"Airflow is not pinned here: `{wanted}`"
    if pin and pin[1].startswith("==") and pin[1].count(".") == 1 and "*" not in pin[1]:
        message = f"`{pin[1]}` means {pin[1].lstrip('= ')}.0 and nothing newer: write `{pin[1]}.*` or a whole version"
    fix = None
    if airflow and pin and pin[2].span.text == pin[2].text and not any(char in pin[2].text for char in ";@["):
        fix = Fix(f"pin it to `{wanted}`", False, (Edit(pin[2].span, f"{pin[0]}=={airflow}.*"),))
    elif airflow and pin is None and manifest.dependencies:
        start = manifest.dependencies.span.start + 1
        text = f'"{wanted}", ' if manifest.items else f'"{wanted}"'
        fix = Fix(f"add `{wanted}`", False, (Edit(Span(manifest.source, start, start), text),))
    yield Problem(place, message, fix)


def _is_exact(pin: str) -> bool:
    numbers = pin.removeprefix("==").strip().split(".")
    return (
        pin.startswith("==")
        and not pin.startswith("===")
        and len(numbers) == 3
        and all(number.isdecimal() for number in numbers[:2])
        and (numbers[2] == "*" or numbers[2].isdecimal())
    )


def _series(project: Project) -> str | None:
    """The Airflow series of the image."""
    base = project.final_base or (project.declared.final_base if project.declared else None)
    if base is None or base.version is None:
        return None
    if base.version.family == 3:
        return base.version.series
    return ".".join(project.catalog.airflow(base.version).split(".")[:2]) or None
