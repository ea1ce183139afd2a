"""Parse shell scripts into simple commands: lists, pipes, quotes, wrappers. Unsupported syntax gives no commands."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence

MAX_TEXT = 256 * 1024
"""Characters of a script; longer ones are not parsed."""


_MAX_DEPTH = 4


_OPERATORS = frozenset(";&|\n()")


_KEYWORDS = frozenset(("if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "time"))


_UNSUPPORTED = frozenset(("case", "function", "eval", "select", "coproc", "alias", "trap"))


SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh"))


_WRAPPERS = frozenset(("exec", "command", "builtin", "nohup", "env", "sudo", "nice", "ionice", "stdbuf", "timeout"))


_WITH_VALUE = {
    "env": ("-u", "--unset", "-C", "--chdir"),
    "sudo": ("-u", "--user", "-g", "--group"),
    "nice": ("-n",),
    "ionice": ("-c", "-n"),
    "stdbuf": ("-i", "-o", "-e"),
    "timeout": ("-k", "-s"),
}


class Token(NamedTuple):
    """A word with its offsets; `literal` is false if it contains an expansion of the shell.

    `places` are the offsets of its characters, without quotes and escapes; None where unknown.
    """

    text: str
    start: int
    end: int
    literal: bool = True
    places: Sequence[int] | None = None


class Command(NamedTuple):
    """A simple command without wrappers (`sudo`) and assignments in front of it; `words` begins with its name."""

    words: tuple[Token, ...]
    assigned: tuple[str, ...] = ()
    sudo: bool = False

    @property
    def name(self) -> str:
        """The program without its folder."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def arguments(self) -> tuple[Token, ...]:
        return self.words[1:]


class _UnsupportedShellError(Exception):
    pass


def parse_shell(text: str, offset: int = 0) -> list[Command]:
    """The commands of a script in order, none if it uses unsupported syntax. Offsets count from `offset`."""
    if len(text) > MAX_TEXT:
        return []
    try:
        return list(_commands(text, offset, 0))
    except _UnsupportedShellError:
        return []


def parse_exec_form(words: Sequence[Token]) -> list[Command]:
    """The commands of the exec form of RUN."""
    try:
        return list(_command(list(words), 0))
    except _UnsupportedShellError:
        return []


def _commands(text: str, offset: int, depth: int) -> Iterator[Command]:
    words: list[Token] = []
    for token in _tokens(text, offset):
        if token is None:
            yield from _command(words, depth)
            words = []
        else:
            words.append(token)
    yield from _command(words, depth)


def _command(words: list[Token], depth: int) -> Iterator[Command]:
    at, sudo = 0, False
    assigned: list[str] = []
    while at < len(words):
        word = words[at]
        text = word.text
        name = text.rpartition("/")[2]
        equals = text.find("=")
        if text in _UNSUPPORTED:
            raise _UnsupportedShellError
        if text == "for":
            return
        if equals > 0 and text[:equals].isidentifier():
            assigned.append(text[:equals])
            at += 1
        elif word.literal and text in _KEYWORDS:
            at += 1
        elif word.literal and name in _WRAPPERS:
            sudo = sudo or name == "sudo"
            at += 1
            if name == "command" and at < len(words) and words[at].text in ("-v", "-V"):
                return
            while at < len(words) and words[at].text.startswith("-"):
                at += 2 if words[at].text in _WITH_VALUE.get(name, ()) else 1
            if name == "timeout":
                at += 1
        else:
            break
    rest = words[at:]
    if not rest or not rest[0].literal:
        return
    if rest[0].text.rpartition("/")[2] in SHELLS:
        script = _script_of(rest)
        if script is not None:
            if depth < _MAX_DEPTH:
                for command in _commands(script.text, 0, depth + 1):
                    words_outside = tuple(_with_outer_offsets(word, script) for word in command.words)
                    yield Command(words_outside, command.assigned, command.sudo or sudo)
            return
    yield Command(tuple(rest), tuple(assigned), sudo)


def _script_of(words: Sequence[Token]) -> Token | None:
    """The script of a shell's `-c` (or `-lc`): its first word that is not an option."""
    runs_script, at = False, 1
    while at < len(words) and words[at].text[:1] in ("-", "+"):
        option = words[at].text
        at += 1
        if not option.startswith("--"):
            runs_script = runs_script or "c" in option
            at += option.endswith(("o", "O"))  # the name of a setting follows
    return words[at] if runs_script and at < len(words) else None


def _with_outer_offsets(word: Token, script: Token) -> Token:
    """A word of a nested script, with offsets of the outer script instead of the nested one."""
    known, own = script.places, word.places
    if not known:
        return word._replace(start=script.start, end=script.end, places=None)
    places = [known[at] for at in own] if own is not None else None
    return word._replace(start=known[word.start], end=known[word.end - 1] + 1, places=places)


def _tokens(text: str, offset: int) -> Iterator[Token | None]:
    """Words, and None between commands; redirections and their targets are left out."""
    at, size, skip = 0, len(text), False
    while at < size:
        char = text[at]
        if char in " \t\r":
            at += 1
        elif char == "\\" and text[at + 1 : at + 2] == "\n":
            at += 2
        elif char == "#":
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif char in "<>" or (char == "&" and text[at + 1 : at + 2] == ">"):
            at += 1
            if text.startswith("<<<", at - 1):
                at += 2
            elif char == "<" and text[at : at + 1] == "<":
                if "\n" in text[at:]:
                    raise _UnsupportedShellError  # what follows is a document, not commands
                at += 1 + (text[at + 1 : at + 2] == "-")
            elif text[at : at + 1] in ("(",):
                raise _UnsupportedShellError  # process substitution
            else:
                while text[at : at + 1] in (">", "&", "|"):
                    at += 1
            skip = True
        elif char in _OPERATORS:
            if char == "(" and (text[at + 1 : at + 2] == ")" or text[at - 1 : at] == "="):
                raise _UnsupportedShellError  # a function, an array
            at += 1
            yield None
        else:
            word, at = _word(text, at, offset)
            if at < size and text[at] in "<>" and word.text.isdecimal():
                continue  # the number of a redirection
            if skip:
                skip = False
                continue
            yield word


def _word(text: str, at: int, offset: int) -> tuple[Token, int]:
    start, literal, size = at, True, len(text)
    out: list[str] = []
    while at < size:
        char = text[at]
        if char in " \t\r<>" or char in _OPERATORS:
            break
        if char == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise _UnsupportedShellError
            out.append(text[at + 1 : end])
            at = end + 1
        elif char == '"':
            at, inner, plain = _quoted(text, at + 1)
            out.append(inner)
            literal = literal and plain
        elif char == "\\":
            if text[at + 1 : at + 2] != "\n":
                out.append(text[at + 1 : at + 2])
            at += 2
        elif char in "$`":
            literal = False
            end = _substitution(text, at)
            out.append(text[at:end])
            at = end
        else:
            out.append(char)
            at += 1
    at = min(at, size)
    word, written = "".join(out), text[start:at]
    quotes = written[:1] in ("'", '"') and written[1:-1] == word
    begins = start + offset + quotes
    traced = range(begins, begins + len(word)) if quotes or written == word else _places(written, word, begins)
    return Token(word, start + offset, at + offset, literal, traced), at


def _places(written: str, word: str, offset: int) -> list[int] | None:
    """The offsets of a word's characters without quotes and escapes; None where unknown."""
    found: list[int] = []
    quote, at = "", 0
    while at < len(written):
        char, following = written[at], written[at + 1 : at + 2]
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == "\\" and (not quote or (quote == '"' and following in ("\\", '"', "$", "`", "\n"))):
            at += 1
            if following and following != "\n":
                found.append(at + offset)
        else:
            found.append(at + offset)
        at += 1
    return found if len(found) == len(word) else None


def _quoted(text: str, at: int) -> tuple[int, str, bool]:
    plain = True
    out: list[str] = []
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1, "".join(out), plain
        if char == "\\" and text[at + 1 : at + 2] in ("\\", '"', "$", "`", "\n"):
            out.append(text[at + 1].replace("\n", ""))
            at += 2
        elif char in "$`":
            plain = False
            end = _substitution(text, at)
            out.append(text[at:end])
            at = end
        else:
            out.append(char)
            at += 1
    raise _UnsupportedShellError


def _substitution(text: str, at: int) -> int:
    """The end of an expansion that begins with `$` or a backtick."""
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise _UnsupportedShellError
        return end + 1
    opening = text[at + 1 : at + 2]
    if opening not in ("(", "{"):
        at += 1
        while at < len(text) and (text[at].isalnum() or text[at] == "_"):
            at += 1
        return at
    closing = {"(": ")", "{": "}"}[opening]
    depth, at, quote = 0, at + 1, ""
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise _UnsupportedShellError
