"""Preselection of rules: those whose `on` and `mentions` the project has."""

from dockerfile_astro_lint.astro.image import Image
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence, Set, lru_cache
from dockerfile_astro_lint.core.source import with_one_digit
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.dockerfile.search_text import plain
from dockerfile_astro_lint.dockerfile.syntax_errors import KEYWORDS
from dockerfile_astro_lint.project.file_kinds import AIRFLOW_SETTINGS, ONBUILD_FILES
from dockerfile_astro_lint.project.project import ROOT, Project
from dockerfile_astro_lint.rules.authoring import Rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.build_context import BuildContext


def relevant_rules(rules: Sequence[Rule], project: Project) -> list[Rule]:
    """The rules that may find something in a project, in their order."""
    traits = project_traits(project)
    if project.context is not None:
        traits |= {_CONTEXT}
    waiting = _waiting(rules)
    numbers = set(waiting.by_trait[_ALWAYS])
    for trait in traits & waiting.by_trait.keys():
        numbers.update(waiting.by_trait[trait])
    for instruction in project.dockerfile.instructions:
        if instruction.keyword in waiting.in_values:
            numbers |= waiting.mentioned(instruction.keyword, instruction.value)
    text = ""
    for number, on, words in waiting.in_text:
        if on and traits.isdisjoint(on):
            continue
        if on == _AS_ASTRO:
            searched = project.script_as_astro
        else:
            searched = text = text or "\n".join([project.text, *_package_names(project, traits)])
        if any(map(searched.__contains__, words)):
            numbers.add(number)
    return [rules[number] for number in sorted(numbers) if project.production or not rules[number].production]


_ALWAYS, _CONTEXT = "", "context"
"""What rules wait for that name no trait: nothing, or a build context with Python files."""


_SEARCHED_ALONE = frozenset(("ADD", "ARG", "COPY", "ENV", "LABEL"))
"""Where the words of a rule that waits for these are: in their values. Of others, a heredoc may have them."""


_RUN_AS_ASTRO = "run-as-astro"


_AS_ASTRO = frozenset((_RUN_AS_ASTRO,))
"""The words of a rule that waits for this alone are in a RUN that may not be run as root."""


class _Waiting:
    """What rules wait for: their numbers by trait, and, of those with words, by what the words are searched in."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.by_trait: dict[str, list[int]] = {_ALWAYS: []}
        self.in_values: dict[str, list[tuple[int, Sequence[bytes]]]] = {}
        self.in_text: list[tuple[int, frozenset[str], Sequence[str]]] = []
        self._mentioned: dict[tuple[str, bytes], frozenset[int]] = {}
        for number, rule in enumerate(rules):
            on = frozenset(rule.on)
            if not rule.mentions:
                for trait in (_CONTEXT,) if rule.python else on or (_ALWAYS,):
                    self.by_trait.setdefault(trait, []).append(number)
                continue
            if keywords := on & _SEARCHED_ALONE:
                words = list(map(with_one_digit, rule.mentions))
                for keyword in keywords:
                    self.in_values.setdefault(keyword, []).append((number, words))
            if not keywords or on - keywords:
                self.in_text.append((number, on - keywords, rule.mentions))

    def mentioned(self, keyword: str, value: str) -> frozenset[int]:
        """The numbers of the rules that wait for an instruction and may have a word in its value.

        A repository has the same instructions again and again, but for the digits of versions: they are alike here.
        Without remembering them, 1,000 Dockerfiles take 17 % more instructions.
        """
        key = keyword, with_one_digit(value)
        numbers = self._mentioned.get(key)
        if numbers is None:
            text = with_one_digit(plain(value))
            found = [number for number, words in self.in_values[keyword] if any(map(text.__contains__, words))]
            numbers = frozenset(found)
            if len(value) < _MAX_LENGTH:
                if len(self._mentioned) >= _MAX_MENTIONED:
                    self._mentioned.clear()
                self._mentioned[key] = numbers
        return numbers


_MAX_LENGTH, _MAX_MENTIONED = 500, 1000
"""Of values that are remembered, and how many."""


def _waiting(rules: Sequence[Rule]) -> _Waiting:
    """What rules wait for; kept for the next file."""
    known = _kept.get(id(rules))
    if known is None or known.rules is not rules:
        if len(_kept) >= _MAX_KEPT:
            _kept.clear()
        known = _kept[id(rules)] = _Waiting(rules)
    return known


_kept: dict[int, _Waiting] = {}


_MAX_KEPT = 16


def project_traits(project: Project) -> frozenset[str]:
    """What `@rule(on=...)` can name.

    Of the Dockerfile: the keywords of its instructions; `unknown` (an unknown instruction), `unresolved` (an image
    that only the build knows), `platform` (a flag of a FROM), `refused` (BuildKit stops at something), `comment`,
    `swallowed` (a continued line that begins with a keyword), `frontend`, `stages` (more than one), `other-user` (a
    USER that no Astro image has, or that has to be looked into), `other-user-at-end` (a stage may end as another
    user than `astro`), `run-as-astro` (a RUN may not be run as root), `install-as-astro` (it may change system
    packages), `odd-variable` (one of Airflow whose underscores may be wrong), `gone-option` (one that Airflow 3
    does not have), `other-workdir` (a stage may end in another folder than Airflow's home), `airflow-owner`
    (something is owned by `airflow`), `apt`, `other-package-manager` and `constraint` (what a RUN may have),
    `userinfo` (in an address), `profile` (of dbt).

    Of any Astronomer image: its role, the segments and the error of its tag, `floating`, `digest`, `misspelt`,
    `wrong_repository`, `development`; of any version its states, see `Catalog.lifecycle`.

    Of the project: `foreign` (no Runtime image, but an Astro project), `no-dags` (no folder `dags` beside the
    Dockerfile), `ignored` (a .dockerignore), `no-onbuild-file` (requirements.txt or packages.txt may not be there),
    `credential-file` (there may be one), `missing-source` (a COPY does not find something), `manifest`; of the
    requirements, what `requirement_traits` says.

    Of the configuration: the keys of a policy that are set.
    """
    dockerfile, text = project.dockerfile, project.text
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
    if "ENV" in traits and "airflow_" in text:
        traits.update(_option_traits(project))
    if dockerfile.scan.comments:
        traits.add("comment")
    if dockerfile.frontend:
        traits.add("frontend")
    if _swallows(dockerfile.scan.continued):
        traits.add("swallowed")
    if "RUN" in traits or "USER" in traits:
        traits.update(_user_traits(project))
    if "WORKDIR" in traits and _ends_elsewhere(dockerfile.instructions):
        traits.add("other-workdir")
    if "RUN" in traits and any(map(text.__contains__, ("yum", "dnf", "apk"))):
        traits.add("other-package-manager")
    if "RUN" in traits and "apt" in text:
        traits.add("apt")
    if _RUN_AS_ASTRO in traits and any(map(project.script_as_astro.__contains__, ("apt", *_INSTALLERS))):
        traits.add("install-as-astro")
    if "RUN" in traits and "constraints-" in dockerfile.source.text:
        traits.add("constraint")
    if len(dockerfile.stages) > 1:
        traits.add("stages")
    if project.folder is None or "dags" not in project.folder.names:
        traits.add("no-dags")
    if "chown" in text and any(map(text.replace("airflow__", "").__contains__, _AIRFLOW_OWNERS)):
        traits.add("airflow-owner")
    if "@" in text and _has_userinfo(text):
        traits.add("userinfo")
    if "profiles.y" in text:
        traits.add("profile")
    if not project.all_runtimes and project.folder is not None and ".astro" in project.folder.names:
        traits.add("foreign")
    if project.missing_sources:
        traits.add("missing-source")
    if project.context is not None:
        traits.update(_context_traits(project.context, text))
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


def _user_traits(project: Project) -> Iterator[str]:
    """Another user than `root` and `astro`, a RUN that may not be run as root, a stage that may not end as `astro`."""
    if project.runs_as_astro:
        yield _RUN_AS_ASTRO
    user = ""
    for instruction in project.dockerfile.instructions if "USER" in project.keywords else ():
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
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME

    last = AIRFLOW_HOME
    for instruction in instructions:
        if instruction.keyword == "WORKDIR":
            last = instruction.value
        elif instruction.keyword == "FROM" and last != AIRFLOW_HOME:
            return True
    return last != AIRFLOW_HOME


_ASTRO = ("", "astro", "50000", "astro:0", "astro:root", "astro:astro")
"""How most USER instructions name the image's own user, which is there without one."""


def _context_traits(context: "BuildContext", text: str) -> Iterator[str]:
    """What the build context has that rules judge; `text` is that of the project."""
    names = context.folder.names
    if context.ignore_name in names:
        yield "ignored"
    if context.ignore_name in names or not names.issuperset(ONBUILD_FILES):
        yield "no-onbuild-file"
    named = AIRFLOW_SETTINGS.names[0] in names or "google_application_credentials" in text
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


_INSTALLERS = ("dpkg", "install-system-packages")
"""What installs packages on Debian, besides `apt`."""


_AIRFLOW_OWNERS = ("chown=$", "=airflow", " airflow", "\tairflow")
"""What a `chown` to `airflow` has in it, also where a variable names the user."""


@lru_cache(maxsize=64)
def _image_traits(image: Image) -> tuple[str, ...]:
    traits = [name for name in ("digest", "misspelt", "wrong_repository", "development") if getattr(image, name)]
    segments = [segment.kind for segment in image.tag.segments] if image.tag else []
    return (image.role, *([image.tag_error] if image.tag_error else []), *traits, *segments)
