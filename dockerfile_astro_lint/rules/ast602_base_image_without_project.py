"""A `-base` image runs none of the steps that install and copy the project: whoever builds on one has to do that by
hand. A Dockerfile that copies nothing from the build context makes an image without DAGs.

The frontend of `PYENV` does copy.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Example, Problem, Project, rule


@rule(
    code="AST602",
    name="base-image-without-project",
    severity="warning",
    summary="a `-base` image that the project is not copied into",
    on=("base",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST602
                RUN pip install pandas
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                RUN pip install pandas
                COPY . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Problem]:
    base, frontend = project.final_base, project.dockerfile.frontend
    if base is None or not base.without_onbuild or base.image.role != "runtime" or (frontend and frontend.pyenv):
        return
    for layer in project.final_layers("COPY", "ADD", "ONBUILD", "RUN"):
        keyword, value = layer.instruction.keyword, layer.instruction.value
        # A mount brings the context in as well, though what becomes of it is the command's.
        if keyword == "ONBUILD" or "type=bind" in value:
            return
        if keyword != "RUN" and "<<" not in value and not (keyword == "ADD" and "://" in value):
            return
    message = "a `-base` image holds no project by itself, and nothing is copied in: leave `-base` away, or copy"
    yield Problem(base.reference, message)
