"""An import of `airflow.providers.x` needs the provider's package. Airflow 3 images carry very few of them: what
Airflow 2 images had by themselves (amazon, google, http, …) has to be in `requirements.txt` now.

Nothing is said where anything else may bring the package: a `RUN` that installs, an extra, another file, a path.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Example, Fix, Problem, Project, Span, append_line, image_place, rule


@rule(
    code="AST501",
    name="provider-not-installed",
    severity="warning",
    summary="a provider is imported that nothing installs",
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
def check(project: Project) -> Iterator[Problem]:
    base, context = project.final_base, project.context
    if base is None or context is None or not base.onbuild:
        return
    files = project.imports("airflow.providers")
    present, required = project.providers, project.requirements
    if not files or present is None or required is None:
        return
    from dockerfile_astro_lint.context import packages
    from dockerfile_astro_lint.providers import package_of

    for file in files:
        told: set[str] = set()
        for found in file.imports:
            for provider in packages(found):
                if provider is None or provider in present or provider in told:
                    continue
                told.add(provider)
                package = package_of(provider)
                fix = None
                if required.plain:
                    edit = append_line(required.source, package)
                    fix = Fix(f"add `{package}` to {required.source.path}", False, (edit,))
                message = f"neither the image nor {required.source.path} has `{package}`: add it there"
                related = image_place(base, "the image")
                yield Problem(Span(file.source, found.start, found.end), message, fix, related)
