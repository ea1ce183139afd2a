"""Providers have releases of their own, and remove what was deprecated long enough: `PostgresOperator` left its
provider with 6.0.0. A project that requires the provider without a bound gets the newest release, so the import fails
after the next build.

On Airflow 3, a pinned release from before Airflow 3 may be installed and still fail when it is imported: then the
requirement is reported. So is `astro-sdk-python`, of which no release can be imported there.
"""

from dockerfile_astro_lint.astro.airflow_requires import related_package
from dockerfile_astro_lint.astro.provider_releases import broken_on_airflow3, removed_provider_names, version_key
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.provider_versions import required_providers
from dockerfile_astro_lint.project.python_fixes import NewName
from dockerfile_astro_lint.project.replacements import described, import_fix, not_installed
from dockerfile_astro_lint.project.specifiers import allowed_by, written
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST409",
    name="removed-provider-import",
    severity="warning",
    summary="an import that the installed release of a provider no longer has",
    python=True,
    on=("provider", "broken-library"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.providers.http.operators.http import SimpleHttpOperator
                    #                                                 ^^^^^^^^^^^^^^^^^^ AST409

                    get = SimpleHttpOperator(task_id="get")
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "dags/load.py": """
                    from airflow.providers.http.operators.http import HttpOperator

                    get = HttpOperator(task_id="get")
                """,
            },
            files={"requirements.txt": "apache-airflow-providers-http\n", "packages.txt": ""},
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "requirements.txt": """
                    apache-airflow-providers-slack==7.3.0
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST409
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={"requirements.txt": "apache-airflow-providers-slack==9.0.0\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    yield from _imports(project)
    required = project.requirements
    if airflow_3_minor(project) is None or required is None:
        return
    for provider, entry in required_providers(required):
        bounds = allowed_by(entry)
        broken = broken_on_airflow3(provider, written(bounds.high)) if bounds.high else None
        if broken:
            lacks = f", it imports {broken.reason}" if broken.reason else ""
            message = f"this release cannot be imported on Airflow 3{lacks}: use `>={broken.first_good}`"
            related = related_image(project, "this image has Airflow 3")
            yield Violation(required.span(entry), message, None, related)
    for entry in required.packages:
        known = related_package(entry.name)
        low = allowed_by(entry).low
        if known and known.broken_on_airflow3 and (low is None or low <= version_key(known.broken_on_airflow3)):
            message = f"no release of `{entry.name}` up to {known.broken_on_airflow3} can be imported on Airflow 3"
            related = related_image(project, "this image has Airflow 3")
            yield Violation(required.span(entry), f"{message}: replace it", None, related)


def _imports(project: Project) -> Iterator[Violation]:
    for file in project.code:
        for lost in file.lost:
            removed = removed_provider_names(lost.module).get(lost.name) if lost.kind == "provider" else None
            if removed is None:
                continue
            target = NewName(removed.module, removed.name)
            packages = [f"apache-airflow-providers-{removed.module.split('.')[2]}"] if removed.module else []
            use = described([target])
            use += not_installed(project, packages if "common.sql" not in removed.module else ())
            fix = None
            if removed.drop_in and lost.imported:
                fix = import_fix(project, file, lost.start, {lost.name: target})
            message = f"provider `{removed.provider}` has no `{lost.name}` from {removed.gone_in} on: {use}"
            yield Violation(file.span(lost), message, fix, related_image(project, "the base image"))
