"""The base image installs `requirements.txt` before it copies the project: another file that it names (`-r`, `-c`),
an editable package or a wheel of the project does not exist yet, and the build stops. Move the lines of the other
file into `requirements.txt`, or use a `-base` image and install after `COPY`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import LOCAL_KINDS
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST503",
    name="requirement-before-copy",
    severity="error",
    summary="a requirement that is only copied later",
    on=("local-requirement",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "requirements.txt": """
                    -r more.txt
                    ^^^^^^^^^^^ AST503
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"requirements.txt": "pandas\n"},
            files={"packages.txt": "", "more.txt": "pandas\n", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    required = project.requirements
    if project.onbuild_context is None or required is None:
        return
    for entry in required.entries:
        path = entry.name.strip("\"'")
        is_local = entry.kind in LOCAL_KINDS and entry.applies
        if not is_local or "://" in path or "${" in path or path.startswith(("/", "git+")):
            continue
        way_out = "move its lines here" if entry.kind == "file" else "use a `-base` image"
        message = f"`{path}` is copied only after requirements.txt is installed: {way_out}"
        related = related_image(project, "the base image installs requirements.txt, then copies the project (ONBUILD)")
        yield Violation(required.span(entry), message, None, related)
