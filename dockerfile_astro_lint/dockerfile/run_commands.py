"""The commands that a RUN runs, in shell, as an array, or in a heredoc, with their places."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import Layer, json_words
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import Instruction, flags
from dockerfile_astro_lint.dockerfile.shell import Command, Token, parse_exec_form, parse_shell


class RunCommand(NamedTuple):
    """A command that a RUN runs; `inside`: its places are the file's, not the joined line's."""

    instruction: Instruction
    command: Command
    inside: bool

    def span(self, first: Token, last: Token | None = None) -> Span:
        """The place of a word, or of all from one to another."""
        start, end = first.start, (last or first).end
        if self.inside:
            return Span(self.instruction.source, start, end)
        return self.instruction.span(start, end)


def run_commands(layer: Layer) -> Iterator[RunCommand]:
    """The commands of a RUN that can be read off it; see `Project.run_commands`."""
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
    if len(line.heredocs) != 1 or any(not _only_a_shell(command) for command in outer):
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
    """A word of an array as one of the shell's."""
    places: Sequence[int] | None = range(word.start, word.end)
    if len(word.text) != word.end - word.start:
        import re

        written = arguments.text[word.start - arguments.start : word.end - arguments.start]
        found = [word.start + one.start() for one in re.finditer(r"\\u[0-9A-Fa-f]{4}|\\?.", written)]
        places = found if len(found) == len(word.text) else None
    return Token(word.text, word.start, word.end, True, places)


def _only_a_shell(command: Command) -> bool:
    return command.name in ("sh", "bash") and all(word.text.startswith("-") for word in command.arguments)
