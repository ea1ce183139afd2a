"""An Astro image without `-base` copies `packages.txt` and `requirements.txt` by itself: both have to be in the build
context, though they may be empty. Where one is missing, or `.dockerignore` hides it, the build stops.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import ONBUILD_FILES, Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST504",
    name="missing-onbuild-file",
    severity="warning",
    summary="packages.txt or requirements.txt is not in the build context",
    on=("context",),
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
    context, frontend = project.context, project.dockerfile.frontend
    if context is None or context.folder.manifest:
        return
    taken = [base for base in project.all_runtimes if base.onbuild or (frontend and frontend.pyenv and base.tag)]
    if not taken:
        return
    missing = [name for name in ONBUILD_FILES if name not in context.folder.names]
    hidden = [name for name in ONBUILD_FILES if context.ignores(name)]
    if not (missing or hidden) or project.context_is_elsewhere:
        return
    for base in taken:
        yield _problem(project, base, missing, hidden)


def _problem(project: Project, base: Base, missing: list[str], hidden: list[str]) -> Violation:
    assert project.context is not None
    what = []
    if missing:
        what.append(f"{_listed(missing)} {'is' if len(missing) == 1 else 'are'} missing (empty is fine)")
    if hidden:
        what.append(f"{project.context.ignore_name} hides {_listed(hidden)}")
    fix = None
    if missing and not hidden:
        from dockerfile_astro_lint.core.source import make_source

        edits = [Edit(Span(make_source(project.context.shown(name), ""), 0, 0), "") for name in missing]
        fix = Fix(f"create an empty {_listed(missing)}", True, tuple(edits))
    return Violation(
        base.reference, f"the image copies packages.txt and requirements.txt, but {' and '.join(what)}", fix
    )


def _listed(names: list[str]) -> str:
    return " and ".join(names)
