"""Astro starts each component of a Deployment (scheduler, triggerer, workers) with a command of its own, by way of the
image's entry point. A `CMD` is at best never used; an `ENTRYPOINT` of one's own keeps the components from starting.

`/entrypoint`, the image's own, is fine, and so is `tini --` with an `airflow` command.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, remove_instruction, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


@rule(
    code="AST605",
    name="overridden-entrypoint",
    severity="warning",
    summary="a CMD or ENTRYPOINT, though Astro starts each component itself",
    on=("CMD", "ENTRYPOINT"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                CMD ["airflow", "webserver"]
                ^^^ AST605
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    starts = project.final_layers("CMD", "ENTRYPOINT")
    if not starts:
        return
    instruction = starts[-1].instruction
    if _fine(starts[-1]) or (len(starts) > 1 and _fine(*starts[-2:])):
        return
    message = (
        f"Astro starts each component itself: this `{instruction.keyword}` is not what runs, or keeps it from running"
    )
    yield Violation(instruction.keyword_span, message, Fix("remove it", False, (remove_instruction(instruction),)))


def _fine(*layers: "Layer") -> bool:
    words = " ".join(layer.value(layer.instruction.value) for layer in layers)
    for char in "[],\"'":
        words = words.replace(char, " ")
    found = words.split()
    if "/entrypoint" in found:
        return True
    tini = [word for word in found if word.rpartition("/")[2] == "tini"]
    rest = [word for word in found if word not in tini and not word.startswith("-")]
    return bool(tini) and (not rest or rest[0].rpartition("/")[2] == "airflow")
