"""A `FROM` that is misspelt: such a Dockerfile builds on no image, but is meant for an Astronomer image."""

from dockerfile_astro_lint.astro.image import identify
from dockerfile_astro_lint.core.spelling import nearest
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.syntax_errors import INSTRUCTIONS, KEYWORDS


def has_misspelt_from(dockerfile: Dockerfile) -> bool:
    """Whether an unknown instruction is nearly a `FROM`, and names an Astronomer image."""
    for instruction in dockerfile.instructions:
        if instruction.keyword not in KEYWORDS and nearest(instruction.keyword, INSTRUCTIONS) == ("FROM",):
            words = [word for word in instruction.value.split() if not word.startswith("--")]
            if words and _is_astronomer_image(words[0]):
                return True
    return False


def _is_astronomer_image(reference: str) -> bool:
    name = reference.partition("@")[0]
    before, _, tag = name.rpartition(":")
    has_tag = bool(before) and "/" not in tag
    host, _, repository = (before if has_tag else name).partition("/")
    return bool(repository) and identify(host, repository, tag if has_tag else None, None) is not None
