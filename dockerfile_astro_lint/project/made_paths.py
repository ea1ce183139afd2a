"""Paths of the image that a RUN makes, or that a volume of the project's Compose file makes when it runs locally."""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.build_state import resolve
from dockerfile_astro_lint.project.project import Project

_READING_COMMANDS = frozenset(("ls", "cat", "echo", "chown", "chmod", "rm", "test", "[", "grep", "find", "du", "stat"))
"""Commands that make nothing at the paths that they name."""


_COMPOSE_FILES = ("docker-compose.override.yml", "docker-compose.override.yaml")
"""What the Astro CLI adds to its own Compose file."""


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def paths_of_runs(project: Project, folder: str, programs: Sequence[str] = ()) -> Iterator[str]:
    """The paths below a folder that commands of a RUN name, which may make them; of some programs alone."""
    for _, layer, commands in project.run_commands():
        workdir = layer.state.workdir or ""
        if not is_below(workdir, folder) and folder not in layer.value(layer.instruction.script):
            continue
        for run in commands:
            name = run.command.name
            if name in _READING_COMMANDS or (programs and name not in programs):
                continue
            for word in run.command.arguments:
                text = layer.value(word.text)
                path = resolve(text[max(text.find(folder), 0) :], workdir or None)
                if path and is_below(path, folder):
                    yield path


def mounted_paths(project: Project, folder: str) -> Iterator[str]:
    """The paths below a folder where the Compose file of the project mounts something."""
    sources = [project.context.text(name) for name in _COMPOSE_FILES] if project.context else []
    lines = [line for source in sources if source for line in source.text.split("\n")]
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    if folder not in text:
        return
    import re

    for path in re.findall(rf"(?:\S:|\btarget:\s*[\"']?)({re.escape(folder)}(?:/[^\s:\"',}}]*)?)", text):
        yield path.rstrip("/")
