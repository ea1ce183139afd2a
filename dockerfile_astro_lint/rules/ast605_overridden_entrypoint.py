"""Astro starts each component of a Deployment (scheduler, triggerer, workers) with its own command, through the
image's entrypoint, which runs `tini`. A `CMD` has no effect. Another `ENTRYPOINT` takes `tini` away: components do not
start, or they do not get the signals that stop them, so that tasks are killed. It also resets a `CMD` of the stages
before it.

The image's own `/entrypoint` is fine, and so is `tini --` with an `airflow` command.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, remove_instructions, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer

_MESSAGES = {
    "CMD": "`CMD` has no effect, Astro sets each component's command: remove it",
    "ENTRYPOINT": "`ENTRYPOINT` replaces the image's entrypoint and its `tini`, so components lose signals: remove it",
    "other": "`ENTRYPOINT` replaces the image's entrypoint and stops Airflow components from starting: remove it",
    "tini": "`ENTRYPOINT` resets the image's command, so that `tini` has nothing to start: remove it",
}


@rule(
    code="AST605",
    name="overridden-entrypoint",
    severity="warning",
    summary="a `CMD` or `ENTRYPOINT`, though Astro sets each component's command",
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
    command = next((layer for layer in reversed(layers) if layer.instruction.keyword == "CMD"), None)
    entrypoint = next((layer for layer in reversed(layers) if layer.instruction.keyword == "ENTRYPOINT"), None)
    reset = command and entrypoint and _stage(project, command) < _stage(project, entrypoint)
    in_force = [layer for layer in (entrypoint, None if reset else command) if layer]
    if not in_force or _starts_airflow(*in_force):
        return
    for layer in layers:
        if (layer is command or layer is entrypoint) and not _is_reported(project, layer):
            instruction = layer.instruction
            started = _started_by_tini(_words(*in_force)) if layer is entrypoint else None
            message = _MESSAGES[instruction.keyword if started is None else "other" if started else "tini"]
            yield Violation(
                instruction.keyword_span, message, Fix("remove it", False, remove_instructions([instruction]))
            )


def _is_reported(project: Project, layer: "Layer") -> bool:
    """Whether AST625 reports the command, which does not exist."""
    if "airflow" not in layer.instruction.value.lower():
        return False
    from dockerfile_astro_lint.project.airflow_commands import removed_commands

    return any(found.layer.instruction is layer.instruction for found in removed_commands(project))


def _stage(project: Project, layer: "Layer") -> int:
    """How many FROMs stand above an instruction."""
    line = layer.instruction.line.first
    return sum(stage.instruction.line.first < line for stage in project.dockerfile.stages)


def _words(*layers: "Layer") -> list[str]:
    words = " ".join(layer.value(layer.instruction.value) for layer in layers)
    for char in "[],\"'":
        words = words.replace(char, " ")
    return words.split()


def _started_by_tini(words: Sequence[str]) -> list[str] | None:
    """The program that `tini` starts, with its arguments; None where it is not called."""
    if not any(_is_tini(word) for word in words):
        return None
    return [word for word in words if not _is_tini(word) and not word.startswith("-")]


def _is_tini(word: str) -> bool:
    return word.rpartition("/")[2] == "tini"


def _starts_airflow(*layers: "Layer") -> bool:
    """Whether an ENTRYPOINT and a CMD, or one of them alone, start Airflow as the image's own do."""
    words = _words(*layers)
    started = _started_by_tini(words)
    return "/entrypoint" in words or bool(started and started[0].rpartition("/")[2] == "airflow")
