"""What the final stage is built on depends on something that only the build knows: a build argument without a
default, or a variable that the builder sets (`TARGETARCH`, `BUILDPLATFORM` and their like). Nothing can be said of an
image whose name is not known; `--build-arg NAME=value` tells it, as it would tell `docker build`.
"""

from dockerfile_astro_lint.astro.image import identify
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import place
from dockerfile_astro_lint.dockerfile.parser import BUILDER_ARGUMENTS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST002",
    name="unresolved-base-image",
    severity="info",
    summary="the final base image is not known before the build",
    on=("unresolved",),
    examples=[
        Example(
            bad="""
                ARG RUNTIME
                FROM quay.io/astronomer/astro-runtime:${RUNTIME}
                #                                     ^^^^^^^^^^ AST002
            """,
            good="""
                ARG RUNTIME=13.11.0
                FROM quay.io/astronomer/astro-runtime:${RUNTIME}
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if project.final is None:
        return
    root = project.dockerfile.root(project.final)
    reference = root.reference
    if reference is None or UNKNOWN not in reference.value.text:
        return
    registry = reference.registry.text if reference.registry else None
    named = reference.repository.known and (registry is None or UNKNOWN not in registry)
    if named and identify(registry, reference.repository.text, "13.0.0", None) is None:
        return  # whatever its tag, it is no image of Astronomer's
    at = reference.value.text.index(UNKNOWN)
    span = place(root, at, at + 1).span
    names = [name for name in reference.undefined if name in project.dockerfile.settable]
    builders = sorted(name for name in BUILDER_ARGUMENTS if name in reference.word.text)
    if names:
        message = f"the base image depends on `{names[0]}`, which has no default: pass `--build-arg {names[0]}=…`"
    elif builders:
        message = f"the base image depends on `{builders[0]}`, which only the builder knows"
    else:
        # An argument whose default holds one that has none.
        name = span.text.lstrip("${")
        name = name[: next((at for at, char in enumerate(name) if not (char.isalnum() or char == "_")), len(name))]
        message = f"the base image depends on `{name}`, whose value is not known here: pass `--build-arg {name}=…`"
    yield Violation(span, message)
