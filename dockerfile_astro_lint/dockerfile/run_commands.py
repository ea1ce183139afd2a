"""The commands of a RUN in shell form, in exec form or in a heredoc, with positions; which of them install packages."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import Layer, json_words
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import Instruction, flags
from dockerfile_astro_lint.dockerfile.shell import Command, Token, parse_exec_form, parse_shell


class RunCommand(NamedTuple):
    """A command of a RUN; `in_heredoc`: its offsets are the file's, not those of the joined line."""

    instruction: Instruction
    command: Command
    in_heredoc: bool

    def span(self, first: Token, last: Token | None = None) -> Span:
        """The range of a word, or from one word to another."""
        start, end = first.start, (last or first).end
        if self.in_heredoc:
            return Span(self.instruction.source, start, end)
        return self.instruction.span(start, end)


def run_commands(layer: Layer) -> Iterator[RunCommand]:
    """The commands of a RUN, as far as they can be parsed; see `Project.run_commands`."""
    instruction = layer.instruction
    arguments = flags(instruction, layer.escape)[1]
    words = json_words(arguments)
    if words is not None:
        for command in parse_exec_form([_token(word, arguments) for word in words]):
            yield RunCommand(instruction, command, False)
        return
    if not layer.state.shell:
        return
    line = instruction.line
    outer = parse_shell(arguments.text, arguments.start)
    if len(line.heredocs) != 1 or any(not _starts_shell(command) for command in outer):
        for command in outer:
            yield RunCommand(instruction, command, False)
        return
    source = instruction.source
    first = source.position(line.pieces[-1][1])[0]
    if not first < line.last <= len(source.starts):
        return
    start, end = source.starts[first], source.starts[line.last - 1]
    body = source.text[start:end]
    if not body.startswith("#!") or "sh" in body.partition("\n")[0]:
        sudo = any(command.sudo for command in outer)
        for command in parse_shell(body, start):
            yield RunCommand(instruction, command._replace(sudo=command.sudo or sudo), True)


def _token(word: Word, arguments: Word) -> Token:
    """A word of the exec form as a shell token."""
    places: Sequence[int] | None = range(word.start, word.end)
    if len(word.text) != word.end - word.start:
        import re

        written = arguments.text[word.start - arguments.start : word.end - arguments.start]
        found = [word.start + one.start() for one in re.finditer(r"\\u[0-9A-Fa-f]{4}|\\?.", written)]
        places = found if len(found) == len(word.text) else None
    return Token(word.text, word.start, word.end, True, places)


def _starts_shell(command: Command) -> bool:
    """Whether a command is a shell that runs the heredoc."""
    return command.name in ("sh", "bash") and all(word.text.startswith("-") for word in command.arguments)


PACKAGE_MANAGERS = ("apt-get", "apt", "dnf", "microdnf", "yum")


_OPTIONS_WITH_VALUE = (
    "-o", "-t", "-c", "--option", "--target-release", "--default-release", "--config-file", "--enablerepo",
)  # fmt: skip


def system_install(command: Command) -> tuple[str, Token] | None:
    """A command that installs system packages, as a text (`apt-get install`), and its last word; None for others."""
    if command.name == "install-system-packages":
        return command.name, command.words[0]
    arguments = iter(command.arguments)
    for word in arguments if command.name in PACKAGE_MANAGERS else ():
        if word.text in _OPTIONS_WITH_VALUE:
            next(arguments, None)
        elif not word.text.startswith("-"):
            return (f"{command.name} install", word) if word.text == "install" else None
    return None


def creates_user(script: str, commands: Sequence[RunCommand], user: str) -> bool:
    """Whether a RUN may create a user, given its script and the commands that could be parsed."""
    if "useradd" not in script and "adduser" not in script:
        return False
    creating = [run.command for run in commands if run.command.name in ("useradd", "adduser")]
    if not creating:
        return user in script
    return any(word.text == user or not word.literal for command in creating for word in command.arguments)
