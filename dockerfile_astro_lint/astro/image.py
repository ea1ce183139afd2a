"""Identify Astronomer images, and parse their tags; the only module that knows the tag grammars.

Airflow 3   X.Y-N[-ubi9][-python-A.B][-base]           floating: X.Y[-ubi9][-base]
Airflow 2   X.Y.Z[-ubi9][-python-A.B][-slim][-base]
agent       <Airflow 3>-python-A.B-astro-agent-X.Y.Z[-base]
"""

from itertools import pairwise

from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache
from dockerfile_astro_lint.dockerfile.image_reference import DOCKER_HUB

AIRFLOW_3_REPOSITORY = "astrocrpublic.azurecr.io/runtime"

AIRFLOW_2_REPOSITORY = "quay.io/astronomer/astro-runtime"

AIRFLOW_2_REPOSITORY_AZURE = "astrocrpublic.azurecr.io/astronomer/astro-runtime"

AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"

DEVELOPMENT = ("quay.io/astronomer/astro-runtime-dev", "astrocrpublic.azurecr.io/runtime-dev")

CERTIFIED = (
    "quay.io/astronomer/ap-airflow",
    "quay.io/astronomer/ap-airflow-dev",
    "quay.io/astronomer/airflow",
    "quay.io/astronomer/core",
    "docker.io/astronomerinc/ap-airflow",
    "docker.io/astronomerinc/ap-airflow-dev",
    "docker.io/astronomerinc/core",
)

MISSPELT = (
    "quay.io/astronomer/runtime",
    "quay.io/astro-runtime",
    "docker.io/astronomer/astro-runtime",
    "docker.io/astro-runtime",
    "astrocrpublic.azurecr.io/astro-runtime",
    "astrocrpublic.azurecr.io/astronomer/runtime",
    "air.astronomer.io/runtime",
    "quay.io/astronomer/astro-runtime-slim",
)

_PUBLISHED = (AIRFLOW_3_REPOSITORY, AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE, *DEVELOPMENT)

_NEAR = ("astronomer", "astrocrpublic.")
"""One of them is in every name that `repositories.is_near` knows."""

SEGMENT_ORDER = ("version", "prerelease", "ubi9", "python", "slim", "base")


class Version(NamedTuple):
    """A Runtime version; all of `family` 3 (Airflow 3) sort after family 2 (Airflow 2).

    `numbers` are major, minor, patch for Airflow 2; for Airflow 3, Airflow's major and minor and the build, which a
    floating version lacks.
    """

    family: int
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        if self.family == 2:
            return ".".join(map(str, self.numbers))
        series = ".".join(map(str, self.numbers[:2]))
        return f"{series}-{self.numbers[2]}" if len(self.numbers) > 2 else series

    @property
    def series(self) -> str:
        """The series: `3.1` for Airflow 3, the major (`13`) for Airflow 2."""
        return ".".join(map(str, self.numbers[: 2 if self.family == 3 else 1]))

    @property
    def floating(self) -> bool:
        """Whether the version names a series and moves to its newest build."""
        return self.family == 3 and len(self.numbers) == 2


class Segment(NamedTuple):
    """A segment of a tag with the hyphen (or dot) before it; `kind` is one of SEGMENT_ORDER, or `unknown`."""

    kind: str
    text: str
    start: int
    end: int


class Tag(NamedTuple):
    """A parsed Runtime tag; `error` is malformed, order, slim-3, slim-2, dotted, or None for a valid tag."""

    text: str
    version: Version | None
    segments: tuple[Segment, ...]
    error: str | None

    def segment(self, kind: str) -> Segment | None:
        """The first segment of a kind."""
        for segment in self.segments:
            if segment.kind == kind:
                return segment
        return None

    def has(self, kind: str) -> bool:
        return self.segment(kind) is not None

    @property
    def python(self) -> str | None:
        """The Python variant: `3.12` for `-python-3.12`."""
        segment = self.segment("python")
        return segment.text.rpartition("-")[2] if segment else None


class Image(NamedTuple):
    """An Astronomer image.

    `role` is runtime, agent or certified. `repository` is its name, or empty for a mirror, which only its last path
    component identifies. `tag` is None if there is none, or the role has no Runtime tags.
    """

    role: str
    repository: str
    tag: Tag | None
    latest: bool
    digest: bool

    @property
    def tag_error(self) -> str | None:
        """The error of the tag, see `Tag`; `latest` for that tag or a missing one."""
        return "latest" if self.latest else self.tag.error if self.tag else None

    @property
    def mirror(self) -> bool:
        """Whether only the last path component identifies the image."""
        return not self.repository

    @property
    def development(self) -> bool:
        """Whether the repository holds pre-releases."""
        return self.repository in DEVELOPMENT

    @property
    def misspelt(self) -> bool:
        """Whether the repository does not exist, but is close to one that does."""
        return self.role == "runtime" and self.repository not in ("", *_PUBLISHED)

    @property
    def wrong_repository(self) -> bool:
        """Whether the repository holds the other family of versions."""
        family = self.version.family if self.version else None
        return (
            self.repository in (AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE)
            if family == 3
            else (family == 2 and self.repository == AIRFLOW_3_REPOSITORY)
        )

    @property
    def version(self) -> Version | None:
        """The version of the tag, whatever is wrong with the tag."""
        return self.tag.version if self.tag else None

    @property
    def reliable_version(self) -> Version | None:
        """The version; None where a malformed or dotted tag hides which version was meant."""
        return self.tag.version if self.tag and self.tag.error not in ("malformed", "dotted") else None

    @property
    def onbuild(self) -> bool:
        """Whether ONBUILD instructions copy and install the project."""
        return not (self.tag and self.tag.has("base"))


def may_name_astro_image(dockerfile: bytes) -> bool:
    """Whether a FROM may name an Astronomer image; a cheap prefilter that saves parsing all other Dockerfiles."""
    if b"astro" in dockerfile:
        return True
    lowered = dockerfile.lower()
    if b"astro" in lowered or b"ap-airflow" in lowered or b"nomer" in lowered:  # every name has one
        return True
    at = lowered.find(b"from")
    while at >= 0:
        end = lowered.find(b"\n", at)
        line = lowered[at : end if end >= 0 else len(lowered)]
        if b"$" in line or b"\\" in line or b"`" in line or b"'" in line or b'"' in line:
            return True  # expansion may build the name
        at = lowered.find(b"from", at + len(line))
    return False


def repository_name(registry: str | None, repository: str) -> str:
    """`registry/repository` in one spelling: `docker.io` for Docker Hub, the host in lower case."""
    host = registry.lower() if registry else DOCKER_HUB[0]
    if host in DOCKER_HUB:
        return f"docker.io/{repository.removeprefix('library/')}"
    return f"{host}/{repository}"


@lru_cache(maxsize=256)  # the Dockerfiles of a repository share a few images
def identify(registry: str | None, repository: str, tag: str | None, digest: str | None) -> Image | None:
    """The Astronomer image that a reference names; None for any other."""
    name = repository_name(registry, repository)
    last = repository.rpartition("/")[2]
    latest = not digest and tag in (None, "latest")
    if name in CERTIFIED or last in ("ap-airflow", "ap-airflow-dev"):
        return Image("certified", name, None, latest, bool(digest))
    if name == AGENT:
        return Image("agent", name, parse_agent_tag(tag) if tag else None, latest, bool(digest))
    known = name in _PUBLISHED or name in MISSPELT
    if not known and any(part in name for part in _NEAR):
        from dockerfile_astro_lint.astro.repositories import is_near

        known = is_near(name)
    if known:
        if tag is None or tag == "latest":
            return Image("runtime", name, None, latest, bool(digest))
        return Image(
            "runtime", name, parse_tag(tag, airflow_3_repository=name == AIRFLOW_3_REPOSITORY), False, bool(digest)
        )
    if last == "astro-runtime" or (last == "runtime" and _has_near_namespace(name)):
        # A mirror may have tags of its own: without a valid Runtime version, it may be any image.
        parsed = parse_tag(tag) if tag else None
        if (parsed is None and not digest) or (parsed and (parsed.version is None or parsed.error == "malformed")):
            return None
        return Image("runtime", name if _has_near_namespace(name) else "", parsed, False, bool(digest))
    return None


def _has_near_namespace(name: str) -> bool:
    if not name.startswith(("quay.io/", "astrocrpublic.")):
        return False
    from dockerfile_astro_lint.astro.repositories import has_near_namespace

    return has_near_namespace(name)


_PRERELEASES = ("alpha", "beta", "nightly", "dev", "rc", "a", "b")


def parse_tag(text: str, airflow_3_repository: bool = False) -> Tag:
    """Parse a Runtime tag of either family; in the Airflow 3 repository `4.0-1` is a version too."""
    head, *rest = text.split("-")
    dotted, dot, prerelease = head, "", ""
    if head.count(".") > 2 and _is_prerelease(tail := head.split(".", 3)[3]):
        dotted, dot, prerelease = head[: -len(tail) - 1], ".", tail
    numbers = tuple(_number(part) for part in dotted.split("."))
    if len(numbers) > 3 or None in numbers:
        return Tag(text, None, (Segment("unknown", text, 0, len(text)),), "malformed")
    known = tuple(number for number in numbers if number is not None)
    build = _number(rest[0]) if rest and not prerelease else None
    version: Version | None = None
    if len(known) == 3 and build is None:
        version = Version(2, known)
    elif len(known) == 2 and (known[0] == 3 or (airflow_3_repository and 3 < known[0] < 10 and build is not None)):
        version = Version(3, known if build is None else (*known, build))
    named = dotted if build is None else f"{dotted}-{rest.pop(0)}"
    segments = [Segment("version", named, 0, len(named))]
    if prerelease:
        segments.append(Segment("prerelease", dot + prerelease, len(named), len(named) + 1 + len(prerelease)))
    while rest:
        part = rest.pop(0)
        if part == "python" and rest:
            part += f"-{rest.pop(0)}"
        start = segments[-1].end
        segments.append(Segment(_kind(part), f"-{part}", start, start + 1 + len(part)))
    return Tag(text, version, tuple(segments), _error(version, segments))


def _number(text: str) -> int | None:
    """The number that a version component stands for: no sign, no leading zero, at most nine digits."""
    if not (text.isdecimal() and text.isascii()) or len(text) > 9 or (text[0] == "0" and text != "0"):
        return None
    return int(text)


def _is_prerelease(text: str) -> bool:
    """Whether a text is a pre-release: `rc1`, `alpha.2`, `nightly20250220`, `dev`."""
    for name in _PRERELEASES:
        if text.startswith(name):
            number = text[len(name) :].removeprefix(".")
            return not number or (number.isdecimal() and number.isascii())
    return False


def _kind(part: str) -> str:
    if part in ("ubi9", "slim", "base"):
        return part
    major, dot, minor = part.removeprefix("python-").partition(".")
    numbers = _number(major) is not None and _number(minor) is not None
    if part.startswith("python-") and dot and numbers and len(major) == 1 and len(minor) < 3:
        return "python"
    return "prerelease" if _is_prerelease(part) and len(part) > 1 else "unknown"


def _error(version: Version | None, segments: list[Segment]) -> str | None:
    kinds = [segment.kind for segment in segments]
    if version is None:
        return "malformed"
    if version.family == 2 and version.numbers[0] == 3:
        return "dotted"
    if "unknown" in kinds:
        return "malformed"
    if "slim" in kinds and version.family == 3:
        return "slim-3"
    if version.floating and "python" in kinds:
        return "malformed"
    if "slim" in kinds:
        from dockerfile_astro_lint.astro.catalog_data import FIRST_SLIM

        if version.numbers < FIRST_SLIM:
            return "slim-2"
    order = [SEGMENT_ORDER.index(kind) for kind in kinds]
    return "order" if any(second <= first for first, second in pairwise(order)) else None


def parse_agent_tag(text: str) -> Tag | None:
    """The Runtime part of a Remote Execution agent's tag; None without a valid Airflow 3 version."""
    runtime, _, agent = text.partition("-astro-agent-")
    tag = parse_tag(runtime)
    if tag.version is None or tag.version.family != 3 or tag.has("unknown") or tag.has("slim"):
        return None
    base = (Segment("base", "-base", len(text) - 5, len(text)),) if agent.endswith("-base") else ()
    return Tag(text, tag.version, tag.segments + base, None)
