"""The registry has been asked, and has no such tag: the build fails at its first step. A tag can be well-formed and yet
never have been pushed (`13.21.0` for `13.11.0`), or not for this Python or this operating system.

The rule runs with `--online` alone. It asks the registry that the `FROM` names, without credentials, by the OCI
distribution API, for images of Astronomer's and of configured mirrors. A registry that cannot be reached, wants to know
who asks, or does not answer as a registry does is mentioned on standard error, and is no finding.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import MISSPELT
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.image_reference import normalized
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST112",
    name="unpublished-tag",
    severity="error",
    summary="a tag that the registry does not have",
    on=("runtime",),
    online=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.11-base
                #                                     ^^^^^^^^^^^^^^^^^^^^^^^^ AST112
                COPY --chown=astro:0 . .
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY --chown=astro:0 . .
            """,
            options=("--online",),
            unpublished=("quay.io/astronomer/astro-runtime:13.11.0-python-3.11-base",),
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.runtimes:
        if not _is_asked(base) or project.published(base) is not False:
            continue
        assert base.stage.reference is not None
        assert base.tag is not None
        host, _, name = normalized(base.stage.reference).partition("/")
        message = f"`{base.tag.text}` does not exist: `{host}` has no such tag of `{name.rpartition(':')[0]}`"
        newest = base.version and project.catalog.newest(base.version.series, project.today)
        if newest and newest.version != base.version:
            message += f"; the newest build known here is `{newest.version}` (catalog of {project.catalog.date})"
        place = base.whole_tag
        yield Violation(place.span, message, None, related_from(base, place))


def _is_asked(base: Base) -> bool:
    """Whether the tag is the one that is pulled, no other rule tells what is wrong with it, and the registry is public,
    a configured mirror, or on this machine. Other registries may deny to a stranger what they have.
    """
    image, reference = base.image, base.stage.reference
    if image.digest or image.tag_error or image.tag is None or reference is None:
        return False
    if image.mirror:
        return reference.registry is not None and reference.registry.text.partition(":")[0] in (
            "localhost",
            "127.0.0.1",
        )
    return base.mirror is not None or image.repository not in MISSPELT
