"""A v2 manifest wants one exact build of Astro Runtime, such as `3.3-8`: what floats, `latest`, and tags with an
operating system, a Python or a kind are refused.
"""

from dockerfile_astro_lint.astro.image import parse_tag
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST702",
    name="inexact-manifest-runtime",
    severity="error",
    summary="a manifest's runtime that is no exact build",
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
    runtime = project.manifest.runtime if project.manifest else None
    if runtime is None:
        return
    tag = parse_tag(runtime.text)
    version = tag.version
    if version is not None and not version.floating and tag.error is None and len(tag.segments) == 1:
        return
    message = f"`{runtime.text}` is no exact build of Astro Runtime, which a manifest needs"
    fix, exact = None, None
    if version is not None and tag.error not in ("malformed", "dotted"):
        newest = project.catalog.newest(version.series, project.today)
        exact = str(newest.version) if version.floating and newest else None if version.floating else str(version)
    if exact and runtime.span.text == runtime.text:
        message += f": name one, such as `{exact}` (catalog of {project.catalog.date})"
        fix = Fix(f"use `{exact}`", False, (Edit(runtime.span, exact),))
    yield Violation(runtime.span, message, fix)
