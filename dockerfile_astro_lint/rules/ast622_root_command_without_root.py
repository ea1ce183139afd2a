"""After the image's own steps the user is `astro`. Changing the owner of files, adding users, and changing folders of
the system needs root, and so does `chmod` of a file that a `COPY` without `--chown` left to root: the build stops.

Nothing is reported where the script handles the failure, as in `… || true`.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import (
    Edit,
    Example,
    Fix,
    Related,
    Span,
    Violation,
    remove_instructions,
    rule,
    run_as_root,
)

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.root_commands import RootRun

_MODES = {
    "+x": "755", "a+x": "755", "ugo+x": "755", "+rx": "755", "a+rx": "755", "u+x": "744", "ug+x": "754",
    "u+rwx": "744", "a+rwx": "777", "ugo+rwx": "777",
}  # fmt: skip
"""What symbolic modes make of the usual 644."""


@rule(
    code="AST622",
    name="root-command-without-root",
    severity="error",
    summary="a command that needs root is run as the user `astro`",
    on=("run-as-astro",),
    mentions=(
        "useradd",
        "groupadd",
        "update-ca-certificates",
        "ldconfig",
        "chown ",
        "chown\t",
        "chmod ",
        "chmod\t",
        "mkdir",
        "install-deps",
        "--with-deps",
    ),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY start.sh /opt/start.sh
                RUN chmod +x /opt/start.sh
                #   ^^^^^^^^^^^^^^^^^^^^^^ AST622
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --chown=astro:0 --chmod=755 start.sh /opt/start.sh
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN update-ca-certificates
                #   ^^^^^^^^^^^^^^^^^^^^^^ AST622
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN update-ca-certificates
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for group in project.root_runs:
        as_root = run_as_root(project.dockerfile, group[0].layer.instruction, group[-1].layer.instruction)
        for run in group:
            fix = _copy_with_mode(run) or as_root
            for found in run.others:
                span = found.run.span(found.first, found.last)
                if not found.files:
                    message = f"`{found.text}` needs root, but the user is `astro`"
                    yield Violation(span, f"{message}: add `USER root` before and `USER astro` after", fix)
                    continue
                file = found.files[0]
                copying = file.copy.layer.instruction
                message = f"`{copying.keyword}` made root the owner of `{file.path}`, so `chmod` fails as `astro`"
                message += f": use `{copying.keyword} --chown=astro:0 --chmod=…` instead"
                yield Violation(span, message, fix, (Related(copying.arguments_span, "copied here"),))


def _copy_with_mode(run: "RootRun") -> Fix | None:
    """A fix that copies with owner and mode instead, if the RUN only changes the modes of files of their own COPYs."""
    if len(run.commands) != len(run.others) or any(not found.files for found in run.others):
        return None
    modes: dict[int, str] = {}
    edits = []
    for found in run.others:
        words = [word.text for word in found.run.command.arguments if not word.text.startswith("-")]
        mode = _MODES.get(words[0], words[0].lstrip("0"))
        if len(words) - 1 != len(found.files) or not (len(mode) == 3 and mode.isdecimal() and not set("89") & {*mode}):
            return None
        for file in found.files:
            copying = file.copy.layer.instruction
            if not file.alone or file.copy.flags.keys() & {"chmod", "from"} or copying.line.first in modes:
                return None
            modes[copying.line.first] = mode
            at = copying.keyword_span.end
            edits.append(Edit(Span(copying.source, at, at), f" --chown=astro:0 --chmod={mode}"))
    edits += remove_instructions([run.layer.instruction])
    return Fix("copy it with its owner and mode", True, tuple(edits))
