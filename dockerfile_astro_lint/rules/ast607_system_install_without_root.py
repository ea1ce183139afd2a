"""After the image's own steps the user is `astro`, who cannot install system packages: the build stops with
`Permission denied`. Install between `USER root` and `USER astro`, or use `packages.txt`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, insert_after, insert_before, rule

_GUARDS = ("id -u", "whoami", "EUID", "sudo", "command -v", "which", "-release", "/etc/debian")
"""What a RUN asks before it installs as root, or with the package manager of this distribution."""


@rule(
    code="AST607",
    name="system-install-without-root",
    severity="error",
    summary="a system package is installed as the user `astro`",
    on=("RUN",),
    mentions=("apt", "dnf", "yum", "install-system-packages"),
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
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base, layer in project.layers("RUN"):
        if layer.state.user not in ("astro", "50000"):
            continue
        from dockerfile_astro_lint.dockerfile.run_commands import system_install

        is_ubi9 = base.tag is not None and base.tag.has("ubi9")
        for run in project.commands_of(layer):
            install = system_install(run.command)
            if install is None or run.command.sudo or (run.command.name in ("apt", "apt-get") and is_ubi9):
                continue  # AST606 reports apt on UBI 9
            if run.command.conditional and any(guard in layer.instruction.script for guard in _GUARDS):
                continue
            text, last = install
            message = f"`{text}` needs root, but the user is `astro`: add `USER root` before and `USER astro` after"
            before, after = insert_before(layer.instruction, "USER root"), insert_after(layer.instruction, "USER astro")
            fix = Fix("install as root", True, (before, after)) if after else None
            yield Violation(run.span(run.command.words[0], last), message, fix)
            break
