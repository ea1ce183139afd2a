"""Secrets in variables, by the name of the variable and the form of its value."""

from dockerfile_astro_lint.astro.airflow_options import is_option
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Mapping, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.assignments import Assignment, assignments
from dockerfile_astro_lint.dockerfile.parser import Dockerfile

if TYPE_CHECKING:
    import re

    from dockerfile_astro_lint.project.project import Project


_NAMES = (
    "_PASSWORD", "_PASSWD", "_SECRET", "_SECRET_KEY", "_SECRET_ACCESS_KEY", "_TOKEN", "_API_KEY", "_PRIVATE_KEY",
    "FERNET_KEY",
)  # fmt: skip


_NEVER = ("_CMD", "_FILE", "_PATH", "_NAME", "_ID", "_ARN")


_ADDRESSES = ("_URL", "_URI")
"""Ends of names whose value is no secret as a whole, and may hold one."""


_KNOWN = frozenset((
    "postgres", "airflow", "admin", "minioadmin", "password", "test", "changeme", "change_me", "change-me", "example",
    "dummy", "fake", "placeholder", "none", "null", "nil", "true", "false", "todo", "tbd", "redacted", "replace_me",
    "replaceme", "replace-me", "unused", "not-used", "empty",
))  # fmt: skip
"""Well-known defaults and placeholders."""


_KEY = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"


_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,40}://([^\s/:@?#\"']*):([^\s/\"']+)@"


_NO_PASSWORD = "x-oauth-basic"
"""What stands for a password behind a token of GitHub."""


_TOKEN_IN_URL = rf"https?://([^\s/:@?#\"'$<>{{}}]{{16,255}})(?::(?:{_NO_PASSWORD})?)?@"


_TOKENS = ("ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "gldt-", "pypi-", "npm_", "dckr_pat_")


_LONG = 20
"""Characters; what is longer and consists of letters and digits is no user name."""


_WORDS = "password|passwd|secret|token|api_key|private_key|secret_key|secret_access_key|fernet_key|private_key_content"


_IN_QUERY = rf"(?i)[?&](\w*(?:{_WORDS}))=([^\s&\"']+)"


_IN_JSON = rf"""(?i)\\?"(\w*(?:{_WORDS}))\\*"\s*:\s*\\*"((?:[^"\\]|\\+[^"\\])*)\\*\""""


_USER_IN_JSON = r"""(?i)\\?"(?:login|user|username)\\*"\s*:\s*\\*"((?:[^"\\]|\\+[^"\\])*)\\*\""""


_IN_PROFILE = r"\b(password|pass|token|client_secret)\s{0,8}:\s{0,8}\\{0,4}[\"']?([^\s\"'\\]{1,256})"
"""A line of dbt's profiles.yml."""


_PLACEHOLDER = r"<.*>|\[.*\]|\{.*\}|%.*%|(?i:[x_ -]+|\*+|\.+|-+|0+|(?:your|insert|enter|replace)[-_ ].*)"


@lru_cache(maxsize=None)
def _pattern(text: str) -> "re.Pattern[str]":
    """A pattern, compiled when a value needs it, as few do."""
    import re

    return re.compile(text)


_MAX_VALUE = 64 * 1024


class Secret(NamedTuple):
    """The range of a secret in a value, and what it is."""

    start: int
    end: int
    what: str


def secrets_in(name: str, value: str, option: bool = False) -> Iterator[Secret]:
    """The secrets in a variable's value.

    `option`: the name without `_SECRET` is an option of Airflow, so that the value is only the name of a secret.
    """
    upper = name.upper()
    if not value or len(value) > _MAX_VALUE or upper.startswith("AIRFLOW__SECRETS__") or upper.endswith(_NEVER):
        return
    key = _pattern(_KEY).search(value) if "PRIVATE KEY-----" in value else None
    if key:
        yield Secret(key.start(), len(value), "the private key")
        return
    parts = list(_secret_parts(value))
    yield from parts
    if parts or upper.endswith(_ADDRESSES) or not upper.endswith(_NAMES) or (option and upper.endswith("_SECRET")):
        return
    if "://" in value or value.lstrip().startswith(("{", "/")) or (upper.endswith("_TOKEN") and value.isdecimal()):
        return
    if is_secret(value, ""):
        yield Secret(0, len(value), "the value")


def _secret_parts(value: str) -> Iterator[Secret]:
    """Secrets in URLs and in JSON."""
    if "://" in value:
        yield from secrets_in_urls(value)
        for match in _pattern(_IN_QUERY).finditer(value):
            if is_secret(match[2]):
                yield Secret(match.start(2), match.end(2), f"`{match[1]}` in the URL")
    if "{" in value:
        user = _pattern(_USER_IN_JSON).search(value)
        for match in _pattern(_IN_JSON).finditer(value):
            if "PRIVATE KEY" in match[2] or is_secret(match[2], user[1] if user else ""):
                yield Secret(match.start(2), match.end(2), f"`{match[1]}` in the JSON")


def secrets_in_urls(text: str) -> Iterator[Secret]:
    """The passwords of URLs, and tokens in front of the host."""
    if "@" not in text:
        return
    for match in _pattern(_URL).finditer(text):
        if match[2] != _NO_PASSWORD and is_secret(match[2], match[1]):
            yield Secret(match.start(2), match.end(2), "the password in the URL")
    for match in _pattern(_TOKEN_IN_URL).finditer(text):
        token = match[1]
        is_mixed = token.isalnum() and len(token) >= _LONG and not token.isalpha() and not token.isdecimal()
        if (token.startswith(_TOKENS) or is_mixed) and is_secret(token):
            yield Secret(match.start(1), match.end(1), "the token in the URL")


def is_secret(value: str, user: str = "") -> bool:
    """Whether a value is a secret, and no reference, placeholder, well-known default or user name."""
    text = value.strip().strip("'\"")
    return bool(text) and "$" not in text and text != user and not is_placeholder(text)


def is_placeholder(text: str) -> bool:
    """Whether a value is a well-known default, or stands for one that is filled in later."""
    return text.lower() in _KNOWN or _pattern(_PLACEHOLDER).fullmatch(text) is not None


def secrets_of(assignment: Assignment) -> Iterator[tuple[Span, str]]:
    """The ranges of the secrets in the value of an ENV, ARG or LABEL, and what they are."""
    text, start = assignment.plain
    if assignment.old and text.startswith("="):  # `ENV NAME = value`: the value that was meant follows
        start += len(text) - len(text[1:].lstrip())
        text = text[1:].lstrip()
    name = assignment.name
    option = name.startswith("AIRFLOW__") and name.endswith("_SECRET") and is_option(name.removesuffix("_SECRET"))
    for secret in secrets_in(name, text, option):
        yield assignment.part(start + secret.start, start + secret.end), secret.what


def secrets_in_image(project: "Project") -> Iterator[tuple[Assignment, Span, str]]:
    """The secrets that ENV and ARG put into an image: where it is set, where the secret is, and what it is."""
    settings = [assignment for _, assignment in project.assignments("ENV", "ARG")]
    defaults = _global_arguments(project.dockerfile)
    values: dict[str, set[str]] = {}
    for setting in settings:
        # The default of an ARG without a value is in front of the first FROM.
        for given in (setting,) if setting.given else defaults.pop(setting.name, ()):
            for span, what in secrets_of(given) if _may_have_secret(given) else ():
                values = values or _values(settings)
                if what != "the value" or span.text.strip("'\"") not in _users(values, given.name):
                    yield given, span, what


def _may_have_secret(assignment: Assignment) -> bool:
    """Whether a variable may hold a secret, by its name and a short look at its value."""
    return any(map(assignment.text.__contains__, _FORMS)) or assignment.name.upper().endswith(_NAMES)


_FORMS = ("://", "{", "PRIVATE KEY")
"""One of these is in every value with a secret that the name does not tell."""


def secrets_in_runs(project: "Project") -> Iterator[tuple[Span, str]]:
    """The secrets in the URLs of RUNs, and in profiles of dbt that they write: where each is, and what it is."""
    has_profiles = "profiles.y" in project.text
    for _, layer in project.layers("RUN") if has_profiles or "@" in project.text else ():
        instruction = layer.instruction
        value = instruction.value[:_MAX_VALUE]
        has_profile = has_profiles and "profiles.y" in instruction.script
        found = list(secrets_in_urls(value))
        if has_profile:
            found += _secrets_in_profile(value)
        for secret in found:
            yield instruction.span(instruction.at + secret.start, instruction.at + secret.end), secret.what
        source, line = instruction.source, instruction.line
        if not line.heredocs:
            continue
        below = source.position(line.pieces[-1][1])[0]  # the number of the next line, from 0
        if below < len(source.starts):
            start = source.starts[below]
            text = source.text[start : instruction.whole.end][:_MAX_VALUE]
            found = list(secrets_in_urls(text))
            if has_profile:
                found += _secrets_in_profile(text)
            for secret in found:
                yield Span(source, start + secret.start, start + secret.end), secret.what


def _secrets_in_profile(text: str) -> Iterator[Secret]:
    """The secrets of a profile of dbt, unless it is one for a database on the same machine."""
    for match in _pattern(_IN_PROFILE).finditer(text) if "localhost" not in text else ():
        if not match[2].startswith("{") and is_secret(match[2]):
            yield Secret(match.start(2), match.end(2), f"`{match[1]}` in the profile of dbt")


def _global_arguments(dockerfile: Dockerfile) -> dict[str, list[Assignment]]:
    """The ARGs in front of the first FROM that have a value, by name."""
    by_name: dict[str, list[Assignment]] = {}
    for instruction in dockerfile.instructions[: dockerfile.stages[0].at] if dockerfile.stages else ():
        for assignment in assignments(instruction, dockerfile.scan.escape) if instruction.keyword == "ARG" else ():
            if assignment.given:
                by_name.setdefault(assignment.name, []).append(assignment)
    return by_name


def _values(settings: Sequence[Assignment]) -> dict[str, set[str]]:
    """The values of each variable, by its name in capitals."""
    values: dict[str, set[str]] = {}
    for setting in settings:
        values.setdefault(setting.name.upper(), set()).add(setting.plain[0])
    return values


def _users(values: Mapping[str, set[str]], name: str) -> set[str]:
    """The user names that belong to a password, by the names of their variables."""
    stem = name.upper().rpartition("_")[0]
    return set().union(*(values.get(f"{stem}_{kind}", ()) for kind in ("USER", "USERNAME", "LOGIN")))
