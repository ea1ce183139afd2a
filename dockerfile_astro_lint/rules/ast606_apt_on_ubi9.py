"""A `-ubi9` image is built on Red Hat's Universal Base Image: it has `microdnf` and `dnf`, and neither `apt` nor
`dpkg`. Packages have other names there too.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_ASKING = ("command -v", "which", "type", "hash")
"""How a command looks for a program before it runs it."""


@rule(
    code="AST606",
    name="apt-on-ubi9",
    severity="error",
    summary="apt or dpkg on an image that has neither",
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
    if not project.with_segment("ubi9"):
        return

    for base, layer in project.layers("RUN"):
        if base.version is None or base.tag is None or not base.tag.has("ubi9"):
            continue
        text = layer.instruction.script
        for one in project.commands_of(layer):
            name = one.command.name
            if name in ("apt", "apt-get", "dpkg") and not any(f"{asking} {name}" in text for asking in _ASKING):
                message = f"there is no `{name}` on a `-ubi9` image: use `microdnf`; packages have other names"
                yield Violation(one.span(one.command.words[0]), message)
                break
