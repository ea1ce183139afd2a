"""What pip installs in a RUN, and whether into the image's own Python."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.build_state import Layer, resolve
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
from dockerfile_astro_lint.dockerfile.shell_commands import Command
from dockerfile_astro_lint.dockerfile.shell_words import Token
from dockerfile_astro_lint.project.requirements import normalize_name

_VALUED = (
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--progress-bar", "--timeout", "--retries",
    "--trusted-host", "--cert", "--client-cert", "--cache-dir", "--log", "--proxy", "--exists-action", "--platform",
    "--python-version", "--implementation", "--abi", "--no-binary", "--only-binary", "--build-option",
    "--global-option", "--config-settings", "-C", "--report", "--root-user-action", "--index-strategy",
    "--prerelease", "--resolution", "--keyring-provider", "--index", "--default-index", "--link-mode",
)  # fmt: skip
"""Options whose value is the next word."""


_OTHER_TARGETS = ("--target", "-t", "--prefix", "--root", "--python", "-p", "--dry-run", "--download")


class PipInstall(NamedTuple):
    """A `pip install` into the image's own Python: its requirements, the files of `-r` and of `-c`, its switches."""

    run: RunCommand
    requirements: tuple[Token, ...]
    files: tuple[Token, ...]
    constraints: tuple[Token, ...]
    switches: tuple[str, ...]
    editable: tuple[Token, ...]
    layer: Layer
    workdir: str | None

    def path(self, token: Token) -> str | None:
        """The absolute path of a file that it names, None where unknown."""
        return _path(self.layer, token, self.workdir)


def _path(layer: Layer, token: Token, workdir: str | None) -> str | None:
    if token.literal:
        return resolve(token.text, workdir)
    return None if "$(" in token.text or "`" in token.text else resolve(layer.value(token.text), workdir)


_FOLDERS = ("", "/usr/bin", "/usr/local/bin", "/bin", "/home/astro/.local/bin")
"""Folders of the pip that belongs to the image's own Python; empty: found on PATH."""


def pip_installs(layer: Layer, commands: Sequence[RunCommand]) -> Iterator[PipInstall]:
    """What the commands of a RUN install with pip into the image's own Python."""
    is_own = _uses_own_python(layer)
    creates_uv_venv = "uv venv" in _environment_words(layer.instruction.source.text)
    for run in commands:
        command = run.command
        if command.name in ("source", ".", "conda", "mamba", "micromamba"):
            is_own = is_own and not any("activate" in word.text for word in command.arguments[:1])
        elif command.name in ("deactivate", "unset"):
            is_own = _uses_own_python(layer)
        elif command.name == "export":
            is_own = is_own and not any(word.text.startswith(("VIRTUAL_ENV=", "PATH=/")) for word in command.arguments)
        elif is_own and "VIRTUAL_ENV" not in command.assigned and "PATH" not in command.assigned:
            words = pip_install_arguments(command)
            if words is None or (
                creates_uv_venv and command.name == "uv" and not any(word.text == "--system" for word in words)
            ):
                continue
            folder = command.folder
            workdir = resolve(layer.value(folder), layer.state.workdir) if folder else layer.state.workdir
            install = _parse_install(run, words, layer, None if folder is None else workdir)
            if install:
                yield install


@lru_cache(maxsize=4)
def _environment_words(text: str) -> frozenset[str]:
    """The words of a Dockerfile that have to do with environments; it is searched once for thousands of RUNs."""
    return frozenset(word for word in ("VIRTUAL_ENV", "PATH", "venv", "virtualenv", "conda", "uv venv") if word in text)


def _uses_own_python(layer: Layer) -> bool:
    """Whether `pip` is the image's own, and not that of a virtual environment that an ENV has put first on PATH."""
    words, variables = _environment_words(layer.instruction.source.text), layer.state.variables
    if "VIRTUAL_ENV" in words and "VIRTUAL_ENV" in variables:
        return False
    if "PATH" not in words or words.isdisjoint(("venv", "virtualenv", "conda")):
        return True
    path = variables.get("PATH")
    return path is None or path.text.startswith(UNKNOWN) or path.text.partition(":")[0] in _FOLDERS


def pip_install_arguments(command: Command) -> list[Token] | None:
    """The arguments of a `pip install`; None for any other command, and for the pip of another Python."""
    words = list(command.words)
    folder = words[0].text.rpartition("/")[0]
    if folder not in _FOLDERS:
        return None
    name = command.name
    if name.startswith("python") and [word.text for word in words[1:3]] in (["-m", "pip"], ["-m", "uv"]):
        words = words[2:]
        name = words[0].text
    if name == "uv":
        words = words[1:]
        name = words[0].text if words else ""
        if name != "pip":
            return None
    elif not (name == "pip" or (name.startswith("pip") and name[3:].replace(".", "").isdigit())):
        return None
    rest = words[1:]
    while rest and rest[0].text.startswith("-"):
        rest = rest[1:]
    return rest[1:] if rest and rest[0].text == "install" else None


def _parse_install(run: RunCommand, words: list[Token], layer: Layer, workdir: str | None) -> PipInstall | None:
    named: list[Token] = []
    files: list[Token] = []
    constraints: list[Token] = []
    editable: list[Token] = []
    switches: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, value = word.text.partition("=")
        at += 1
        if not word.text.startswith("-"):
            named.append(word)
            continue
        if name in _OTHER_TARGETS:
            return None
        into = {"-r": files, "--requirement": files, "--requirements": files, "-c": constraints,
                "--constraint": constraints, "-e": editable, "--editable": editable}.get(name)  # fmt: skip
        if into is None and name[:2] in ("-r", "-c") and len(name) > 2 and name[1] != "-":
            into, equals, value = (files if name[1] == "r" else constraints), "=", word.text[2:]
        if into is not None and equals:
            into.append(word._replace(text=value, start=word.end - len(value)))
        elif into is not None:
            into += words[at : at + 1]
            at += 1
        else:
            switches.append(name)
            if name in _VALUED and not equals:
                at += 1
    return PipInstall(
        run, tuple(named), tuple(files), tuple(constraints), tuple(switches), tuple(editable), layer, workdir
    )


def pinned(requirement: str) -> tuple[str, str | None]:
    """A requirement's normalized name, and its version if it is pinned to exactly one."""
    name, version = requirement, None
    for stop in "=<>!~;@ [":
        name = name.partition(stop)[0]
    wanted = requirement.rpartition("]")[2]
    if "==" in wanted and not any(char in wanted for char in ",;"):
        version = wanted.partition("==")[2].lstrip("=").strip()
        if not version or not version.replace(".", "").isalnum() or not version[0].isdecimal():
            version = None
    return normalize_name(name), version
