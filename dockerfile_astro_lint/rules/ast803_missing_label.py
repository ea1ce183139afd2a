"""The organization's policy demands labels, so that an image tells who owns it and which source it was built from.

`required-labels` in the configuration is a table of labels and patterns for their values, in which `*` stands for any
text; the rule is off without it. An empty value is not enough. Labels that `docker build --label` adds are not known
here, and neither are those of an image that is not from Astronomer: nothing is reported then.
"""

from dockerfile_astro_lint.core.compat import Iterator, Mapping, Sequence
from dockerfile_astro_lint.core.globs import matches_text
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, image_span, rule


@rule(
    code="AST803",
    name="missing-label",
    severity="warning",
    summary="a label that the policy requires is missing or has another value",
    opt_in=True,
    on=("required-labels",),
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST803
                LABEL team="data"
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                LABEL team="data" org.opencontainers.image.source="https://github.com/acme/etl"
            """,
            files={
                "astro-lint.toml": '[required-labels]\nteam = "*"\n"org.opencontainers.image.source" = "https://*"\n'
            },
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    wanted: Mapping[str, str] = project.settings.policy.get("required-labels", {})
    labels = project.labels()
    if project.final is None or labels is None:
        return
    missing = [f"`{name}`" for name in wanted if name not in labels and not name.startswith("io.astronomer.docker")]
    found: list[str] = []
    related: list[Related] = []
    if missing:
        found.append(f"the image lacks labels that the policy requires: {_listed(missing, ', ')}")
    wrong: list[str] = []
    for name, (value, label) in labels.items():
        pattern = wanted.get(name, value)
        if UNKNOWN not in value and name in wanted and not (value and matches_text(value, pattern)):
            what = f"`{value}`" if value else "empty"
            wrong.append(f"the label `{name}` is {what}, but the policy requires `{pattern}`")
            related.append(Related(label.text_span if label.text else label.name_span, "the label is set here"))
    if wrong:
        found.append(_listed(wrong, "; "))
    if found:
        # One finding: a place has only one of each rule.
        yield Violation(image_span(project.final), "; ".join(found), related=tuple(related[:_MOST]))


_MOST = 5
"""Labels named in a message."""


def _listed(texts: Sequence[str], separator: str) -> str:
    more = len(texts) - _MOST
    return separator.join(texts[:_MOST]) + (f" and {more} more" if more > 0 else "")
