"""Whether the content of a file that is named like credentials allows that it holds some."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.folder import Folder


_MAX_BYTES = 1 << 18
"""Of a JSON file; keys are short."""


def may_hold_secret(folder: "Folder", path: str, named: bool = False) -> bool:
    """Whether the content of a JSON file below a folder (with `/`) allows that it holds a secret; of others true.

    A file that is not there may. `named`: something else names it as credentials, so that only the description of
    an identity provider, which holds no secret, is none.
    """
    if not path.lower().endswith(".json"):
        return True
    try:
        data = folder.overlay.read(os.path.join(folder.path, path), _MAX_BYTES)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    if named:
        return b"external_account" not in data
    import re

    keys = "private_?key|secret|token|secret_?access_?key"
    if path.lower().rpartition("/")[2] == "kaggle.json":
        keys += "|key"
    filled = rf'"[\w.-]{{0,60}}(?:{keys})"\s{{0,20}}:(?!\s{{0,20}}(?:""|null|"<|"\$|"\{{))'
    return re.search(filled, data.decode("utf-8", "replace"), re.IGNORECASE) is not None
