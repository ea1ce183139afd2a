"""The commands of a RUN in shell form, in exec form or in a heredoc, with positions; which of them install packages."""

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import Layer, json_words
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import Instruction, flags
from dockerfile_astro_lint.dockerfile.shell import Script, parse_exec_form, parse_script
from dockerfile_astro_lint.dockerfile.shell_commands import Command
from dockerfile_astro_lint.dockerfile.shell_words import Token


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


class RunScript(NamedTuple):
    """The commands of a RUN in order; `complete` is false if a part could not be read."""

    commands: tuple[RunCommand, ...]
    complete: bool


def run_script(layer: Layer) -> RunScript:
    """The commands of a RUN, as far as they can be parsed; see `Project.run_commands`."""
    instruction = layer.instruction
    arguments = flags(instruction, layer.escape)[1]
    words = json_words(arguments)
    if words is not None:
        commands = parse_exec_form([_token(word, arguments) for word in words])
        return RunScript(tuple([RunCommand(instruction, command, False) for command in commands]), True)
    if not layer.state.shell:
        return RunScript((), False)
    script = parse_script(arguments.text, arguments.start)
    found = [RunCommand(instruction, command, False) for command in script.commands]
    complete = not script.unread
    if instruction.line.heredocs:
        bodies = _bodies(instruction)
        # Elsewhere than in RUN, BuildKit and the shell may disagree on what begins a heredoc.
        if len(bodies) == len(script.inputs):
            for reader, (start, end) in zip(script.inputs, bodies, strict=True):
                if reader is not None:
                    body = _body(instruction, start, end, reader)
                    found += [RunCommand(instruction, command, True) for command in body.commands]
                    complete = complete and not body.unread
        else:
            complete = False
    return RunScript(tuple(found), complete)


def _bodies(instruction: Instruction) -> list[tuple[int, int]]:
    """Where the texts of an instruction's heredocs begin and end in the file."""
    line, source = instruction.line, instruction.source
    number = source.position(line.pieces[-1][1])[0] + 1
    found: list[tuple[int, int]] = []
    for heredoc in line.heredocs:
        first = number
        while number <= line.last:
            text = source.line(number).rstrip("\r")
            if (text.lstrip("\t") if heredoc.strip_tabs else text) == heredoc.name:
                found.append((source.starts[first - 1], source.starts[number - 1]))
                number += 1
                break
            number += 1
    return found


def _body(instruction: Instruction, start: int, end: int, reader: Command) -> Script:
    """The script in a heredoc that a command executes."""
    text = instruction.source.text[start:end]
    if text.startswith("#!") and "sh" not in text.partition("\n")[0]:
        return Script([], [(start, end)], [])
    script = parse_script(text, start)
    commands = [
        command._replace(
            wrappers=reader.wrappers + command.wrappers,
            conditional=reader.conditional or command.conditional,
            caught=reader.caught or command.caught,
        )
        for command in script.commands
    ]
    return script._replace(commands=commands)


def _token(word: Word, arguments: Word) -> Token:
    """A word of the exec form as a shell token."""
    places: Sequence[int] | None = range(word.start, word.end)
    if len(word.text) != word.end - word.start:
        import re

        written = arguments.text[word.start - arguments.start : word.end - arguments.start]
        found = [word.start + one.start() for one in re.finditer(r"\\u[0-9A-Fa-f]{4}|\\?.", written)]
        places = found if len(found) == len(word.text) else None
    return Token(word.text, word.start, word.end, True, places)


_APT_CHANGES = frozenset((
    "autoclean", "autopurge", "autoremove", "build-dep", "clean", "dist-upgrade", "full-upgrade", "install", "purge",
    "reinstall", "remove", "update", "upgrade",
))  # fmt: skip


_DNF_CHANGES = frozenset((
    "autoremove", "downgrade", "erase", "groupinstall", "install", "localinstall", "reinstall", "remove", "swap",
    "update", "upgrade",
))  # fmt: skip


_CHANGES = {
    "apt-get": _APT_CHANGES, "apt": _APT_CHANGES,
    "dnf": _DNF_CHANGES, "microdnf": _DNF_CHANGES, "yum": _DNF_CHANGES,
}  # fmt: skip
"""By package manager: its commands that change the system, which only root may run."""


_DPKG_CHANGES = ("-i", "--install", "-r", "--remove", "-P", "--purge", "--configure", "--unpack", "--add-architecture")


_OPTIONS_WITH_VALUE = (
    "-o", "-t", "-c", "--option", "--target-release", "--default-release", "--config-file", "--enablerepo",
)  # fmt: skip


def system_change(command: Command) -> tuple[str, Token] | None:
    """A command that changes system packages, as a text (`apt-get install`), and its last word; None for others."""
    name = command.name
    if name == "install-system-packages":
        return name, command.words[0]
    if name == "dpkg":
        return next(((f"{name} {word.text}", word) for word in command.arguments if word.text in _DPKG_CHANGES), None)
    arguments = iter(command.arguments)
    for word in arguments if name in _CHANGES else ():
        if word.text in _OPTIONS_WITH_VALUE:
            next(arguments, None)
        elif word.text.startswith("-"):
            if word.text in (
                "-h",
                "--help",
                "--version",
                "-s",
                "--simulate",
                "--dry-run",
                "--just-print",
                "--print-uris",
            ):
                return None
        else:
            return (f"{name} {word.text}", word) if word.text in _CHANGES[name] else None
    return None


def creates_user(script: str, commands: Sequence[RunCommand], user: str) -> bool:
    """Whether a RUN may create a user, given its script and the commands that could be parsed."""
    if "useradd" not in script and "adduser" not in script:
        return False
    creating = [run.command for run in commands if run.command.name in ("useradd", "adduser")]
    if not creating:
        return user in script
    return any(word.text == user or not word.literal for command in creating for word in command.arguments)
