"""A module that the image's Python no longer has breaks the DAG that imports it, which shows only after the deploy.
Astro Runtime 3.2 has Python 3.13, which removed many old modules at once. `distutils` was removed in 3.12, but
`setuptools`, if installed, provides it.

Guarded imports are fine, and modules that the project itself or a required package provides.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import is_provided, removed_modules
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST402",
    name="removed-stdlib-module",
    severity="warning",
    summary="a module is imported that was removed from Python's standard library",
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
    replacements = {**removed_modules(project.python)}
    replacements.pop("imp", None)  # AST401 reports it
    for file, found in project.imports(*replacements):
        module = found.module.partition(".")[0]
        if is_provided(project, module):
            continue
        use = f": use {replacements[module]}" if replacements[module] else ""
        if module == "distutils":
            use += "; `setuptools`, if installed, provides `distutils`"
        message = f"Python {project.python_version} has no `{module}`{use}"
        related = related_image(project, f"this image has Python {project.python_version}")
        yield Violation(file.span(found), message, None, related)
