"""Read configuration files; one table defines the keys for the parser and for the JSON schema."""

import os

from dockerfile_astro_lint.config.files import Config
from dockerfile_astro_lint.core.compat import Any, Callable, NamedTuple, Sequence
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.project.file_kinds import MANIFEST, kind_of

MAX_CONFIG_BYTES = 1 << 20


MAX_POLICY = 1000
"""Entries of a list that every image is compared with."""


SEVERITIES = ("error", "warning", "info", "off")


class Key(NamedTuple):
    """A key of the configuration; `kind` is one of those that `_type` maps to a JSON schema."""

    name: str
    kind: str
    help: str
    choices: tuple[str, ...] = ()


KEYS = (
    Key("select", "codes", "run only these rules"),
    Key("ignore", "codes", "do not run these rules"),
    Key("extend-select", "codes", "run these rules as well, such as opt-in rules"),
    Key("fixable", "codes", "fix only findings of these rules"),
    Key("unfixable", "codes", "do not fix findings of these rules"),
    Key("severity", "severities", "the severity of rules, or off"),
    Key(
        "environment",
        "choice",
        "purpose of the image; development allows floating tags and pre-releases",
        ("production", "development"),
    ),
    Key("fail-on", "choice", "minimum severity that causes exit code 1", ("error", "warning", "info", "never")),
    Key("fail-on-lifecycle", "switch", "let end-of-maintenance findings (AST301, AST302) cause exit code 1 too"),
    Key("exclude", "globs", "files and folders to skip when searching, relative to this file"),
    Key("build-args", "texts", "build arguments, as in docker build"),
    Key("target", "text", "build stage to check, as in docker build"),
    Key("catalog", "text", "catalog file to use, in the format of the live feed, relative to this file"),
    Key("maintenance-notice-days", "days", "how long before end of maintenance AST302 reports"),
    Key("require-ignore-reason", "switch", "report ignore comments without a reason (AST003)"),
    Key("per-file-ignores", "codes by glob", "rules not to run for some files"),
    Key("environments", "globs by environment", "files for production or development; the first match wins"),
    Key("mirrors", "texts", "copies of registries and repositories: the left is treated as the right"),
    Key("extend", "text", "a file to take all keys from that are not set here: its path, or `pkg:PACKAGE/FILE.toml`"),
    Key("locked", "keys", "keys that no file that extends this one may set"),
    Key("allowed-registries", "registries", "the only registries, or prefixes of image names, to use (AST801)"),
    Key("minimum-runtime", "versions", "the lowest Runtime to use, for one or several series (AST802)"),
    Key("required-labels", "texts", "labels that the image must have, with a pattern for the value (AST803)"),
    Key("forbid-ignores", "codes", "rules that no comment may suppress (AST804)"),
)


TABLES = ("severity", "build-args", "per-file-ignores", "environments", "mirrors", "required-labels")


def load(
    path: str, known_code: Callable[[str], str | None], read: Callable[[str, int], bytes] = read_file
) -> Config | None:
    """Read a configuration file; None without a section for astro-lint. `known_code` says what is wrong with a code."""
    try:
        text = read(path, MAX_CONFIG_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        return _loaded(path, text, known_code)
    except ConfigError as error:
        from dockerfile_astro_lint.core.source import make_source
        from dockerfile_astro_lint.engine.redaction import redacted_text

        # Only here is it known which file the error quotes.
        raise ConfigError(path, redacted_text(error.reason, [make_source(path, text)])) from None


def _loaded(path: str, text: str, known_code: Callable[[str], str | None]) -> Config | None:
    section = section_of(path, text)
    if section is None:
        return None
    values = {name: checked(path, name, value, known_code) for name, value in section.items()}
    return Config(path, os.path.dirname(os.path.abspath(path)), values)


def section_of(path: str, text: str) -> dict[str, Any] | None:
    """The keys of astro-lint in a configuration file, unchecked; None without a section. Raise ConfigError."""
    return _from_setup_cfg(path, text) if path.endswith(".cfg") else _from_toml(path, text)


def _from_toml(path: str, text: str) -> dict[str, Any] | None:
    own = kind_of(path) is not MANIFEST
    if not own and "astro-lint" not in text:
        return None
    from dockerfile_astro_lint.core.toml import parse_toml

    try:
        document = parse_toml(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(path, f"is not valid TOML: {error}") from None
    if own:
        found: dict[str, Any] = document
        return found
    tool = document.get("tool")
    section: object = tool.get("astro-lint") if isinstance(tool, dict) else None
    if section is None or isinstance(section, dict):
        return section
    raise ConfigError(path, "`tool.astro-lint` must be a table")


def _from_setup_cfg(path: str, text: str) -> dict[str, Any] | None:
    if "[astro-lint" not in text:
        return None
    import configparser
    import re

    # The patterns of configparser take a time that grows with the square of the spaces in a row.
    text = re.sub(r"(?<=\S)[^\S\n]{100,}", " ", text)
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), default_section="")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError as error:
        raise ConfigError(path, f"cannot be read: line {error.lineno} is in no section") from None
    except configparser.ParsingError as error:
        raise ConfigError(path, f"cannot be read: line {error.errors[0][0]} is not `key = value`") from None
    except configparser.Error as error:
        raise ConfigError(path, f"cannot be read: {' '.join(str(error).split())}") from None
    kinds = {key.name: key.kind for key in KEYS}
    section: dict[str, Any] | None = None
    for name in parser.sections():
        if name == "astro-lint":
            section = {one: _typed(kinds.get(one, ""), value) for one, value in parser.items(name)} | (section or {})
        elif name.startswith(("astro-lint:", "astro-lint.")):
            key = name[len("astro-lint:") :]
            section = section or {}
            section[key] = {one: _entry(kinds.get(key, ""), value) for one, value in parser.items(name)}
    return section


def _words(text: str) -> list[str]:
    return [word for line in text.splitlines() for part in line.split(",") if (word := part.strip())]


def _entry(kind: str, text: str) -> Any:
    return _words(text) if kind in ("codes by glob", "globs by environment") else text


def _typed(kind: str, text: str) -> Any:
    """A value of setup.cfg with the type that it has in TOML; what does not fit stays text, and is refused later."""
    import configparser
    import re

    if kind in ("codes", "globs", "registries", "versions", "keys"):
        return _words(text)
    if kind == "switch":
        return configparser.ConfigParser.BOOLEAN_STATES.get(text.strip().lower(), text)
    if kind in ("texts", "severities", "codes by glob", "globs by environment"):
        # One per line, with `=` or, as in flake8, `:` after the name.
        found = [re.match(r"(.+?)\s*(?:=|:(?=\s))\s*(.*)", line.strip()) for line in text.splitlines() if line.strip()]
        return {one[1]: _entry(kind, one[2]) for one in found if one} if all(found) else text
    if kind == "days" and text.strip().isdecimal():
        return int(text)
    return text


_MOST_SHOWN = 200
"""Characters of a value in a message."""


def quoted(value: Any) -> str:
    """A value as a message shows it."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write numbers of thousands of digits
        return "a value with too large a number"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def nearest(word: str, known: Sequence[str]) -> str:
    """`: did you mean …?` if a known word is close, else all of them."""
    from dockerfile_astro_lint.core.spelling import did_you_mean

    return did_you_mean(word, known) or f"; known: {', '.join(known)}"


def checked(path: str, name: str, value: Any, known_code: Callable[[str], str | None]) -> Any:
    """The value of a key, if the key is known and the value fits; raise ConfigError."""
    key = next((key for key in KEYS if key.name == name), None)
    if key is None:
        raise ConfigError(path, f"unknown key `{name}`{nearest(name, [key.name for key in KEYS])}")

    def refuse(what: str) -> ConfigError:
        return ConfigError(path, f"`{name}` {what}, not {quoted(value)}")

    def codes(found: Any, where: str) -> Any:
        if not _is_texts(found):
            raise ConfigError(path, f"{where} must be a list of codes, not {quoted(found)}")
        for code in found:
            if problem := known_code(code):
                raise ConfigError(path, f"{where}: {problem}")
        return found

    if key.kind == "codes":
        return codes(value, f"`{name}`")
    if key.kind == "globs":
        if not _is_texts(value):
            raise refuse("must be a list of globs")
        _check_globs(path, f"`{name}`", value)
    if key.kind in ("registries", "versions"):
        if not _is_texts(value):
            raise refuse(f"must be a list of {key.kind}")
        _check_policy(path, key, value)
    if key.kind == "keys":
        if not _is_texts(value):
            raise refuse("must be a list of keys")
        from dockerfile_astro_lint.config.bases import check_locked

        check_locked(path, value)
    if key.kind == "text" and not isinstance(value, str):
        raise refuse("must be a string")
    if key.kind == "switch" and not isinstance(value, bool):
        raise refuse("must be true or false")
    if key.kind == "days" and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 3650):
        raise refuse("must be a number of days from 0 to 3650")
    if key.kind == "choice" and value not in key.choices:
        near = nearest(value, key.choices) if isinstance(value, str) else f"; known: {', '.join(key.choices)}"
        raise ConfigError(path, f"`{name}`: {quoted(value)} is unknown{near}")
    if name in TABLES:
        if not isinstance(value, dict):
            raise refuse("must be a table")
        for one, inner in value.items():
            _check_entry(path, key, one, inner, codes)
    return value


def _check_entry(path: str, key: Key, name: str, value: Any, codes: Callable[[Any, str], Any]) -> None:
    where = f"`{key.name}.{name}`"
    if key.kind == "severities":
        codes([name], f"`{key.name}`")
        if value not in SEVERITIES:
            near = nearest(value, SEVERITIES) if isinstance(value, str) else f"; known: {', '.join(SEVERITIES)}"
            raise ConfigError(path, f"{where}: {quoted(value)} is unknown{near}")
    elif key.kind == "codes by glob":
        codes(value, where)
        _check_globs(path, f"`{key.name}`", [name])
    elif key.kind == "globs by environment":
        choices = ("production", "development")
        if name not in choices:
            raise ConfigError(path, f"`{key.name}`: unknown environment `{name}`{nearest(name, choices)}")
        if not _is_texts(value):
            raise ConfigError(path, f"{where} must be a list of globs, not {quoted(value)}")
        _check_globs(path, where, value)
    elif not isinstance(value, str):
        raise ConfigError(path, f"{where} must be a string, not {quoted(value)}")
    elif key.name == "mirrors":
        for reference in (name, value):
            _check_mirror(path, reference)
    elif key.name == "required-labels" and not (name and value):
        empty = "the pattern is empty, which no value matches (`*` matches any)" if name else "a label has no name"
        raise ConfigError(path, f"{where}: {empty}")


def _check_mirror(path: str, reference: str) -> None:
    """Raise ConfigError for what no image reference begins with, so that nothing would match it."""
    bare = reference.partition("://")[2] if "://" in reference else reference.strip()
    if bare != reference or any(map(str.isspace, reference)):
        meant = f": write `{bare}`" if bare and not any(map(str.isspace, bare)) else ""
        wrong = "has a scheme" if "://" in reference else "has spaces"
        raise ConfigError(path, f"`mirrors`: {quoted(reference)} {wrong}, which an image reference never has{meant}")
    if not reference:
        raise ConfigError(path, "`mirrors`: a registry or repository is empty")


def _check_policy(path: str, key: Key, texts: Sequence[str]) -> None:
    from dockerfile_astro_lint.config.policy import registry_error, version_error

    if len(texts) > MAX_POLICY:
        raise ConfigError(path, f"`{key.name}` has {len(texts)} entries, of at most {MAX_POLICY}")
    for text in texts:
        if error := registry_error(text) if key.kind == "registries" else version_error(text):
            raise ConfigError(path, f"`{key.name}`: {quoted(text)} {error}")


def _check_globs(path: str, where: str, globs: Sequence[str]) -> None:
    from dockerfile_astro_lint.core.globs import glob_error

    for glob in globs:
        if error := glob_error(glob):
            raise ConfigError(path, f"{where}: {quoted(glob)} is not a valid glob: {error}")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def schema() -> dict[str, Any]:
    """The JSON schema of the configuration, from the same table as the parser."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "astro-lint",
        "description": "astro-lint.toml, .astro-lint.toml, [tool.astro-lint] in pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: {"description": key.help, **_type(key)} for key in KEYS},
    }


def _type(key: Key) -> dict[str, Any]:
    texts: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    kinds: dict[str, dict[str, Any]] = {
        "codes": texts,
        "globs": texts,
        "registries": texts,
        "versions": texts,
        "keys": {
            "type": "array",
            "items": {"enum": [one.name for one in KEYS if one.name not in ("extend", "locked")]},
        },
        "text": {"type": "string"},
        "choice": {"enum": list(key.choices)},
        "switch": {"type": "boolean"},
        "days": {"type": "integer", "minimum": 0, "maximum": 3650},
        "texts": {"type": "object", "additionalProperties": {"type": "string"}},
        "severities": {"type": "object", "additionalProperties": {"enum": list(SEVERITIES)}},
        "codes by glob": {"type": "object", "additionalProperties": texts},
        "globs by environment": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"production": texts, "development": texts},
        },
    }
    return kinds[key.kind]
