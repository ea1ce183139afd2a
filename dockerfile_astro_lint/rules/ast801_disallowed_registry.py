"""The organization's policy names the registries that images may come from, because it scans, mirrors or licenses what
is in them. Another registry bypasses that, whether a stage is built on its image, or a `COPY --from` or a
`RUN --mount` takes files out of it.

`allowed-registries` in the configuration lists hosts (`quay.io`) or prefixes of image names (`quay.io/astronomer`); the
rule is off without it. Stages, `scratch` and images that only the build knows are not reported. A mirror is a registry
like any other. What has no host comes from Docker Hub, `docker.io`, official images from `docker.io/library`.
"""

from bisect import bisect_left

from dockerfile_astro_lint.core.compat import Iterator, Sequence, Set
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import DOCKER_HUB, Reference, place, reference_error, reference_of
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
    allowed: Sequence[str] = project.settings.policy.get("allowed-registries", ())
    entries = sorted(f"{_lower(entry)}/" for entry in allowed)
    whole = frozenset(entries)
    more = f" (and {len(allowed) - 5} more)" if len(allowed) > 5 else ""
    known = ", ".join(f"`{one}`" for one in allowed[:5])
    for span, reference, related in _images(project) if allowed else ():
        if reference_error(reference) or _is_allowed(reference, entries, whole):
            continue
        registry = reference.registry.text if reference.registry else "docker.io"
        # Where a part of the registry is allowed, the registry alone would explain nothing.
        partly = _begins_any(entries, f"{registry.lower()}/")
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
                found = reference_of(text)
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


def _is_allowed(reference: Reference, entries: Sequence[str], whole: Set[str]) -> bool:
    """Whether an image is allowed, or may be; `entries` are sorted, and `whole` are the same."""
    if not reference.registry and UNKNOWN in reference.name:
        return True  # the variable may hold the registry
    name = _lower(reference.name) if reference.registry else f"docker.io/{reference.name}"
    host, _, path = name.partition("/")
    known, unknown, _ = name[:256].partition(UNKNOWN)  # BuildKit takes no longer name
    names = [f"{known}/", f"docker.io/library/{path}/"] if host == "docker.io" and "/" not in path else [f"{known}/"]
    for one in names:
        ends = [at for at, char in enumerate(one, 1) if char == "/"]
        if not whole.isdisjoint(one[:end] for end in ends):
            return True
    return bool(unknown) and _begins_any(entries, known)


def _begins_any(entries: Sequence[str], text: str) -> bool:
    at = bisect_left(entries, text)
    return at < len(entries) and entries[at].startswith(text)
