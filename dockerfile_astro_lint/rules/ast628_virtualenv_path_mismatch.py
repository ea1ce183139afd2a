"""A `RUN` makes a virtual environment, and something uses one of that name at another place, or activates one that
nothing makes: the command is not found, or the build stops. Relative paths start at `WORKDIR`, which is
`/usr/local/airflow`, and not at `/`.

Nothing is reported where a script, another stage or the project itself may bring the environment.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.virtual_environments import Environments, Use


@rule(
    code="AST628",
    name="virtualenv-path-mismatch",
    severity="warning",
    summary="a virtual environment is used at a place where it is not made",
    on=("RUN",),
    mentions=("venv", "virtualenv", "/activate"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN python -m venv dbt_venv && dbt_venv/bin/pip install dbt-postgres
                ENV PATH="/dbt_venv/bin:$PATH"
                #         ^^^^^^^^^ AST628
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN python -m venv dbt_venv && dbt_venv/bin/pip install dbt-postgres
                ENV PATH="/usr/local/airflow/dbt_venv/bin:$PATH"
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN python -m virtualenv dbt_env && source dbt_venv/bin/activate
                #                                          ^^^^^^^^ AST628
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN python -m virtualenv dbt_env && source dbt_env/bin/activate
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.virtual_environments import environments, may_differ

    if not may_differ(project.dockerfile):
        return
    found = environments(project)
    by_name: dict[str, list[str]] = {}
    for path in found.made:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    for use in found.uses:
        if use.path in found.made or _is_brought(project, found, use.path):
            continue
        name = use.path.rpartition("/")[2]
        if name in by_name:
            paths = by_name[name]
            message = f"the virtual environment `{name}` is made at `{paths[0]}`, not at `{use.path}`"
            yield Violation(use.span, message, _fix(found, use, paths))
        elif use.activates and found.complete:
            hint = f": use `{next(iter(found.made))}`" if len(found.made) == 1 else ""
            message = f"nothing makes the virtual environment `{use.path}`{hint}"
            yield Violation(use.span, message, _fix(found, use, list(found.made)))


def _is_brought(project: Project, found: "Environments", path: str) -> bool:
    """Whether something else may put an environment at a path: another stage, a command that moves it, the project."""
    from dockerfile_astro_lint.dockerfile.changed_paths import folders_above

    if not found.others.isdisjoint((path, "/", *folders_above(path))):
        return True
    return project.folder is not None and path.rpartition("/")[2] in project.folder.names


def _fix(found: "Environments", use: "Use", paths: list[str]) -> Fix | None:
    if len(paths) != 1 or len(paths[0].split()) != 1:
        return None  # a space would need quotes
    written = found.made[paths[0]]
    # In the same folder the environment has the name that the RUN gives it.
    is_beside = "/" not in written and "/" not in use.span.text and _folder(use.path) == _folder(paths[0])
    text = written if is_beside and "$" not in written else paths[0]
    return Fix(f"use `{text}`", False, (Edit(use.span, text),))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
