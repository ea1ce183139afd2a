"""The server: the requests that clients may send, and its answers and notifications."""

import asyncio
import gc
import os
import sys
import time
from functools import partial

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, Mapping, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.redaction import redacted_text
from dockerfile_astro_lint.language_server.configuration import SECTION, is_config, read_settings
from dockerfile_astro_lint.language_server.documents import Change, Document, Snapshot, changed, opened
from dockerfile_astro_lint.language_server.markup import Client, diagnostics_of
from dockerfile_astro_lint.language_server.positions import Text
from dockerfile_astro_lint.language_server.protocol import Protocol
from dockerfile_astro_lint.language_server.session import Checked, Session
from dockerfile_astro_lint.language_server.stdio import Connection
from dockerfile_astro_lint.language_server.uris import path_of, uri_of
from dockerfile_astro_lint.language_server.worker import Worker
from dockerfile_astro_lint.project.file_kinds import PYTHON

if TYPE_CHECKING:
    from typing import BinaryIO, TypeVar

    T = TypeVar("T")

QUICK = 0.03
"""Seconds; a document that is checked faster than this is checked at every change, others after a pause."""


MAX_PAUSE = 0.4
OTHERS = 0.12
"""Seconds after a change until the other documents that it may affect are checked."""


CONFIGURED = 3.0
"""Seconds that a client has to send its settings; then documents are checked without them."""


WATCHED = (
    "**/*[Dd]ockerfile*", "**/*[Cc]ontainerfile*", "**/requirements*.txt", "**/packages*.txt", "**/*.dockerignore",
    "**/.dockerignore", "**/*.toml", "**/.*.toml", "**/setup.cfg",
    "**/airflow_settings.yaml", "**/.astro/**", "**/*.py",
)  # fmt: skip


class AstroLanguageServer(LanguageServer):
    """The documents of a client, and the diagnostics that it has been told.

    Its attributes are changed by the thread of the event loop alone; the worker takes the snapshot of the moment.
    """

    protocol: Protocol

    def __init__(self, overrides: Overrides | None = None) -> None:
        self.session = Session(overrides)
        super().__init__("astro-lint", __version__, protocol_cls=Protocol)
        self.snapshot, self.client = Snapshot(), Client()
        self.worker = Worker(self._failed)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.options: Mapping[str, object] = {}
        """The settings that came with `initialize`."""
        self.moves = False
        """Whether paths in messages are relative to the first workspace folder, as if the command line ran there."""
        self.pulls = False
        """Whether the client asks for diagnostics, so that it is not told them too."""
        self._ready = asyncio.Event()
        self._published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._pauses: dict[str, float] = {}
        self._complained: set[str] = set()

    # Documents.

    def opened(self, uri: str, language: str, version: int, text: str) -> None:
        self._take(opened(uri, language, version, text))

    def changed(self, uri: str, version: int, changes: list[Change]) -> None:
        """Apply changes to a document; without effect for one that is not open."""
        document = self.snapshot.documents.get(uri)
        if document is not None:
            self._take(changed(document, version, changes, self.client.encoding))

    def closed(self, uri: str) -> None:
        document = self.snapshot.documents.get(uri)
        if document is None:
            return
        documents = {key: one for key, one in self.snapshot.documents.items() if key != uri}
        self.snapshot = self.snapshot._replace(number=self.snapshot.number + 1, documents=documents)
        self._pauses.pop(uri, None)
        self._tell(uri, None, [])
        self._published.pop(uri, None)
        self._check_others(document)

    def lost(self, uri: str | None, why: str) -> None:
        """Forget a document whose text is no longer known; all of them if it is not known which."""
        for known in [uri] if uri else list(self.snapshot.documents):
            if known in self.snapshot.documents:
                self.closed(known)
        self.complain(f"astro-lint no longer follows {uri or 'the open files'}, for {why}: close and open it again")

    def _take(self, document: Document) -> None:
        documents = {**self.snapshot.documents, document.uri: document}
        self.snapshot = self.snapshot._replace(number=self.snapshot.number + 1, documents=documents)
        if not self.pulls:
            self._check(document.uri, self._pauses.get(document.uri, 0.0))
        self._check_others(document)

    def _check_others(self, document: Document) -> None:
        """Check what a change may affect: one of a Python file says nothing about other Python files."""
        for other in self.snapshot.documents.values():
            if other.uri != document.uri and not (document.kind is PYTHON and other.kind is PYTHON):
                self._check(other.uri, OTHERS)
        if document.path is not None and is_config(document.path):
            self._check_configs()

    def refresh(self) -> None:
        """Check everything again, for something outside of the documents has changed."""
        self.worker.ask(self.session.renew)
        self.snapshot = self.snapshot._replace(number=self.snapshot.number + 1)
        for uri in self.snapshot.documents:
            self._check(uri, OTHERS)
        self._check_configs()
        workspace = self.client_capabilities.workspace
        if self.pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)

    # Checks, on the worker.

    def _check(self, uri: str, delay: float) -> None:
        if not self.pulls and self._ready.is_set():
            self.worker.check(uri, partial(self._check_now, uri), delay)

    def _check_now(self, uri: str) -> None:
        snapshot, started = self.snapshot, time.monotonic()
        checked = self.session.check(snapshot, uri)
        if checked is None:
            return
        diagnostics = diagnostics_of(checked, snapshot, self.client)
        taken = time.monotonic() - started
        self._on_loop(self._publish, checked.document, diagnostics, 0.0 if taken < QUICK else min(taken, MAX_PAUSE))

    def _check_configs(self) -> None:
        if self._ready.is_set():
            self.worker.check("", self._check_configs_now, OTHERS)

    def _check_configs_now(self) -> None:
        """The faults of the configuration files that are in use and not open; an open one is checked as a document."""
        snapshot, found = self.snapshot, {}
        for path, (text, problems) in self.session.config_files(snapshot).items():
            if not any(document.path == path for document in snapshot.documents.values()):
                checked = Checked(Document(uri_of(path), path, "", 0, Text(text)), (), tuple(problems))
                found[checked.document.uri] = diagnostics_of(checked, snapshot, self.client)
        self._on_loop(self._publish_configs, found)

    def _on_loop(self, function: Callable[..., None], *arguments: object) -> None:
        if self.loop is not None:
            try:
                self.loop.call_soon_threadsafe(function, *arguments)
            except RuntimeError:
                return  # the connection has ended

    def _publish(self, document: Document, diagnostics: list[types.Diagnostic], pause: float) -> None:
        """Tell what was found, unless the document has changed since; then it will be checked again."""
        if self.snapshot.documents.get(document.uri) is document:
            self._pauses[document.uri] = pause
            self._tell(document.uri, document.version, diagnostics)

    def _publish_configs(self, found: dict[str, list[types.Diagnostic]]) -> None:
        for uri in [uri for uri in self._published if uri not in self.snapshot.documents and uri not in found]:
            self._tell(uri, None, [])
            del self._published[uri]
        for uri, diagnostics in found.items():
            if uri not in self.snapshot.documents and (diagnostics or uri in self._published):
                self._tell(uri, None, diagnostics)

    def _tell(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        if self.pulls and version is not None:
            return
        known = self._published.get(uri)
        if known == (version, diagnostics) or (known is None and version is None and not diagnostics):
            return
        self._published[uri] = version, diagnostics
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    async def checked(self, uri: str) -> list[types.Diagnostic] | None:
        """The diagnostics of a document as it is now; None if it is not open."""

        def check() -> list[types.Diagnostic] | None:
            snapshot = self.snapshot
            found = self.session.check(snapshot, uri)
            return diagnostics_of(found, snapshot, self.client) if found else None

        return await self.ask(check)

    async def ask(self, function: "Callable[[], T]") -> "T":
        """Call a function on the worker, as soon as the settings are known."""
        await self._ready.wait()
        return await asyncio.wrap_future(self.worker.ask(function))

    # Settings.

    def configure(self, settings: Mapping[str, Mapping[str, object]]) -> None:
        """Use settings, by workspace folder, over those that came with `initialize`."""
        merged = {root: {**self.options, **given} for root, given in settings.items()}
        for given in merged.values():
            for sentence in read_settings(given)[1]:
                self.complain(f"astro-lint settings: {sentence}")
        self.snapshot = self.snapshot._replace(number=self.snapshot.number + 1, settings=merged)
        self._ready.set()
        self.refresh()

    async def ask_settings(self) -> None:
        """Ask the client for the settings of each workspace folder; without an answer there are none."""
        roots = ("", *self.snapshot.roots)
        items = [types.ConfigurationItem(uri_of(root) if root else None, SECTION) for root in roots]
        answers: Sequence[object] = ()
        try:
            asked = self.workspace_configuration_async(types.ConfigurationParams(items))
            answers = await asyncio.wait_for(asked, CONFIGURED) or ()
        except Exception:
            answers = ()
        settings: dict[str, Mapping[str, object]] = {}
        for root, answer in zip(roots, [*answers, *(None for _ in roots)], strict=False):
            # What is null is not set, so what came before counts.
            given = answer.items() if isinstance(answer, Mapping) else ()
            settings[root] = {name: value for name, value in given if value is not None}
        self.configure(settings)

    def complain(self, sentence: str) -> None:
        """Show the user a sentence, once."""
        sentence = sanitize(redacted_text(sentence))
        if sentence not in self._complained:
            self._complained.add(sentence)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, sentence))

    def _failed(self, error: Exception) -> None:
        """Say that a check has raised, which is a bug."""
        sentence = f"astro-lint could not check a file ({type(error).__name__}: {error}); please report it"
        self._on_loop(self.complain, sentence)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls could not do; answers to requests say so themselves."""
        self._on_loop(self.complain, f"astro-lint server: {type(error).__name__}: {error}")

    # The beginning.

    def initialize(self, params: types.InitializeParams) -> None:
        self.loop = asyncio.get_running_loop()
        capabilities = params.capabilities.text_document
        shown = capabilities.publish_diagnostics if capabilities else None
        hover = capabilities.hover if capabilities else None
        completion = capabilities.completion if capabilities else None
        item = completion.completion_item if completion else None
        self.pulls = bool(capabilities and capabilities.diagnostic)
        encoding = self.workspace.position_encoding or "utf-16"
        self.client = Client(
            str(getattr(encoding, "value", encoding)),
            # A client that pulls diagnostics gets the same messages as others.
            bool(shown and shown.related_information) or (self.pulls and shown is None),
            bool(shown and shown.tag_support) or (self.pulls and shown is None),
            bool(shown and shown.code_description_support) or (self.pulls and shown is None),
            bool(shown and shown.data_support) or (self.pulls and shown is None),
            types.MarkupKind.Markdown in ((hover and hover.content_format) or ()),
            types.MarkupKind.Markdown in ((item and item.documentation_format) or ()),
        )
        self.options = params.initialization_options if isinstance(params.initialization_options, Mapping) else {}
        nested = self.options.get("settings", self.options.get(SECTION))
        self.options = nested if isinstance(nested, Mapping) else self.options
        self.take_folders()
        root = self.snapshot.roots[:1]
        if root and self.moves and os.path.isdir(root[0]):
            os.chdir(root[0])

    def take_folders(self) -> None:
        """Take over the workspace folders, or the root folder of an old client."""
        uris = [folder.uri for folder in self.workspace.folders.values()]
        uris = uris or [uri for uri in [self.workspace.root_uri] if uri]
        roots = tuple(os.path.abspath(path) for uri in uris if (path := path_of(uri)) is not None)
        self.snapshot = self.snapshot._replace(number=self.snapshot.number + 1, roots=roots)


def serve(overrides: Overrides, stdin: "BinaryIO | None" = None, stdout: "BinaryIO | None" = None) -> int:
    """Serve one client over two streams, by default the standard ones, and return the exit code."""
    from dockerfile_astro_lint.language_server.features import register

    own_process = stdout is None
    if stdout is None:
        # A run of the command line makes little garbage; a server makes some with every keystroke.
        gc.collect()
        gc.freeze()
        gc.set_threshold(2_000, 10, 10)
        # What else is printed must not get between the messages.
        stdout = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
    server = AstroLanguageServer(overrides)
    server.moves = own_process
    register(server)
    try:
        Connection(server.protocol, server.lost).serve(stdin or sys.stdin.buffer, stdout)
    except KeyboardInterrupt:
        return 130
    finally:
        server.worker.stop()
    return 0 if server.protocol.is_shut_down else 1
