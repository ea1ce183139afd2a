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
    own = project.python_version
    paths = [pair for layer in project.final_layers("COPY", "ADD", "ENV") for pair in _paths(project, layer)]
    others = [(span, version) for path, span in paths if (version := _python_of(path)) not in (None, own)]
    installed = _installed(project) if others else None
    if installed is None:
        return
    for span, version in others:
        if version in installed:
            continue
        message, fix = f"Python {own} of this image does not read `python{version}` folders", None
        new = span.text.replace(f"python{version}", f"python{own}")
        if new != span.text:
            message, fix = f"{message}: use `python{own}`", Fix(f"use `python{own}`", False, (Edit(span, new),))
        yield Violation(span, message, fix, related_image(project, f"has Python {own}"))


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


def _installed(project: Project) -> frozenset[str] | None:
    """The versions of Python that something may install; None where it may be any."""
    import re

    found: set[str] = set()
    for layer in project.final_layers("RUN"):
        script = layer.instruction.script
        found.update(re.findall(r"(?<!lib/)python(?:-|==?|@)?(\d+\.\d+)", script))
        if not _MANAGERS.isdisjoint(script.split()):
            found.update(re.findall(r"(?:^|\s)(\d+\.\d+)", script))
    for layer in project.final_layers("COPY", "ADD", "PYENV"):
        words = layer.instruction.value.split() or [""]
        if layer.instruction.keyword == "PYENV":
            found.add(".".join(words[0].split(".")[:2]))
        elif words[-1].rstrip("/") in _PREFIXES:
            return None
        found.update(re.findall(r"bin/python(\d+\.\d+)", layer.instruction.value))
    packages = project.context.text("packages.txt") if project.context else None
    found.update(re.findall(r"python(\d+\.\d+)", packages.text) if packages else ())
    return frozenset(found)


_MANAGERS = frozenset(("uv", "pyenv", "conda", "mamba", "micromamba", "asdf", "mise"))


_PREFIXES = ("", "/usr/local", "/usr/local/bin")
"""Destinations with which a whole Python may be copied."""
