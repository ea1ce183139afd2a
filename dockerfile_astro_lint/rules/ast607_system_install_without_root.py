"""After the steps of the image itself the user is `astro`, who may not install system packages: the build stops with
`Permission denied`. Install between `USER root` and `USER astro`, or let `packages.txt` do it.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, insert_before, insert_behind, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.shell import Token


_NAMES = ("apt", "dnf", "yum", "install-system-packages")


_VALUED = ("-o", "-t", "-c", "--option", "--target-release", "--default-release", "--config-file", "--enablerepo")
"""Options whose value is the next word."""


_MANAGERS = ("apt-get", "apt", "dnf", "microdnf", "yum")


@rule(
    code="AST607",
    name="system-install-without-root",
    severity="warning",
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
        text = layer.instruction.script
        if "install" not in text or not any(name in text for name in _NAMES):
            continue
        if layer.state.user not in ("astro", "50000"):
            continue

        for one in project.commands_of(layer):
            command = one.command
            manager = command.name in _MANAGERS
            verb = _verb(command.arguments) if manager else None
            if command.sudo or not (
                command.name == "install-system-packages" or (manager and verb and verb.text == "install")
            ):
                continue
            if command.name in ("apt", "apt-get") and base.tag and base.tag.has("ubi9"):
                continue  # AST606 speaks of it
            behind = insert_behind(layer.instruction, "USER astro")
            before = insert_before(layer.instruction, "USER root")
            fix = Fix("install it as root", True, (before, behind)) if behind else None
            what = f"{command.name} install" if manager else command.name
            message = (
                f"`{what}` needs root, and the user here is `astro`: put `USER root` before and `USER astro` after"
            )
            yield Violation(one.span(command.words[0], verb if manager else None), message, fix)
            break


def _verb(arguments: "Sequence[Token]") -> "Token | None":
    words = iter(arguments)
    for word in words:
        if word.text in _VALUED:
            next(words, None)
        elif not word.text.startswith("-"):
            return word
    return None
