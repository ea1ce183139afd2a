"""`airflow db migrate` in a `RUN` makes a SQLite database in the image, which no component of a Deployment or of
`astro dev` uses: these have their own database and migrate it themselves.

Nothing is reported if a later `airflow` or `pytest` command may need the database during the build.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, remove_instructions, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand

_COMMANDS = ("init", "migrate", "upgrade")


_GONE = ("init", "upgrade")
"""What Airflow 3 does not have."""


_CONNECTIONS = ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__SQL_ALCHEMY_CONN")


_SCRIPTS = frozenset(("make", "just", "bash", "sh", "source", ".", "tox", "nox", "astro"))
"""What runs commands that are not in the Dockerfile."""


@rule(
    code="AST632",
    name="database-in-image",
    severity="warning",
    summary="a database is prepared in the image, where nothing uses it",
    on=("RUN",),
    mentions=("airflow db", "airflow, db", "airflow,db"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN airflow db migrate
                #   ^^^^^^^^^^^^^^^^^^ AST632
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    is_airflow_3 = base is not None and base.version is not None and base.version.family == 3
    prepared: tuple[Layer, RunCommand] | None = None
    for layer in project.final_layers("RUN"):
        script = project.script_of(layer)
        for run in script.commands:
            if _prepares(layer, run):
                prepared = layer, run
            elif prepared and _may_use(run):
                prepared = None
        if prepared and not script.complete:
            prepared = None
    if prepared is None:
        return
    layer, run = prepared
    words = run.command.words
    if is_airflow_3 and words[2].text in _GONE:
        return  # AST625 reports it
    text = " ".join(word.text for word in words[:3])
    alone = len(project.commands_of(layer)) == 1
    fix = Fix("remove it", False, remove_instructions([layer.instruction])) if alone else None
    message = f"no component uses the database that `{text}` makes in the image: remove it"
    yield Violation(run.span(words[0], words[2]), message, fix)


def _prepares(layer: "Layer", run: "RunCommand") -> bool:
    """Whether a command makes Airflow's own database in the image."""
    command = run.command
    words = [word.text for word in command.words[1:3]]
    if command.name != "airflow" or len(words) < 2 or words[0] != "db" or words[1] not in _COMMANDS:
        return False
    known = {*command.assigned, *[name for name in _CONNECTIONS if name in layer.state.variables]}
    return not command.conditional and known.isdisjoint(_CONNECTIONS)


def _may_use(run: "RunCommand") -> bool:
    name, words = run.command.name, [word.text for word in run.command.arguments]
    if name in ("airflow", "pytest") or name in _SCRIPTS or name.endswith((".sh", ".py")):
        return True
    return name.startswith("python") and words[:2] != ["-m", "pip"]
