"""A `COPY` or `ADD` of a path that the build context does not have stops the build. The path is misspelled, or
`.dockerignore` excludes it.

Nothing is reported where the build context may be another folder, for a path that git ignores (it is on the disk of
who builds the image), and for patterns and variables.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule


@rule(
    code="AST621",
    name="missing-copy-source",
    severity="error",
    summary="a file to copy is not in the build context",
    on=("missing-source",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY scripts/start.sh /opt/
                #    ^^^^^^^^^^^^^^^^ AST621
            """,
            bad_files={"script/start.sh": "true\n"},
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY scripts/start.sh /opt/
            """,
            good_files={"scripts/start.sh": "true\n"},
            files={"requirements.txt": "", "packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY .env /opt/
                #    ^^^^ AST621
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            files={".env": "A=1\n", ".dockerignore": ".env\n", "requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for found in project.missing_sources:
        word, ignore = found.source.word, found.context.ignore
        excluded = (Related(ignore.span(found.pattern), "excluded here"),) if ignore and found.pattern else ()
        yield Violation(found.copy.layer.instruction.span(word.start, word.end), found.message, None, excluded)
