"""Deployments run AMD64 images, whatever machine the Dockerfile was written on. A path that only exists on ARM64,
such as `/usr/lib/jvm/java-17-openjdk-arm64`, is in the image that a laptop builds, but not in the deployed one.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_SEPARATORS = dict.fromkeys(map(ord, "/-_.:"), " ")
"""Between the words of a path."""


@rule(
    code="AST619",
    name="architecture-in-path",
    severity="warning",
    summary="a path that only exists on ARM64",
    on=("ENV",),
    mentions=("arm64", "aarch64"),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-arm64
                #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST619
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base, assignment in project.assignments("ENV"):
        text = assignment.plain[0]
        if "amd64" in text or "x86_64" in text or "://" in text or not _is_arm(text):
            continue
        platform = next((flag.text for flag in base.stage.flags if flag.text.startswith("--platform=")), "")
        if "arm64" in platform or "aarch64" in platform or "$" in platform:
            continue
        for entry, span in assignment.entries:
            if entry.startswith("/") and _is_arm(entry):
                message = f"`{entry}` only exists on ARM64, but Astro runs AMD64 images: use the AMD64 path"
                yield Violation(span, message)


def _is_arm(path: str) -> bool:
    words = path.lower().translate(_SEPARATORS).split()
    return "arm64" in words or "aarch64" in words
