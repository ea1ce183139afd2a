"""The organization's policy names the registries that images may come from, because it scans, mirrors or licenses what
is in them. Another registry bypasses that, whether a stage is built on its image, or a `COPY --from` or a
`RUN --mount` takes files out of it.

`allowed-registries` in the configuration lists hosts (`quay.io`) or prefixes of image names (`quay.io/astronomer`); the
rule is off without it. Stages, `scratch` and images that only the build knows are not reported. A mirror is a registry
like any other. What has no host comes from Docker Hub, `docker.io`, official images from `docker.io/library`.
"""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, Traced
from dockerfile_astro_lint.dockerfile.image_reference import (
    DOCKER_HUB,
    Reference,
    Word,
    parse_reference,
    place,
    reference_error,
)
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import (
    Example,
    Instruction,
    Related,
    Span,
    Stage,
    Violation,
    image_span,
    rule,
)

_CONFIG = {"astro-lint.toml": 'allowed-registries = ["astrocrpublic.azurecr.io", "registry.corp.example"]\n'}


@rule(
    code="AST801",
    name="disallowed-registry",
    severity="error",
    summary="an image from a registry that the policy does not allow",
    opt_in=True,
    any_dockerfile=True,
    on=("allowed-registries",),
    examples=[
        Example(
            bad="""
                FROM ghcr.io/astral-sh/uv:0.9.9 AS uv
                #    ^^^^^^^ AST801
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                COPY --from=uv /uv /usr/local/bin/uv
            """,
            good="""
                FROM registry.corp.example/astral-sh/uv:0.9.9 AS uv
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                COPY --from=uv /uv /usr/local/bin/uv
            """,
            files=_CONFIG,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                COPY --from=busybox:1.37 /bin/busybox /usr/local/bin/busybox
                #           ^^^^^^^ AST801
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                COPY --from=registry.corp.example/busybox:1.37 /bin/busybox /usr/local/bin/busybox
            """,
            files=_CONFIG,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    allowed: Sequence[str] = project.settings.policy["allowed-registries"]
    lowered = [_lower(entry) for entry in allowed]
    more = f" (and {len(allowed) - 5} more)" if len(allowed) > 5 else ""
    known = ", ".join(f"`{one}`" for one in allowed[:5])
    for span, reference, related in _images(project):
        if reference_error(reference) or _is_allowed(reference, lowered):
            continue
        registry = reference.registry.text if reference.registry else "docker.io"
        # Where a part of the registry is allowed, the registry alone would explain nothing.
        partly = any(f"{entry}/".startswith(f"{registry.lower()}/") for entry in lowered)
        name = (f"{registry}/{reference.repository.text}" if partly else registry).replace(UNKNOWN, "…")
        yield Violation(span, f"the policy does not allow images of `{name}`; allowed: {known}{more}", None, related)


def _images(project: Project) -> Iterator[tuple[Span, Reference, tuple[Related, ...]]]:
    """The images of FROM, `COPY --from` and `RUN --mount`: the span of the registry, or of the name without one."""
    dockerfile = project.dockerfile
    for stage in dockerfile.stages:
        if stage.reference and stage.base is None and stage.reference.value.text != "scratch":
            yield _of_stage(stage, stage.reference)
    for instruction in dockerfile.instructions:
        for text, span in _sources(instruction) if instruction.keyword in ("COPY", "RUN") else ():
            if text and "$" not in text and text != "scratch" and dockerfile.find_stage(text) is None:
                found = parse_reference(Word(text, 0, len(text)), range(len(text)), Traced(text, range(len(text))), ())
                end = (found.registry or found.repository).end
                yield Span(span.source, span.start, span.start + end) if span.text == text else span, found, ()


def _of_stage(stage: Stage, reference: Reference) -> tuple[Span, Reference, tuple[Related, ...]]:
    part, whole = reference.registry or reference.repository, image_span(stage)
    origin = reference.value.origin[: part.end]
    if not origin or min(origin) < 0:  # a build argument of the command line
        return whole, reference, ()
    span, line = place(stage, 0, part.end, part.written).span, stage.instruction.line
    in_from = line.first <= span.source.position(span.start)[0] <= line.last
    return span, reference, () if in_from else (Related(whole, "the image is used here"),)


def _sources(instruction: Instruction) -> Iterator[tuple[str, Span]]:
    """What the `--from` and the `from=` of mounts name, with its span, or that of the flag."""
    for flag in instruction.flags:
        if flag.name == "from" and instruction.keyword == "COPY":
            yield flag.value, flag.value_span
        elif flag.name == "mount" and instruction.keyword == "RUN":
            at = 0
            for field in flag.value.split(","):
                key, _, value = field.partition("=")
                if key.lower() == "from":
                    span, start = flag.value_span, flag.value_span.start + at + len(key) + 1
                    exact = span.text == flag.value
                    yield value, Span(span.source, start, start + len(value)) if exact else span
                at += len(field) + 1


def _lower(name: str) -> str:
    """An allowed registry in the spelling that references are compared in."""
    host, slash, path = name.rstrip("/").partition("/")
    return f"{'docker.io' if host.lower() in DOCKER_HUB else host.lower()}{slash}{path}"


def _is_allowed(reference: Reference, allowed: Sequence[str]) -> bool:
    """Whether an image is allowed, or may be, as far as its name is known."""
    if not reference.registry and UNKNOWN in reference.name:
        return True  # the variable may hold the registry
    name = _lower(reference.name) if reference.registry else f"docker.io/{reference.name}"
    host, _, path = name.partition("/")
    known, unknown, _ = name.partition(UNKNOWN)
    names = [known, f"docker.io/library/{path}"] if host == "docker.io" and "/" not in path else [known]
    return any(
        any(f"{one}/".startswith(f"{entry}/") for one in names) or (unknown and f"{entry}/".startswith(known))
        for entry in allowed
    )
