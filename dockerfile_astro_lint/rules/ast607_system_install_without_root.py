"""After the image's own steps the user is `astro`, who cannot install system packages: the build stops with
`Permission denied`. Install between `USER root` and `USER astro`, or use `packages.txt`.

Updating the package lists and removing packages needs root too. A package manager that the image does not have, such
as `yum` on Debian, fails for every user.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule, run_as_root


@rule(
    code="AST607",
    name="system-install-without-root",
    severity="error",
    summary="system packages are installed or changed as the user `astro`",
    on=("install-as-astro", "other-package-manager"),
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
    yield from _absent_managers(project)
    for group in project.root_runs:
        fix = run_as_root(project.dockerfile, group[0].layer.instruction, group[-1].layer.instruction)
        for run in group:
            for found in run.installs:
                text, onbuild = found.text, run.base.onbuild
                message = f"`{text}` needs root, but the user is `astro`: add `USER root` before and `USER astro` after"
                message += ", or use `packages.txt`" if onbuild and "install" in text else ""
                # AST601 reports what ONBUILD has already done as redundant.
                is_redundant = onbuild and text == "install-system-packages"
                yield Violation(found.run.span(found.first, found.last), message, None if is_redundant else fix)


def _absent_managers(project: Project) -> Iterator[Violation]:
    """The first package manager of each RUN that the image does not have, and no RUN above has installed."""
    installed: set[str] = set()
    if not any(map(project.text.__contains__, ("yum", "dnf", "apk"))):
        return
    from dockerfile_astro_lint.project.root_commands import absent_managers, own_managers

    for base, _, commands in project.run_commands():
        absent, own = absent_managers(base), own_managers(base)
        # A script that also calls the image's own package manager is written for several systems.
        if {run.command.name for run in commands}.isdisjoint(own):
            for run in commands:
                name = run.command.name
                if name in absent and name not in installed and not (run.command.conditional or run.command.caught):
                    hint = f"use `{own[0]}` or `packages.txt` (packages may have other names)"
                    yield Violation(run.span(run.command.words[0]), f"the image has no `{name}`: {hint}")
                    break
        installed.update(word.text for run in commands for word in run.command.arguments)
