"""Preselection of rules: those whose `on` and `mentions` the project has."""

from dockerfile_astro_lint.astro.image import Image
from dockerfile_astro_lint.core.compat import Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.dockerfile.syntax_errors import KEYWORDS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Rule


class RuleFilter:
    """Rules by the traits that let them run."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._always = frozenset([number for number, rule in enumerate(rules) if not rule.on or rule.python])
        self._by_trait: dict[str, set[int]] = {}
        for number, rule in enumerate(rules):
            for trait in rule.on:
                self._by_trait.setdefault(trait, set()).add(number)

    def relevant(self, project: Project) -> list[Rule]:
        """The rules that may find something in a project, in their order."""
        by_trait, text = self._by_trait, search_text(project.dockerfile)
        relevant = []
        traits = project_traits(project, text)
        for number in sorted(self._always.union(*[by_trait.get(trait, ()) for trait in traits])):
            rule = self.rules[number]
            if rule.production and not project.production:
                continue
            if rule.mentions and not any(map(text.__contains__, rule.mentions)):
                continue
            relevant.append(rule)
        return relevant


def project_traits(project: Project, text: str) -> frozenset[str]:
    """What `@rule(on=...)` can name: the keywords of the Dockerfile; `unknown` (an unknown instruction), `unresolved`
    (an image that only the build knows), `comment`, `swallowed` (a continued line that begins with a keyword),
    `frontend`, `apt` and `constraint` (what a RUN may have), `stages` (more than one), `other-user` (a USER that no
    Astro image has, or that has to be looked into), `airflow-owner` (something is owned by `airflow`), `userinfo` (in
    an address), `foreign` (no Runtime image, but an Astro project), `context` and `manifest`; of any Astronomer image
    its role, the segments and the error of its tag, `floating`, `digest`, `misspelt`, `wrong_repository`,
    `development`; of any version its states, see `Catalog.lifecycle`; of the requirements, what `requirement_traits`
    says. `text` is the `search_text` of the Dockerfile.
    """
    dockerfile = project.dockerfile
    traits = set(project.keywords)
    for base in project.bases:
        traits.update(_image_traits(base.image))
        if base.version and base.version.floating:
            traits.add("floating")
    for base in project.with_lifecycle:
        traits.update(project.lifecycle(base.version))
    if not KEYWORDS.issuperset(project.keywords):
        traits.add("unknown")
    if any(UNKNOWN in stage.reference.value.text for stage in dockerfile.stages if stage.reference):
        traits.add("unresolved")
    if dockerfile.scan.comments:
        traits.add("comment")
    if dockerfile.frontend:
        traits.add("frontend")
    if any(len(line.pieces) > 1 and _swallows(line) for line in dockerfile.scan.lines):
        traits.add("swallowed")
    if "RUN" in traits and "apt" in dockerfile.source.text:
        traits.add("apt")
    if "RUN" in traits and "constraints-" in dockerfile.source.text:
        traits.add("constraint")
    if len(dockerfile.stages) > 1:
        traits.add("stages")
    if "USER" in traits and any(one.keyword == "USER" and one.value not in _USERS for one in dockerfile.instructions):
        traits.add("other-user")
    if "chown" in text and "airflow" in text:
        traits.add("airflow-owner")
    if "@" in text and _has_userinfo(text):
        traits.add("userinfo")
    if not project.all_runtimes and project.folder is not None and ".astro" in project.folder.names:
        traits.add("foreign")
    if project.context is not None:
        traits.add("context")
    if project.manifest:
        traits.add("manifest")
    if project.context is not None or project.manifest:
        traits.update(project.requirement_traits)
    return frozenset(traits)


def _swallows(line: LogicalLine) -> bool:
    """Whether a continued line of an instruction begins with a keyword."""
    text = line.text
    return any(not KEYWORDS.isdisjoint(text[at : at + length].split(None, 1)[:1]) for at, _, length in line.pieces[1:])


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


_USERS = frozenset(("root", "astro", "0", "50000", "root:root", "astro:0", "astro:root", "astro:astro", "0:0"))
"""What most USER instructions name: users of every image, as they are written."""


@lru_cache(maxsize=64)
def _image_traits(image: Image) -> tuple[str, ...]:
    traits = [name for name in ("digest", "misspelt", "wrong_repository", "development") if getattr(image, name)]
    segments = [segment.kind for segment in image.tag.segments] if image.tag else []
    return (image.role, *([image.tag_error] if image.tag_error else []), *traits, *segments)


def search_text(dockerfile: Dockerfile) -> str:
    """A Dockerfile in lower case, without the quotes, escapes and line continuations that can split a word."""
    scan, text = dockerfile.scan, dockerfile.source.text
    if scan.escape in text:
        text = "\n".join([text, *[line.text for line in scan.lines if len(line.pieces) > 1]])
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    for char in ("\\\n", "`\n", "\\", "`", "'", '"'):
        if char in text:
            text = text.replace(char, "")
    return text.lower()
