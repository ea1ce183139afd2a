"""Find the command that `sudo`, `env`, `xargs` and others run, and the scripts of `sh -c` and `su -c`."""

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.shell_words import Token

SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh"))


MAX_WRAPPERS = 8


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
