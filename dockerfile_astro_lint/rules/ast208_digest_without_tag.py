"""A digest alone pins one image, but neither a reader nor a tool can see its Runtime version: whether it is maintained,
and which Airflow and Python it has. `repository:tag@sha256:…` pins just as exactly and says both; the builder uses the
digest.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_DIGEST = "sha256:" + "0123456789abcdef" * 4


@rule(
    code="AST208",
    name="digest-without-tag",
    severity="info",
    summary="a digest without a tag hides the Runtime version",
    on=("digest",),
    examples=[
        Example(
            bad=f"""
                FROM quay.io/astronomer/astro-runtime@{_DIGEST}
                #                                     {"^" * len(_DIGEST)} AST208
            """,
            good=f"""
                FROM quay.io/astronomer/astro-runtime:13.11.0@{_DIGEST}
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.all_runtimes:
        reference = base.stage.reference
        if reference is not None and base.image.digest and reference.tag is None:
            message = "a digest alone hides the Runtime version: write `repository:tag@digest`"
            yield base.violation(base.digest, message)
