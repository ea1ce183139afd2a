"""Astro starts each component of a Deployment (scheduler, triggerer, workers) with its own command, through the
image's entrypoint. A `CMD` has no effect, and another `ENTRYPOINT` stops the components from starting.

The image's own `/entrypoint` is fine, and so is `tini --` with an `airflow` command.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, remove_instructions, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer

_MESSAGES = {
    "CMD": "`CMD` has no effect, Astro sets each component's command: remove it",
    "ENTRYPOINT": "`ENTRYPOINT` replaces the image's entrypoint and stops Airflow components from starting: remove it",
}


@rule(
    code="AST605",
    name="overridden-entrypoint",
    severity="warning",
    summary="a CMD or ENTRYPOINT, but Astro sets each component's command",
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
    layers = project.final_layers("CMD", "ENTRYPOINT")
    if not layers or _starts_airflow(layers[-1]) or (len(layers) > 1 and _starts_airflow(*layers[-2:])):
        return
    instruction = layers[-1].instruction
    message = _MESSAGES[instruction.keyword]
    yield Violation(instruction.keyword_span, message, Fix("remove it", False, remove_instructions([instruction])))


def _starts_airflow(*layers: "Layer") -> bool:
    words = " ".join(layer.value(layer.instruction.value) for layer in layers)
    for char in "[],\"'":
        words = words.replace(char, " ")
    programs = words.split()
    if "/entrypoint" in programs:
        return True
    tini = [word for word in programs if word.rpartition("/")[2] == "tini"]
    rest = [word for word in programs if word not in tini and not word.startswith("-")]
    return bool(tini) and (not rest or rest[0].rpartition("/")[2] == "airflow")
