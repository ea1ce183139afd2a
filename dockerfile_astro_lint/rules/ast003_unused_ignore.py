"""An ignore comment records that somebody looked at a finding and accepted it. Once it suppresses nothing, because the
finding is gone or the code is misspelled, it misleads readers and hides the next finding of that rule.

Comments are checked in every file that goes into the image, and only those of rules that ran. An unknown code is
replaced by the one that is near to it, if there is one, and never removed with its reason. With `require-ignore-reason`
in the configuration, a comment without a reason is reported as well. So is a mistyped one, such as `ignroe[AST103]`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST003",
    name="unused-ignore",
    severity="warning",
    summary="an ignore comment suppresses nothing, or names no rule",
    on=("comment",),
    mentions=("astro-lint:",),
    fix="safe",
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST105] from before the upgrade
                #                    ^^^^^^ AST003
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                # astro-lint: ignore[AST103, slim-on-airflow-3] we follow the newest build on purpose
                #                            ^^^^^^^^^^^^^^^^^ AST003
                FROM astrocrpublic.azurecr.io/runtime:3.1
            """,
            good="""
                # astro-lint: ignore[AST103] we follow the newest build on purpose
                FROM astrocrpublic.azurecr.io/runtime:3.1
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    # Only the engine knows, when all other rules have run: see engine/suppressions.py.
    yield from ()
