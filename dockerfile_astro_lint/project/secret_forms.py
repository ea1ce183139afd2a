"""Where a text holds secrets, by their form and by the names in front of them: what no output may show.

More than AST610 reports: output goes to places that the file does not, so what merely looks like a secret is hidden.
Every pattern is linear: what repeats is bounded, or cannot begin in two ways.
"""

import re

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Source
from dockerfile_astro_lint.dockerfile.arguments import assignment_words, take_flags
from dockerfile_astro_lint.dockerfile.assignments import Assignment, assignments
from dockerfile_astro_lint.dockerfile.parser import Instruction, parse_dockerfile
from dockerfile_astro_lint.project.file_kinds import CONFIG, MANIFEST, PYTHON, kind_of
from dockerfile_astro_lint.project.secrets import is_placeholder, secrets_of

_NAME = (
    r"(?:pass(?:word|wd|phrase)|(?<=[_-])(?:pass|pwd)|secret|token|credentials?|private_key_content|"
    r"(?:api|secret|access|account|private|fernet|encryption|signing|auth)[_.-]?key)"
)
"""The end of the name of a secret; what is in front of it does not matter."""


_QUOTED = r"\"(?:[^\"\\\n]|\\[\s\S])*\"?|'[^'\n]*'?"


_BARE = r"(?:[^\s\"'\\`]|\\[\s\S])+"


_VALUE = (
    r"(?:\\+[\"'](?:[^\"'\\\n]|\\[^\"'])*\\+[\"']"
    rf"|(?:{_QUOTED}|{_BARE})(?:{_QUOTED}|(?:[^\s\"'\\`,;:&|<>(){{}}\[\]]|\\[\s\S])+)*)"
)


_BEHIND_NAME = r"\\*[\"']?\]?[ \t]{0,200}"


_EQUALS = r"(?:[:+?]?={1,2}>?[ \t]{1,200}(?![A-Za-z_][\w.]{0,100}=)|[:+?]?={1,2}>?)"


_NAMED = re.compile(
    rf"(?i){_NAME}(?:{_BEHIND_NAME}(?::[ \t]{{0,200}}[\w.|\[\]]{{1,60}}[ \t]{{0,8}})?(?P<equals>{_EQUALS})"
    rf"|{_BEHIND_NAME}(?P<colon>:)[ \t]{{0,200}}"
    rf"|\\*[\"'][ \t]{{0,200}},[ \t]{{0,200}}(?=\\*[\"']))(?P<value>{_VALUE})"
)
"""`NAME=value`, `NAME: value`, `"NAME": "value"`, `["NAME"] = "value"`, `name: str = "value"`, `"NAME", "value"`."""


_NAMED_IN_TEXT = re.compile(rf"(?i){_NAME}(?:\\*[\"']?[ \t]?=|\\*[\"'][ \t]?:[ \t]?)(?P<value>{_VALUE})")
"""In a sentence, where `token: …` may be a word with an explanation."""


_OPTION = re.compile(rf"(?i)--?(?:[a-z]{{1,30}}[_-]){{0,4}}{_NAME}[ \t]{{1,200}}(?![-$])(?P<value>{_VALUE})")


_FIRST_WORDS = re.compile(
    rf"(?im)^[ \t]*(?:onbuild[ \t]+)?(?!arg\b)[a-z]+[ \t]+[\w.-]{{0,200}}{_NAME}[ \t]+(?![=: \t])(?P<value>[^\n]+)"
)
"""`KEYWORD NAME value`, also where the keyword is misspelt."""


_UNSIGNED = re.compile(rf"(?im)(?:^|(?<=\r))[ \t]*[\w.-]{{0,200}}{_NAME}[ \t]+(?![=: \t])(?P<value>[^\r\n]+)")
"""A line of a configuration file that lacks the sign between name and value."""


_TOKENS = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<value>"
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{16,255}"
    r"|gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent|imt|oas|ffct)-[A-Za-z0-9_.-]{16,300}"
    r"|xox[a-z]-[A-Za-z0-9-]{8,300}|xapp-[A-Za-z0-9-]{8,300}"
    r"|AIza[A-Za-z0-9_-]{30,40}|ya29\.[A-Za-z0-9_.-]{16,300}|GOCSPX-[A-Za-z0-9_-]{16,40}"
    r"|eyJ[A-Za-z0-9_-]{6,4000}\.[A-Za-z0-9_-]{6,8000}(?:\.[A-Za-z0-9_-]{1,4000})?"
    r"|pypi-[A-Za-z0-9_-]{16,400}|npm_[A-Za-z0-9]{30,40}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,60}"
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,200}|sk-[A-Za-z0-9_-]{20,300}|hf_[A-Za-z0-9]{30,60}"
    r"|dapi[0-9a-f]{32}|SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,60}|hvs\.[A-Za-z0-9_-]{16,300}"
    r"|[A-Za-z0-9_-]{43}=(?![A-Za-z0-9_=-])"
    r")"
)
"""AWS, GitHub, GitLab, Slack, Google, JWT (tokens of Astro too), PyPI, npm, Docker, Stripe, OpenAI, Hugging Face,
Databricks, SendGrid, Vault, and Fernet keys.
"""


_WEBHOOK = re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<value>[\w/-]{1,300})")


_USER = re.compile(r"://(?P<user>[^\s/:@?#\"'`]{0,2000})(?::(?P<value>[^\s/\"'`]{0,8000}))?@")


_LOGIN_AT = re.compile(
    r"(?<![\w/@:.$-])[\w.-]{1,64}:(?P<value>[^\s/@\"'`${}]{1,500})@(?!sha\d)[A-Za-z][\w-]{0,62}[./:]"
)
"""`user:password@host` without a scheme; with a digest it is an image."""


_QUERY = re.compile(r"[?&;](?:sig|signature|code|auth)=(?P<value>[^\s&\"'`]{6,8000})", re.IGNORECASE)


_HEADER = re.compile(
    r"authorization\\*[\"']?[ \t]{0,8}[:=,][ \t]{0,8}\\*[\"']?(?:bearer|basic|token|apikey)[ \t]{1,8}"
    r"(?P<value>[^\s\"'`\\]+)",
    re.IGNORECASE,
)


_BASIC = re.compile(
    r"(?:[ \t]-u|--user|--proxy-user)[ \t=]{1,8}[\"']?[^\s:\"'$]{1,200}:(?!\d+\b|root\b)(?P<value>[^\s\"']{1,2000})"
)


_LOGIN = re.compile(r"login[ \t]{1,8}\S{1,200}[ \t]{1,8}password[ \t]{1,8}(?P<value>\S+)", re.IGNORECASE)


_CHPASSWD = re.compile(r"[\"' \t][\w.-]{1,64}:(?P<value>[^\s\"']{1,500})[\"']?[ \t]{0,8}\|[ \t]{0,8}(?:sudo )?chpasswd")


_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?P<value>"
    r"(?:(?!-----BEGIN)[\s\S])*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|(?:(?!\n[ \t\r]*\n|-----BEGIN)[\s\S])*)"
)


_ANYWHERE = (_TOKENS, _WEBHOOK, _PEM, _HEADER, _QUERY)


_IN_FILES = (_OPTION, _BASIC, _LOGIN, _CHPASSWD)


_REFERENCE = re.compile(r"\$(?:\w+|\{\w+\}|\(.*|\{\{.*)?")


_DEFAULT = re.compile(r"\$\{\w+:?[-+=?]([^}]+)")


_TRIMMED = re.compile(r"\$\{(\w+)[#%]")


_MOST_TRIMMED = 64
"""Characters that a pattern may take from an end of a value."""


_SHORTEST = 4
"""Characters; what is shorter is a part of many words."""


_TOKEN = 16
"""Characters; a longer user in an address of the web may be a token."""


class Place(NamedTuple):
    """A range of a text that holds a secret.

    `values` are looked for in all that is said of the file, `words` only where a message quotes exactly them.
    """

    start: int
    end: int
    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def secret_places(source: Source) -> Iterator[Place]:
    """The secrets of a file, whatever kind of file it is."""
    text, kind = source.text, kind_of(source.path)
    yield from _by_form(text)
    for match in _NAMED.finditer(text):
        if kind is PYTHON and not _is_literal(match):
            continue
        if "==" in (match["equals"] or "") and match["value"][0] not in "\"'\\":
            continue  # a comparison, or the version of a requirement
        yield from _place(match)
    for pattern in _IN_FILES:
        for match in pattern.finditer(text):
            yield from _place(match)
    if kind in (CONFIG, MANIFEST):
        for match in _UNSIGNED.finditer(text):
            yield from _place(match)
    elif kind.linted == "dockerfile":
        for match in _FIRST_WORDS.finditer(text):
            yield from _place(match)
        yield from _in_instructions(source)


def secrets_in_text(text: str) -> Iterator[Place]:
    """The secrets of a sentence, which may quote any file."""
    yield from _by_form(text)
    for match in _NAMED_IN_TEXT.finditer(text):
        yield from _place(match)


def tokens_in(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of tokens of a known form."""
    return (match.span("value") for match in _TOKENS.finditer(text))


def is_secret_name(name: str) -> bool:
    """Whether a variable of that name holds a secret."""
    return re.search(rf"(?i){_NAME}\Z", name) is not None


def values_of(value: str) -> tuple[str, ...]:
    """The texts that a value can stand in a message as; none for a placeholder."""
    return _values(value)[0]


def _by_form(text: str) -> Iterator[Place]:
    for pattern in _ANYWHERE:
        for match in pattern.finditer(text):
            if pattern is _PEM:
                yield Place(*match.span(), tuple(re.findall(r"[A-Za-z0-9+/=]{8,}", match["value"])))
            else:
                yield Place(*match.span("value"), (match["value"],))
    for match in _USER.finditer(text) if "@" in text else ():
        user, value = match["user"], match["value"]
        of_web = text[: match.start()].endswith(("http", "https"))
        if value is None and not of_web:
            continue  # the user of `ssh://git@…`
        if value and user != value and not _is_public(value):
            # Docker reads what follows a colon as a tag, and then says that the rest is wrong.
            parts = [part for part in value.split(":") if len(part) >= _SHORTEST]
            yield Place(*match.span("value"), (*_values(value)[0], *parts))
        # Some hosts take a token as the user, with any password; asterisks are a password that is hidden already.
        alone = not value or (value.strip("*") and (len(value) < _SHORTEST or _is_public(value)))
        if of_web and (alone or len(user) >= _TOKEN) and not _is_public(user):
            yield Place(*match.span("user"), _values(user)[0])
    for match in _LOGIN_AT.finditer(text) if "@" in text else ():
        if not _is_public(match["value"]):
            yield Place(*match.span("value"), _values(match["value"])[0])


def _is_literal(match: "re.Match[str]") -> bool:
    """Whether what follows a name in Python is a literal, or an assignment in a comment or a text."""
    value = match["value"]
    if value.lstrip("rbufRBUF\\")[:1] in ("'", '"'):
        return True
    return match[0][0].isupper() and match["equals"] == "="


def _place(match: "re.Match[str]") -> Iterator[Place]:
    values, words = _values(match["value"])
    if values or words:
        yield Place(*match.span("value"), values, words)


def _values(raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a value that are long enough to be looked for anywhere, and those that are too short."""
    raw = raw.strip()
    inner = raw.strip("\\").strip("\"'").rstrip("\\")
    if _is_public(inner):
        return (), ()
    plain = re.sub(r"\\([\s\S])", lambda match: "" if match[1] in "\r\n" else match[1], raw).replace("\n", "")
    found = [raw, inner, plain, plain.replace('"', "").replace("'", ""), plain.strip("\"'")]
    found += [part for part in re.split(r"[,;&|<>()\[\]{}\"']", inner) if len(part) > 7]
    found += [re.split(r"[,;&|<>()\[\]{}\"'`]", inner)[0], *_DEFAULT.findall(raw)]
    texts = dict.fromkeys(one.strip() for one in found)
    known = [one for one in texts if one and not _is_public(one)]
    return tuple(one for one in known if len(one) >= _SHORTEST), tuple(one for one in known if len(one) < _SHORTEST)


def _is_public(value: str) -> bool:
    """Whether a value is empty, a placeholder, or nothing but a reference to a variable."""
    return not value or is_placeholder(value) or bool(_REFERENCE.fullmatch(value))


def _in_instructions(source: Source) -> Iterator[Place]:
    """The secrets of ENV, ARG and LABEL, as Docker reads them: with quotes, continuations and stray words."""
    dockerfile = parse_dockerfile(source, {})
    trimmed = set(_TRIMMED.findall(source.text))
    for instruction in dockerfile.instructions:
        if instruction.keyword in ("ENV", "ARG", "LABEL"):
            for assignment in assignments(instruction, dockerfile.scan.escape):
                yield from _in_assignment(assignment, assignment.name in trimmed)
            yield from _stray_words(instruction, dockerfile.scan.escape)


def _in_assignment(assignment: Assignment, trimmed: bool) -> Iterator[Place]:
    """The secrets of one variable; if its value is `trimmed` somewhere, its ends are secrets too."""
    for span, _ in secrets_of(assignment):
        yield Place(span.start, span.end, _values(span.text)[0])
    if is_secret_name(assignment.name):
        text = assignment.text
        if assignment.old:
            text = text.lstrip("= \t")
        values, words = _values(text)
        if values and trimmed:
            ends = {end for value in values for at in range(1, _MOST_TRIMMED) for end in (value[at:], value[:-at])}
            values += tuple(sorted(end for end in ends if len(end) >= _SHORTEST))
        if values or words:
            span = assignment.part(len(assignment.text) - len(text), len(assignment.text))
            yield Place(span.start, span.end, values, words)


def _stray_words(instruction: Instruction, escape: str) -> Iterator[Place]:
    """What follows the name or value of a secret and sets nothing itself: Docker refuses it, and it is quoted."""
    _, arguments = take_flags(instruction.value, instruction.at, escape)
    is_arg, before = instruction.keyword == "ARG", ""
    after_secret = after_sign = False
    for number, word in enumerate(assignment_words(arguments, escape)):
        name, equals, value = word.text.partition("=")
        after_sign = after_sign or before.endswith("=") or not name
        before = word.text
        if name and (equals or not number or (is_arg and not after_sign)):
            after_secret = is_secret_name(name) and (not value or not _is_public(value.strip("\"'")))
            after_sign = False
        elif word.text == "#":
            break  # a comment was meant
        elif after_secret and word.text.strip("="):
            signs = len(word.text) - len(word.text.lstrip("="))
            span = instruction.span(word.start + signs, word.end)
            yield Place(span.start, span.end, (), tuple(dict.fromkeys((word.text, word.text.strip("\"'=")))))
