"""Preselection of rules: those whose `on` and `mentions` the project has."""

from dockerfile_astro_lint.astro.image import Image
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence, Set, lru_cache
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, ONBUILD_COMMANDS
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.dockerfile.search_text import plain
from dockerfile_astro_lint.dockerfile.syntax_errors import KEYWORDS
from dockerfile_astro_lint.engine.mentions import (
    AIRFLOW_OWNER,
    ALWAYS,
    AS_ASTRO,
    CONTEXT,
    COPIES_HOME,
    Waiting,
)
from dockerfile_astro_lint.project.file_kinds import AIRFLOW_SETTINGS, ONBUILD_FILES, REQUIREMENTS
from dockerfile_astro_lint.project.project import ROOT, Project
from dockerfile_astro_lint.rules.authoring import Rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.build_context import BuildContext


def relevant_rules(rules: Sequence[Rule], project: Project) -> list[Rule]:
    """The rules that may find something in a project, in their order."""
    waiting = _waiting(rules)
    in_values, words, as_astro = waiting.search(project)
    traits = project_traits(project, words, as_astro)
    if project.context is not None:
        traits |= {CONTEXT}
    numbers = in_values.union(waiting.by_trait[ALWAYS])
    for trait in traits & waiting.by_trait.keys():
        numbers.update(waiting.by_trait[trait])
    for number, code, on in waiting.in_scripts:
        searched = (as_astro or ()) if on == AS_ASTRO else words
        if code in searched and not traits.isdisjoint(on):
            numbers.add(number)
    text = comments = ""
    for number, on, own_words in waiting.in_text:
        if on and traits.isdisjoint(on):
            continue
        if on == _IN_COMMENTS:
            comments = comments or plain("\n".join([comment.text for comment in project.dockerfile.scan.comments]))
        else:
            text = text or "\n".join([project.text, *_package_names(project, traits)])
        if any(map((comments if on == _IN_COMMENTS else text).__contains__, own_words)):
            numbers.add(number)
    return [rules[number] for number in sorted(numbers) if project.production or not rules[number].production]


_IN_COMMENTS = frozenset(("comment",))
"""The words of a rule that waits for this alone are in the comments."""


def _waiting(rules: Sequence[Rule]) -> Waiting:
    """What rules wait for; kept for the next file."""
    known = _kept.get(id(rules))
    if known is None or known.rules is not rules:
        if len(_kept) >= _MAX_KEPT:
            _kept.clear()
        known = _kept[id(rules)] = Waiting(rules, _WORDS)
    return known


_kept: dict[int, Waiting] = {}


_MAX_KEPT = 16


def project_traits(project: Project, words: Set[str], as_astro: Set[str] | None) -> frozenset[str]:
    """What `@rule(on=...)` can name; `words` are what instructions mention, `as_astro` what RUNs do, see `Mentions`.

    Of the Dockerfile: the keywords of its instructions; `unknown` (an unknown instruction), `unresolved` (an image
    that only the build knows), `platform` (a flag of a FROM), `refused` (BuildKit stops at something), `comment`,
    `swallowed` (a continued line that begins with a keyword), `frontend`, `stages` (more than one), `other-user` (a
    USER that no Astro image has, or that has to be looked into), `other-user-at-end` (a stage may end as another
    user than `astro`), `run-as-astro` (a RUN may not be run as root), `install-as-astro` (it may change system
    packages), `copies-home` (a COPY may add a file to Airflow's home, on an image with ONBUILD), `onbuild-step` (words
    of what ONBUILD does are there), `odd-variable` (one of Airflow whose underscores may be wrong), `gone-option`
    (one that Airflow 3 does not have), `other-workdir` (a stage may end in another folder than Airflow's home),
    `airflow-owner` (something is owned by `airflow`), `apt`, `other-package-manager` and `constraint` (what a RUN may
    have), `userinfo` (in an address), `profile` (of dbt).

    Of any Astronomer image: its role, the segments and the error of its tag, `floating`, `digest`, `misspelt`,
    `wrong_repository`, `development`; of any version its states, see `Catalog.lifecycle`.

    Of the project: `foreign` (no Runtime image, but an Astro project), `no-dags` (no folder `dags` beside the
    Dockerfile), `ignored` (a .dockerignore), `no-onbuild-file` (requirements.txt or packages.txt may not be there),
    `credential-file` (there may be one), `missing-source` (a COPY does not find something), `manifest`; of the
    requirements, what `requirement_traits` says.

    Of the configuration: the keys of a policy that are set.
    """
    dockerfile = project.dockerfile
    traits = {*project.keywords, *project.settings.policy}
    for base in project.bases:
        traits.update(_image_traits(base.image))
        if base.version and base.version.floating:
            traits.add("floating")
    for base in project.with_lifecycle:
        traits.update(project.lifecycle(base.version))
    if not KEYWORDS.issuperset(project.keywords):
        traits.add("unknown")
    for stage in dockerfile.stages:
        if stage.flags:
            traits.add("platform")
        if stage.reference and UNKNOWN in stage.reference.value.text:
            traits.add("unresolved")
    if dockerfile.error or project.refusals:
        traits.add("refused")
    if "ENV" in traits and "airflow_" in words:
        traits.update(_option_traits(project))
    if dockerfile.scan.comments:
        traits.add("comment")
    if dockerfile.frontend:
        traits.add("frontend")
    if _swallows(dockerfile.scan.continued):
        traits.add("swallowed")
    if "USER" in traits:
        traits.update(_user_traits(dockerfile.instructions))
    if "WORKDIR" in traits and _ends_elsewhere(dockerfile.instructions):
        traits.add("other-workdir")
    if "RUN" in traits and not words.isdisjoint(_OTHER_MANAGERS):
        traits.add("other-package-manager")
    if "RUN" in traits and "apt" in words:
        traits.add("apt")
    if as_astro is not None:
        traits.update(AS_ASTRO)
        if not as_astro.isdisjoint(_INSTALLERS):
            traits.add("install-as-astro")
    if "RUN" in traits and "constraints-" in words:
        traits.add("constraint")
    if COPIES_HOME in words:
        traits.add(COPIES_HOME)
    if not words.isdisjoint(_ONBUILD_WORDS):
        traits.add("onbuild-step")
    if len(dockerfile.stages) > 1:
        traits.add("stages")
    if project.folder is None or "dags" not in project.folder.names:
        traits.add("no-dags")
    if "chown" in words and AIRFLOW_OWNER in words:
        traits.add(AIRFLOW_OWNER)
    if "@" in words and _has_userinfo(project.text):
        traits.add("userinfo")
    if "profiles.y" in words:
        traits.add("profile")
    if not project.all_runtimes and project.folder is not None and ".astro" in project.folder.names:
        traits.add("foreign")
    if project.missing_sources:
        traits.add("missing-source")
    if project.context is not None:
        traits.update(_context_traits(project.context, words))
    if project.manifest:
        traits.add("manifest")
    if project.context is not None or project.manifest:
        traits.update(project.requirement_traits)
    return frozenset(traits)


def _package_names(project: Project, traits: Set[str]) -> Iterator[str]:
    """The text of packages.txt, and the names of the requirements that have a version."""
    if "packages" in traits and project.context and (packages := project.context.text("packages.txt")):
        yield packages.text.lower()
    if not traits.isdisjoint(("provider", "versions")) and project.requirements:
        yield from (entry.name for entry in project.requirements.packages if entry.has_version)


def _user_traits(instructions: Sequence[Instruction]) -> Iterator[str]:
    """Another user than `root` and `astro`, a stage that may not end as `astro`."""
    user = ""
    for instruction in instructions:
        keyword = instruction.keyword
        if keyword == "USER":
            user = instruction.value
            if user not in ROOT and user not in _ASTRO:
                yield "other-user"
        elif keyword == "FROM":
            if user not in _ASTRO:
                yield "other-user-at-end"
            user = ""
    if user not in _ASTRO:
        yield "other-user-at-end"


def _option_traits(project: Project) -> Iterator[str]:
    """What ENVs may set of Airflow, by the words that have its prefix."""
    from dockerfile_astro_lint.astro.airflow_options import is_well_formed, removed_option

    names = set()
    for instruction in project.dockerfile.instructions:
        if instruction.keyword == "ENV" and "AIRFLOW_" in instruction.value:
            words = instruction.value.replace("=", " ").split()
            names.update([word[word.index("AIRFLOW_") :] for word in words if "AIRFLOW_" in word])
    if not all(map(is_well_formed, names)):
        yield "odd-variable"
    for series in {base.version.series for base in project.versioned if base.version.family == 3} if names else ():
        if any(removed_option(name, series) for name in names):
            yield "gone-option"


def _ends_elsewhere(instructions: Sequence[Instruction]) -> bool:
    """Whether the last WORKDIR of a stage may be another folder than Airflow's home."""
    last = AIRFLOW_HOME
    for instruction in instructions:
        if instruction.keyword == "WORKDIR":
            last = instruction.value
        elif instruction.keyword == "FROM" and last != AIRFLOW_HOME:
            return True
    return last != AIRFLOW_HOME


_ASTRO = ("", "astro", "50000", "astro:0", "astro:root", "astro:astro")
"""How most USER instructions name the image's own user, which is there without one."""


def _context_traits(context: "BuildContext", words: Set[str]) -> Iterator[str]:
    """What the build context has that rules judge; `words` are those of the Dockerfile."""
    names = context.folder.names
    if context.ignore_name in names:
        yield "ignored"
    if context.ignore_name in names or not names.issuperset(ONBUILD_FILES):
        yield "no-onbuild-file"
    named = AIRFLOW_SETTINGS.names[0] in names or "google_application_credentials" in words
    if named or next(context.folder.credentials(), None):
        yield "credential-file"


def _swallows(lines: Sequence[LogicalLine]) -> bool:
    """Whether a continued line of an instruction begins with a keyword."""
    pieces = [text[at : at + length] for text, pieces, *_ in lines for at, _, length in pieces[1:]]
    return not KEYWORDS.isdisjoint([word for piece in pieces for word in piece.split(None, 1)[:1]])


_MAX_USERINFO = 600


def _has_userinfo(text: str) -> bool:
    """Whether an address may name a user, a password or a token."""
    at = text.find("@")
    while at >= 0:
        start = max(text.rfind(separator, max(at - _MAX_USERINFO, 0), at) for separator in ("/", " ", "\n"))
        if start > 1 and text.startswith("://", start - 2):
            return True
        at = text.find("@", at + 1)
    return False


_INSTALLERS = ("apt", "dpkg", "install-system-packages")
"""What installs packages on Debian."""


_OTHER_MANAGERS = ("yum", "dnf", "apk")


_ONBUILD_WORDS = (*REQUIREMENTS.names, *ONBUILD_COMMANDS)
"""One of these is in a RUN that repeats a step of the base image."""


_WORDS = tuple(dict.fromkeys((
    *_INSTALLERS, *_OTHER_MANAGERS, *_ONBUILD_WORDS, "airflow_", "constraints-", "chown", "@", "profiles.y",
    "google_application_credentials",
)))  # fmt: skip
"""What traits depend on."""


@lru_cache(maxsize=64)
def _image_traits(image: Image) -> tuple[str, ...]:
    traits = [name for name in ("digest", "misspelt", "wrong_repository", "development") if getattr(image, name)]
    segments = [segment.kind for segment in image.tag.segments] if image.tag else []
    return (image.role, *([image.tag_error] if image.tag_error else []), *traits, *segments)
