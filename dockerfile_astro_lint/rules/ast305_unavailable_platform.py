"""Astro Runtime images are built for Linux on AMD64, and from 6.0.4 on ARM64. For any other `--platform` there is no
image, and the build fails.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.platforms import AMD64, ARM64, split_platform
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST305",
    name="unavailable-platform",
    severity="error",
    summary="a platform that Astro Runtime has no image for",
    on=("platform",),
    examples=[
        Example(
            bad="""
                FROM --platform=linux/arm/v7 quay.io/astronomer/astro-runtime:13.11.0
                #               ^^^^^^^^^^^^ AST305
            """,
            good="""
                FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.versioned:
        for flag in base.stage.instruction.flags:
            if flag.name != "platform" or "$" in flag.value or not flag.value:
                continue
            system, architecture = split_platform(flag.value)
            first = project.catalog.first_with("arm64", base.version) if architecture in ARM64 else None
            if system != "linux" or (architecture and architecture not in ARM64 + AMD64):
                message = f"Astro Runtime has no image for `{flag.value}`; available: linux/amd64, linux/arm64"
            elif first:
                message = f"Runtime {base.version} has no ARM64 image (available from {first}): use `linux/amd64`"
            else:
                continue
            in_one_piece = flag.value in flag.span.text.replace("\\\n", "")  # not `linux/"s390"x`
            yield Violation(flag.value_span if in_one_piece else flag.span, message)
