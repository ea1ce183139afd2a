"""The organization's policy demands labels, so that an image tells who owns it and which source it was built from.

`required-labels` in the configuration is a table of labels and patterns for their values, in which `*` stands for any
text; the rule is off without it. An empty value is not enough. Labels that `docker build --label` adds are not known
here, and neither are those of an image that is not from Astronomer: nothing is reported then.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Mapping
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, image_span, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.assignments import Assignment

_OF_IMAGE = "io.astronomer.docker"
"""How the labels begin that Astronomer's images have themselves."""


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
                LABEL team="data"
                LABEL org.opencontainers.image.source="https://github.com/acme/etl"
            """,
            files={
                "astro-lint.toml": "[required-labels]\n"
                'team = "*"\n"org.opencontainers.image.source" = "https://github.com/acme/*"\n'
            },
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if project.final is None or project.final_base is None or project.final_base.image.role == "certified":
        return
    wanted: Mapping[str, str] = project.settings.policy["required-labels"]
    values: dict[str, tuple[str, Assignment]] = {}
    for layer in project.final_layers("LABEL", agents=True):
        for one in layer.assignments:
            name = layer.value(one.name)
            if UNKNOWN in name:
                return  # it may be any of them
            values[name] = layer.value(one.text), one
    missing = [name for name in wanted if name not in values and not name.startswith(_OF_IMAGE)]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing[:5]) + (", …" if len(missing) > 5 else "")
        many = "labels" if len(missing) > 1 else "label"
        message = f"the policy requires the {many} {names}, which the image does not have: add `LABEL {missing[0]}=…`"
        yield Violation(image_span(project.final), message)
    for name, pattern in wanted.items():
        value, label = values.get(name, (UNKNOWN, None))
        if label is not None and UNKNOWN not in value and not (value and _matches(value, pattern)):
            shown = f"`{value}`" if value else "empty"
            message = f"the label `{name}` is {shown}, but the policy requires `{pattern}`"
            yield Violation(label.text_span if label.text else label.name_span, message)


def _matches(value: str, pattern: str) -> bool:
    """Whether a value matches a pattern, in which `*` stands for any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return value == pattern
    *between, last = rest
    end = len(value) - len(last)
    at = len(first)
    if not value.startswith(first) or not value.endswith(last) or at > end:
        return False
    for part in between:
        found = value.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
