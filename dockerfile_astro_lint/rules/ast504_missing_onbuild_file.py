"""A Runtime image without `-base` copies `packages.txt` and `requirements.txt` by itself (ONBUILD): both have to be
in the build context, though they may be empty. If one is missing, or `.dockerignore` excludes it, the build stops.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span, make_source
from dockerfile_astro_lint.project.file_kinds import ONBUILD_FILES
from dockerfile_astro_lint.project.missing_sources import context_is_elsewhere
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST504",
    name="missing-onbuild-file",
    severity="error",
    summary="`packages.txt` or `requirements.txt` is not in the build context",
    on=("no-onbuild-file",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST504
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"packages.txt": ""},
            files={"requirements.txt": "pandas\n", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    context = project.context
    if context is None or context.folder.manifest:
        return
    bases = [base for base in project.all_runtimes if base.onbuild or (project.has_pyenv_frontend and base.tag)]
    missing = [name for name in ONBUILD_FILES if name not in context.folder.names]
    excluded = [name for name in ONBUILD_FILES if context.ignores(name)]
    if not bases or not (missing or excluded) or context_is_elsewhere(project):
        return
    if missing:
        from dockerfile_astro_lint.project.gitignore import GitIgnore

        git = GitIgnore(context.folder.path)
        missing = [name for name in missing if not git.ignores(name)]  # its owner has it
        if not (missing or excluded):
            return
    pronoun = "it" if len({*missing, *excluded}) == 1 else "them"
    facts, actions = [], []
    if missing:
        facts.append(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
        actions.append(f"create {pronoun}, even if empty")
    if excluded:
        facts.append(f"{context.ignore_name} excludes {' and '.join(excluded)}")
        actions.append(f"do not exclude {pronoun}")
    message = f"{' and '.join(facts)}, but the base image copies {pronoun} (ONBUILD): {', and '.join(actions)}"
    edits = tuple(Edit(Span(make_source(context.shown(name), ""), 0, 0), "") for name in missing)
    fix = None if excluded else Fix(f"create an empty {' and '.join(missing)}", True, edits)
    for base in bases:
        yield Violation(base.reference, message, fix)
