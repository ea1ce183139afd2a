"""Neither BuildKit nor the frontend that the file names with `# syntax=` knows this instruction, so the build stops
here. Often it is a spelling mistake, or a line that a continuation (`\\` at the end of the line before) should have
held.

Under a frontend that astro-lint does not know, nothing is said: it may have instructions of its own.
"""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.syntax_errors import INSTRUCTIONS, KEYWORDS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST614",
    name="unknown-instruction",
    severity="error",
    summary="an instruction that nothing knows",
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
    dockerfile = project.dockerfile
    if KEYWORDS.issuperset([instruction.keyword for instruction in dockerfile.instructions]):
        return
    frontend = dockerfile.frontend
    if frontend and not frontend.known:
        return
    known = (*INSTRUCTIONS, "PYENV") if frontend and frontend.pyenv else INSTRUCTIONS
    roots = {base.stage.number for base in project.bases}
    stages = iter(dockerfile.stages)
    ours, after_unknown = bool(roots), False
    for instruction in dockerfile.instructions:
        keyword = instruction.keyword
        if keyword == "FROM":
            ours = dockerfile.root(next(stages)).number in roots
        unknown = keyword not in KEYWORDS and keyword != "PYENV"
        if unknown and ours:
            close = _nearest(keyword, known)
            # Of a run of such lines, as a lost continuation leaves them, only the first says something.
            if close or not after_unknown:
                yield Violation(instruction.keyword_span, _message(keyword, close))
        after_unknown = unknown


def _nearest(keyword: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(keyword[:40], known, n=1, cutoff=0.6)


def _message(keyword: str, close: Sequence[str]) -> str:
    shown = keyword if len(keyword) <= 40 else f"{keyword[:40]}…"
    meant = f": did you mean `{close[0]}`?" if close else "; does the line before lack its `\\` at the end?"
    return f"`{shown}` is no instruction of a Dockerfile{meant}"
