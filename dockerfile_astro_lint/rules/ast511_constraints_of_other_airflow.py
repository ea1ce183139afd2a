"""Airflow publishes a file of constraints for each of its releases and each Python. With that of another release, pip
replaces what the image's Airflow was tested with, or stops because both cannot be had.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.provider_versions import image_airflow
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Span, Violation, related_image, rule


@rule(
    code="AST511",
    name="constraints-of-other-airflow",
    severity="warning",
    summary="constraints of another Airflow or Python than the image's",
    on=("constraint",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "requirements.txt": """
                    -c https://raw.githubusercontent.com/apache/airflow/constraints-2.9.3/constraints-3.11.txt
                    #                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST511
                    pandas
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "requirements.txt": """
                    -c https://raw.githubusercontent.com/apache/airflow/constraints-3.1.8/constraints-3.12.txt
                    pandas
                """,
            },
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base
                RUN pip install pandas \\
                    -c https://raw.githubusercontent.com/apache/airflow/constraints-2.9.3/constraints-3.12.txt
                #                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST511
                COPY dags dags
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base
                RUN pip install pandas \\
                    -c https://raw.githubusercontent.com/apache/airflow/constraints-3.1.8/constraints-3.12.txt
                COPY dags dags
            """,
            files={"dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.pip_install import pip_installs

    required, base = project.requirements, project.final_base
    if base is not None and base.image.role == "runtime" and required is not None:
        for entry in required.entries:
            if entry.kind == "constraint" and entry.applies:
                yield from _compare(project, required.span(entry), image_airflow(project), project.python_version)
    for base, layer, commands in project.run_commands(("constraints-",)):
        airflow = project.catalog.airflow(base.version) if base.version else ""
        python = (project.catalog.python(base.tag) if base.tag and base.version else "") or ""
        for install in pip_installs(layer, commands) if airflow and python else ():
            for word in install.constraints:
                if word.literal:
                    yield from _compare(project, install.run.span(word), airflow, python)


def _compare(project: Project, span: Span, airflow: str, python: str) -> Iterator[Violation]:
    """Compare an address of constraints with an image's Airflow and Python."""
    text = span.text
    at = text.find("/constraints-")
    parts = text[at + 1 :].split("/")
    if at < 0 or "apache/airflow" not in text[:at] or len(parts) != 2 or not airflow or not python:
        return
    release, name = parts[0].removeprefix("constraints-"), parts[1].strip("\"' ")
    kind, _, own = name.removesuffix(".txt").rpartition("-")
    numbers = release.replace("-", ".").split(".")
    if not (name.endswith(".txt") and all(one.isdecimal() for one in (*numbers, *own.split("."))) and len(numbers) > 1):
        return  # of a branch, or made of variables
    wanted = airflow.split(".")
    if wanted[: len(numbers)] == numbers[: len(wanted)] and own == python:
        return
    end = at + 1 + len(parts[0]) + 1 + len(name)
    branch = airflow if len(wanted) > 2 else airflow.replace(".", "-")  # where the patch is not known
    new = f"constraints-{branch}/{kind}-{python}.txt"
    place = Span(span.source, span.start + at + 1, span.start + end)
    fix = Fix(f"use `{new}`", False, (Edit(place, new),)) if place.text == f"{parts[0]}/{name}" else None
    message = f"constraints of Airflow {release} for Python {own}: this image has Airflow {airflow} and Python {python}"
    yield Violation(place, message, fix, related_image(project, "the base image"))
