"""Paths of the image that the commands of a RUN change or remove."""

import posixpath

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Iterator, Sequence
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, Layer, resolve
from dockerfile_astro_lint.dockerfile.parser import Instruction

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand

_CHANGING_COMMANDS = frozenset(
    ("rm", "mv", "cp", "sed", "perl", "tee", "ln", "rsync", "truncate", "patch", "dos2unix", "install", "unzip", "git")
)
"""Commands that change or remove files that they name."""


_MAX_PATH = 4096
"""Characters of a path, as in Linux."""


_MAX_DEPTH = 64


_INSTALLERS = ("apt-get", "apt", "dnf", "microdnf", "yum", "pip", "pip3", "uv", "python", "python3", "npm")


def may_change_home(script: str) -> bool:
    """Whether the text of a RUN can name a path of Airflow's home to a command that changes files; errs towards yes."""
    if any(char in script for char in ">`$~"):
        return True
    for part in script.replace("&", ";").replace("|", ";").replace("\n", ";").split(";"):
        words = part.split()
        if "install" in words[1:] and words[0] in _INSTALLERS:
            words.remove("install")  # a subcommand here
        if not _CHANGING_COMMANDS.isdisjoint(words) and any(
            word.startswith(AIRFLOW_HOME) or word[0] not in "/-" for word in words[1:]
        ):
            return True
    return False


def may_copy_home(instruction: Instruction) -> bool:
    """Whether it is a COPY or ADD that may copy a file, and no heredoc, to Airflow's home; errs towards yes."""
    if instruction.keyword not in ("COPY", "ADD"):
        return False
    *sources, target = instruction.value.split() or [""]
    is_elsewhere = target[:1] == "/" and not target.startswith(AIRFLOW_HOME)
    if is_elsewhere and not any(map(target.__contains__, _UNCLEAR)):
        return False
    sources = [word for word in sources if not word.startswith("--")]
    # A JSON array may be one word.
    return not (sources and all(word.startswith("<<") for word in sources))


_UNCLEAR = ("$", "/.", "//", "\\", "`", '"', "'")
"""What can make another path of one that is written."""


def changed_paths(layer: Layer, commands: "Sequence[RunCommand]") -> Iterator[str]:
    """The paths that a RUN may change; of a pattern, the folder in which it matches.

    Airflow's home itself is left out: what is added to it changes nothing that is there.
    """
    words = [word.text for run in commands if run.command.name in _CHANGING_COMMANDS for word in run.command.arguments]
    if ">" in layer.instruction.value:
        import re

        words += re.findall(r">\s*([^\s;&|<>()]+)", layer.instruction.script)
    for word in words:
        fixed = word
        for char in "*?[":
            fixed = fixed.partition(char)[0]
        is_pattern = fixed != word
        path = resolve(layer.value(posixpath.dirname(fixed) if is_pattern else fixed), layer.state.workdir)
        if path is not None and not word.startswith("-") and (is_pattern or path != AIRFLOW_HOME):
            yield path


def folders_above(path: str) -> list[str]:
    """The folders above a path but the root, from the nearest one."""
    if len(path) > _MAX_PATH or path.count("/") > _MAX_DEPTH:
        return []
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def with_folders(paths: Iterable[str]) -> set[str]:
    """Paths, and the folders above them with a `/` at the end, to ask `overlaps` for."""
    found: set[str] = set()
    for path in paths:
        found.add(path)
        found.update(f"{folder}/" for folder in folders_above(path))
    return found


def overlaps(path: str, known: set[str]) -> bool:
    """Whether a path is one of those of `with_folders`, or above or below one."""
    return path in known or f"{path}/" in known or not known.isdisjoint(folders_above(path))
