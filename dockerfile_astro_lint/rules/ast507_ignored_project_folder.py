"""An Astro image without `-base` copies the project, but for what `.dockerignore` keeps out: a pattern that names
`dags`, `plugins` or `include` makes an image without them.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.dockerignore import Pattern


@rule(
    code="AST507",
    name="ignored-project-folder",
    severity="warning",
    summary=".dockerignore keeps the project's Python files out of the image",
    on=("context",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                ".dockerignore": """
                    .git
                    dags/
                    ^^^^^ AST507
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={".dockerignore": ".git\n"},
            files={"requirements.txt": "", "packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    context, base = project.onbuild_context, project.final_base
    if context is None or base is None or context.ignore is None:
        return
    kept_out: dict[Pattern, list[str]] = {}
    for folder in ("dags", "plugins", "include"):
        files = [below for _, below in context.folder.python_files() if below.startswith(f"{folder}/")]
        if files and all(context.ignores(below) for below in files):
            pattern = context.ignore.deciding(files[0])
            assert pattern is not None
            kept_out.setdefault(pattern, []).append(f"`{folder}/`")
    for pattern, folders in kept_out.items():
        message = f"this keeps {' and '.join(folders)} out of the image, Python files and all"
        yield Violation(
            context.ignore.span(pattern), message, None, related_image(base, "the image copies the project")
        )
