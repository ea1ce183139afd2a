"""A `COPY` or `ADD` of a path that the build context does not have stops the build. The path is misspelled, or
`.dockerignore` excludes it.

Nothing is reported where the build context may be another folder, for a path that git ignores (it is on the disk of
who builds the image), and for patterns and variables.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule

_MAX_NAMES = 1000
"""Names of a folder that are compared with a missing one."""


@rule(
    code="AST621",
    name="missing-copy-source",
    severity="error",
    summary="a file to copy is not in the build context",
    on=("COPY", "ADD"),
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
        copy, source, context, pattern = found
        instruction, path = copy.layer.instruction, source.path
        span = instruction.span(source.word.start, source.word.end)
        if pattern and context.ignore:
            message = f"`{context.ignore_name}` excludes `{path}` from the build context, so the build stops here"
            yield Violation(span, message, related=(Related(context.ignore.span(pattern), "excluded here"),))
            continue
        message = f"`{path}` is not in the build context, so the build stops here"
        folder, _, name = path.rpartition("/")
        names = sorted(context.folder.overlay.list(f"{context.folder.path}/{folder}"))[:_MAX_NAMES]
        if ".." in source.word.text.split("/"):
            message += ": paths cannot leave the context"
        elif names and len(name) <= 100:
            from difflib import get_close_matches

            close = get_close_matches(name, names, n=1, cutoff=0.75)
            message += f": did you mean `{f'{folder}/{close[0]}'.lstrip('/')}`?" if close else ""
        yield Violation(span, message)
