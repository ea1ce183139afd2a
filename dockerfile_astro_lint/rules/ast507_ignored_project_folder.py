"""A Runtime image without `-base` copies the project (ONBUILD), except for what `.dockerignore` excludes: a pattern
that matches `dags`, `plugins` or `include` gives an image without them.
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
    summary=".dockerignore excludes the project's Python files from the image",
    on=("ignored",),
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
    context = project.onbuild_context
    if context is None or context.ignore is None:
        return
    excluded: dict[Pattern, list[str]] = {}
    for folder in ("dags", "plugins", "include"):
        files = [below for _, below in context.folder.python_files() if below.startswith(f"{folder}/")]
        if files and all(context.ignores(below) for below in files):
            pattern = context.ignore.deciding(files[0])
            assert pattern is not None
            excluded.setdefault(pattern, []).append(f"`{folder}/`")
    for pattern, folders in excluded.items():
        message = f"this pattern excludes {' and '.join(folders)} from the image, with all Python files: remove it"
        related = related_image(project, "the base image copies the project (ONBUILD)")
        yield Violation(context.ignore.span(pattern), message, None, related)
