"""An import of `airflow.providers.x` needs the package of that provider. Airflow 3 images contain very few of them:
what Airflow 2 images already had (amazon, google, http, …) has to be in `requirements.txt` now.

Nothing is reported if anything else may install the package: a `RUN` that installs packages, an extra, another
requirements file, a path.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, related_image, rule


@rule(
    code="AST501",
    name="provider-not-installed",
    severity="warning",
    summary="a provider is imported that is not installed",
    python=True,
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
                    #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST501
                """,
                "requirements.txt": "pandas\n",
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "dags/load.py": "from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n",
                "requirements.txt": "pandas\napache-airflow-providers-amazon\n",
            },
            files={"packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    present, required = project.providers, project.requirements
    if present is None or required is None:
        return
    from dockerfile_astro_lint.astro.providers import package_of
    from dockerfile_astro_lint.project.build_context import packages

    for file, found in project.imports("airflow.providers"):
        missing = dict.fromkeys(name for name in packages(found) if name is not None and name not in present)
        if not missing:
            continue
        wanted = [package_of(name) for name in missing]
        listed = " and ".join(f"`{package}`" for package in wanted)
        fix = None
        if required.plain:
            edits = tuple(append_line(required.source, package) for package in wanted)
            fix = Fix(f"add {listed} to {required.source.path}", False, edits)
        verb, pronoun = ("is", "it") if len(wanted) == 1 else ("are", "them")
        message = f"{listed} {verb} not installed: add {pronoun} to {required.source.path}"
        yield Violation(file.span(found), message, fix, related_image(project, "the base image"))
