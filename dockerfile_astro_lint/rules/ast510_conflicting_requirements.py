"""Two lines for the same package must have a version in common: otherwise pip stops, and with it the build. Lines whose
markers are false on the image are not looked at.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import Requirement
from dockerfile_astro_lint.project.specifiers import allowed_by
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule


@rule(
    code="AST510",
    name="conflicting-requirements",
    severity="error",
    summary="two requirements that no version satisfies",
    on=("duplicate",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "requirements.txt": """
                    astronomer-cosmos==1.7.6
                    astronomer-cosmos==1.7.8
                    ^^^^^^^^^^^^^^^^^^^^^^^^ AST510
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"requirements.txt": "astronomer-cosmos==1.7.8\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base, required = project.final_base, project.requirements
    if base is None or base.image.role != "runtime" or required is None or project.python is None:
        return
    by_name: dict[str, list[Requirement]] = {}
    for entry in required.packages:
        by_name.setdefault(entry.name, []).append(entry)
    for name, entries in by_name.items():
        bounds = allowed_by(entries[0])
        for at, entry in enumerate(entries[1:], 1):
            both = bounds.intersection(own := allowed_by(entry))
            if both.empty and not own.empty and not bounds.empty:
                other = next((one for one in entries[:at] if allowed_by(one).intersection(own).empty), entries[0])
                line = required.source.position(other.start)[0]
                message = f"no version of `{name}` satisfies this and line {line}: keep one of them"
                yield Violation(required.span(entry), message, None, (Related(required.span(other), "the other"),))
                break
            bounds = both
