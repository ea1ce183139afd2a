"""A password or token in `requirements.txt` or `packages.txt` is in the repository and, as the image gets the file, in
the image. Pass it to the build instead: `RUN --mount=type=secret` on a `-base` image.

Placeholders and well-known defaults are not reported. No report contains the secret itself.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Source, Span, Violation, rule


@rule(
    code="AST508",
    name="secret-in-requirements",
    severity="error",
    summary="a password or token in requirements.txt or packages.txt",
    on=("credentials", "packages"),
    secret=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "requirements.txt": """
                    --extra-index-url=https://reader:V7q2Lm9zKp4t@pypi.example/simple
                    #                                ^^^^^^^^^^^^ AST508
                    pandas
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"requirements.txt": "--extra-index-url=https://${READER}@pypi.example/simple\npandas\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.requirements import may_have_credentials

    required, base = project.requirements, project.final_base
    if base is None or base.image.role != "runtime":
        return
    packages = project.context.text("packages.txt") if project.context else None
    for source in (required.source if required else None, packages):
        if source and may_have_credentials(source.text):
            if required and source is required.source and not required.plain:
                ranges = [(entry.start, entry.end) for entry in required.entries]
            else:
                ranges = [(start, source.line_span(line).end) for line, start in enumerate(source.starts, 1)]
            for start, end in ranges:
                yield from _secrets(source, start, end)


def _secrets(source: Source, start: int, end: int) -> Iterator[Violation]:
    """The secrets in a line."""
    from dockerfile_astro_lint.project.secret_forms import tokens_in
    from dockerfile_astro_lint.project.secrets import secrets_in

    text = source.text[start:end]
    found = {(one.start, one.end): one.what for one in secrets_in("", text)} if "://" in text else {}
    for low, high in tokens_in(text) if "://" in text and "--hash" not in text else ():
        if not any(first < high and low < last for first, last in found):
            found[low, high] = "the token"
    for low, high in sorted(found):
        message = f"everyone who reads {source.path} or pulls the image has {found[low, high]}: pass it to the build"
        yield Violation(Span(source, start + low, start + high), message)
