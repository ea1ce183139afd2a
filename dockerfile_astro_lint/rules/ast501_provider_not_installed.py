"""An import of `airflow.providers.x` needs the package of that provider. Airflow 3 images contain very few of them:
what Airflow 2 images already had (amazon, google, http, …) has to be in `requirements.txt` now.

What a `RUN` installs with `pip` or `uv pip` counts too. Nothing is reported if what is installed cannot be told: an
extra, a path, a URL, a variable, a requirements file that is not there, another installer.

Airflow 3 images probably lack the mysql and postgres providers, but Astronomer's pages disagree: those are `info`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
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
    from dockerfile_astro_lint.astro.provider_releases import provider_release
    from dockerfile_astro_lint.astro.providers import PROBABLY_NOT_IN_AIRFLOW_3, package_of
    from dockerfile_astro_lint.project.build_context import packages

    for file, found in project.imports("airflow.providers"):
        missing = dict.fromkeys(name for name in packages(found) if name is not None and name not in present)
        if not missing:
            continue
        wanted = [package_of(name) for name in missing if provider_release(name.replace(".", "-"))]
        if not wanted:
            listed = " and ".join(f"`{package_of(name)}`" for name in missing)
            message = f"{listed} is not installed, and not published on PyPI"
            yield Violation(file.span(found), message, None, related_image(project, "the base image"))
            continue
        listed = " and ".join(f"`{package}`" for package in wanted)
        fix = None
        if required.plain:
            edits = tuple(append_line(required.source, package) for package in wanted)
            fix = Fix(f"add {listed} to {required.source.path}", False, edits)
        verb, pronoun = ("is", "it") if len(wanted) == 1 else ("are", "them")
        severity = None
        if airflow_3_minor(project) and PROBABLY_NOT_IN_AIRFLOW_3.issuperset(missing):
            verb, severity = f"{verb} probably", "info"
        message = f"{listed} {verb} not installed: add {pronoun} to {required.source.path}"
        yield Violation(file.span(found), message, fix, related_image(project, "the base image"), severity)
