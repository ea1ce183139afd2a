"""astro-lint: checks the Dockerfiles of Astro projects, and what surrounds them.

`lint` and `fix` are its Python API, loaded when they are first used.
"""

__version__ = "0.1.0"

__all__ = ["Diagnostic", "Edit", "Fix", "LintError", "Related", "__version__", "fix", "lint"]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from dockerfile_astro_lint.api import Diagnostic, Edit, Fix, LintError, Related, fix, lint


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dockerfile_astro_lint import api

    return getattr(api, name)
