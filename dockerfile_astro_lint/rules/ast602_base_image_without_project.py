"""A `-base` image runs none of the steps that install and copy the project: whoever builds on one has to do that by
hand. A Dockerfile that copies nothing from the build context makes an image without DAGs.

The frontend of `PYENV` does copy.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, needed
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


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
def check(project: Project) -> Iterator[Violation]:
    base, frontend = project.final_base, project.dockerfile.frontend
    if base is None or not base.without_onbuild or base.image.role != "runtime" or (frontend and frontend.pyenv):
        return
    dockerfile = project.dockerfile
    if project.final is None or any(
        _takes_the_context(dockerfile, one) for one in dockerfile.instructions_of(project.final)
    ):
        return
    if any(_lands_at_home(layer) for layer in project.final_layers("COPY")):
        return
    for stage in [dockerfile.stages[number] for number in needed(dockerfile, project.final)]:
        others_steps = any(other.onbuild and other.stage is stage for other in project.bases)
        if others_steps or any(_takes_the_context(dockerfile, one) for one in dockerfile.instructions_of(stage)):
            return
    message = "a `-base` image holds no project by itself, and nothing is copied in: leave `-base` away, or copy"
    yield Violation(base.reference, message)


def _lands_at_home(layer: "Layer") -> bool:
    """Whether a COPY, from wherever, may be the project."""
    from dockerfile_astro_lint.dockerfile.build_state import HOME
    from dockerfile_astro_lint.dockerfile.copies import copy_of

    copy = copy_of(layer)
    if copy is None or not copy.sources:
        return False
    return copy.target is None or f"{copy.target}/".startswith(f"{HOME}/")


def _takes_the_context(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether an instruction copies or mounts something of the build context."""
    keyword, value = instruction.keyword, instruction.value
    if keyword in ("COPY", "ADD"):
        fetched = keyword == "ADD" and "://" in value
        names = [flag.text for flag in dockerfile.flags(instruction)]
        return not fetched and "<<" not in value and not any(name.startswith("--from=") for name in names)
    if keyword != "RUN" or "--mount" not in value:
        return keyword == "ONBUILD"
    for flag in dockerfile.flags(instruction):
        name, _, fields = flag.text.partition("=")
        found = dict(field.partition("=")[::2] for field in fields.split(","))
        if name == "--mount" and found.get("type", "bind") == "bind" and "from" not in found:
            return True  # what becomes of it is the command's business
    return False
