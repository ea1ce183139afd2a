"""Astro Runtime is built for Linux on AMD64, and from 6.0.4 on ARM64 too. For any other `--platform` there is no
image, and the build fails.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_ARM64 = ("arm64", "aarch64", "arm64/v8", "aarch64/v8")


_AMD64 = ("amd64", "x86_64", "x86-64", "amd64/v1", "amd64/v2", "amd64/v3", "amd64/v4", "x86_64/v1", "x86_64/v2",
          "x86_64/v3", "x86_64/v4")  # fmt: skip


@rule(
    code="AST305",
    name="unavailable-platform",
    severity="error",
    summary="a platform that Astro Runtime is not built for",
    mentions=("platform",),
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
        for flag in base.stage.flags:
            name, _, platform = flag.text.partition("=")
            if name != "--platform" or "$" in platform or not platform:
                continue
            system, slash, architecture = platform.lower().partition("/")
            if system not in ("linux", "windows") and (not slash or platform.lower() in _ARM64 + _AMD64):
                system, architecture = "linux", platform.lower()
            old = base.version is not None and base.version.family == 2 and base.version.numbers < (6, 0, 4)
            if system != "linux" or (architecture and architecture not in _ARM64 + _AMD64):
                message = f"there is no Astro Runtime image for `{platform}`: only for linux/amd64 and linux/arm64"
            elif architecture in _ARM64 and old:
                message = f"Runtime {base.version} has no ARM64 image: they begin with 6.0.4"
            else:
                continue
            # Quotes can stand around the value, or in it.
            written = base.stage.instruction.line.text[flag.start : flag.end].rfind(platform)
            start, end = (flag.start + written, flag.start + written + len(platform)) if written > 0 else flag[1:]
            yield Violation(base.stage.instruction.span(start, end), message)
