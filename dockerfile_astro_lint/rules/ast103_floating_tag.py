"""`3.1` is a floating tag: it moves to the newest build of Runtime 3.1 with each release. Two builds of the same commit
can get different images, with another Airflow patch, other providers and other Python packages. In production, pin a
build (`3.1-21`), so that each upgrade comes through a commit that can be reviewed and reverted.

A tag of the Remote Execution agent without `-astro-agent-X.Y.Z` is a floating one too.

`astro dev init` writes a floating tag, so most new projects start with one. That is fine for development:
`--environment development` turns this rule off.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST103",
    name="floating-tag",
    severity="warning",
    production=True,
    summary="a floating tag in production",
    on=("floating", "agent"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1
                #                                     ^^^ AST103
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                ARG RUNTIME=3.3-base
                #           ^^^ AST103
                FROM astrocrpublic.azurecr.io/runtime:${RUNTIME}
                COPY --chown=astro:0 . .
            """,
            good="""
                ARG RUNTIME=3.3-8-base
                FROM astrocrpublic.azurecr.io/runtime:${RUNTIME}
                COPY --chown=astro:0 . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.versioned:
        version = base.version
        if base.image.role == "agent":
            if not (base.image.digest or base.tag.has("prerelease") or "-astro-agent-" in base.tag.text):
                tag = base.tag.text
                message = f"`{tag}` is a floating tag of the agent: pin a release (`…-astro-agent-X.Y.Z`)"
                yield base.violation(base.segment("version"), message)
            continue
        if base.image.role != "runtime":
            continue
        if not version.floating or base.image.digest or base.tag.has("prerelease"):
            continue
        place, fix = base.segment("version"), None
        newest = project.catalog.newest(version.series, project.today)
        build = f"pin a build (latest known: `{newest.version}`)" if newest else f"pin a build, `{version}-N`"
        if newest and not base.image.development:  # the catalog does not list development builds
            fix = replace_text(place, str(newest.version), f"pin to `{newest.version}`", safe=False)
        yield base.violation(place, f"`{version}` is a floating tag that moves with each release: {build}", fix)
