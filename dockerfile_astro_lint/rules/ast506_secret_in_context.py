"""A Runtime image without `-base` copies the whole project (ONBUILD): a `.env` or a key file in it is then in the
image, where everyone who pulls it can read it. Exclude it in `.dockerignore`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, rule

_MAX_LISTED = 3


@rule(
    code="AST506",
    name="secret-in-context",
    severity="warning",
    summary="a credentials file is copied into the image with the project",
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
    name = context.ignore_name
    listed = ", ".join(f"`{path}`" for path in files[:_MAX_LISTED])
    more = f" and {len(files) - _MAX_LISTED} more" if len(files) > _MAX_LISTED else ""
    pronoun = "it" if len(files) == 1 else "them"
    message = f"everyone who pulls the image can read {listed}{more}: exclude {pronoun} in {name}"
    is_plain = all(not any(char in path for char in "*?[]\\!#") and path == path.strip() for path in files)
    text = context.text(name)
    fix = None
    if is_plain and (text or name not in context.folder.names):
        source = text or make_source(context.shown(name), "")
        fix = Fix(f"add {pronoun} to {name}", True, tuple(append_line(source, path) for path in files))
    yield Violation(base.reference, message, fix)
