"""`/opt/airflow` is the home of the `apache/airflow` image. In an Astro image it is `/usr/local/airflow`: Airflow
does not see what is copied to `/opt/airflow`, and a `PYTHONPATH` with it finds nothing. So it is with `/home/airflow`,
the home of that image's user, who is called `astro` here.

Nothing is reported for a path that another `COPY`, a `RUN` or a volume of `docker-compose.override.yml` makes. There is
no fix where other instructions or files of the project name `/opt/airflow` too.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.made_paths import is_below, mounted_paths, paths_of_runs
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Base, Edit, Example, Fix, Violation, remove_instruction, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.copies import Copy

_OTHER_HOME = "/opt/airflow"


_USER_HOME = "/home/airflow"


_PATHS = ("PATH", "PYTHONPATH", "AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER")
"""Variables with paths in which Airflow or Python look."""


_PROJECT = (".", "dags", "plugins", "include")


class _Use(NamedTuple):
    """A place that names the other home; `copy`: it is the destination of a copy of the project."""

    span: Span
    path: str
    base: Base
    copy: "Copy | None" = None


@rule(
    code="AST620",
    name="airflow-home-path",
    severity="warning",
    summary="the home of the `apache/airflow` image is used",
    mentions=("/opt/airflow", "/home/airflow"),
    on=("COPY", "ADD", "ENV"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY dags /opt/airflow/dags
                #         ^^^^^^^^^^^^^^^^^ AST620
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY dags /usr/local/airflow/dags
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME
    from dockerfile_astro_lint.dockerfile.changed_paths import overlaps, with_folders

    found = [*_project_copies(project), *_path_entries(project)]
    if not found:
        return
    homes = {home for home in (_OTHER_HOME, _USER_HOME) if any(is_below(use.path, home) for use in found)}
    mounted = {path for home in homes for path in mounted_paths(project, home)}
    copied = {copy.target for _, copy in project.copies() if copy.target and not _copies_project(copy)}
    links = {path for home in homes for path in paths_of_runs(project, home, ("ln",))}
    linked = with_folders({*mounted, *links})
    made = with_folders({*mounted, *copied, *[path for home in homes for path in paths_of_runs(project, home)]})
    uses = [use for use in found if not overlaps(use.path, linked if use.copy else made)]
    # Other mentions would then name another folder.
    is_everywhere = project.dockerfile.source.text.count(_OTHER_HOME) == sum(
        use.span.text.count(_OTHER_HOME) for use in uses
    ) and not _is_named_elsewhere(project)
    for use in uses:
        if is_below(use.path, _USER_HOME):
            message = f"`{_USER_HOME}` is the home of the user of the `apache/airflow` image; here it is `/home/astro`"
            yield Violation(use.span, message)
            continue
        message, fix = f"`{_OTHER_HOME}` is the home of the `apache/airflow` image; here it is `{AIRFLOW_HOME}`", None
        if use.copy and _would_repeat(use.base, use.copy):
            message += ", where the base image already copies the project (ONBUILD)"
            fix = Fix("remove it", False, (remove_instruction(use.copy.layer.instruction),))
        elif _OTHER_HOME in use.span.text:
            fix = Fix(
                f"use `{AIRFLOW_HOME}`", False, (Edit(use.span, use.span.text.replace(_OTHER_HOME, AIRFLOW_HOME)),)
            )
        yield Violation(use.span, message, fix if is_everywhere else None)


def _copies_project(copy: "Copy") -> bool:
    return copy.from_context and any(source.path in _PROJECT for source in copy.sources)


def _project_copies(project: Project) -> Iterator[_Use]:
    for base, copy in project.copies():
        if _copies_project(copy) and copy.target and is_below(copy.target, _OTHER_HOME):
            span = copy.layer.instruction.span(copy.destination.start, copy.destination.end)
            yield _Use(span, copy.target, base, copy)


def _path_entries(project: Project) -> Iterator[_Use]:
    for base, assignment in project.assignments("ENV"):
        for entry, span in assignment.entries if assignment.name in _PATHS else ():
            if is_below(entry, _OTHER_HOME) or is_below(entry, _USER_HOME):
                yield _Use(span, entry.rstrip("/"), base)


def _is_named_elsewhere(project: Project) -> bool:
    """Whether another file of the project names the other home."""
    if project.context is None:
        return False
    import os

    return project.context.folder.mentions(_OTHER_HOME.encode(), os.path.basename(project.dockerfile.source.path))


def _would_repeat(base: Base, copy: "Copy") -> bool:
    """Whether a copy to the image's own home would repeat what the base image does by itself."""
    from dockerfile_astro_lint.project.onbuild import is_for_another_user

    if not base.onbuild or len(copy.sources) > 1 or {"chmod", "exclude", "parents"} & copy.flags.keys():
        return False
    path = copy.sources[0].path
    own = _OTHER_HOME if path == "." else f"{_OTHER_HOME}/{path}"
    return copy.target == own and not is_for_another_user(copy)
