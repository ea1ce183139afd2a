"""Neither BuildKit nor the frontend that `# syntax=` selects knows this instruction, so the build stops here. Often
it is misspelled, or a line that should continue the one before, where the `\\` at the end is missing.

With a frontend that astro-lint does not know nothing is reported: it may have instructions of its own.
"""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.syntax_errors import INSTRUCTIONS, KEYWORDS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST614",
    name="unknown-instruction",
    severity="error",
    summary="unknown instruction",
    on=("unknown",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENVV AIRFLOW__CORE__LOAD_EXAMPLES=False
                ^^^^ AST614
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE__LOAD_EXAMPLES=False
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    frontend = project.dockerfile.frontend
    if frontend and not frontend.known:
        return
    known = (*INSTRUCTIONS, "PYENV") if project.has_pyenv_frontend else INSTRUCTIONS
    after_unknown = after_two_escapes = False
    for instruction in project.astro_instructions():
        keyword = instruction.keyword
        is_unknown = keyword not in KEYWORDS and keyword != "PYENV"
        if is_unknown and after_two_escapes:
            continue  # AST005 reports the first of them
        if is_unknown:
            close = _nearest(keyword, known)
            # After a missing continuation every line is unknown: only the first one is reported.
            if close or not after_unknown:
                yield Violation(instruction.keyword_span, _message(keyword, close))
        after_unknown, after_two_escapes = is_unknown, instruction.ends_in_two_escapes


def _nearest(keyword: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(keyword[:40], known, n=1, cutoff=0.6)


def _message(keyword: str, close: Sequence[str]) -> str:
    name = keyword if len(keyword) <= 40 else f"{keyword[:40]}…"
    question = f"did you mean `{close[0]}`?" if close else "is a `\\` missing at the end of the line before?"
    return f"unknown instruction `{name}`: {question}"
