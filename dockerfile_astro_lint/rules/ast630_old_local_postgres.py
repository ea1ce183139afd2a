"""`astro dev start` runs Airflow with a local Postgres. Airflow 3 needs Postgres 13 or newer, from 3.2 on 14: with an
older one the migration of the database fails, and nothing starts.

The version is `postgres.tag` in `.astro/config.yaml`, or the image of the `postgres` service in
`docker-compose.override.yml`. Another major version does not read the old data: run `astro dev kill` first.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule


@rule(
    code="AST630",
    name="old-local-postgres",
    severity="warning",
    summary="a local Postgres that the image's Airflow does not support",
    on=("postgres",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                ".astro/config.yaml": """
                    project:
                      name: sales
                    postgres:
                      tag: "12.6"
                    #       ^^^^ AST630
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                ".astro/config.yaml": """
                    project:
                      name: sales
                    postgres:
                      tag: "17"
                """,
            },
            files={"requirements.txt": "", "packages.txt": "", "dags/load.py": "import json\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.astro.airflow_modules import minor
    from dockerfile_astro_lint.astro.deployment import postgres_versions
    from dockerfile_astro_lint.project.local_postgres import postgres_tags
    from dockerfile_astro_lint.project.provider_versions import image_airflow

    airflow, base = image_airflow(project), project.final_base
    supported = postgres_versions(minor(airflow)) if "." in airflow else None
    if supported is None or project.context is None or base is None or base.image.role != "runtime":
        return
    oldest, newest = supported
    for span in postgres_tags(project.context):
        major = span.text.partition(".")[0].partition("-")[0]
        if major.isdecimal() and len(major) < 4 and int(major) < oldest:
            fix = None
            if span.text.replace(".", "").isdecimal():
                fix = Fix(f"use Postgres {newest}", False, (Edit(span, str(newest)),))
            message = f"Airflow {airflow} needs Postgres {oldest} or newer: use {newest}"
            yield Violation(span, message, fix, related_image(project, f"this image has Airflow {airflow}"))
