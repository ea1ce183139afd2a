"""A `-ubi9` image is built on Red Hat's Universal Base Image: it has `microdnf` and `dnf`, but neither `apt` nor
`dpkg`. Many packages have other names there.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_LOOKUPS = ("command -v", "which", "type", "hash")
"""Commands that test whether a program exists."""


@rule(
    code="AST606",
    name="apt-on-ubi9",
    severity="error",
    summary="`apt` or `dpkg` on an image that has neither",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-ubi9
                USER root
                RUN apt-get update && apt-get install -y gcc
                #   ^^^^^^^ AST606
                USER astro
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-ubi9
                USER root
                RUN microdnf install -y gcc
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    bases = project.with_segment("ubi9")
    for base, layer, commands in project.run_commands(mentioning=("apt", "dpkg")):
        if base not in bases:
            continue
        script = layer.instruction.script
        for run in commands:
            name = run.command.name
            if run.command.conditional or run.command.caught:
                continue  # it may ask for the distribution first
            if name in ("apt", "apt-get", "dpkg") and not any(f"{lookup} {name}" in script for lookup in _LOOKUPS):
                message = f"`-ubi9` images have no `{name}`: use `microdnf` (packages have other names)"
                yield Violation(run.span(run.command.words[0]), message)
                break
