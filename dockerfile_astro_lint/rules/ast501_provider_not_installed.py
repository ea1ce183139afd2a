"""An import of `airflow.providers.x` needs the provider's package. Airflow 3 images carry very few of them: what
Airflow 2 images had by themselves (amazon, google, http, …) has to be in `requirements.txt` now.

Nothing is said where anything else may bring the package: a `RUN` that installs, an extra, another file, a path.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, related_image, rule


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
def check(project: Project) -> Iterator[Violation]:
    base, context = project.final_base, project.context
    if base is None or context is None or not base.onbuild:
        return
    files = project.imports("airflow.providers")
    present, required = project.providers, project.requirements
    if not files or present is None or required is None:
        return
    from dockerfile_astro_lint.astro.providers import package_of
    from dockerfile_astro_lint.project.build_context import packages

    for file in files:
        for found in file.imports:
            names = dict.fromkeys(one for one in packages(found) if one is not None and one not in present)
            if not names:
                continue
            wanted = [package_of(name) for name in names]
            listed = " and ".join(f"`{one}`" for one in wanted)
            fix = None
            if required.plain:
                edits = tuple(append_line(required.source, one) for one in wanted)
                fix = Fix(f"add {listed} to {required.source.path}", False, edits)
            it = "it" if len(wanted) == 1 else "them"
            message = f"neither the image nor {required.source.path} has {listed}: add {it} there"
            yield Violation(Span(file.source, found.start, found.end), message, fix, related_image(base, "the image"))
