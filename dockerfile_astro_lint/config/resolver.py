"""Resolve the effective settings of a file: overrides, then the nearest configuration file, then defaults."""

import os
import time

from dockerfile_astro_lint.astro import catalog, catalog_cache
from dockerfile_astro_lint.astro.image import parse_tag
from dockerfile_astro_lint.config.files import NONE, Config, find
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.core.compat import Any, Callable, Iterable, Iterator, Mapping, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import ConfigError, UsageError
from dockerfile_astro_lint.core.files import absolute, read_file
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.rules.authoring import SEVERITIES
from dockerfile_astro_lint.rules.selection import (
    FORBIDDEN_IGNORE,
    POLICY,
    UnknownRuleError,
    all_rules,
    match_rules,
    select_rules,
)

MAX_CONFIGS = 20_000
"""Folders whose configuration is kept: the search asks for it, and linting asks again."""


Published = Callable[[str], "bool | None"]
"""Whether a registry has the tag of `host/repository:tag`, None if it does not say."""


class Resolver:
    """Resolves the effective settings of files; `published` asks registries, None to run no rule that does."""

    def __init__(self, overrides: Overrides | None = None, published: Published | None = None) -> None:
        overrides = Overrides() if overrides is None else overrides
        if overrides.today is not None and not catalog.is_day(overrides.today):
            raise UsageError(f"--today: `{overrides.today}` is not a valid date, such as 2026-09-25")
        self.today = overrides.today or time.strftime("%Y-%m-%d", time.gmtime())
        self.overrides = overrides._replace(today=self.today)
        self.published = published
        self.notes: list[str] = []
        self._configs: dict[str, Config | ConfigError] = {}
        self._base: Callable[[str], Config | None] | None = None
        self._last: tuple[str, Config] | None = None
        self._settings: dict[tuple[str, str], LintSettings] = {}
        self._catalogs: dict[str, catalog.Catalog] = {}
        self._severities = _severities(overrides.severity)
        self._build_args = _build_args(overrides.build_arg)
        self._exclude = words(overrides.exclude)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process reads the configuration files by itself."""
        return Resolver, (self.overrides, self.published)

    def defaults(self) -> LintSettings:
        """The settings without a configuration file."""
        return self._resolve(NONE, "")

    def config(self, folder: str, names: frozenset[str] | None = None) -> Config:
        """The configuration of a folder, searched for once; raise ConfigError each time that it cannot be used.

        `names` are those of all that is in the folder, if it has been listed already.
        """
        if self.overrides.isolated:
            return NONE
        passed: list[str] = []
        config: Config | ConfigError | str | None = None
        while not isinstance(config, (Config, ConfigError)):
            folder = folder if config is None else config
            config = self._configs.get(folder)
            if config is None:
                passed.append(folder)
                try:
                    named = self.overrides.config
                    config = self._named(named) if named else find(folder, names, self._extended)
                except ConfigError as error:
                    config = error
                names = None
        if len(self._configs) > MAX_CONFIGS:
            self._configs.clear()
        for one in passed:
            self._configs[one] = config
        if isinstance(config, ConfigError):
            raise config
        return config

    def _named(self, path: str) -> Config:
        """The configuration file that the overrides name."""
        if not os.path.isfile(path):
            raise UsageError(f"--config {path}: no such file")
        return self._extended(path) or NONE

    def _extended(self, path: str) -> Config | None:
        """A configuration file with what it extends; None without a section for astro-lint. Raise ConfigError."""
        config = self.load(path)
        if config is None or "extend" not in config.values:
            return config
        from dockerfile_astro_lint.config.bases import extended, once

        self._base = self._base or once(self.load)
        return extended(config, self._base)

    def load(self, path: str) -> Config | None:
        """Read a configuration file alone; None without a section for astro-lint. Raise ConfigError."""
        from dockerfile_astro_lint.config.schema import load

        return load(path, unknown_code)

    def for_file(self, path: str) -> LintSettings:
        """The effective settings of a file; an empty path stands for the working directory. Raise ConfigError."""
        head = os.path.dirname(path)
        if self._last is None or self._last[0] != head:
            self._last = head, self.config(absolute(head))
        config = self._last[1]
        environment = self.overrides.environment
        if environment is None:
            environment = config.get("environment", "production")
            for name, globs in config.get("environments", {}).items():
                if config.matches(os.path.abspath(path), globs):
                    environment = name
                    break
        return self._resolve(config, environment)

    def explained(self, path: str) -> Iterator[str]:
        """The effective configuration of a path and the file that it comes from, line by line."""
        absolute = os.path.abspath(path)
        config = self.config(absolute if os.path.isdir(absolute) else os.path.dirname(absolute))
        settings = self.for_file(path if not os.path.isdir(absolute) else os.path.join(path, "Dockerfile"))
        yield (
            f"config: {sanitize(display_path(config.path))}"
            if config.path
            else "config: no configuration file, defaults"
        )
        yield from (f"extends: {sanitize(display_path(path))}" for path in config.bases)
        for key, value in sorted(config.values.items()):
            yield f"  {key} = {_quoted(_without_secrets(value))}{_origin(config, key) if config.bases else ''}"
        yield f"environment: {settings.settings.environment}"
        yield f"fail on: {settings.fail_on}" + (", and lifecycle" if settings.fail_on_lifecycle else "")
        off = settings.left_out(absolute) if settings.left_out else frozenset()
        yield f"rules: {' '.join(sorted(rule.code for rule in settings.rules if rule.code not in off))}"
        yield f"catalog: {settings.settings.catalog.date}, {settings.settings.catalog.origin}"

    def excluder(self, folder: str, names: frozenset[str]) -> Callable[[str], str] | None:
        """For a folder (an absolute path, and the names in it): by which setting a search leaves out a path there.

        The function gives an empty text for a path that is not left out; None stands for leaving nothing out.
        """
        try:
            config = self.config(folder, names)
        except ConfigError:
            config = NONE  # reported when the file is linted
        globs = config.get("exclude", ())
        if not globs and not self._exclude:
            return None
        from dockerfile_astro_lint.core.globs import matches_any

        setting = f"`exclude` of {display_path(config.path)}" if globs else ""

        def excluded(path: str) -> str:
            if matches_any(display_path(path), self._exclude):
                return "--exclude"
            return setting if config.matches(os.path.abspath(path), globs) else ""

        return excluded

    def _resolve(self, config: Config, environment: str) -> LintSettings:
        environment = environment or self.overrides.environment or "production"
        key = config.path, environment
        if key not in self._settings:
            try:
                self._settings[key] = self._merge(config, environment)
            except UnknownRuleError as error:
                raise UsageError(str(error)) from None
        return self._settings[key]

    def _merge(self, config: Config, environment: str) -> LintSettings:
        given = self.overrides
        severities = dict(self._severities)
        configured: Mapping[str, str] = config.get("severity", {})
        # A word that stands for fewer rules is more specific.
        for word in sorted(configured, key=lambda word: len(match_rules([word]))):
            for code in match_rules([word]):
                severities.setdefault(code, configured[word])
        off = [code for code, severity in severities.items() if severity == "off"]
        policy = _policy(config)
        of_policy = [] if given.select else [POLICY[key] for key in policy]
        rules = select_rules(
            words(given.select) or config.get("select", []),
            [*(words(given.ignore) or config.get("ignore", [])), *off],
            [*words(given.extend_select), *config.get("extend-select", []), *of_policy],
        )
        if self.published is None:
            rules = tuple(rule for rule in rules if not rule.online)
        per_file: Mapping[str, list[str]] = config.get("per-file-ignores", {})

        def left_out(path: str) -> frozenset[str]:
            absolute = os.path.abspath(path)
            globs = [glob for glob in per_file if config.matches(absolute, [glob])]
            return frozenset(code for glob in globs for code in match_rules(per_file[glob]))

        known = self.catalog(config)
        return LintSettings(
            ProjectSettings(
                known,
                self.today,
                environment,
                config.get("maintenance-notice-days", 90),
                {**config.get("build-args", {}), **self._build_args},
                given.target if given.target is not None else config.get("target"),
                config.get("mirrors", {}),
                config.get("require-ignore-reason", False),
                self.published,
                policy=policy,
            ),
            rules,
            severities,
            not given.no_ignores,
            not given.no_project,
            given.fail_on or config.get("fail-on", "warning"),
            given.fail_on_lifecycle or config.get("fail-on-lifecycle", False),
            left_out if per_file else None,
            _image(given.as_if, known, self.today),
            self._unfixable(config),
        )

    def _unfixable(self, config: Config) -> frozenset[str]:
        """The codes of the rules that are not fixed; `fixable` of the overrides wins over both keys of the file."""
        given = self.overrides
        fixable: Sequence[str] | None = words(given.fixable) or config.get("fixable")
        unfixable = words(given.unfixable) or ([] if given.fixable else config.get("unfixable", []))
        if fixable is None and not unfixable:
            return frozenset()
        kept = match_rules(fixable) if fixable is not None else {rule.code for rule in all_rules()}
        return frozenset(rule.code for rule in all_rules() if rule.code not in kept) | match_rules(unfixable)

    def _newest_catalog(self) -> catalog.Catalog:
        """The newer of the cached catalog and the bundled one."""
        if "" not in self._catalogs:
            self._catalogs[""], note = (catalog.bundled(), "") if self.overrides.isolated else catalog_cache.newest()
            self.notes += [note] if note else []
        return self._catalogs[""]

    def catalog(self, config: Config) -> catalog.Catalog:
        """The catalog that the overrides name, else that of the configuration, else the newest at hand."""
        if self.overrides.catalog:
            path = self.overrides.catalog
        elif config.get("catalog"):
            path = os.path.join(config.folder, config.get("catalog"))
        else:
            return self._newest_catalog()
        if path not in self._catalogs:
            from dockerfile_astro_lint.astro import catalog_feed

            try:
                feed = read_file(path, catalog_feed.MAX_FEED_BYTES)
                self._catalogs[path] = catalog_feed.load_feed(feed, display_path(path))
            except (OSError, ValueError, catalog.CatalogError) as error:
                why = getattr(error, "strerror", None) or str(error)
                if self.overrides.catalog:
                    raise UsageError(f"--catalog {path}: {why}") from None
                raise ConfigError(config.path, f"`catalog`: {display_path(path)}: {why}") from None
        return self._catalogs[path]


def _without_secrets(value: object) -> object:
    """A value of a configuration as it may be shown."""
    from dockerfile_astro_lint.engine.redaction import redacted_text
    from dockerfile_astro_lint.project.secret_forms import is_secret_name

    if isinstance(value, dict):
        return {name: "***" if is_secret_name(name) else _without_secrets(one) for name, one in value.items()}
    return redacted_text(value) if isinstance(value, str) else value


def _policy(config: Config) -> dict[str, Any]:
    """The keys of a policy that a configuration sets; an empty value sets nothing."""
    policy = {key: config.values[key] for key in POLICY if config.values.get(key)} if config.values else {}
    if "forbid-ignores" in policy:
        policy["forbid-ignores"] = frozenset((*match_rules(policy["forbid-ignores"]), FORBIDDEN_IGNORE))
    return policy


def _origin(config: Config, key: str) -> str:
    from dockerfile_astro_lint.config.bases import origin

    return sanitize(origin(config, key))


def _quoted(value: object) -> str:
    from dockerfile_astro_lint.config.schema import quoted

    return quoted(value)


def unknown_code(word: str) -> str | None:
    """What is wrong with a code, prefix or rule name; None if it is known."""
    try:
        match_rules([word])
    except UnknownRuleError as error:
        return str(error)
    return None


def words(texts: Iterable[str]) -> list[str]:
    """The words of options that take a list."""
    return [word for text in texts for part in text.split(",") if (word := part.strip())]


def _severities(texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        word, _, severity = text.partition("=")
        if severity not in (*SEVERITIES, "off"):
            raise UsageError(f"--severity {text}: write CODE=error, =warning, =info or =off")
        try:
            found |= dict.fromkeys(sorted(match_rules([word])), severity)
        except UnknownRuleError as error:
            raise UsageError(str(error)) from None
    return found


def _build_args(texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or (not equals and name not in os.environ):
            # The value may be a secret.
            raise UsageError(f"--build-arg {name}{'=…' if equals else ''}: write NAME=value")
        # As docker build does: a name alone takes the value from the environment.
        found[name] = value if equals else os.environ[name]
    return found


def _image(text: str | None, known: catalog.Catalog, today: str) -> str | None:
    """The image of `--as-if`; raise UsageError if it is not a version, a tag or a reference."""
    if text is None:
        return None
    if not (text[:1].isalnum() and all(char.isalnum() or char in "._-/:@" for char in text)):
        raise UsageError(f"--as-if {text}: name a version, a tag or an image, such as `13.11.0`")
    tag = parse_tag(text, airflow_3_repository=True)
    if any(char in text for char in "/:@") or (tag.version and tag.error != "dotted"):
        return text
    # `3.3.8` is not a valid tag of Airflow 3, nor is `3`.
    series = ".".join(text.split(".")[:2]) if tag.version else text
    newest = known.newest(series, today) if series != "3" else None
    tip = f"name a build of Runtime {series}, such as `{newest.version}`" if newest else "name one such as `3.3-8`"
    raise UsageError(f"--as-if {text}: not a Runtime version: {tip}")
