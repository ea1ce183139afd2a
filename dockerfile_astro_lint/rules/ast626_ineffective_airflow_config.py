"""On Astro the Deployment configures Airflow: it sets the executor, the metadata database, Airflow's home and the
folder of the DAGs, and options come from its environment variables. What `airflow.cfg`, `airflow_local_settings.py`
or an `ENV` of the image say of these is only in effect where the image runs elsewhere, such as with `astro dev start`.

Set options as environment variables, in the Deployment or with `ENV AIRFLOW__SECTION__KEY`. Other variables that
Astronomer reserves are [AST631](AST631.md).
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST626",
    name="ineffective-airflow-config",
    severity="warning",
    summary="configuration of Airflow that the Deployment sets on Astro",
    on=("COPY", "ADD", "ENV"),
    mentions=(
        "airflow.cfg",
        "airflow_local_settings.py",
        "airflow_home",
        "airflow__core__dags_folder",
        "airflow__core__executor",
        "sql_alchemy_conn",
    ),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY airflow.cfg .
                #    ^^^^^^^^^^^ AST626
                ENV AIRFLOW__CORE__EXECUTOR=LocalExecutor
                #   ^^^^^^^^^^^^^^^^^^^^^^^ AST626
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE__PARALLELISM=64
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if not project.keywords.isdisjoint(("COPY", "ADD")):
        from dockerfile_astro_lint.dockerfile.copies import CONFIG_FILES, config_files

        for _, copy in project.copies():
            for word, name in config_files(copy):
                how = (
                    "set options as environment variables" if name == CONFIG_FILES[0] else "put policies into a plugin"
                )
                message = f"on Astro the Deployment configures Airflow, not `{name}`: {how}"
                yield Violation(copy.layer.instruction.span(word.start, word.end), message)
    if "ENV" not in project.keywords:
        return
    from dockerfile_astro_lint.project.deployment_settings import PATHS, overridden_variables
    from dockerfile_astro_lint.project.executors import unavailable_executors

    reported = {one.assignment.name_span.start for one in unavailable_executors(project)}  # by AST629
    for assignment, _ in overridden_variables(project):
        if assignment.name_span.start in reported:
            continue
        path = PATHS.get(assignment.name)
        if path:
            message = f"on Astro the Deployment sets `{assignment.name}` to `{path}`: remove it"
            yield Violation(assignment.text_span, message)
        else:
            message = f"on Astro the Deployment sets `{assignment.name}`: keep it only for runs outside Astro"
            yield Violation(assignment.name_span, message)
