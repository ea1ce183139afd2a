"""Parse shell scripts into simple commands, and tell of each where and under which condition it runs.

Lists, pipes, compound commands, functions, substitutions, here-documents and nested scripts are read. What cannot be
read is marked, and only that is left out. By hand, for existing grammars are compiled, per platform, and larger than
this package. Longer than other modules, for every construct may contain every other; compound commands, which few RUNs
have, are in `shell_compound`.
"""

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.shell_commands import (
    MAX_WRAPPERS,
    Command,
    Unwrapped,
    changed_folder,
    fails,
    reads_script,
    unwrap,
    with_outer_offsets,
)
from dockerfile_astro_lint.dockerfile.shell_words import ShellWords, Token

MAX_TEXT = 256 * 1024
"""Characters of a script; longer ones are not parsed."""


_MAX_SCRIPTS = 4
"""Scripts in scripts, as in `bash -c "bash -c …"`."""


_MAX_ASSIGNMENTS = 32


_QUESTIONS = frozenset(("[", "[[", "test", "which", "type", "hash", "grep", "egrep", "fgrep", "id", "getent"))
"""Commands whose failure is an answer."""


_OPENERS = frozenset(("{", "if", "while", "until", "for", "select", "case", "[[", "function", "coproc"))


_CLOSERS = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}"))


class Script(NamedTuple):
    """The commands of a script in order, and the ranges that could not be read.

    `inputs` are, for each here-document whose text is not in the script, the command that executes it with itself among
    its wrappers: None where the text is data, without words where the document stands alone.
    """

    commands: list[Command]
    unread: list[tuple[int, int]]
    inputs: list[Command | None]


def parse_script(text: str, offset: int = 0) -> Script:
    """Parse a script; offsets count from `offset`."""
    if len(text) > MAX_TEXT:
        return Script([], [(offset, offset + len(text))], [])
    parser = ShellParser(text, offset)
    parser.run()
    unread = [(start + offset, end + offset) for start, end in parser.words.unread]
    return Script(parser.commands, unread, parser.inputs)


def parse_exec_form(words: Sequence[Token]) -> list[Command]:
    """The commands of the exec form of RUN."""
    parser = ShellParser("", 0)
    parser.finish(words, (), 0)
    return parser.commands


class _Document(NamedTuple):
    """A here-document whose text has not been reached; `reader` is the number of the command that executes it.

    It is None where the text is data, and -1 where the document stands alone, which Docker executes.
    """

    end: str
    strip_tabs: bool
    reader: int | None


class ShellParser:
    """Recursive descent over one script; each method reads one construct and appends its commands."""

    def __init__(self, text: str, offset: int, level: int = 0, depth: int = 0) -> None:
        self.words = ShellWords(text, self.read_substitution)
        self.words.depth = self.base_depth = depth
        self.offset, self.level = offset, level
        self.commands: list[Command] = []
        self.documents: list[_Document] = []
        self.inputs: list[Command | None] = []
        self.functions: list[tuple[str, int, int]] = []
        self.conditional = self.piped_into = False
        self.folder: str | None = ""
        self.in_assignment = False

    def run(self) -> None:
        while self.words.at < self.words.size:
            self.read_list(())
        self.inputs = [
            None if number is None else Command(()) if number < 0 else _as_wrapper(self.commands[number])
            for _, _, number in self.documents
        ]
        if self.functions:
            from dockerfile_astro_lint.dockerfile.shell_compound import settle_functions

            self.commands = settle_functions(self.commands, self.functions)

    # Lists and pipelines

    def read_list(self, closers: Sequence[str]) -> str:
        """Read commands up to what closes the list; return that, nothing at the end of the script."""
        words, start = self.words, self.words.at
        while True:
            words.skip_space()
            char = words.char()
            if not char:
                if closers:
                    words.unread.append((start, words.size))
                return ""
            if char == "\n":
                words.at += 1
                self.read_documents()
            elif char == ")" or words.follows(";;") or words.follows(";&"):
                closer = ")" if char == ")" else ";;"
                words.at += 1 if char == ")" else 3 if words.follows(";;&") else 2
                if closer in closers:
                    return closer
                words.unread.append((words.at - 1, words.at))
            elif char in ";&|":
                words.at += 1
            else:
                word = words.peek()
                if word in closers:
                    words.at += len(word)
                    return word
                self.read_and_or()

    def skip_lines(self) -> None:
        """Skip whitespace and ends of lines."""
        words = self.words
        words.skip_space()
        while words.char() == "\n":
            words.at += 1
            self.read_documents()
            words.skip_space()

    def read_and_or(self) -> None:
        words, outer = self.words, self.conditional
        first, operator = len(self.commands), ""
        parts: list[tuple[str, int, bool]] = []
        while True:
            self.conditional = outer or operator == "||"
            start = len(self.commands)
            parts.append((operator, start, self.read_pipeline()))
            words.skip_space()
            if not (words.follows("&&") or words.follows("||")):
                break
            operator = words.text[words.at : words.at + 2]
            words.at += 2
            self.skip_lines()
        self.conditional = outer
        if words.char() == "&":
            words.at += 1
            self.catch(first, len(self.commands))
        if len(parts) > 1:
            self.mark_parts(parts, words.depth == self.base_depth and words.at_end())

    def mark_parts(self, parts: Sequence[tuple[str, int, bool]], is_last: bool) -> None:
        """Mark what `||` catches, and what runs only if a question before `&&` is answered with yes."""
        caught, end = False, len(self.commands)
        for operator, start, _ in reversed(parts):
            if caught:
                self.catch(start, end)
            if operator == "||" and not any(fails(command) for command in self.commands[start:end]):
                caught = True
            end = start
        asked = False
        ends = [start for _, start, _ in parts[1:]] + [len(self.commands)]
        if is_last and not any(operator == "||" for operator, _, _ in parts):
            return  # if the answer is no, the whole script fails
        for (operator, start, asks), end in zip(parts, ends, strict=True):
            if operator == "||":
                asked = False
            elif asked:
                for at in range(start, end):
                    self.commands[at] = self.commands[at]._replace(conditional=True)
            asked = asked or asks

    def catch(self, first: int, last: int) -> None:
        """Mark commands whose failure does not stop the script."""
        for at in range(first, last):
            self.commands[at] = self.commands[at]._replace(caught=True)

    def read_pipeline(self) -> bool:
        """Read commands joined by `|`; return whether their failure is an answer."""
        words, first, negated = self.words, len(self.commands), False
        words.skip_space()
        while words.peek() == "!":
            negated = True
            words.at += 1
            words.skip_space()
        piped_into, folder = self.piped_into, self.folder
        asks = self.read_command()
        words.skip_space()
        piped = False
        while words.char() == "|" and not words.follows("||"):
            words.at += 2 if words.follows("|&") else 1
            self.skip_lines()
            piped = self.piped_into = True
            self.folder = folder
            asks = self.read_command()
            words.skip_space()
        if piped:
            self.piped_into, self.folder = piped_into, folder
        if negated:
            self.catch(first, len(self.commands))
        return asks or negated

    # Compound commands

    def read_command(self) -> bool:
        """Read one command, simple or compound; return whether its failure is an answer."""
        words, asks, is_simple = self.words, False, False
        if words.enter():
            words.skip_space()
            word = words.peek()
            if words.follows("(("):
                words.at += 2
                words.arithmetic()
                asks = True
            elif words.char() == "(":
                words.at += 1
                folder = self.folder
                self.read_list((")",))
                self.folder = folder
            elif word in _OPENERS:
                from dockerfile_astro_lint.dockerfile.shell_compound import COMPOUND

                words.at += len(word)
                COMPOUND[word](self)
                asks = word == "[["
            elif word in _CLOSERS:
                words.unread.append((words.at, words.at + len(word)))
                words.at += len(word)
            else:
                asks, is_simple = self.read_simple(), True
            if not is_simple:
                self.finish_redirections()
        words.depth -= 1
        return asks

    def finish_redirections(self) -> None:
        """Read the redirections behind a compound command."""
        words = self.words
        words.skip_space()
        while words.char() in ("<", ">") or words.follows("&>") or words.peek().isdecimal():
            if words.char() in "<>&":
                self.read_redirection([])
            else:
                words.word(self.offset)
            words.skip_space()

    def read_substitution(self) -> None:
        """Read the commands of `$(…)` or `<(…)` from behind the parenthesis, or of backticks."""
        first = len(self.commands)
        documents, count = self.documents, len(self.documents)
        outer = self.piped_into, self.folder
        in_assignment, self.in_assignment = self.in_assignment, False
        self.piped_into = False
        if self.words.text[self.words.at - 1] == "`":
            while self.words.at < self.words.size:
                self.read_list(())
        else:
            self.read_list((")",))
        self.piped_into, self.folder = outer
        self.in_assignment = in_assignment
        if self.words.expanded:  # the script around this one has read them
            del self.commands[first:]
            while self.functions and self.functions[-1][2] > first:
                self.functions.pop()
            del documents[count:]
            if self.documents is not documents:
                self.documents = []
        elif not in_assignment:
            self.catch(first, len(self.commands))

    # Simple commands

    def read_simple(self) -> bool:
        words, text = self.words, self.words.text
        tokens: list[Token] = []
        writes: list[Token] = []
        first_document, start = len(self.documents), words.at
        is_prefix = True
        while True:
            words.skip_space()
            char = words.char()
            if char and (char in "<>" or words.follows("&>")):
                substitution = self.read_redirection(writes)
                if substitution is not None:
                    tokens.append(substitution)
                continue
            if char == "(":
                words.at += 1
                words.skip_space()
                if len(tokens) == 1 and words.char() == ")":
                    words.at += 1
                    from dockerfile_astro_lint.dockerfile.shell_compound import read_function_body

                    read_function_body(self, tokens[0].text)
                    return False
                words.unread.append((start, words.at))
                continue
            if not words.at_word():
                break
            at = words.at
            equals = text.find("=", at, at + 100) if is_prefix else -1
            is_prefix = equals > at and text[at:equals].rstrip("+").isidentifier()
            self.in_assignment = is_prefix
            word = words.word(self.offset)
            self.in_assignment = False
            following = words.char()
            if following == "(" and word.text.endswith("="):
                words.at += 1
                self.in_assignment = is_prefix
                words.parenthesized(self.offset)
                self.in_assignment = False
                word = word._replace(end=words.at + self.offset, literal=False, places=None)
            elif following and following in "<>" and word.text.isdecimal() and not word.quoted:
                continue  # the number of a redirection
            tokens.append(word)
        if words.failed:
            words.unread.append((start, words.size))  # the words so far are not all of this command
            return False
        return self.finish(tokens, tuple(writes), first_document)

    def read_redirection(self, writes: list[Token]) -> Token | None:
        """Read a redirection; return the word that a process substitution is."""
        words, text, start = self.words, self.words.text, self.words.at
        if words.follows("<(") or words.follows(">("):
            words.at += 2
            self.read_substitution()
            return Token(text[start : words.at], start + self.offset, words.at + self.offset, False, None)
        if words.follows("<<") and not words.follows("<<<"):
            words.at += 2
            strip_tabs = words.char() == "-"
            words.at += strip_tabs
            words.skip_space()
            self.documents.append(_Document(words.word(self.offset).text, strip_tabs, None))
            return None
        output = text[start] != "<"
        words.at += 1
        descriptor = False
        while words.char() in (">", "<", "&", "|"):
            descriptor = descriptor or words.char() == "&"
            words.at += 1
        words.skip_space()
        if words.follows("<(") or words.follows(">("):
            words.at += 2
            self.read_substitution()
            return None
        target = words.word(self.offset)
        if output and target.text and not (descriptor and not target.text.strip("0123456789-")):
            writes.append(target)
        return None

    def read_documents(self) -> None:
        """Read the here-documents that begin on this line."""
        documents, self.documents = self.documents, []
        words, text = self.words, self.words.text
        for document in documents:
            start = words.at
            while True:
                if words.at >= words.size:
                    words.unread.append((start, words.size))
                    return
                line = words.at
                end = text.find("\n", line, words.size)
                end = words.size if end < 0 else end
                words.at = min(end + 1, words.size)
                written = text[line:end].rstrip("\r")
                if (written.lstrip("\t") if document.strip_tabs else written) == document.end:
                    break
            if document.reader is not None and document.reader >= 0:
                places = range(start + self.offset, line + self.offset)
                body = Token(text[start:line], places.start, places.stop, True, places)
                self.run_script(body, _as_wrapper(self.commands[document.reader]))

    def finish(self, tokens: Sequence[Token], writes: tuple[Token, ...], first_document: int) -> bool:
        """Add a simple command, with the here-documents from a number on; return whether its failure is an answer."""
        found = unwrap(tokens)
        if found.looks_up:
            return True
        if found.script is not None:
            self.run_script(found.script, self.command(found, writes))
            return False
        if found.words and not found.words[0].literal:
            words = found.words
            self.words.unread.append((words[0].start - self.offset, words[-1].end - self.offset))
            return False
        command = self.command(found, writes)
        if first_document < len(self.documents) and (not found.words or reads_script(command)):
            reader = len(self.commands) if found.words else -1
            self.documents[first_document:] = [
                document._replace(reader=reader) for document in self.documents[first_document:]
            ]
        return bool(found.words) and self.add(command)

    def command(self, found: Unwrapped, writes: tuple[Token, ...]) -> Command:
        return Command(
            tuple(found.words), found.assignments[:_MAX_ASSIGNMENTS], found.wrappers[:MAX_WRAPPERS], self.conditional,
            False, self.piped_into or "xargs" in found.wrappers, None if found.moved else self.folder, writes,
        )  # fmt: skip

    def add(self, command: Command) -> bool:
        """Add a simple command, or the commands of its script; return whether its failure is an answer."""
        name, arguments = command.name, command.arguments
        if name == "eval" and arguments:
            if len(arguments) == 1 and arguments[0].literal:
                self.run_script(arguments[0], command._replace(wrappers=(*command.wrappers, "eval")))
                return False
            self.words.unread.append((arguments[0].start - self.offset, arguments[-1].end - self.offset))
        elif name == "trap" and len(arguments) > 1 and arguments[0].literal and arguments[0].text != "-":
            wrappers = (*command.wrappers, "trap")
            self.run_script(arguments[0], command._replace(wrappers=wrappers, conditional=True, folder=None))
            return False
        self.commands.append(command)
        if name == "find":
            self.add_found(command)
        elif name in ("cd", "pushd", "popd") and not command.wrappers:
            self.folder = changed_folder(self.folder, arguments) if name != "popd" else None
        return name in _QUESTIONS

    def add_found(self, command: Command) -> None:
        """Add the commands that `find -exec` runs, whose failure `find` does not tell."""
        start = 0
        for at, word in enumerate(command.words):
            if word.text in ("-exec", "-execdir"):
                start = at + 1
            elif start and word.text in (";", "+"):
                words = [one._replace(literal=False) if "{}" in one.text else one for one in command.words[start:at]]
                found = unwrap(words)
                if found.words and found.words[0].literal and found.script is None:
                    self.commands.append(
                        command._replace(words=tuple(found.words), caught=True, folder=None,
                                         wrappers=(*command.wrappers, "find", *found.wrappers)[:MAX_WRAPPERS])
                    )  # fmt: skip
                elif found.script is not None:
                    wrappers = (*command.wrappers, "find", *found.wrappers)
                    self.run_script(found.script, command._replace(folder=None, caught=True, wrappers=wrappers))
                start = 0

    def run_script(self, script: Token, outer: Command) -> None:
        """Add the commands of a script that a command runs."""
        words = self.words
        if self.level >= _MAX_SCRIPTS or len(script.text) > MAX_TEXT:
            words.unread.append((script.start - self.offset, script.end - self.offset))
            return
        inner = ShellParser(script.text, 0, self.level + 1, words.depth)
        inner.words.expanded, inner.folder = not script.literal, outer.folder
        inner.conditional, inner.piped_into = outer.conditional, outer.piped_into
        inner.run()
        for command in inner.commands:
            self.commands.append(
                Command(
                    tuple([with_outer_offsets(word, script) for word in command.words]),
                    (outer.assignments + tuple([with_outer_offsets(word, script) for word in command.assignments]))[
                        :_MAX_ASSIGNMENTS
                    ],
                    (outer.wrappers + command.wrappers)[:MAX_WRAPPERS],
                    command.conditional,
                    command.caught or outer.caught,
                    command.piped_into,
                    command.folder,
                    tuple([with_outer_offsets(word, script) for word in command.writes]),
                )
            )
        if inner.words.unread:
            words.unread.append((script.start - self.offset, script.end - self.offset))


def _as_wrapper(command: Command) -> Command:
    """A shell as the outer command of a script that it reads."""
    return command._replace(wrappers=(*command.wrappers, command.name))
