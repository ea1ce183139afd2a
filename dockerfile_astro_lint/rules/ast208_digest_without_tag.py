"""A digest alone names one image for good, but nobody, neither a reader nor a tool, can see which Runtime it is:
whether it is still maintained, which Airflow it carries, which Python. `repository:tag@sha256:…` is as exact and says
both; the builder then goes by the digest.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule

_DIGEST = "sha256:" + "0123456789abcdef" * 4


@rule(
    code="AST208",
    name="digest-without-tag",
    severity="info",
    summary="a digest alone, which does not tell the version",
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
            message = "a digest alone does not tell the Runtime version: write `repository:tag@digest`"
            yield Violation(base.digest.span, message, None, related_from(base, base.digest))
