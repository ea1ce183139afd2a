"""What pip installs in a RUN, and whether into the image's own Python."""

from dockerfile_astro_lint.layers import Layer, resolve
from dockerfile_astro_lint.light import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.requirements import normalized
from dockerfile_astro_lint.runs import Ran
from dockerfile_astro_lint.shell import Command, Token

_VALUED = (
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--progress-bar", "--timeout", "--retries",
    "--trusted-host", "--cert", "--client-cert", "--cache-dir", "--log", "--proxy", "--exists-action", "--platform",
    "--python-version", "--implementation", "--abi", "--no-binary", "--only-binary", "--build-option",
    "--global-option", "--config-settings", "-C", "--report", "--root-user-action", "--index-strategy",
    "--prerelease", "--resolution", "--keyring-provider", "--index", "--default-index", "--link-mode",
)  # fmt: skip
"""Options whose value is the next word."""

_ELSEWHERE = ("--target", "-t", "--prefix", "--root", "--python", "-p", "--dry-run", "--download")


class Install(NamedTuple):
    """A `pip install` into the image's own Python: what it names, the files of `-r` and of `-c`, its switches."""

    ran: Ran
    requirements: tuple[Token, ...]
    files: tuple[Token, ...]
    constraints: tuple[Token, ...]
    switches: tuple[str, ...]
    editable: tuple[Token, ...]
    workdir: str | None

    def path(self, token: Token) -> str | None:
        """The absolute path of a file that it names."""
        return resolve(token.text, self.workdir) if token.literal else None


def installs(layer: Layer, commands: Sequence[Ran]) -> Iterator[Install]:
    """What the pips among the commands of a RUN install into the image's own Python."""
    if "VIRTUAL_ENV" in layer.instruction.source.text and "VIRTUAL_ENV" in layer.state.variables:
        return
    own, workdir = True, layer.state.workdir
    for one in commands:
        command = one.command
        if command.name in ("source", ".") and command.arguments and "activate" in command.arguments[0].text:
            own = False
        elif command.name == "deactivate":
            own = True
        elif command.name == "cd":
            target = command.arguments[0] if command.arguments else None
            workdir = resolve(target.text, workdir) if target and target.literal else None
        elif own and "VIRTUAL_ENV" not in command.assigned and "PATH" not in command.assigned:
            words = _arguments(command)
            if words is not None:
                found = _install(one, words, workdir)
                if found:
                    yield found


def _arguments(command: Command) -> list[Token] | None:
    """What follows `pip install`; None for any other command, and for the pip of another Python."""
    words = list(command.words)
    folder = words[0].text.rpartition("/")[0]
    if folder not in ("", "/usr/bin", "/usr/local/bin", "/bin", "/home/astro/.local/bin"):
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


def _install(one: Ran, words: list[Token], workdir: str | None) -> Install | None:
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
        if name in _ELSEWHERE:
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
    return Install(one, tuple(named), tuple(files), tuple(constraints), tuple(switches), tuple(editable), workdir)


def pinned(requirement: str) -> tuple[str, str | None]:
    """A requirement's normalised name, and the version where it is pinned to just one."""
    name = requirement
    for stop in "=<>!~;@ ":
        name = name.partition(stop)[0]
    version = None
    if "==" in requirement and not any(char in requirement for char in ",;"):
        version = requirement.partition("==")[2].lstrip("=").strip()
        if not version or not version.replace(".", "").isalnum() or not version[0].isdecimal():
            version = None
    return normalized(name.partition("[")[0]), version
