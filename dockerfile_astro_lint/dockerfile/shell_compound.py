"""Read the compound commands of shell scripts: groups, `if`, loops, `case`, `[[ … ]]` and functions."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Mapping, Sequence
from dockerfile_astro_lint.dockerfile.shell_commands import Command, Unwrapped
from dockerfile_astro_lint.dockerfile.shell_words import Token

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.shell import ShellParser


def read_condition(parser: "ShellParser", closers: Sequence[str]) -> int:
    """Read the commands whose failure is an answer; return the number of the first."""
    first = len(parser.commands)
    parser.read_list(closers)
    parser.catch(first, len(parser.commands))
    return first


def read_body(parser: "ShellParser", closers: Sequence[str], conditional: bool = True) -> str:
    """Read commands that may not run, so that nobody knows the folder behind them if they change it."""
    outer, folder, first = parser.conditional, parser.folder, len(parser.commands)
    parser.conditional = outer or conditional
    closer = parser.read_list(closers)
    parser.conditional = outer
    if parser.folder != folder:
        parser.folder = None
        if "done" in closers:
            for at in range(first, len(parser.commands)):
                parser.commands[at] = parser.commands[at]._replace(folder=None)
    return closer


def read_group(parser: "ShellParser") -> None:
    parser.read_list(("}",))


def read_if(parser: "ShellParser") -> None:
    closer = "elif"
    while closer == "elif":
        read_condition(parser, ("then",))
        closer = read_body(parser, ("elif", "else", "fi"))
    if closer == "else":
        read_body(parser, ("fi",))


def read_while(parser: "ShellParser") -> None:
    first = read_condition(parser, ("do",))
    # `while read …` is how a list is gone through.
    reads = any(command.name == "read" for command in parser.commands[first:])
    read_body(parser, ("done",), conditional=not reads)


def read_for(parser: "ShellParser") -> None:
    words = parser.words
    words.skip_space()
    if words.follows("(("):
        words.at += 2
        words.arithmetic()
    else:
        words.word(parser.offset)
        parser.skip_lines()
        if words.peek() == "in":
            words.at += 2
            words.skip_space()
            while words.at_word():
                words.word(parser.offset)
                words.skip_space()
    words.skip_space()
    if words.char() == ";":
        words.at += 1
    parser.skip_lines()
    opener = words.peek()
    if opener in ("do", "{"):
        words.at += len(opener)
        read_body(parser, ("done" if opener == "do" else "}",), conditional=False)


def read_case(parser: "ShellParser") -> None:
    words = parser.words
    words.skip_space()
    words.word(parser.offset)
    parser.skip_lines()
    if words.peek() == "in":
        words.at += 2
    closer = ";;"
    while closer == ";;":
        parser.skip_lines()
        if words.peek() == "esac":
            words.at += 4
            return
        start = words.at
        if words.char() == "(":
            words.at += 1
        while words.char() != ")":
            words.skip_space()
            if not words.char():
                words.give_up(start)
                return
            if words.at_word():
                words.word(parser.offset)
            elif words.char() != ")":
                words.at += 1
        words.at += 1
        closer = read_body(parser, (";;", "esac"))


def read_test(parser: "ShellParser") -> None:
    """Read `[[ … ]]`, in which operators of the shell are part of the expression."""
    words = parser.words
    start = words.at
    places = range(start - 2 + parser.offset, start + parser.offset)
    tokens = [Token("[[", places.start, places.stop, True, places)]
    while True:
        parser.skip_lines()
        if not words.char():
            words.give_up(start)
            return
        if not words.at_word():
            words.at += 1
            continue
        word = words.word(parser.offset)
        if word.text == "]]":
            break
        tokens.append(word)
    parser.add(parser.command(Unwrapped(tokens), ()))


def read_function(parser: "ShellParser") -> None:
    words = parser.words
    words.skip_space()
    name = words.word(parser.offset)
    words.skip_space()
    if words.char() == "(":
        words.at += 1
        words.skip_space()
        words.at += words.char() == ")"
    read_function_body(parser, name.text)


def read_function_body(parser: "ShellParser", name: str) -> None:
    parser.skip_lines()
    outer = parser.conditional, parser.piped_into, parser.folder
    parser.conditional, parser.piped_into, parser.folder = False, False, None
    first = len(parser.commands)
    parser.read_command()
    parser.functions.append((name, first, len(parser.commands)))
    parser.conditional, parser.piped_into, parser.folder = outer


def read_coprocess(parser: "ShellParser") -> None:
    first = len(parser.commands)
    parser.read_command()
    parser.catch(first, len(parser.commands))


def settle_functions(commands: list[Command], functions: Sequence[tuple[str, int, int]]) -> list[Command]:
    """Mark the commands of functions that may not be called, and take the calls out of the list.

    A function is its name with the numbers of its first command and of the first behind it.
    """
    names = {name for name, _, _ in functions}
    owners: list[str] = [""] * len(commands)
    for name, first, last in reversed(functions):
        owners[first:last] = [name] * (last - first)
    calls: dict[str, list[Command]] = {}
    for command, owner in zip(commands, owners, strict=True):
        if command.words[0].text in names and not command.conditional:
            calls.setdefault(owner, []).append(command)
    called: dict[str, bool] = {"": False}
    waiting = [""]
    while waiting:
        owner = waiting.pop()
        for command in calls.get(owner, ()):
            name, caught = command.words[0].text, command.caught or called[owner]
            if name not in called or (called[name] and not caught):
                called[name] = caught
                waiting.append(name)
    return [
        command._replace(
            conditional=command.conditional or owner not in called,
            caught=command.caught or called.get(owner, False),
        )
        for command, owner in zip(commands, owners, strict=True)
        if command.words[0].text not in names
    ]


COMPOUND: "Mapping[str, Callable[[ShellParser], None]]" = {
    "{": read_group,
    "if": read_if,
    "while": read_while,
    "until": read_while,
    "for": read_for,
    "select": read_for,
    "case": read_case,
    "[[": read_test,
    "function": read_function,
    "coproc": read_coprocess,
}
"""What reads a compound command from behind its first word."""
