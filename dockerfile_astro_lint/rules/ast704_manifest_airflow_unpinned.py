"""A v2 project pins Airflow in its dependencies, as `apache-airflow==3.3.*` or to one exact version. Without that the
Astro CLI does not know what the project is written for. `==3.3` is no series: it means 3.3.0.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


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
def check(project: Project) -> Iterator[Violation]:
    manifest = project.manifest
    if manifest is None:
        return
    pin = manifest.pin
    if pin and pin.exact:
        return
    place = manifest.dependencies.key if manifest.dependencies else manifest.header
    airflow = _series(project)
    wanted = f"apache-airflow=={airflow or 'X.Y'}.*"
    message = f"Airflow is not pinned here: `{wanted}`"
    if pin and pin.version.startswith("==") and pin.version.count(".") == 1 and "*" not in pin.version:
        numbers = pin.version.lstrip("= ")
        message = f"`=={numbers}` means {numbers}.0 and nothing newer: write `=={numbers}.*` or a whole version"
    fix = None
    if airflow and pin and pin.item.span.text == pin.item.text and not any(char in pin.item.text for char in ";@["):
        name = "apache-airflow" if airflow.startswith("2.") else pin.name
        fix = Fix(f"pin it to `{name}=={airflow}.*`", False, (Edit(pin.item.span, f"{name}=={airflow}.*"),))
    elif airflow and pin is None and manifest.dependencies:
        fix = Fix(f"add `{wanted}`", False, (_first(manifest.source, manifest.dependencies.span, wanted),))
    yield Violation(place, message, fix)


def _first(source: Source, listed: Span, text: str) -> Edit:
    """The edit that puts a text in front of what an array holds, on a line of its own where that is on one."""
    start = listed.start + 1
    inside = source.text[start : listed.end - 1]
    behind = inside.lstrip(" \t")
    if behind.startswith(("\n", "\r\n", "#")):
        following = behind[behind.index("\n") + 1 :]
        indent = following[: len(following) - len(following.lstrip(" \t"))] if following.strip() else "    "
        at = start + len(inside) - len(following)
        return Edit(Span(source, at, at), f'{indent}"{text}",\n')
    return Edit(Span(source, start, start), f'"{text}", ' if behind else f'"{text}"')


def _series(project: Project) -> str | None:
    """The Airflow series of the image."""
    base = project.final_base or (project.declared.final_base if project.declared else None)
    if base is None or base.version is None:
        return None
    if base.version.family == 3:
        return base.version.series
    return ".".join(project.catalog.airflow(base.version).split(".")[:2]) or None
