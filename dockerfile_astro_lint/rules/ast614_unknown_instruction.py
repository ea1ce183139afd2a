"""Neither BuildKit nor the frontend that `# syntax=` selects knows this instruction, so the build stops here. Often
it is misspelt, or a command without `RUN` in front of it, or a line that should continue the one before, where the
`\\` at the end is missing.

Any stage counts: BuildKit reads the whole file before it builds one. Under a frontend that astro-lint does not know,
nothing is reported: it may have instructions of its own.
"""

from itertools import pairwise

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.syntax_errors import INSTRUCTIONS, KEYWORDS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Instruction, Violation, in_file_casing, rule

_COMMANDS = frozenset((
    "adduser", "airflow", "apk", "apt", "apt-get", "astro", "awk", "bash", "cat", "cd", "chmod", "chown", "conda", "cp",
    "curl", "dbt", "dnf", "dpkg", "echo", "exec", "export", "find", "git", "gpg", "grep", "groupadd", "install", "ln",
    "ls", "make", "microdnf", "mkdir", "mv", "node", "npm", "pip", "pip3", "pipx", "poetry", "printf", "python",
    "python3", "rm", "sed", "set", "sh", "source", "sudo", "tar", "tee", "test", "touch", "unzip",
    "update-ca-certificates", "useradd", "uv", "wget", "yum",
))  # fmt: skip
"""Commands that Dockerfiles run often; some of their names are near those of instructions."""


@rule(
    code="AST614",
    name="unknown-instruction",
    severity="error",
    summary="an unknown instruction",
    any_dockerfile=True,
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
    # A PYENV of an Astro image without its frontend is AST611.
    is_pyenv_known = "PYENV" in known or any(one.keyword == "PYENV" for one in project.astro_instructions())
    understood = KEYWORDS | {"PYENV"} if is_pyenv_known else KEYWORDS
    run = in_file_casing(project.dockerfile, "RUN")
    after_unknown = after_two_escapes = False
    instructions = project.dockerfile.instructions
    above = {after.line.first: before for before, after in pairwise(instructions)}
    for instruction in instructions:
        keyword = instruction.keyword
        is_unknown = keyword not in understood
        if is_unknown and after_two_escapes:
            continue  # AST005 reports the first of them
        if is_unknown:
            written = (instruction.line.text.split(None, 1) or [keyword])[0]
            close = [] if written in _COMMANDS else _nearest(keyword, known)
            # After a missing continuation every line is unknown: only the first one is reported.
            if close or not after_unknown:
                hint = _hint(instruction, above.get(instruction.line.first), written, close, run)
                name = written if len(written) <= 40 else f"{written[:40]}…"
                yield Violation(instruction.keyword_span, f"unknown instruction `{name}`{hint}")
        after_unknown, after_two_escapes = is_unknown, instruction.ends_in_two_escapes


def _nearest(keyword: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(keyword[:40], known, n=1, cutoff=0.6)


def _hint(instruction: Instruction, above: Instruction | None, written: str, close: Sequence[str], run: str) -> str:
    """What was probably meant, to follow the statement that the instruction is unknown."""
    source, escape = instruction.source, instruction.escape
    last = source.line(above.line.last).rstrip() if above and not above.line.heredocs else ""
    if close:
        return f": did you mean `{close[0].lower() if written.islower() else close[0]}`?"
    if last and _continues(instruction, above, last, written):
        return f": is a `{escape}` missing at the end of the line before?"
    return f": is `{run}` missing in front of it?" if written in _COMMANDS else ""


def _continues(instruction: Instruction, above: Instruction | None, last: str, written: str) -> bool:
    """Whether a line looks like the continuation of the instruction above."""
    line = instruction.source.line(instruction.line.first)
    if line[:1].isspace() or written.startswith(("&", "|", ";", "-", "#")) or last.endswith(("&&", "|", ";", ",", "[")):
        return True
    if above and above.keyword in ("ENV", "ARG", "LABEL") and "=" in written:
        return True
    is_below = above is not None and above.line.last == instruction.line.first - 1
    return is_below and written not in _COMMANDS and not written.isupper()
