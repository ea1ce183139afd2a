"""Which providers the final image has, as far as a Dockerfile and its requirements tell."""

import os

from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.dockerfile.build_state import Layer
from dockerfile_astro_lint.dockerfile.copies import copy_of
from dockerfile_astro_lint.project.build_context import BuildContext
from dockerfile_astro_lint.project.requirements import Requirements

PROJECT_FOLDERS = ("dags", "plugins", "include")


def copied(layers: Sequence[Layer]) -> tuple[str, ...] | None:
    """What an image gets of the build context by its own COPY and ADD, and the project's folders; None for all of it.

    What cannot be read may be anything.
    """
    found = list(PROJECT_FOLDERS)
    for layer in layers:
        copy = copy_of(layer)
        if copy is None:
            return None
        for source in copy.sources if copy.from_context else ():
            path = source.path
            if path == "." or any(char in path for char in "*?[$"):
                return None
            found.append(path)
    return tuple(found)


_MAY_INSTALL = (
    "pip", "uv", "conda", "mamba", "poetry", "pdm", "hatch", "easy_install", "install-python-dependencies",
    ".py", ".sh", "make", "bash", "./", "$(",
)  # fmt: skip


def _is_unpredictable(text: str) -> bool:
    """Whether what a RUN runs comes out of a variable."""
    before = "RUN"
    for word in text.split():
        if word[0] == "$" and before in ("RUN", "&&", "||", ";", "|"):
            return True
        before = word
    return False


def providers(
    version: Version, slim: bool, context: BuildContext, required: Requirements, layers: Sequence[Layer]
) -> frozenset[str] | None:
    """The end of their imports (`cncf.kubernetes`); None where anything else may bring more of them.

    `layers` are the RUN, COPY, ADD and ENV of the final image.
    """
    if any(entry.kind in ("file", "editable", "path", "url", "bad") or entry.extras for entry in required.entries):
        return None
    for layer in layers:
        keyword, text = layer.instruction.keyword, layer.instruction.whole.text
        if keyword == "RUN" and (any(word in text for word in _MAY_INSTALL) or _is_unpredictable(text)):
            return None
        if keyword in ("COPY", "ADD") and ("--from" in text or "site-packages" in text):
            return None
        if keyword == "ENV" and "PYTHONPATH" in text:
            return None
    if any(os.path.isdir(os.path.join(context.folder.path, place, "airflow")) for place in ("", "plugins", "dags")):
        return None
    from dockerfile_astro_lint.astro.providers import brought_by, in_image

    numbers = version.numbers
    if version.family == 2 and numbers[0] < 8:
        return None
    found = set(in_image("airflow3" if version.family == 3 else "airflow2-slim" if slim else "airflow2"))
    for entry in required.packages:
        brought = brought_by(entry.name)
        if brought is None:
            return None
        found.update(brought)
    return frozenset(found)
