"""The organization's policy names the lowest Runtime that may be deployed, for example the first with the fix of a
vulnerability.

`minimum-runtime` in the configuration lists versions, such as `["12.9.0", "13.4.0", "3.1-8"]`; the rule is off without
it. A version is the minimum of its own series. A series that is older than all listed ones of its family (Airflow 2 or
Airflow 3) is below the minimum as a whole; a family without a listed version has no minimum. A floating tag of a series
with a minimum moves to the newest build, so it is not reported.
"""

from dockerfile_astro_lint.astro.image import parse_tag
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_version, rule

_CONFIG = {"astro-lint.toml": 'minimum-runtime = ["13.8.0", "3.1-8"]\n'}


@rule(
    code="AST802",
    name="runtime-below-minimum",
    severity="error",
    summary="a Runtime below the minimum of the policy",
    fix="unsafe",
    opt_in=True,
    manifest=True,
    on=("minimum-runtime",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.4.0
                #                                     ^^^^^^ AST802
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            files=_CONFIG,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    tags = [parse_tag(text, airflow_3_repository=True) for text in project.settings.policy.get("minimum-runtime", ())]
    minimums = [tag.version for tag in tags if tag.version]
    for base in project.with_lifecycle:
        version = base.version
        family = [one for one in minimums if one.family == version.family]
        own = [one for one in family if one.series == version.series]
        minimum = max(own) if own else min(family, default=None)
        if minimum is None or version >= minimum or (own and version.floating):
            continue
        newest = project.catalog.newest(minimum.series, project.today)
        better = newest.version if newest and newest.version >= minimum else None
        fix = replace_version(base, str(better), f"use `{better}`") if better else None
        advice = f"upgrade to `{better}`" if better else "upgrade the image"
        message = f"Runtime {version} is below the minimum of the policy, `{minimum}`: {advice}"
        yield base.violation(base.segment("version"), message, fix)
