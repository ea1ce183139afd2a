"""Simple commands of a shell script: what `sudo`, `env` or `xargs` run, the scripts of `sh -c`, calls of functions."""

import posixpath

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.shell_words import Token

SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh"))


MAX_WRAPPERS = 8


_MAX_PATH = 4096


_OPTIONS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "builtin": ("", (), 0),
    "chronic": ("", (), 0),
    "command": ("", (), 0),
    "doas": ("uC", (), 0),
    "dumb-init": ("r", ("--rewrite",), 0),
    "eatmydata": ("", (), 0),
    "env": ("uC", ("--unset", "--chdir"), 0),
    "exec": ("a", (), 0),
    "fakeroot": ("lsib", (), 0),
    "gosu": ("", (), 1),
    "ionice": ("cn", ("--class", "--classdata"), 0),
    "nice": ("n", ("--adjustment",), 0),
    "nohup": ("", (), 0),
    "runuser": ("ugG", ("--user", "--group", "--supp-group"), 0),
    "setpriv": ("", ("--reuid", "--regid", "--ruid", "--rgid", "--euid", "--egid", "--groups"), 0),
    "stdbuf": ("ioe", ("--input", "--output", "--error"), 0),
    "su-exec": ("", (), 1),
    "sudo": ("ughpCcrtTUDR", ("--user", "--group", "--host", "--prompt", "--chdir", "--chroot"), 0),
    "time": ("fo", ("--format", "--output"), 0),
    "timeout": ("ks", ("--kill-after", "--signal"), 1),
    "tini": ("pe", (), 0),
    "xargs": ("aInPLdEs", ("--arg-file", "--max-args", "--max-procs", "--max-lines", "--delimiter", "--max-chars"), 0),
    "xvfb-run": ("nsefpw", ("--server-num", "--server-args", "--error-file", "--auth-file"), 0),
}
"""What runs another command: its options that take the next word, short and long, and the words in front of it."""


_FOLDER_OPTIONS = ("-C", "-D", "--chdir")


_OTHER_USER = frozenset(("sudo", "doas", "su", "gosu", "runuser", "su-exec", "setpriv"))


class Command(NamedTuple):
    """A simple command without wrappers (`sudo`) and assignments in front of it; `words` begins with its name.

    `wrappers` are the commands that run it, outermost first: `sudo`, `xargs`, `env`, `bash` for `bash -c`, ….
    `conditional`: it may not run, as in an `if`, a `case`, a function that may not be called, or behind `||`.
    `caught`: its failure does not stop the script, as in the condition of an `if` or in front of `|| true`.
    `piped_into`: its input comes from a pipe. `folder` is where `cd` has gone in the script, as written and relative to
    where the script began, so empty at first; None where unknown. `writes` are the files that its output goes to.
    """

    words: tuple[Token, ...]
    assignments: tuple[Token, ...] = ()
    wrappers: tuple[str, ...] = ()
    conditional: bool = False
    caught: bool = False
    piped_into: bool = False
    folder: str | None = ""
    writes: tuple[Token, ...] = ()

    @property
    def name(self) -> str:
        """The program without its folder."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def arguments(self) -> tuple[Token, ...]:
        return self.words[1:]

    @property
    def assigned(self) -> tuple[str, ...]:
        """The names of the variables that are set for this command."""
        return tuple([word.text.partition("=")[0].rstrip("+") for word in self.assignments])

    @property
    def sudo(self) -> bool:
        """Whether `sudo` or another wrapper may run it as another user."""
        return not _OTHER_USER.isdisjoint(self.wrappers)


class Unwrapped(NamedTuple):
    """A command behind its wrappers; `script` is what a wrapper or a shell gets as text instead of words.

    `moved`: a wrapper may run it in another folder. `looks_up`: `command -v`, which runs nothing.
    """

    words: Sequence[Token]
    assignments: tuple[Token, ...] = ()
    wrappers: tuple[str, ...] = ()
    script: Token | None = None
    moved: bool = False
    looks_up: bool = False


def unwrap(words: Sequence[Token]) -> Unwrapped:
    """Take assignments and wrappers off the front of a command."""
    at, moved = 0, False
    assignments: list[Token] = []
    wrappers: list[str] = []
    while at < len(words):
        word = words[at]
        text = word.text
        equals = text.find("=")
        if equals > 0 and text[: equals - (text[equals - 1] == "+")].isidentifier():
            assignments.append(word)
            at += 1
            continue
        if not word.literal:
            break
        name = text.rpartition("/")[2]
        if name == "su" or (name == "runuser" and not _has_user(words, at + 1)):
            script = _value_of(words, at + 1, "c", ("--command", "--session-command"))
            if script is None:
                break
            wrappers.append(name)
            return Unwrapped(words[at:], tuple(assignments), tuple(wrappers), script, True)
        if name not in _OPTIONS:
            break
        short, names, positional = _OPTIONS[name]
        wrappers.append(name)
        at += 1
        if name == "command" and at < len(words) and words[at].text in ("-v", "-V"):
            return Unwrapped((), tuple(assignments), tuple(wrappers), looks_up=True)
        while at < len(words) and len(words[at].text) > 1 and words[at].text[0] == "-":
            option = words[at].text
            at += 1
            if option == "--":
                break
            moved = moved or (name in ("env", "sudo") and option.startswith(_FOLDER_OPTIONS))
            at += _takes_next(option, short, names)
        at += positional
    rest = words[at:]
    script = None
    if rest and rest[0].literal and rest[0].text.rpartition("/")[2] in SHELLS:
        script = _script_of(rest)
        if script is not None:
            wrappers.append(rest[0].text.rpartition("/")[2])
    return Unwrapped(rest, tuple(assignments), tuple(wrappers), script, moved)


def _takes_next(option: str, short: str, names: Sequence[str]) -> bool:
    """Whether an option's value is the next word."""
    if option.startswith("--"):
        return option in names
    for at in range(1, len(option)):
        if option[at] in short:
            return at == len(option) - 1
    return False


def _has_user(words: Sequence[Token], at: int) -> bool:
    """Whether `runuser -u USER COMMAND` follows, instead of the form of `su`."""
    return at < len(words) and words[at].text.startswith(("-u", "--user"))


def _value_of(words: Sequence[Token], at: int, letter: str, names: Sequence[str]) -> Token | None:
    """The value of an option, as the next word or behind an equals sign."""
    for number in range(at, len(words)):
        word = words[number]
        name, equals, _ = word.text.partition("=")
        if name in names and equals:
            return word.part(len(name) + 1)
        is_short = word.text[:1] == "-" and word.text[1:2] not in ("", "-") and word.text.endswith(letter)
        if (name in names or is_short) and number + 1 < len(words):
            return words[number + 1]
    return None


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


def fails(command: Command) -> bool:
    """Whether a command ends the script, or its list, as failed."""
    if command.name not in ("exit", "return", "false"):
        return False
    return not command.arguments or command.arguments[0].text != "0"


def reads_script(command: Command) -> bool:
    """Whether a command is a shell that executes its standard input, for it got neither a script nor a file."""
    return command.name in SHELLS and all(word.text[:1] in ("-", "+") for word in command.arguments)


def changed_folder(folder: str | None, arguments: Sequence[Token]) -> str | None:
    """The folder after `cd`, as written."""
    words = [word for word in arguments if word.text[:1] != "-" or word.text == "-"]
    if len(words) != 1 or words[0].text[:1] in ("-", "~", "+"):
        return None
    text = words[0].text
    if ("$" in text and words[0].literal) or "$(" in text or "`" in text:
        return None
    if text.startswith("/"):
        return text
    if folder is None or text.startswith("$") or ("$" in folder and ".." in text):
        return text if text.startswith("$") else None
    path = posixpath.normpath(posixpath.join(folder, text))
    return None if len(path) > _MAX_PATH else "" if path == "." else path


def with_outer_offsets(word: Token, script: Token) -> Token:
    """A word of a nested script, with offsets of the outer script instead of the nested one."""
    outer, own = script.places, word.places
    if not outer:
        return word._replace(start=script.start, end=script.end, places=None)
    places = [outer[at] for at in own] if own is not None else None
    start = outer[word.start] if word.start < len(outer) else script.end
    end = outer[word.end - 1] + 1 if word.end > word.start else start
    return word._replace(start=start, end=end, places=places)
