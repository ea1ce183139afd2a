"""A `-ubi9` image gets its system packages from Red Hat, where many have other names than on Debian: the build stops
at one that does not exist there.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST505",
    name="debian-package-on-ubi9",
    severity="error",
    summary="a Debian package in packages.txt of a `-ubi9` image",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-ubi9
            """,
            bad_files={
                "packages.txt": """
                    libpq-dev
                    ^^^^^^^^^ AST505
                    git
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-ubi9
            """,
            good_files={"packages.txt": "libpq-devel\ngit\n"},
            files={"requirements.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    text = project.context.text("packages.txt") if project.context else None
    if text is None or project.final_base not in project.with_segment("ubi9"):
        return
    from dockerfile_astro_lint.astro.package_data import PACKAGES
    from dockerfile_astro_lint.project.requirements import parse_packages

    ubi_names = dict(row.split("|") for row in PACKAGES.splitlines())
    for name, span in parse_packages(text):
        if name in ubi_names:
            names = ", ".join(f"`{ubi_name}`" for ubi_name in ubi_names[name].split(",") if ubi_name)
            way_out = f"use {names} on a `-ubi9` image" if names else "remove it, `-ubi9` images do not need it"
            message = f"`{name}` is a Debian package: {way_out}"
            yield Violation(span, message, None, related_image(project, "this image is based on UBI 9"))
