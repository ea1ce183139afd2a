"""Commands of `airflow` in RUN, CMD and ENTRYPOINT that the image's Airflow no longer has."""

from itertools import takewhile

from dockerfile_astro_lint.astro.deployment import RemovedCommand, removed_command
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import Layer
from dockerfile_astro_lint.dockerfile.shell_words import Token
from dockerfile_astro_lint.project.project import Project


class FoundCommand(NamedTuple):
    """A command that is gone; `span` has its words (`db init`), `options` what follows them."""

    layer: Layer
    command: RemovedCommand
    span: Span
    options: tuple[Token, ...]


def removed_commands(project: Project) -> Iterator[FoundCommand]:
    """The commands that Airflow 3 images no longer have, where their failure is not caught."""
    for base, layer in project.layers("RUN", "CMD", "ENTRYPOINT"):
        if base.version is None or base.version.family != 3 or "airflow" not in layer.instruction.value:
            continue
        minor = base.version.numbers[0], base.version.numbers[1]
        for run in project.commands_of(layer):
            words = list(run.command.words)
            if run.command.name.startswith("python") and [word.text for word in words[1:3]] == ["-m", "airflow"]:
                words = words[2:]
            elif run.command.name != "airflow":
                continue
            if run.command.caught or run.command.conditional:
                continue
            # `airflow "db init"` is one word, and no command of any Airflow.
            names = list(takewhile(lambda name: " " not in name, [word.text for word in words[1:3]]))
            found = removed_command(names, minor)
            if found:
                last = words[len(found.command.split())]
                yield FoundCommand(
                    layer, found, run.span(words[1], last), tuple(words[len(found.command.split()) + 1 :])
                )
