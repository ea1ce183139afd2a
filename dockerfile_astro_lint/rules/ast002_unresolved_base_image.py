"""The base image of the final stage depends on a build argument without a default, or on a variable that only the
builder sets, such as `TARGETARCH` or `BUILDPLATFORM`. Rules about tags, registries and lifecycle cannot check an image
whose name is unknown. Give the argument a default, or pass `--build-arg NAME=value` to astro-lint as to `docker build`.
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
    summary="the final base image depends on a build argument",
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
        return  # not an Astronomer image, whatever its tag
    at = reference.value.text.index(UNKNOWN)
    span = place(root, at, at + 1).span
    arguments = [name for name in reference.undefined if name in project.dockerfile.settable]
    builtins = sorted(name for name in BUILDER_ARGUMENTS if name in reference.word.text)
    if arguments:
        name = arguments[0]
        message = f"base image depends on `{name}`, which has no default: pass `--build-arg {name}=…`"
    elif builtins:
        message = f"base image depends on `{builtins[0]}`, which only the builder sets"
    else:  # the default of an argument depends on one that has none
        name = _first_name(span.text)
        message = f"base image depends on `{name}`, whose value is unknown: pass `--build-arg {name}=…`"
    yield Violation(span, message)


def _first_name(text: str) -> str:
    """The variable name that `$NAME…` or `${NAME…` starts with."""
    name = text.lstrip("${")
    return name[: next((at for at, char in enumerate(name) if not (char.isalnum() or char == "_")), len(name))]
