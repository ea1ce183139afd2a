"""Command line and config files -> Options: what holds for which file."""

import os
import time

from dockerfile_astro_lint.astro import catalog, catalog_cache
from dockerfile_astro_lint.config.files import NONE, Config, find
from dockerfile_astro_lint.core.compat import Any, Callable, Iterable, Iterator, Mapping
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError, UsageError
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.core.globs import matches_any
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.rules.authoring import SEVERITIES
from dockerfile_astro_lint.rules.selection import UnknownRuleError, match_rules, select_rules

MAX_CONFIGS = 20_000
"""Folders of which is remembered what config holds there; to search and then to lint asks twice."""


class Resolver:
    """The options of a run, file by file: the command line, over the nearest config file, over the defaults."""

    def __init__(self, arguments: Any, published: Callable[[str], bool | None] | None = None) -> None:
        self.arguments = arguments
        self.published = published
        self._configs: dict[str, Config | ConfigError] = {}
        self._last: tuple[str, Config] | None = None
        self._options: dict[tuple[str, str], LintSettings] = {}
        self._catalogs: dict[str, catalog.Catalog] = {}
        self.notes: list[str] = []
        if arguments.today is not None and not catalog.is_day(arguments.today):
            raise UsageError(f"--today: `{arguments.today}` is no date such as 2026-09-25")
        self.today = arguments.today or time.strftime("%Y-%m-%d", time.gmtime())
        self.severities = _severities(arguments.severity)
        self.build_args = _build_args(arguments.build_arg)
        self.globs = words(arguments.exclude)

    def defaults(self) -> LintSettings:
        """What holds where no config file says otherwise."""
        return self._merged(NONE, "")

    def config(self, folder: str, names: frozenset[str] | None = None) -> Config:
        """The config of a folder, looked for once; raise ConfigError each time that it cannot be used.

        `names` are those of all that is in the folder, where somebody has listed it already.
        """
        if self.arguments.isolated:
            return NONE
        passed: list[str] = []
        found: Config | ConfigError | str | None = None
        while not isinstance(found, (Config, ConfigError)):
            folder = folder if found is None else found
            found = self._configs.get(folder)
            if found is None:
                passed.append(folder)
                try:
                    found = self._given() if self.arguments.config else find(folder, names, _load)
                except ConfigError as error:
                    found = error
                names = None
        if len(self._configs) > MAX_CONFIGS:
            self._configs.clear()
        for one in passed:
            self._configs[one] = found
        if isinstance(found, ConfigError):
            raise found
        return found

    def _given(self) -> Config:
        path = self.arguments.config
        if not os.path.isfile(path):
            raise UsageError(f"--config {path}: no such file")
        return _load(path) or NONE

    def for_file(self, path: str) -> LintSettings:
        """The options for a file; an empty path stands for the working directory. Raise ConfigError."""
        head = os.path.dirname(path)
        if self._last is None or self._last[0] != head:
            self._last = head, self.config(os.path.abspath(head))
        config = self._last[1]
        environment = self.arguments.environment
        if environment is None:
            environment = config.get("environment", "production")
            for name, globs in config.get("environments", {}).items():
                if config.matches(os.path.abspath(path), globs):
                    environment = name
                    break
        return self._merged(config, environment)

    def told(self, path: str) -> Iterator[str]:
        """What holds for a path, and from where, line by line."""
        absolute = os.path.abspath(path)
        config = self.config(absolute if os.path.isdir(absolute) else os.path.dirname(absolute))
        options = self.for_file(path if not os.path.isdir(absolute) else os.path.join(path, "Dockerfile"))
        yield f"config: {display_path(config.path)}" if config.path else "config: none found, defaults"
        for key, value in sorted(config.values.items()):
            yield f"  {key} = {value!r}"
        yield f"environment: {options.settings.environment}"
        yield f"fail on: {options.fail_on}" + (", lifecycle too" if options.fail_on_lifecycle else "")
        off = options.left_out(absolute) if options.left_out else frozenset()
        yield f"rules: {' '.join(sorted(rule.code for rule in options.rules if rule.code not in off))}"
        yield f"catalog: of {options.settings.catalog.date}, {options.settings.catalog.origin}"

    def excluder(self, folder: str, names: frozenset[str]) -> Callable[[str], bool] | None:
        """Which paths of a folder (an absolute path, and the names in it) a search leaves out; None for none."""
        try:
            config = self.config(folder, names)
        except ConfigError:
            config = NONE  # told where the file is linted
        globs = config.get("exclude", ())
        if not globs and not self.globs:
            return None
        return lambda path: matches_any(display_path(path), self.globs) or config.matches(os.path.abspath(path), globs)

    def _merged(self, config: Config, environment: str) -> LintSettings:
        key = config.path, environment
        if key not in self._options:
            try:
                self._options[key] = self._merge(config, environment)
            except UnknownRuleError as error:
                raise UsageError(str(error)) from None
        return self._options[key]

    def _merge(self, config: Config, environment: str) -> LintSettings:
        given = self.arguments
        severities = dict(self.severities)
        said: Mapping[str, str] = config.get("severity", {})
        # What stands for fewer rules is meant more closely.
        for word in sorted(said, key=lambda word: len(match_rules([word]))):
            for code in match_rules([word]):
                severities.setdefault(code, said[word])
        off = [code for code, severity in severities.items() if severity == "off"]
        rules = select_rules(
            words(given.select) or config.get("select", []),
            [*(words(given.ignore) or config.get("ignore", [])), *off],
            [*words(given.extend_select), *config.get("extend-select", [])],
        )
        if self.published is None:
            rules = tuple(rule for rule in rules if not rule.online)
        per_file: Mapping[str, list[str]] = config.get("per-file-ignores", {})

        def left_out(path: str) -> frozenset[str]:
            absolute = os.path.abspath(path)
            globs = [glob for glob in per_file if config.matches(absolute, [glob])]
            return frozenset(code for glob in globs for code in match_rules(per_file[glob]))

        return LintSettings(
            ProjectSettings(
                self.catalog(config),
                self.today,
                environment or given.environment or "production",
                config.get("maintenance-notice-days", 90),
                {**config.get("build-args", {}), **self.build_args},
                given.target if given.target is not None else config.get("target"),
                config.get("mirrors", {}),
                config.get("require-ignore-reason", False),
                self.published,
            ),
            rules,
            severities,
            not given.no_ignores,
            not given.no_project,
            given.fail_on or config.get("fail-on", "warning"),
            given.fail_on_lifecycle or config.get("fail-on-lifecycle", False),
            left_out if per_file else None,
            self.as_if(),
        )

    def as_if(self) -> str | None:
        """The image of `--as-if`; raise UsageError for what cannot be one."""
        wanted: str | None = self.arguments.as_if
        if wanted is not None and not (
            wanted[:1].isalnum() and all(char.isalnum() or char in "._-/:@" for char in wanted)
        ):
            raise UsageError(f"--as-if {wanted}: name a version, a tag or an image, such as `13.11.0`")
        return wanted

    def _usual(self) -> catalog.Catalog:
        """The newer of the user's own catalog and the bundled one."""
        if "" not in self._catalogs:
            self._catalogs[""], note = (catalog.bundled(), "") if self.arguments.isolated else catalog_cache.newest()
            self.notes += [note] if note else []
        return self._catalogs[""]

    def catalog(self, config: Config) -> catalog.Catalog:
        """The catalog of a config; what the command line names comes first."""
        path, said = self.arguments.catalog, f"--catalog {self.arguments.catalog}"
        if not path and config.get("catalog"):
            path, said = os.path.join(config.folder, config.get("catalog")), "`catalog`"
        if not path:
            return self._usual()
        if path not in self._catalogs:
            from dockerfile_astro_lint.astro import catalog_feed

            try:
                self._catalogs[path] = catalog_feed.load_feed(
                    read_file(path, catalog_feed.MAX_FEED_BYTES), display_path(path)
                )
            except (OSError, ValueError, catalog.CatalogError) as error:
                why = getattr(error, "strerror", None) or str(error)
                if said != "`catalog`":
                    raise UsageError(f"{said}: {why}") from None
                raise ConfigError(config.path, f"{said}: {display_path(path)}: {why}") from None
        return self._catalogs[path]


def _load(path: str) -> Config | None:
    from dockerfile_astro_lint.config.schema import load

    return load(path, unknown_code)


def unknown_code(word: str) -> str | None:
    """What is wrong with a code, prefix or name, if anything."""
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
            raise UsageError(f"--build-arg {text}: write NAME=value")
        # As docker build does: a name alone takes the value from the environment.
        found[name] = value if equals else os.environ[name]
    return found
