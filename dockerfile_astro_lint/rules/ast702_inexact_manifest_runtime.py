"""The manifest of an Astro CLI v2 project needs one exact build of Astro Runtime, such as `3.3-8`. Floating tags,
`latest` and tags with segments (`-ubi9`, `-python-3.12`, `-base`) are refused.
"""

from dockerfile_astro_lint.astro.image import Tag, parse_tag
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.manifest import Value


@rule(
    code="AST702",
    name="inexact-manifest-runtime",
    severity="error",
    summary="the manifest's `runtime` is not an exact build",
    on=("manifest",),
    fix="unsafe",
    manifest=True,
    examples=[
        Example(
            bad="",
            bad_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow==3.3.*"]
                    [tool.astro]
                    runtime = "3.3"
                    #          ^^^ AST702
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
    if manifest and manifest.number:
        yield _without_quotes(project, manifest.number)
    runtime = manifest.runtime if manifest else None
    if runtime is None:
        return
    tag = parse_tag(runtime.text)
    version = tag.version
    if version is not None and not version.floating and tag.error is None and len(tag.segments) == 1:
        return
    build = _build(project, tag)
    message, fix = f"`{runtime.text}` is not an exact Runtime build: use one, such as `3.3-8`", None
    if build and runtime.span.text == runtime.text:
        message = f"`{runtime.text}` is not an exact Runtime build: use `{build}`"
        fix = Fix(f"use `{build}`", False, (Edit(runtime.span, build),))
    yield Violation(runtime.span, message, fix)


def _without_quotes(project: Project, number: "Value") -> Violation:
    build = _build(project, parse_tag(number.text))
    quoted = f'"{build or "3.3-8"}"'
    fix = Fix(f"use `{quoted}`", False, (Edit(number.span, quoted),)) if build else None
    return Violation(
        number.span, f"`{number.text}` is a number: write an exact build in quotes, such as `{quoted}`", fix
    )


def _build(project: Project, tag: Tag) -> str | None:
    """The build that a tag names, or the newest of the series that it floats with."""
    version = tag.version
    if version is None or tag.error in ("malformed", "dotted"):
        return None
    if not version.floating:
        return str(version)
    newest = project.catalog.newest(version.series, project.today)
    return str(newest.version) if newest else None
