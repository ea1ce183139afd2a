"""Astro sets these variables itself, for logs, metrics, lineage and the web server of a Deployment, and Astronomer's
documentation tells not to override them. An `ENV` in the image can stop them from working, or it is overridden.

The list is that of August 2024; a newer one may differ. The variables that make a difference on every Deployment are
[AST626](AST626.md).
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST631",
    name="reserved-astro-variable",
    severity="info",
    summary="a variable that Astro sets itself",
    opt_in=True,
    on=("ENV",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__LOGGING__REMOTE_LOGGING=False
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST631
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__LOGGING__LOGGING_LEVEL=DEBUG
            """,
            options=("--extend-select", "AST631"),
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.deployment_settings import reserved_variables

    for assignment in reserved_variables(project):
        message = f"Astro sets `{assignment.name}` itself, according to Astronomer's documentation: remove it"
        yield Violation(assignment.name_span, message)
