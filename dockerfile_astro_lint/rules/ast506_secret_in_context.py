"""An Astro image without `-base` copies the whole project: a `.env` or a key file that lies there is then in the
image, for everybody who can pull it. `.dockerignore` keeps it out.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, rule

_SHOWN = 3


@rule(
    code="AST506",
    name="secret-in-context",
    severity="warning",
    summary="a file of credentials goes into the image with the project",
    on=("context",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST506
            """,
            bad_files={".dockerignore": ".git\n"},
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={".dockerignore": ".git\n.env\n"},
            files={".env": "A=1\n", "requirements.txt": "", "packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    context, base = project.onbuild_context, project.final_base
    if context is None or base is None:
        return
    files = [path for path in context.folder.credentials() if not context.ignores(path)]
    if not files:
        return
    from dockerfile_astro_lint.core.source import make_source

    name = context.ignore_name
    text = context.text(name) or make_source(context.shown(name), "")
    listed = ", ".join(f"`{path}`" for path in files[:_SHOWN])
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    message = f"the image gets {listed}{more} with the project: leave it out with {name}"
    plain = all(not any(char in path for char in "*?[]\\!#") and path == path.strip() for path in files)
    edits = tuple(append_line(text, path) for path in files)
    readable = name not in context.folder.names or context.text(name) is not None
    yield Violation(base.reference, message, Fix(f"add it to {name}", True, edits) if plain and readable else None)
