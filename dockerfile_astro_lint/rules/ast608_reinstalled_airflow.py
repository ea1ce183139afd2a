"""The image decides which Airflow it is: Astro's own build of it, with what Astro needs around it. Another version on
top breaks that, and is not what the Deployment says it runs. To change Airflow's version, change the image.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST608",
    name="reinstalled-airflow",
    severity="error",
    summary="another Airflow is installed over the image's",
    on=("RUN",),
    mentions=("apache",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.1.0
                RUN pip install apache-airflow==2.9.3
                #               ^^^^^^^^^^^^^^^^^^^^^ AST608
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.1.0
                RUN pip install apache-airflow-providers-http
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base, layer in project.layers("RUN"):
        if base.version is None or "==" not in (text := layer.instruction.script) or "airflow" not in text.lower():
            continue
        from dockerfile_astro_lint.project.pip_install import pinned, pip_installs

        own = project.catalog.airflow(base.version)
        for install in pip_installs(layer, project.commands_of(layer)):
            for word in install.requirements:
                name, version = pinned(word.text)
                if name not in ("apache-airflow", "apache-airflow-core") or not version or not own:
                    continue
                if f"{version}.0" != own and version != f"{own}.0" and not f"{version}.".startswith(f"{own}."):
                    message = f"the image has Airflow {own}: change the image instead of installing {version} over it"
                    yield Violation(install.ran.span(word), message)
