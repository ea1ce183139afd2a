"""A `-base` image runs none of the steps that install and copy the project: the Dockerfile has to do that. If it
copies none of the project's code from the build context, the image has no DAGs. A requirements file alone is not the
project.

The frontend of `PYENV` copies the project by itself. What is copied from another stage, cloned or mounted may be the
project, so nothing is reported then.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer

_INSTRUCTIONS = ("COPY", "ADD", "RUN", "ONBUILD")


_FETCHING = frozenset(("git", "gh", "svn", "hg", "aws", "gsutil", "gcloud", "az", "azcopy", "rclone", "dvc"))
"""Programs that can fetch the project."""


_NO_CODE = frozenset(("pyproject.toml", "pip.conf", ".netrc", "poetry.toml", "pipfile", ".python-version"))


_NO_CODE_ENDS = (".txt", ".in", ".lock", ".crt", ".cer", ".pem", ".conf", ".list", ".gpg", ".deb")


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
                COPY requirements.txt .
                RUN pip install -r requirements.txt
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY requirements.txt .
                RUN pip install -r requirements.txt
                COPY . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or not base.without_onbuild or base.image.role != "runtime" or project.has_pyenv_frontend:
        return
    if not any(_may_bring_code(layer, project) for layer in project.final_layers(*_INSTRUCTIONS)):
        message = "nothing copies the project into this `-base` image: remove `-base`, or COPY the project yourself"
        yield Violation(base.reference, message)


def _may_bring_code(layer: "Layer", project: Project) -> bool:
    """Whether an instruction copies the project's code into the image, or something that may be it."""
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME

    instruction = layer.instruction
    if instruction.keyword == "ONBUILD":
        return True
    if instruction.keyword == "RUN":
        script = instruction.script
        if "dags" in script or any(fields.get("type", "bind") == "bind" for fields in instruction.mounts):
            return True
        if not any(map(script.__contains__, _FETCHING)):
            return False  # as most; parsing costs much
        return not _FETCHING.isdisjoint([run.command.name for run in project.commands_of(layer)] or script.split())
    copy = project.copy_of(layer)
    if copy is None:
        return True
    in_home = copy.target is None or f"{copy.target}/".startswith(f"{AIRFLOW_HOME}/")
    if not copy.from_context:
        stage = copy.flags["from"].text.partition("=")[2].strip("\"'")
        return in_home or "$" in stage or project.dockerfile.find_stage(stage) is not None
    if any(source.is_url for source in copy.sources):
        return any(".git" in source.word.text or source.word.text.startswith("git@") for source in copy.sources)
    if not copy.sources:  # a heredoc
        return copy.target is None or any(f"{AIRFLOW_HOME}/{name}/" in copy.target for name in ("dags", "plugins"))
    return not all(_is_no_code(source.path.rpartition("/")[2].lower()) for source in copy.sources)


def _is_no_code(name: str) -> bool:
    """Whether a file only says what to install, and from where, or belongs to the system."""
    return name in _NO_CODE or name.endswith(_NO_CODE_ENDS)
