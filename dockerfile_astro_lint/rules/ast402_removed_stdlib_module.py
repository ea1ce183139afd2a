"""A module that the image's Python no longer has makes the DAG that imports it a broken one, seen only after the
deploy. Astro Runtime 3.2 comes with Python 3.13, which let go of many old modules at once; `distutils` left with
3.12, though setuptools, where it is installed, stands in for it.

An import is fine where it is guarded, and where the project or its requirements give the module back.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST402",
    name="removed-stdlib-module",
    severity="warning",
    summary="a module is imported that left Python's standard library",
    python=True,
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.2-10
            """,
            bad_files={
                "dags/page.py": """
                    import cgi
                    #      ^^^ AST402
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.2-10
            """,
            good_files={"dags/page.py": "import html\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or project.python is None or project.python < (3, 10) or project.context is None:
        return
    from dockerfile_astro_lint.astro.stdlib_data import REMOVED

    instead = {row.split("|")[0]: row.split("|")[2] for row in REMOVED.splitlines()}
    instead.pop("imp")
    files = project.imports(*instead)
    if not files:
        return
    version = ".".join(map(str, project.python))
    for file in files:
        for found in file.imports:
            module = found.module.partition(".")[0]
            if _given_back(module, project) or project.context.has_module(module):
                continue
            way = instead[module]
            use = f": use {way}" if way and way != "none" else ""
            if module == "distutils":
                use += "; setuptools, where it is installed, stands in for it"
            message = f"Python {version} has no `{module}`{use}"
            yield Violation(
                Span(file.source, found.start, found.end),
                message,
                None,
                related_image(base, f"this image has Python {version}"),
            )


def _given_back(module: str, project: Project) -> bool:
    """Whether a package brings a module that Python let go of; a RUN that names it installs it."""
    others = {
        "cgi": "legacy-cgi",
        "cgitb": "legacy-cgi",
        "audioop": "audioop-lts",
        "distutils": "setuptools",
        "asyncore": "pyasyncore",
        "asynchat": "pyasynchat",
    }
    packages = {f"standard-{module}", others.get(module, "")}
    words = " ".join(layer.instruction.value.lower() for layer in project.final_layers("RUN", agents=True)).split()
    installed = {word.strip("\"'").partition("=")[0] for word in words}
    return not packages.isdisjoint(project.required | installed)
