"""`3.1` is whatever build of Runtime 3.1 is the newest on the day of the build. Two builds of one commit can then be
two different images: another Airflow patch, other providers, another Python package set. In production an image is
named by its build (`3.1-21`), and a newer one comes by a commit that can be read and taken back.

`astro dev init` writes a floating tag, so that most new projects start with one. For development that is fine:
`--environment development` turns this rule off.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST103",
    name="floating-tag",
    severity="warning",
    production=True,
    summary="a tag that floats, in production",
    on=("floating",),
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
        if not version or not version.floating or base.image.digest or base.image.role != "runtime":
            continue
        if base.tag and base.tag.has("prerelease"):
            continue
        place = base.segment("version")
        newest = project.catalog.newest(version.series, project.today)
        message = f"`{version}` is another image after every release of Runtime {version.series}"
        if newest is None:
            yield Violation(place.span, f"{message}: name a build, `{version}-N`", None, related_from(base, place))
            continue
        message += f": name a build; the newest known here is `{newest.version}` (catalog of {project.catalog.date})"
        fix = replace_text(place, str(newest.version), f"pin to `{newest.version}`", safe=False)
        # What a repository of pre-releases holds is not in the catalog.
        yield Violation(place.span, message, None if base.image.development else fix, related_from(base, place))
