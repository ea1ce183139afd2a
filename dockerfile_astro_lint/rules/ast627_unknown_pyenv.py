"""`PYENV 3.10 snowpark` makes a virtual environment and sets the variable `ASTRO_PYENV_snowpark` to its Python. Code
that asks for an environment of another name, with `os.environ["ASTRO_PYENV_…"]` or `@task.venv("…")`, fails when the
DAG is parsed.

A `PYENV` with the Python of the base image itself makes the frontend install that Python once more, over the one that
runs Airflow. Use another Python, or make a virtual environment in a `RUN`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule

_MAX_NAMES, _MAX_USES = 20, 200
"""Environments, and uses of unknown ones, up to which a name is suggested."""


@rule(
    code="AST627",
    name="unknown-pyenv",
    severity="warning",
    summary="an environment that no PYENV makes, or one with the image's own Python",
    on=("frontend",),
    mentions=("airflow-extensions",),
    python=True,
    examples=[
        Example(
            bad="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                PYENV 3.10 snowpark requirements-snowpark.txt
            """,
            bad_files={
                "dags/load.py": """
                    import os
                    python = os.environ["ASTRO_PYENV_snowprak"]
                    #                   ^^^^^^^^^^^^^^^^^^^^^^ AST627
                """,
            },
            good="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                PYENV 3.10 snowpark requirements-snowpark.txt
            """,
            good_files={"dags/load.py": 'import os\npython = os.environ["ASTRO_PYENV_snowpark"]\n'},
            files={"requirements.txt": "", "packages.txt": "", "requirements-snowpark.txt": ""},
        ),
        Example(
            bad="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                PYENV 3.12 dbt
                #     ^^^^ AST627
            """,
            good="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                PYENV 3.11 dbt
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if not project.has_pyenv_frontend:
        return
    yield from _own_python(project)
    from dockerfile_astro_lint.project.pyenv_uses import names_set_elsewhere, pyenv_names, pyenv_uses

    names = pyenv_names(project)
    known = frozenset(names or ())
    unknown = [use for use in pyenv_uses(project) if use.name not in known] if names is not None else []
    elsewhere = names_set_elsewhere(project) if unknown else frozenset[str]()
    for use in unknown:
        if use.name not in elsewhere:
            advice = _advice(use.name, sorted(known)[:_MAX_NAMES]) if len(unknown) < _MAX_USES else "add one"
            message = f"no `PYENV` makes the environment `{use.name}`: {advice}"
            yield Violation(use.span, message, None, related_image(project, "the image that runs this code"))


def _own_python(project: Project) -> Iterator[Violation]:
    """The PYENVs with the Python of their image."""
    for base, layer in project.layers("PYENV"):
        from dockerfile_astro_lint.dockerfile.pyenv import parse_pyenv

        fields = parse_pyenv(layer.instruction).fields
        python = project.catalog.python(base.tag) if base.tag and base.version else None
        if fields and python and fields[0][0].split(".")[:2] == python.split(".")[:2]:
            message = f"`{fields[0][0]}` is the image's own Python, which the frontend overwrites: use another one"
            yield Violation(fields[0][1], message)


def _advice(name: str, names: list[str]) -> str:
    from difflib import get_close_matches

    by_lower = {one.lower(): one for one in names}
    close = get_close_matches(name[:40].lower(), by_lower, n=1)
    if close:
        return f"did you mean `{by_lower[close[0]]}`?"
    return f"available: {', '.join(f'`{one}`' for one in names)}" if names else "add one to the Dockerfile"
