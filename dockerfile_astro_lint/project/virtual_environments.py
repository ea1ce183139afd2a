"""Which virtual environments RUNs make, and where other instructions look for them."""

import posixpath

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import Layer, resolve
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
from dockerfile_astro_lint.dockerfile.shell_words import Token
from dockerfile_astro_lint.project.project import Project

_VALUED = frozenset(
    ("--prompt", "-p", "--python", "--app-data", "--seeder", "--pip", "--index-url", "-i", "--cache-dir")
)
"""Options whose value is the next word."""


_OTHER_MAKERS = frozenset((
    "poetry", "pipenv", "conda", "mamba", "micromamba", "pyenv", "pdm", "hatch", "tox", "nox", "make", "just", "pipx",
    "pixi", "rye", "astro", "uv", "bash", "sh",
))  # fmt: skip
"""What makes environments at places that it does not name."""


_MOVERS = frozenset(("ln", "mv", "cp", "rsync", "tar", "unzip", "git", "install"))


class Use(NamedTuple):
    """A place that names an environment: its path, and `span` of that path; `activates`: as a script to activate it."""

    path: str
    span: Span
    activates: bool


class Environments(NamedTuple):
    """The environments that RUNs make, by path with the word that names it, and the uses of environments.

    `complete`: nothing else makes any. `others` are paths where something is copied or moved to.
    """

    made: dict[str, str]
    uses: Sequence[Use]
    complete: bool
    others: frozenset[str]


_MAKERS = ("venv", "virtualenv")


_SEPARATORS = bytes.maketrans(b"=:;,&|()<>[]", b" " * 12)


def may_differ(dockerfile: Dockerfile) -> bool:
    """Whether a Dockerfile may use an environment at a path where it does not make it.

    A search of the words of some instructions, which spares most files the parsing of every RUN.
    """
    texts = [one.whole.text if one.line.heredocs else one.line.text for one in dockerfile.instructions]
    text = "\n".join([text for text in texts if "/bin" in text or "env" in text or "uv" in text or "VIRTUAL" in text])
    if "\\ " in text or "\\\t" in text:
        return True  # a path with a space
    # Of bytes, this takes a tenth of the time.
    written = text.encode("utf-8", "surrogatepass").translate(_SEPARATORS, b"\"'\\")
    words = written.decode("utf-8", "surrogatepass").split()
    made: set[str] = set()
    for at in [at for at, word in enumerate(words) if word in _MAKERS]:
        made.update(next(([one] for one in words[at + 1 : at + 9] if one[0] != "-"), []))
    names = {path.rstrip("/").rpartition("/")[2] for path in made}
    if "uv" in words:
        names.add(".venv")
    for word in [word for word in words if "/bin" in word]:
        path, middle, _ = f"{word}/".partition("/bin/")
        if not middle or not path or (path in made and path[0] == "/"):
            continue
        if path[0] != "/" or "$" in path or word.endswith("/activate") or path.rpartition("/")[2] in names:
            return True
    return "VIRTUAL_ENV" in text


def environments(project: Project) -> Environments:
    """What the stages on a Runtime image make and use."""
    made: dict[str, str] = {}
    uses: list[Use] = []
    others: set[str] = set()
    complete = "PYENV" not in project.keywords
    for _, layer in project.layers("RUN", "ENV", "COPY", "ADD"):
        keyword = layer.instruction.keyword
        if keyword == "ENV":
            uses += _entries(layer)
        elif keyword == "RUN":
            script = project.script_of(layer)
            complete = complete and script.complete and not list(layer.instruction.mounts)
            for run in script.commands:
                complete = _follow(layer, run, made, uses, others) and complete
        else:
            copy = project.copy_of(layer)
            complete = complete and copy is not None and copy.from_context
            if copy is not None and not (copy.from_context and copy.target is not None):
                others.add(copy.target or "/")
    return Environments(made, uses, complete, frozenset(others))


def _follow(layer: Layer, run: RunCommand, made: dict[str, str], uses: list[Use], others: set[str]) -> bool:
    """Take in a command; return whether all that it makes is known."""
    command = run.command
    name = command.name
    target = _target(command.words)
    if target is not None:
        path = _path(layer, run, target) if isinstance(target, Token) else _path_of(layer, run, target)
        if path is None:
            return False
        made.setdefault(path, target.text if isinstance(target, Token) else target)
        return True
    if name in ("source", ".") and command.arguments:
        word = command.arguments[0]
        if not word.text.endswith("/bin/activate"):
            return "activate" in word.text
        uses += _use(layer, run, word, "/bin/activate", True)
        return True
    if "/bin/" in command.words[0].text:
        end = command.words[0].text[command.words[0].text.rindex("/bin/") :]
        uses += _use(layer, run, command.words[0], end, False)
    if name in _MOVERS:
        for word in command.arguments:
            path = _path(layer, run, word)
            others.add(path or "/")
    return not (name in _OTHER_MAKERS or name.endswith(".sh"))


def _target(words: Sequence[Token]) -> Token | str | None:
    """The word that names the environment that a command makes, or its default; None if it makes none."""
    texts = [word.text for word in words]
    name = texts[0].rpartition("/")[2]
    if name.startswith("python") and texts[1:2] == ["-m"] and texts[2:3] in (["venv"], ["virtualenv"]):
        rest = words[3:]
    elif name == "virtualenv":
        rest = words[1:]
    elif name == "uv" and texts[1:2] == ["venv"]:
        rest = words[2:]
    else:
        return None
    skips = False
    for word in rest:
        if skips:
            skips = False
        elif word.text.startswith("-"):
            skips = word.text in _VALUED
            if word.text in ("-h", "--help", "--version"):
                return None
        else:
            return word
    return ".venv" if name == "uv" else None


def _use(layer: Layer, run: RunCommand, word: Token, end: str, activates: bool) -> Iterator[Use]:
    """The environment that a word such as `venv/bin/activate` names."""
    path = _path(layer, run, word)
    span = run.span(word)
    written = word.text.removesuffix(end)
    if path and written and span.text.startswith(written):
        yield Use(path.removesuffix(end), Span(span.source, span.start, span.start + len(written)), activates)


def _path(layer: Layer, run: RunCommand, word: Token) -> str | None:
    if any(char in word.text for char in "*?[{~`") or "$(" in word.text:
        return None
    return _path_of(layer, run, word.text if word.literal else layer.value(word.text))


def _path_of(layer: Layer, run: RunCommand, text: str) -> str | None:
    folder = run.command.folder
    if folder is None:
        return None
    workdir = resolve(layer.value(folder), layer.state.workdir) if folder else layer.state.workdir
    return resolve(text, workdir)


def _entries(layer: Layer) -> Iterator[Use]:
    """The environments whose `bin` an ENV names, as in PATH, and that of VIRTUAL_ENV."""
    for assignment in layer.assignments:
        for entry, span in assignment.entries:
            value = layer.value(entry)
            path, middle, _ = f"{value}/".partition("/bin/")
            if (
                not value.startswith("/")
                or UNKNOWN in value
                or not path
                or not (middle or assignment.name == "VIRTUAL_ENV")
            ):
                continue
            path = path.rstrip("/")
            if span.text.startswith(path):
                yield Use(posixpath.normpath(path), Span(span.source, span.start, span.start + len(path)), False)
