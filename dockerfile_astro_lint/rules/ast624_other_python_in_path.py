"""Python looks for packages in a folder of its own version: Python 3.12 reads `/usr/local/lib/python3.12/site-packages`
and never `/usr/local/lib/python3.9/site-packages`. Mostly the version of the base image has changed, and this path has
not. Packages with compiled code have to be built for the image's Python as well.

Virtual environments, conda, uv and environments of `PYENV` have a Python of their own, and so has an image in which the
Dockerfile installs one: nothing is reported there.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


@rule(
    code="AST624",
    name="other-python-in-path",
    severity="error",
    summary="a folder of packages that the image's Python does not read",
    on=("COPY", "ADD", "ENV"),
    mentions=("/python",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM python:3.12 AS build
                RUN pip install dbt-core
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.9/site-packages
                #                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST624
            """,
            good="""
                FROM python:3.12 AS build
                RUN pip install dbt-core
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base, python = project.final_base, project.python
    if base is None or python is None or project.settings.python:
        return
    for layer in project.final_layers("COPY", "ADD", "ENV"):
        for path, span in _paths(project, layer):
            version = _python_of(path)
            if version is None or version == project.python_version or _is_installed(project, version):
                continue
            message = f"Python {project.python_version} of this image does not read `python{version}` folders"
            fix, new = None, span.text.replace(f"python{version}", f"python{project.python_version}")
            if new != span.text:
                fix = Fix(f"use `python{project.python_version}`", False, (Edit(span, new),))
                message += f": use `python{project.python_version}`"
            yield Violation(span, message, fix, related_image(project, f"has Python {project.python_version}"))


def _paths(project: Project, layer: "Layer") -> Iterator[tuple[str, Span]]:
    """The destination of a COPY or ADD, and the entries of a PYTHONPATH."""
    if layer.instruction.keyword == "ENV":
        for assignment in layer.assignments:
            if assignment.name == "PYTHONPATH":
                for entry, span in assignment.entries:
                    yield layer.value(entry), span
        return
    copy = project.copy_of(layer)
    if copy and copy.target and "/python" in copy.destination.text:
        yield copy.target, layer.instruction.span(copy.destination.start, copy.destination.end)


def _python_of(path: str) -> str | None:
    """The version `A.B` of a path in the packages of the system's Python, or of a user's own."""
    start, marker, rest = path.partition("/lib/python")
    version = rest.partition("/")[0]
    major, dot, minor = version.partition(".")
    in_system = start == "/usr/local" or start.endswith("/.local")
    if not (marker and in_system and dot and major.isdecimal() and minor.isdecimal() and version.isascii()):
        return None
    return version


def _is_installed(project: Project, version: str) -> bool:
    """Whether something may install that Python."""
    names = f"python{version}", f"python-{version}", f"python=={version}", f"python={version}", f"python@{version}"
    for layer in project.final_layers("RUN"):
        script = layer.instruction.script
        if any(name in script.replace(f"lib/python{version}", "") for name in names):
            return True
        words = script.split()
        if any(word.startswith(version) for word in words) and not _MANAGERS.isdisjoint(words):
            return True
    for layer in project.final_layers("COPY", "ADD", "PYENV"):
        words = layer.instruction.value.split()
        if (
            f"bin/python{version}" in layer.instruction.value
            or words[0] == version
            or words[-1].rstrip("/") in _PREFIXES
        ):
            return True
    packages = project.context.text("packages.txt") if project.context else None
    return packages is not None and f"python{version}" in packages.text


_MANAGERS = frozenset(("uv", "pyenv", "conda", "mamba", "micromamba", "asdf", "mise"))


_PREFIXES = ("", "/usr/local", "/usr/local/bin")
"""Destinations with which a whole Python may be copied."""
