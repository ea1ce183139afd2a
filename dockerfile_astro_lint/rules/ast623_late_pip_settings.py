"""A Runtime image without `-base` installs `requirements.txt` right after the `FROM` that names it (ONBUILD). A
`pip.conf` that is copied below, or a variable such as `PIP_EXTRA_INDEX_URL`, comes too late for that. Use a `-base`
image: set it first, then run `install-python-dependencies`.

Nothing is reported if pip, uv or poetry runs later, or if a DAG has a virtualenv task, which installs when it runs.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer

_VARIABLES = frozenset((
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_TRUSTED_HOST", "PIP_CONSTRAINT",
    "PIP_CONFIG_FILE",
))  # fmt: skip


_INSTALLERS = frozenset(("pip", "pip3", "pipx", "uv", "uvx", "poetry", "install-python-dependencies"))


_SCRIPTS = frozenset(("make", "just", "bash", "sh", "source", "."))
"""What runs commands that are not in the Dockerfile."""


@rule(
    code="AST623",
    name="late-pip-settings",
    severity="warning",
    summary="a pip setting that comes after the base image has installed the requirements",
    on=("COPY", "ADD", "ENV"),
    mentions=("pip.conf", "pip_"),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY pip.conf /etc/pip.conf
                #    ^^^^^^^^ AST623
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY pip.conf /etc/pip.conf
                COPY . .
                RUN install-python-dependencies
            """,
            files={
                "requirements.txt": "our-lib\n",
                "packages.txt": "",
                "pip.conf": "[global]\n",
                "dags/a.py": "x = 1\n",
            },
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    context, requirements = project.onbuild_context, project.requirements
    if context is None or requirements is None or not requirements.entries or "PYENV" in project.keywords:
        return
    settings: list[Span] = []
    for layer in project.final_layers("COPY", "ADD", "ENV", "RUN"):
        if layer.instruction.keyword != "RUN":
            settings += _settings(layer)
        elif settings and _may_install(project, layer):
            settings = []
    if settings and not context.folder.mentions(b"irtualenv", project.dockerfile.source.path.rpartition("/")[2]):
        for span in settings:
            message = "too late for `requirements.txt`, which the base image has already installed (ONBUILD)"
            yield Violation(span, f"{message}: use a `-base` image and install it below")


def _settings(layer: "Layer") -> Iterator[Span]:
    """Where an instruction sets what pip reads."""
    if layer.instruction.keyword == "ENV":
        yield from (assignment.name_span for assignment in layer.assignments if assignment.name in _VARIABLES)
        return
    from dockerfile_astro_lint.dockerfile.copies import copy_of

    copy = copy_of(layer)
    for word in (*[source.word for source in copy.sources], copy.destination) if copy else ():
        if layer.value(word.text).rpartition("/")[2] == "pip.conf":
            yield layer.instruction.span(word.start, word.end)
            return


def _may_install(project: Project, layer: "Layer") -> bool:
    """Whether a RUN may install Python packages."""
    script = project.script_of(layer)
    if not script.complete:
        return True
    for run in script.commands:
        name, words = run.command.name, [word.text for word in run.command.arguments]
        if name in _INSTALLERS or name in _SCRIPTS or name.startswith("pip3.") or name.endswith(".sh"):
            return True
        if name.startswith("python") and not {"pip", "uv", "poetry"}.isdisjoint(words):
            return True
    return False
