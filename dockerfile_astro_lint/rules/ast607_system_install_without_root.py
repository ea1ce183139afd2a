"""After the image's own steps the user is `astro`, who cannot install system packages: the build stops with
`Permission denied`. Install between `USER root` and `USER astro`, or use `packages.txt`.

A package manager that the image does not have, such as `yum` on Debian, fails for every user.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, rule, run_as_root

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand

_ABSENT = {"debian": ("yum", "dnf", "microdnf", "apk"), "ubi9": ("apk",)}
"""Package managers of other systems; AST606 reports those of Debian on UBI 9."""


_PRESENT = {"debian": ("apt-get", "apt", "dpkg"), "ubi9": ("microdnf", "dnf", "yum")}


_PACKAGE_MANAGERS = frozenset(("install-system-packages", *_PRESENT["debian"], *_PRESENT["ubi9"], *_ABSENT["debian"]))


class _Run(NamedTuple):
    """A RUN that calls a package manager."""

    base: Base
    layer: "Layer"
    commands: "Sequence[RunCommand]"


_GUARDS = ("id -u", "whoami", "EUID", "sudo", "command -v", "which", "-release", "/etc/debian")
"""What a RUN asks before it installs as root, or with the package manager of this distribution."""


@rule(
    code="AST607",
    name="system-install-without-root",
    severity="error",
    summary="a system package is installed as the user `astro`",
    on=("RUN",),
    mentions=("apt", "apk", "dnf", "yum", "install-system-packages"),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN apt-get update && apt-get install -y gcc
                #                     ^^^^^^^^^^^^^^^ AST607
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN apt-get update && apt-get install -y gcc
                USER astro
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN apt-get update
                RUN apt-get install -y gcc
                #   ^^^^^^^^^^^^^^^ AST607
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN apt-get update
                RUN apt-get install -y gcc
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    installed: set[str] = set()
    for group in _groups(project):
        fix = run_as_root(project.dockerfile, group[0].layer.instruction, group[-1].layer.instruction)
        for run in group:
            yield from _violations(run, fix, installed)
            installed.update(word.text for one in run.commands for word in one.command.arguments)


def _groups(project: Project) -> Iterator[list[_Run]]:
    """The RUNs that call a package manager; those in a row as the user `astro` together."""
    numbers = {one.line.first: number for number, one in enumerate(project.dockerfile.instructions)}
    group: list[_Run] = []
    last = -1
    for base, layer in project.layers("RUN"):
        script = layer.instruction.script
        # As root only a package manager that the image lacks is of interest.
        if not _is_astro(layer) and not any(name in script for name in _ABSENT["debian"]):
            continue
        commands = project.commands_of(layer)
        if not any(run.command.name in _PACKAGE_MANAGERS for run in commands):
            continue
        number = numbers[layer.instruction.line.first]
        if group and not (number == last + 1 and _is_astro(layer) and _is_astro(group[-1].layer)):
            yield group
            group = []
        group.append(_Run(base, layer, commands))
        last = number
    if group:
        yield group


def _is_astro(layer: "Layer") -> bool:
    return layer.state.user in ("astro", "50000")


def _violations(run: _Run, fix: Fix | None, installed: set[str]) -> Iterator[Violation]:
    from dockerfile_astro_lint.dockerfile.run_commands import system_install

    base, layer, commands = run
    system = "" if base.tag is None else "ubi9" if base.tag.has("ubi9") else "debian"
    absent, present = _ABSENT.get(system, ()), _PRESENT.get(system, ())
    names = [one.command.name for one in commands]
    # A script that also calls the image's own package manager is written for several systems.
    is_portable = not set(names).isdisjoint(present) or "command -v" in layer.instruction.script
    for one, name in zip(commands, names, strict=True):
        if name in absent:
            if not is_portable and name not in installed:
                own = "apt-get" if system == "debian" else "microdnf"
                message = f"the image has no `{name}`: use `{own}` or `packages.txt` (packages may have other names)"
                yield Violation(one.span(one.command.words[0]), message)
                break
            continue
        install = system_install(one.command)
        if install is None or one.command.sudo or not _is_astro(layer):
            continue
        if name in ("apt", "apt-get") and system == "ubi9":
            continue  # AST606 reports it
        if one.command.conditional and any(guard in layer.instruction.script for guard in _GUARDS):
            continue
        text, last = install
        message = f"`{text}` needs root, but the user is `astro`: add `USER root` before and `USER astro` after"
        if base.onbuild and name == "install-system-packages":
            fix = None  # AST601 reports it as redundant
        yield Violation(one.span(one.command.words[0], last), message, fix)
        break
