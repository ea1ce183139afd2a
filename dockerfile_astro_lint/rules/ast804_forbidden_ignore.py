"""The organization's policy names rules that no comment may suppress, for example those about secrets. The finding has
to be fixed, or accepted by whoever is responsible for the policy, in the configuration.

`forbid-ignores` in the configuration lists codes, prefixes or names; the rule is off without it. Ignore comments and
`# noqa` with such a code are reported in every file that goes into the image, and the findings are reported in spite of
them, also in spite of a `# noqa` without codes. In flake8, which has its own comments, only astro-lint's are affected.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST804",
    name="forbidden-ignore",
    severity="error",
    summary="an ignore comment for a rule that no comment may suppress",
    fix="safe",
    opt_in=True,
    manifest=True,
    on=("forbid-ignores",),
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST103, AST301] until the migration
                #                            ^^^^^^ AST804
                FROM astrocrpublic.azurecr.io/runtime:3.1
            """,
            good="""
                # astro-lint: ignore[AST103] until the migration
                FROM astrocrpublic.azurecr.io/runtime:3.1
            """,
            files={"astro-lint.toml": 'forbid-ignores = ["AST301", "AST303", "AST610"]\n'},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    # The engine reads ignore comments: see engine/forbidden_ignores.py.
    yield from ()
