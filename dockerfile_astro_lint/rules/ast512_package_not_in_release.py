"""A Debian release has other packages than the one before: `netcat` and `openjdk-11-jdk` are not in Debian 12,
`libgl1-mesa-glx` and `software-properties-common` not in Debian 13. The build stops at a package that does not exist.

Runtime 11 and older are based on Debian 11, 12 to 3.1 on Debian 12, 3.2 and newer on Debian 13. After an instruction
that adds a package source, nothing is reported.
"""

from dockerfile_astro_lint.astro.debian_packages import (
    RELEASES,
    MissingPackage,
    debian_release,
    missing_package,
    packages_missing_somewhere,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.system_packages import apt_packages, installs_packages_txt
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Span, Violation, related_image, rule


@rule(
    code="AST512",
    name="package-not-in-release",
    severity="warning",
    summary="a system package that the image's Debian release does not have",
    on=("apt", "packages"),
    mentions=sorted(packages_missing_somewhere()),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
            bad_files={
                "packages.txt": """
                    libgl1-mesa-glx
                    ^^^^^^^^^^^^^^^ AST512
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
            good_files={"packages.txt": "libgl1\n"},
            files={"requirements.txt": "", "dags/load.py": "import json\n"},
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN apt-get update && apt-get install -y netcat
                #                                        ^^^^^^ AST512
                USER astro
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN apt-get update && apt-get install -y netcat-openbsd
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    text = project.context.text("packages.txt") if project.context else None
    if base and text and base.version and base.image.role == "runtime" and not _is_ubi9(base):
        from dockerfile_astro_lint.project.requirements import parse_packages

        if base.onbuild or installs_packages_txt(project):
            for name, span in parse_packages(text):
                missing = missing_package(name, debian_release(base.version))
                if missing and "/" not in span.text:
                    yield _violation(project, span, missing)
    for base, name, span in apt_packages(project, packages_missing_somewhere()):
        missing = missing_package(name, debian_release(base.version)) if base.version and not _is_ubi9(base) else None
        if missing:
            yield _violation(project, span, missing)


def _is_ubi9(base: object) -> bool:
    tag = getattr(base, "tag", None)
    return tag is None or bool(tag.has("ubi9"))


def _violation(project: Project, span: Span, missing: MissingPackage) -> Violation:
    name, use = missing.package, missing.use
    release = f"Debian {missing.release} ({RELEASES[missing.release]})"
    fix = Fix(f"use `{use}`", False, (Edit(span, use),)) if use and span.text == name else None
    way_out = f"use `{use}`" if use else "remove it, or add a package source that has it"
    related = related_image(project, f"this image is based on {release}")
    return Violation(span, f"{release} has no package `{name}`: {way_out}", fix, related)
