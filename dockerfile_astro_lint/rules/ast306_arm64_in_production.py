"""Deployments run AMD64 images, whatever machine they are built on. `--platform=linux/arm64` in the `FROM` of the final
stage, often written on a laptop with an ARM64 processor, builds an image that does not start on Astro. Without the
flag, `astro deploy` builds for AMD64 and `astro dev start` for the local machine.

A Runtime that has no ARM64 image at all is [AST305](AST305.md).
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.platforms import ARM64, split_platform
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST306",
    name="arm64-in-production",
    severity="warning",
    summary="the image is built for ARM64, but Astro runs AMD64 images",
    production=True,
    on=("platform",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM --platform=linux/arm64 quay.io/astronomer/astro-runtime:13.11.0
                #               ^^^^^^^^^^^ AST306
            """,
            good="""
                FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or base.image.role == "certified":
        return
    if base.version is not None and project.catalog.first_with("arm64", base.version):
        return  # AST305 reports that this Runtime has no ARM64 image
    for flag in base.stage.instruction.flags:
        if flag.name != "platform" or split_platform(flag.value)[1] not in ARM64:
            continue
        message = f"Astro runs AMD64 images, but `{flag.value}` builds one for ARM64: use `linux/amd64`"
        in_one_piece = flag.value_span.text == flag.value
        fix = Fix("use `linux/amd64`", False, (Edit(flag.value_span, "linux/amd64"),)) if in_one_piece else None
        yield Violation(flag.value_span if in_one_piece else flag.span, message, fix)
