"""`USER airflow` and `--chown=airflow` come from `apache/airflow`. Astro images do not have that user: theirs is
`astro`, in lower case, with the group 0. The build stops there, unless the Dockerfile creates the user first.

A `USER` takes the whole line as one name, a comment at its end included: in `USER root # to install gcc` the user is
`root # to install gcc`, and the next `RUN` fails. Only a line of its own is a comment.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Instruction, Violation, insert_before, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


@rule(
    code="AST604",
    name="unknown-airflow-user",
    severity="error",
    summary="a user that Astro images do not have, such as `airflow`",
    on=("other-user", "airflow-owner"),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --chown=airflow:root settings.json include/
                #            ^^^^^^^^^^^^ AST604
                USER airflow
                #    ^^^^^^^ AST604
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --chown=astro:0 settings.json include/
                USER astro
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root # to install gcc
                #    ^^^^^^^^^^^^^^^^^^^^^ AST604
                RUN apt-get update && apt-get install -y gcc
                USER astro
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                # to install gcc
                USER root
                RUN apt-get update && apt-get install -y gcc
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    created: set[tuple[int, str]] = set()
    unknown = _unknown_users(project) if "RUN" in project.keywords else set()
    for base, layer in project.layers("USER", "COPY", "ADD", "RUN", agents=True):
        instruction, stage = layer.instruction, base.stage.number
        owners = [(layer.value(flag.value), flag.value_span) for flag in instruction.flags if flag.name == "chown"]
        if instruction.keyword == "USER":
            text = layer.value(instruction.value)
            if len(text.split()) > 1:
                yield _spaced(project, instruction, text)
                continue
            owners = [(text, instruction.arguments_span)]
        elif instruction.keyword == "RUN":
            if "user" in instruction.script:
                created |= {(stage, name) for name in unknown if _creates(project, layer, name)}
            owners = list(_owners_in_run(project, layer)) if _may_chown(instruction.script) else []
        for owner, span in owners:
            user = owner.partition(":")[0]
            if _is_unknown(user) and (stage, user) not in created:
                yield _violation(owner, span)


def _may_chown(script: str) -> bool:
    """Whether the text of a RUN may give something to an unknown user; few do, and parsing the others costs much."""
    return "chown" in script and any(_is_unknown(word.partition(":")[0]) for word in script.split())


def _is_unknown(user: str) -> bool:
    return user == "airflow" or (user.lower() == "astro" and user != "astro")


def _unknown_users(project: Project) -> set[str]:
    """The unknown users that the Dockerfile may name."""
    values = [layer.value(layer.instruction.value) for _, layer in project.layers("USER", agents=True)]
    return {"airflow", *filter(_is_unknown, [value.partition(":")[0] for value in values])}


def _creates(project: Project, layer: "Layer", user: str) -> bool:
    from dockerfile_astro_lint.dockerfile.run_commands import creates_user

    return creates_user(layer.instruction.script, project.commands_of(layer), user)


def _owners_in_run(project: Project, layer: "Layer") -> Iterator[tuple[str, Span]]:
    """The owners that the commands `chown` of a RUN name, unless the script handles a failure."""
    if "||" in layer.instruction.script:
        return
    for run in project.commands_of(layer):
        words = [word for word in run.command.arguments if not word.text.startswith("-")]
        if run.command.name == "chown" and words and run.span(words[0]).text == words[0].text:
            yield words[0].text, run.span(words[0])


def _spaced(project: Project, instruction: Instruction, text: str) -> Violation:
    """The violation of a USER with a space in its name; mostly, that is a comment."""
    name, comment = text.split(None, 1)
    user = "astro" if _is_unknown(name) else name
    span = instruction.arguments_span
    if not comment.startswith("#") or span.text != text:
        return Violation(span, f"Astro images have no user `{text}`, which is one name: write a single user")
    edits = insert_before(project.dockerfile, instruction, comment), Edit(span, user)
    message = f"the comment is part of the user name `{text}`: put it on a line of its own"
    return Violation(span, message, Fix("move the comment to a line of its own", True, edits))


def _violation(owner: str, span: Span) -> Violation:
    astro = "astro:0" if ":" in owner else "astro"
    message = f"Astro images have no user `{owner.partition(':')[0]}`: use `{astro}`"
    return Violation(span, message, Fix(f"use `{astro}`", True, (Edit(span, astro),)))
