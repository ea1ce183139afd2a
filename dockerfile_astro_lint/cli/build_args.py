"""Build arguments of the command line that no Dockerfile declares, so that they change nothing."""

from dockerfile_astro_lint.core.compat import Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.core.spelling import did_you_mean
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, Target
from dockerfile_astro_lint.project.file_kinds import kind_of

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")


_PREDEFINED = frozenset((
    *_PROXIES, *map(str.lower, _PROXIES), "SOURCE_DATE_EPOCH", "TARGETPLATFORM", "TARGETOS", "TARGETARCH",
    "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
))  # fmt: skip
"""What BuildKit takes without an `ARG`; so it does all that begins with `BUILDKIT_`."""


def undeclared(build_args: Sequence[str], targets: Iterable[Target], overlay: Overlay) -> Iterator[str]:
    """A sentence for each build argument that no `ARG` of the Dockerfiles declares."""
    names = [text.partition("=")[0] for text in build_args]
    names = [name for name in dict.fromkeys(names) if name not in _PREDEFINED and not name.startswith("BUILDKIT_")]
    declared: set[str] = set()
    is_known = False
    for target in targets:
        if names and (target.path is None or kind_of(target.path).linted == "dockerfile"):
            try:
                data = overlay.read(target.path, MAX_DOCKERFILE_BYTES)
            except (OSError, ValueError):
                continue  # it is reported already
            dockerfile = parse_dockerfile(decode(data, target.name), {})
            if dockerfile.frontend and not dockerfile.frontend.known:
                return  # it may have other instructions
            is_known = True
            declared.update(_declared(dockerfile))
            names = [name for name in names if name not in declared]
    for name in names if is_known else ():
        yield f"--build-arg {name}: no `ARG` of this name is in what was checked{did_you_mean(name, declared)}"


def _declared(dockerfile: Dockerfile) -> Iterator[str]:
    """The names that the `ARG` instructions of a Dockerfile declare."""
    for instruction in dockerfile.instructions:
        words = instruction.value.split()
        keyword = instruction.keyword
        if keyword == "ONBUILD" and words:
            keyword, *words = words
        if keyword.upper() == "ARG":
            yield from (word.partition("=")[0] for word in words)
