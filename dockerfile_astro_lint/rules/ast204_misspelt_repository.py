"""The repository has almost the name of an Astro Runtime repository, but does not exist. `quay.io/astronomer/runtime`
appears in old documentation; `astronomer/astro-runtime` without its registry means Docker Hub, where there is no such
image. Slim images are not in a repository of their own: `-slim` is a segment of the tag.

`air.astronomer.io/runtime` is a shortcut that the Astro CLI resolves; other builders cannot pull it.

Apart from a fixed list of names, a repository is only reported in Astronomer's own registries and namespaces, or if
one letter of the namespace `astronomer` is wrong, so a private mirror is never reported.
"""

from dockerfile_astro_lint.astro.image import (
    AIRFLOW_2_REPOSITORY,
    AIRFLOW_2_REPOSITORY_AZURE,
    AIRFLOW_3_REPOSITORY,
    parse_tag,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.rules.authoring import Base, Example, Fix, Project, Violation, replace_text, rule

_SHORTCUT = "air.astronomer.io/"


@rule(
    code="AST204",
    name="misspelt-repository",
    severity="warning",
    summary="a repository that does not exist at Astronomer",
    on=("misspelt",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                FROM astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM air.astronomer.io/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime-slim:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-slim
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.all_runtimes:
        if not base.image.misspelt:
            continue
        meant = _meant(base)
        if meant is None:
            names = f"`{AIRFLOW_3_REPOSITORY}` (Airflow 3) or `{AIRFLOW_2_REPOSITORY}` (Airflow 2)"
            yield base.violation(base.name, f"this repository does not exist: did you mean {names}?")
            continue
        slim = base.image.repository.endswith("-slim") and parse_tag(_slim_tag(base)).error is None
        if slim:
            message = f"slim images have `-slim` in their tag: use `{meant}:{_slim_tag(base)}`"
        elif base.image.repository.startswith(_SHORTCUT):
            message = f"only the Astro CLI can pull `{base.image.repository}`: use `{meant}`"
        else:
            message = f"this repository does not exist: did you mean `{meant}`?"
        yield base.violation(base.name, message, _fix(base, meant, slim))


def _meant(base: Base) -> str | None:
    """The repository that has the tag, in the same registry if possible."""
    if not base.version:
        return None
    if base.version.family == 3:
        return AIRFLOW_3_REPOSITORY
    return AIRFLOW_2_REPOSITORY_AZURE if base.image.repository.startswith("astrocrpublic.") else AIRFLOW_2_REPOSITORY


def _slim_tag(base: Base) -> str:
    """The tag with `-slim`, in front of `-base`."""
    tag = base.tag.text if base.tag else ""
    if base.tag is None or base.tag.has("slim"):
        return tag
    return f"{tag.removesuffix('-base')}-slim{'-base' if base.tag.has('base') else ''}"


def _fix(base: Base, meant: str, slim: bool) -> Fix | None:
    repository = base.equivalent_repository(meant)
    fix = replace_text(base.name, repository, f"use `{repository}`", safe=True) if repository else None
    if fix is None or not slim or (base.tag and base.tag.has("slim")):
        return fix
    # A digest would still select the old image, and `-base` is the last segment of a valid tag.
    if base.image.digest or base.tag is None or base.tag.error:
        return None
    of_tag = replace_text(base.whole_tag, _slim_tag(base), "", safe=True)
    title = f"use `{repository}:{_slim_tag(base)}`"
    return Fix(title, True, (*fix.edits, *of_tag.edits)) if of_tag else None
