"""What COPY and ADD copy, and where it lands."""

import posixpath

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.dockerfile.arguments import Flag, split_words, take_flags
from dockerfile_astro_lint.dockerfile.assignments import MAX_KEPT
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, Layer, json_words, resolve
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import Word

CONFIG_FILES = ("airflow.cfg", "airflow_local_settings.py")
"""Files that configure Airflow, which the Deployment does on Astro; the second may be in a folder `config/`."""


class CopySource(NamedTuple):
    """A source as it is written, and its normalized path in the build context: `dags`, `.` for all of it."""

    word: Word
    path: str

    @property
    def is_url(self) -> bool:
        return "://" in self.word.text

    @property
    def is_known(self) -> bool:
        """Whether the path does not depend on the build."""
        return UNKNOWN not in self.path


class Copy(NamedTuple):
    """A COPY or ADD, heredocs left out of the sources; `target` is the path in the image, None where unknown."""

    layer: Layer
    sources: tuple[CopySource, ...]
    destination: Word
    target: str | None
    flags: Mapping[str, Flag]

    @property
    def from_context(self) -> bool:
        """Whether the sources are in the build context."""
        return "from" not in self.flags


def copy_of(layer: Layer) -> Copy | None:
    """What a COPY or ADD copies; None where it cannot be parsed."""
    instruction = layer.instruction
    value = instruction.value
    parse = _parse_copy if len(value) < MAX_KEPT else _parse_copy.__wrapped__
    parsed = parse(value, instruction.at, layer.escape)
    if parsed is None:
        return None
    words, destination, by_name = parsed
    sources = []
    for word in words:
        path = posixpath.normpath(layer.value(word.text).lstrip("/") or ".")
        sources.append(CopySource(word, path))
    target = resolve(layer.value(destination.text), layer.state.workdir)
    return Copy(layer, tuple(sources), destination, target, by_name)


@lru_cache(maxsize=256)
def _parse_copy(value: str, at: int, escape: str) -> tuple[list[Word], Word, Mapping[str, Flag]] | None:
    flags, arguments = take_flags(value, at, escape)
    by_name: dict[str, Flag] = {}
    for flag in flags:
        by_name.setdefault(flag.text[2:].partition("=")[0], flag)
    words = json_words(arguments) if arguments.text.startswith("[") else None
    if words is None:
        words = split_words(arguments)
    if len(words) < 2:
        return None
    return [word for word in words[:-1] if not word.text.startswith("<<")], words[-1], by_name


def config_files(copy: Copy) -> Iterator[tuple[Word, str]]:
    """The sources of a COPY or ADD that become one of `CONFIG_FILES` in the image's home, and which."""
    for name in CONFIG_FILES:
        folders = (AIRFLOW_HOME,) if name == CONFIG_FILES[0] else (AIRFLOW_HOME, f"{AIRFLOW_HOME}/config")
        for source in copy.sources:
            is_named = posixpath.basename(source.path) == name
            if (copy.target in folders and is_named) or copy.target in [f"{folder}/{name}" for folder in folders]:
                yield source.word, name
