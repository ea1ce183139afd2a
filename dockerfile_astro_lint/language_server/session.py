"""What the server asks of the engine, about the documents of a snapshot laid over the disk; used by one thread."""

import os
import time

from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.core.compat import Callable, Mapping, NamedTuple
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import ConfigError, UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.live_files import LiveCache
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Key, fixable, make_report
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, STDIN, Target
from dockerfile_astro_lint.language_server.configuration import (
    ConfigProblem,
    EditorResolver,
    config_problems,
    is_config,
    read_settings,
)
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.project.file_kinds import CONFIG, DOCKERFILE, FOREIGN
from dockerfile_astro_lint.project.folder import dockerfile_of

TRUSTED = 1.0
"""Seconds for which the disk is believed to be what it was, if nobody says that it has changed."""


WATCHED = 5.0
"""The same, where the client says so."""


class Checked(NamedTuple):
    """What was found in a document: its diagnostics without secrets, what is wrong with it as a configuration file, and
    why it could not be checked. `raw` are the diagnostics by their key with the files as they are: for fixes.
    """

    document: Document
    findings: tuple[Diagnostic, ...] = ()
    problems: tuple[ConfigProblem, ...] = ()
    failures: tuple[str, ...] = ()
    raw: Mapping[Key, Diagnostic] = {}


class Session:
    """The engine, warm: what was read of the disk is kept, and looked at again when it may have changed."""

    def __init__(self, overrides: Overrides | None = None, trusted: float = TRUSTED) -> None:
        self.overrides = overrides or Overrides()
        resolver = EditorResolver(self.overrides, {}, "", Overlay().read)
        resolver.defaults()  # raise UsageError at once
        if self.overrides.config:
            resolver.config(os.getcwd())
        self._cache, self.trusted = LiveCache(), trusted
        self._number = -1
        self.overlay = Overlay()
        self._linters: dict[str, Linter] = {}
        self._resolvers: dict[str, EditorResolver] = {}
        self._configs: object = None
        self._checked: dict[str, Checked] = {}
        self._looked = 0.0

    def renew(self) -> None:
        """Look at the disk again, for something in it has changed."""
        self._number = -1
        self._cache.renew()
        self._resolvers.clear()

    def check(self, snapshot: Snapshot, uri: str) -> Checked | None:
        """Lint a document; None if it is not open."""
        document = snapshot.documents.get(uri)
        if document is None:
            return None
        self._take(snapshot)
        checked = self._checked.get(uri)
        if checked is None:
            checked = self._checked[uri] = self._check(snapshot, document)
        return checked

    def _check(self, snapshot: Snapshot, document: Document) -> Checked:
        path, kind = document.path, document.kind
        problems: tuple[ConfigProblem, ...] = ()
        if path is not None and is_config(path):
            problems = tuple(config_problems(path, document.text.removeprefix("\ufeff")))
        if kind in (FOREIGN, CONFIG) or (path is None and kind is not DOCKERFILE):
            return Checked(document, (), problems)
        linter = self._linter(snapshot, document)
        try:
            result, _ = linter.lint(Target(path))
        except UsageError as error:
            return Checked(document, (), problems, (_sentence(error),))
        own = STDIN if path is None else display_path(path)
        # What is said of other files is not shown here, so it needs no work.
        found = tuple(one for one in result.diagnostics if one.path == own)
        result = result._replace(diagnostics=found, suppressed=())
        report, raw = make_report([result]), {one.key: one for one in fixable([result])}
        failed = tuple(_failure(one, own) for one in report.failures) if own in report.unchecked else ()
        return Checked(document, tuple(one for one in report.findings if one.path == own), problems, failed, raw)

    def config_files(self, snapshot: Snapshot) -> dict[str, tuple[str, list[ConfigProblem]]]:
        """The text and the faults of each configuration file that applies to the documents, by path."""
        paths: dict[str, None] = {}
        for uri in snapshot.documents:
            # Which files apply is known when a document has been checked, until the disk is looked at again.
            self.check(snapshot, uri)
            for resolver in self._resolvers.values():
                paths.update(resolver.read_files)
        found = {}
        for path in paths:
            try:
                text = self.overlay.read(path, MAX_DOCKERFILE_BYTES).decode("utf-8-sig", "replace")
            except (OSError, ValueError):
                continue
            found[path] = text, config_problems(path, text)
        return found

    def settings(self, snapshot: Snapshot, document: Document) -> LintSettings | None:
        """The effective settings of a document; None if its configuration is broken."""
        self._take(snapshot)
        try:
            return self._resolver(snapshot, snapshot.root_of(document.path)).for_file(_shown(document))
        except (ConfigError, UsageError):
            return None

    def dockerfile(self, snapshot: Snapshot, document: Document) -> tuple[Dockerfile, LintSettings] | None:
        """A document parsed as a Dockerfile, and its settings; None if it is none, or its configuration is broken."""
        settings = self.settings(snapshot, document) if document.kind is DOCKERFILE else None
        if settings is None or len(document.text) > MAX_DOCKERFILE_BYTES:
            return None
        name = _shown(document) or STDIN
        return dockerfile_of(self.overlay, document.data, name, settings.settings.build_args), settings

    def fixed(self, snapshot: Snapshot, document: Document) -> bytes:
        """The bytes of a document with all safe fixes that touch no other file, as `--fix` applies them."""
        from dockerfile_astro_lint.fixes.runner import fix

        path = document.path
        overlay = self._linter(snapshot, document).overlay
        resolver = self._resolver(snapshot, snapshot.root_of(path))
        own = STDIN if path is None else display_path(path)
        outcome = fix([Target(path)], resolver.for_file, overlay, False, list, own, 1)
        return outcome.overlay.read(path, MAX_DOCKERFILE_BYTES * 4)

    def source_of(self, snapshot: Snapshot, path: str) -> bytes | None:
        """The bytes of a file as the editor has it; None if there is none."""
        self._take(snapshot)
        try:
            return self.overlay.read(path, MAX_DOCKERFILE_BYTES * 4)
        except (OSError, ValueError):
            return None

    def _take(self, snapshot: Snapshot) -> None:
        """Make a snapshot what the next answers are about."""
        now = time.monotonic()
        if now - self._looked > self.trusted:
            self._looked = now
            self._cache.renew()
            self._number = -1
        if snapshot.number == self._number:
            return
        try:
            os.getcwd()
        except OSError:  # the folder that the server was started in is gone
            os.chdir(os.path.abspath(os.sep))
        documents = [document for document in snapshot.documents.values() if document.path]
        self.overlay = Overlay({document.path: document.data for document in documents}, None, self._cache)
        others = [document for document in documents if document.kind is not DOCKERFILE]
        self._cache.lay(({document.path for document in documents}, others))
        configs = snapshot.settings, [one for one in documents if one.path and is_config(one.path)]
        if configs != self._configs or any(resolver.is_old for resolver in self._resolvers.values()):
            self._resolvers.clear()
        self._configs = configs
        self._linters.clear()
        self._checked.clear()
        self._number = snapshot.number

    def _linter(self, snapshot: Snapshot, document: Document) -> Linter:
        self._take(snapshot)
        root = snapshot.root_of(document.path)
        if root not in self._linters:
            self._linters[root] = Linter(self._resolver(snapshot, root).for_file, self.overlay)
        linter = self._linters[root]
        return linter.over(None, document.data) if document.path is None else linter

    def _resolver(self, snapshot: Snapshot, root: str) -> EditorResolver:
        if root not in self._resolvers:
            given = snapshot.settings.get(root, snapshot.settings.get("", {}))
            overlay: Callable[[str, int], bytes] = lambda path, limit: self.overlay.read(path, limit)  # noqa: E731
            resolver = EditorResolver(self.overrides, read_settings(given)[0], root, overlay)
            self._resolvers[root] = resolver
        return self._resolvers[root]


def _shown(document: Document) -> str:
    return display_path(document.path) if document.path else ""


def _failure(failure: Failure, own: str) -> str:
    message = failure.message if failure.path == own else f"{failure.path}: {failure.message}"
    return sanitize(f"not checked: {message}")


def _sentence(error: Exception) -> str:
    from dockerfile_astro_lint.engine.redaction import redacted_text

    return sanitize(f"not checked: {redacted_text(str(error))}")
