"""After the image's own steps the user is `astro`, who cannot install system packages: the build stops with
`Permission denied`. Install between `USER root` and `USER astro`, or use `packages.txt`.

Updating the package lists and removing packages needs root too. A package manager that the image does not have, such
as `yum` on Debian, fails for every user.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import (
    Example,
    Fix,
    Violation,
    in_file_casing,
    insert_after,
    insert_before,
    rule,
)

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
    from dockerfile_astro_lint.dockerfile.shell_words import Token

_OWN = {"debian": ("apt-get", "apt", "dpkg"), "ubi9": ("microdnf", "dnf", "yum")}


_ABSENT = {"debian": ("yum", "dnf", "microdnf", "apk"), "ubi9": ("apk",)}
"""Package managers of other systems; AST606 reports those of Debian on UBI 9."""


_GUARDS = ("id -u", "whoami", "EUID", "sudo", "command -v", "which", "-release", "/etc/debian")
"""What a RUN asks before it installs as root, or with the package manager of this distribution."""


class _Run(NamedTuple):
    """A RUN that calls a package manager, and the calls that change the system, each with its text and last word."""

    base: Base
    layer: "Layer"
    commands: "Sequence[RunCommand]"
    changes: "Sequence[tuple[RunCommand, str, Token]]"


@rule(
    code="AST607",
    name="system-install-without-root",
    severity="error",
    summary="system packages are installed or changed as the user `astro`",
    on=("RUN",),
    mentions=("apt", "apk", "dnf", "dpkg", "yum", "install-system-packages"),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN apt-get update && apt-get install -y gcc
                #   ^^^^^^^^^^^^^^ AST607
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
                #   ^^^^^^^^^^^^^^ AST607
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
        before, after = group[0].layer.instruction, group[-1].layer.instruction
        edit = insert_after(after, in_file_casing(project.dockerfile, "USER astro"))
        root = insert_before(project.dockerfile, before, in_file_casing(project.dockerfile, "USER root"))
        fix = Fix("install as root", True, (root, edit)) if edit else None
        for run in group:
            yield from _absent(run, installed)
            yield from _without_root(run, fix)
            installed.update(word.text for one in run.commands for word in one.command.arguments)


def _groups(project: Project) -> Iterator[list[_Run]]:
    """The RUNs that call a package manager; those in a row that need root together."""
    numbers = {one.line.first: number for number, one in enumerate(project.dockerfile.instructions)}
    group: list[_Run] = []
    last = -1
    for base, layer, commands in project.run_commands():
        if not any(_is_package_manager(one) for one in commands):
            continue
        run = _Run(base, layer, commands, list(_changes_as_astro(base, layer, commands)))
        number = numbers[layer.instruction.line.first]
        if group and not (number == last + 1 and run.changes and group[-1].changes):
            yield group
            group = []
        group.append(run)
        last = number
    if group:
        yield group


def _is_package_manager(run: "RunCommand") -> bool:
    return run.command.name in ("install-system-packages", *_OWN["debian"], *_OWN["ubi9"], *_ABSENT["debian"])


def _changes_as_astro(
    base: Base, layer: "Layer", commands: "Sequence[RunCommand]"
) -> "Iterator[tuple[RunCommand, str, Token]]":
    """The commands of a RUN that change the system's packages as the user `astro`."""
    from dockerfile_astro_lint.dockerfile.run_commands import system_change

    if layer.state.user not in ("astro", "50000"):
        return
    script = layer.instruction.script
    for run in commands:
        command = run.command
        if command.name in _foreign(base) or (command.name in _OWN["debian"] and _system(base) == "ubi9"):
            continue  # the image does not have it
        change = system_change(command)
        is_guarded = (command.conditional or command.caught) and any(guard in script for guard in _GUARDS)
        if change and not command.sudo and not is_guarded:
            yield run, *change


def _system(base: Base) -> str:
    return "" if base.tag is None else "ubi9" if base.tag.has("ubi9") else "debian"


def _foreign(base: Base) -> Sequence[str]:
    """The package managers that an image does not have, as far as it is known."""
    return _ABSENT.get(_system(base), ())


def _absent(run: _Run, installed: set[str]) -> Iterator[Violation]:
    system = _system(run.base)
    names = {one.command.name for one in run.commands}
    # A script that also calls the image's own package manager is written for several systems.
    if not names.isdisjoint(_OWN.get(system, ())):
        return
    for one in run.commands:
        name = one.command.name
        if name not in _foreign(run.base) or name in installed or one.command.conditional or one.command.caught:
            continue
        own = "apt-get" if system == "debian" else "microdnf"
        message = f"the image has no `{name}`: use `{own}` or `packages.txt` (packages may have other names)"
        yield Violation(one.span(one.command.words[0]), message)
        return


def _without_root(run: _Run, fix: Fix | None) -> Iterator[Violation]:
    for one, text, last in run.changes:
        message = f"`{text}` needs root, but the user is `astro`: add `USER root` before and `USER astro` after"
        message += ", or use `packages.txt`" if run.base.onbuild and "install" in text else ""
        # AST601 reports what ONBUILD has already done as redundant.
        is_redundant = run.base.onbuild and text == "install-system-packages"
        yield Violation(one.span(one.command.words[0], last), message, None if is_redundant else fix)
