"""The base image sets the Airflow version: it has Astro's own build of Airflow, with what Astro needs around it.
Another version on top breaks that, and is not what the Deployment reports. To change the Airflow version, change the
image.
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
    from dockerfile_astro_lint.project.pip_install import pinned, pip_installs

    for base, layer, commands in project.run_commands(mentioning=("apache",)):
        own = project.catalog.airflow(base.version) if base.version else None
        for install in pip_installs(layer, commands) if own else ():
            for word in install.requirements:
                name, version = pinned(word.text)
                if name in ("apache-airflow", "apache-airflow-core") and version and not _is_same(version, own):
                    message = f"the base image sets the Airflow version ({own}): change the image to get {version}"
                    yield Violation(install.run.span(word), message)


def _is_same(version: str, own: str | None) -> bool:
    return f"{version}.0" == own or version == f"{own}.0" or f"{version}.".startswith(f"{own}.")
