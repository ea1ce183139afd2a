"""`/opt/airflow` is the home of `apache/airflow`. An Astro image has its own at `/usr/local/airflow`: what is copied
below `/opt/airflow` is seen by nobody, and a `PYTHONPATH` that points there finds nothing.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


_FOREIGN, _HOME = "/opt/airflow", "/usr/local/airflow"


_PROJECT = (".", "dags", "plugins", "include")


@rule(
    code="AST620",
    name="airflow-home-path",
    severity="warning",
    summary="the home of another Airflow image",
    mentions=(_FOREIGN,),
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
    text = project.dockerfile.source.text
    if _FOREIGN not in text:
        return
    found = [
        span
        for base, layer in project.layers("COPY", "ADD", "ENV")
        for span in (_copied(layer) if layer.instruction.keyword != "ENV" else _listed(layer))
    ]
    everywhere = text.count(_FOREIGN) == sum(span.text.count(_FOREIGN) for span in found)
    for span in found:
        fix = None
        if everywhere and _FOREIGN in span.text:
            fix = Fix(f"use `{_HOME}`", False, (Edit(span, span.text.replace(_FOREIGN, _HOME)),))
        yield Violation(span, f"`{_FOREIGN}` is another image's: Airflow's home here is `{_HOME}`", fix)


def _copied(layer: "Layer") -> Iterator[Span]:
    from dockerfile_astro_lint.dockerfile.copies import copy_of

    copy = copy_of(layer)
    if copy is None or not copy.from_context:
        return
    if copy.target and _below(copy.target) and any(source.path in _PROJECT for source in copy.sources):
        yield layer.instruction.span(copy.destination.start, copy.destination.end)


def _listed(layer: "Layer") -> Iterator[Span]:
    """The entries of a PATH or PYTHONPATH."""
    for one in layer.assignments:
        if one.name not in ("PATH", "PYTHONPATH"):
            continue
        text, start = one.plain
        for entry in text.split(":"):
            if _below(entry):
                yield one.part(start, start + len(entry))
            start += len(entry) + 1


def _below(path: str) -> bool:
    return path == _FOREIGN or path.startswith(f"{_FOREIGN}/")
