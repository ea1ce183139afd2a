"""The registry does not have this tag: the build fails at its first step. A tag can be valid and yet not published
(`13.21.0` for `13.11.0`), or not for this Python or operating system.

The rule runs only with `--online`. It asks the registry of the `FROM` through the OCI distribution API, without
credentials, for Astronomer's images and for configured mirrors. A registry that is unreachable, requires a login or
gives an invalid answer is mentioned on standard error and causes no finding.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.image_reference import normalized
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


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
        repository = normalized(base.stage.reference).rpartition(":")[0]
        newest = project.catalog.newest(base.version.series, project.today)
        known = f" (latest known: `{newest.version}`)" if newest and newest.version != base.version else ""
        message = f"`{base.tag.text}` does not exist in `{repository}`: use a published tag{known}"
        yield base.violation(base.whole_tag, message)


def _is_asked(base: Base) -> bool:
    """Whether the tag is what is pulled, no other rule reports it, and the registry is public, a configured mirror or
    on this machine; other registries may hide from strangers what they have.
    """
    image, reference = base.image, base.stage.reference
    if image.digest or image.tag_error or reference is None:
        return False
    if image.mirror:
        host = reference.registry.text.partition(":")[0] if reference.registry else ""
        return host in ("localhost", "127.0.0.1")
    return base.mirror is not None or not image.misspelt
