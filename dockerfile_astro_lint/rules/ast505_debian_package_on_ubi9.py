"""A `-ubi9` image takes its system packages from Red Hat, where many have other names than on Debian: the build stops
at one that it does not find.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST505",
    name="debian-package-on-ubi9",
    severity="warning",
    summary="a package of Debian in packages.txt of a -ubi9 image",
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
    base, context = project.final_base, project.context
    if base is None or base.version is None or base.tag is None or not base.tag.has("ubi9") or context is None:
        return
    text = context.text("packages.txt") if base.image.role == "runtime" else None
    if text is None:
        return
    from dockerfile_astro_lint.astro.package_data import PACKAGES

    known = dict(row.split("|") for row in PACKAGES.splitlines())
    for number, start in enumerate(text.starts, 1):
        line = text.line(number).partition("#")[0]
        at = 0
        for word in line.split():
            at = line.index(word, at)
            name = word.partition("=")[0].partition("/")[0].partition(":")[0].lower()
            if name in known:
                there = " and ".join(f"`{one}`" for one in known[name].split(",") if one)
                message = f"`{name}` is a package of Debian: on a `-ubi9` image " + (
                    f"it is {there}" if there else "there is none like it, and it is not needed"
                )
                place = Span(text, start + at, start + at + len(word))
                yield Violation(place, message, None, related_image(base, "this image has UBI 9"))
            at += len(word)
