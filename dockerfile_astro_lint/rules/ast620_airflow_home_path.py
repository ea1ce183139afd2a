"""`/opt/airflow` is the home of the `apache/airflow` image. In an Astro image it is `/usr/local/airflow`: Airflow
does not see what is copied to `/opt/airflow`, and a `PYTHONPATH` with it finds nothing.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

_OTHER_HOME = "/opt/airflow"


_PROJECT = (".", "dags", "plugins", "include")


@rule(
    code="AST620",
    name="airflow-home-path",
    severity="warning",
    summary="the home of the `apache/airflow` image is used",
    mentions=("/opt/airflow",),
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

    spans = [*_copy_targets(project), *_path_entries(project)]
    # Other mentions would then name another folder.
    is_everywhere = project.dockerfile.source.text.count(_OTHER_HOME) == sum(
        span.text.count(_OTHER_HOME) for span in spans
    )
    message = f"`{_OTHER_HOME}` is the home of the `apache/airflow` image; here it is `{AIRFLOW_HOME}`"
    for span in spans:
        fix = None
        if is_everywhere and _OTHER_HOME in span.text:
            new = span.text.replace(_OTHER_HOME, AIRFLOW_HOME)
            fix = Fix(f"use `{AIRFLOW_HOME}`", False, (Edit(span, new),))
        yield Violation(span, message, fix)


def _copy_targets(project: Project) -> Iterator[Span]:
    for _, copy in project.copies():
        copies_project = copy.from_context and any(source.path in _PROJECT for source in copy.sources)
        if copies_project and copy.target and _is_below_other_home(copy.target):
            yield copy.layer.instruction.span(copy.destination.start, copy.destination.end)


def _path_entries(project: Project) -> Iterator[Span]:
    for _, assignment in project.assignments("ENV"):
        for entry, span in assignment.entries if assignment.name in ("PATH", "PYTHONPATH") else ():
            if _is_below_other_home(entry):
                yield span


def _is_below_other_home(path: str) -> bool:
    return path == _OTHER_HOME or path.startswith(f"{_OTHER_HOME}/")
