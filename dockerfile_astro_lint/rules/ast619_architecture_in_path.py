"""Deployments run AMD64 images, whatever the laptop is that they were written on. A path of ARM64 alone, such as
`/usr/lib/jvm/java-17-openjdk-arm64`, exists on the laptop's image and not on the deployed one.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_APART = dict.fromkeys(map(ord, "/-_."), " ")
"""What stands between the words of a path."""


@rule(
    code="AST619",
    name="architecture-in-path",
    severity="warning",
    summary="a path that exists on ARM64 only",
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
    for base, layer in project.layers("ENV"):
        value = layer.instruction.value.lower()
        if "arm64" not in value and "aarch64" not in value:
            continue
        platform = next((flag.text for flag in base.stage.flags if flag.text.startswith("--platform=")), "")
        if "arm64" in platform or "aarch64" in platform or "$" in platform:
            continue
        for one in layer.assignments:
            text, start = one.plain
            if "amd64" in text or "x86_64" in text or "://" in text:
                continue  # both are named; no path
            for entry in text.split(":"):
                words = entry.lower().translate(_APART).split()
                if entry.startswith("/") and ("arm64" in words or "aarch64" in words):
                    message = f"`{entry}` exists on ARM64 only, and deployed images are AMD64"
                    yield Violation(one.part(start, start + len(entry)), message)
                start += len(entry) + 1
