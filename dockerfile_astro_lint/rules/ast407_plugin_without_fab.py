"""Airflow 3 has another web interface. The views of an Airflow 2 plugin (`flask_blueprints`, `appbuilder_views`,
`appbuilder_menu_items`) are shown only by the FAB provider, which Airflow 3 images do not have: without it they are
ignored.

Add `apache-airflow-providers-fab` to requirements.txt, or rewrite the view with `fastapi_apps` or `external_views`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, related_image, rule

_PACKAGE = "apache-airflow-providers-fab"


@rule(
    code="AST407",
    name="plugin-without-fab",
    severity="warning",
    summary="a plugin with views that need the FAB provider",
    python=True,
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "plugins/docs.py": """
                    from airflow.plugins_manager import AirflowPlugin
                    from flask import Blueprint

                    bp = Blueprint("docs", __name__)


                    class Docs(AirflowPlugin):
                        name = "docs"
                        flask_blueprints = [bp]
                    #   ^^^^^^^^^^^^^^^^ AST407
                """,
                "requirements.txt": "pandas\n",
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "plugins/docs.py": """
                    from airflow.plugins_manager import AirflowPlugin


                    class Docs(AirflowPlugin):
                        name = "docs"
                        flask_blueprints = []
                """,
                "requirements.txt": "pandas\napache-airflow-providers-fab\n",
            },
            files={"packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    present, required = project.providers, project.requirements
    if airflow_3_minor(project) is None or present is None or required is None or "fab" in present:
        return
    for file in project.code:
        for view in file.views:
            fix = None
            if required.plain:
                fix = Fix(
                    f"add `{_PACKAGE}` to {required.source.path}", False, (append_line(required.source, _PACKAGE),)
                )
            message = f"Airflow 3 ignores `{view.name}` without the FAB provider: add `{_PACKAGE}`"
            yield Violation(file.span(view), message, fix, related_image(project, "this image has Airflow 3"))
