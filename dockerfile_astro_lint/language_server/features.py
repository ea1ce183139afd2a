"""The methods of the protocol that the server answers."""

import asyncio
from functools import partial

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError

from dockerfile_astro_lint.core.compat import Any, Mapping
from dockerfile_astro_lint.language_server import session
from dockerfile_astro_lint.language_server.actions import FIX_ALL, OPEN_PAGE, Able, Actions
from dockerfile_astro_lint.language_server.completion import TRIGGERS, complete
from dockerfile_astro_lint.language_server.configuration import SECTION
from dockerfile_astro_lint.language_server.pages import hints, hover, links
from dockerfile_astro_lint.language_server.server import WATCHED, AstroLanguageServer
from dockerfile_astro_lint.reports import DOCS

_KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]


def register(server: AstroLanguageServer) -> None:
    """Make a server answer all methods that it knows."""

    def feature(method: str, handler: Any, options: Any = None) -> None:
        # pygls marks what it is given, and a bound method takes no marks.
        server.feature(method, options)(partial(handler))

    features = Features(server)
    everything = types.FileOperationRegistrationOptions(
        [types.FileOperationFilter(types.FileOperationPattern("**/*"), "file")]
    )
    feature(types.INITIALIZE, server.initialize)
    feature(types.INITIALIZED, features.initialized)
    feature(types.TEXT_DOCUMENT_DID_SAVE, features.changed_outside)
    feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, features.changed_outside)
    feature(types.WORKSPACE_DID_CREATE_FILES, features.changed_outside, everything)
    feature(types.WORKSPACE_DID_RENAME_FILES, features.changed_outside, everything)
    feature(types.WORKSPACE_DID_DELETE_FILES, features.changed_outside, everything)
    feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, features.changed_folders)
    feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, features.changed_settings)
    feature(types.TEXT_DOCUMENT_DIAGNOSTIC, features.diagnostic, types.DiagnosticOptions(True, False, "astro-lint"))
    feature(types.TEXT_DOCUMENT_CODE_ACTION, features.actions, types.CodeActionOptions(_KINDS, resolve_provider=True))
    feature(types.CODE_ACTION_RESOLVE, features.resolve)
    feature(types.TEXT_DOCUMENT_HOVER, features.hover)
    feature(types.TEXT_DOCUMENT_COMPLETION, features.completion, types.CompletionOptions(list(TRIGGERS)))
    feature(types.TEXT_DOCUMENT_INLAY_HINT, features.hints)
    feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, features.links, types.DocumentLinkOptions(False))

    async def open_page(address: str) -> None:
        await features.open_page(address)

    server.command(OPEN_PAGE)(open_page)


class Features:
    """Handlers of requests and notifications."""

    def __init__(self, server: AstroLanguageServer) -> None:
        self.server = server
        self._tasks: set[asyncio.Task[Any]] = set()

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def initialized(self, params: types.InitializedParams) -> None:
        workspace = self.server.client_capabilities.workspace
        registrations = []
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registrations.append(types.Registration("files", method, options))
        configuring = workspace.did_change_configuration if workspace else None
        if configuring and configuring.dynamic_registration:
            changed = types.DidChangeConfigurationRegistrationOptions(SECTION)
            registrations.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, changed))
        if registrations:
            self._later(self._register(registrations))
        if workspace and workspace.configuration:
            self._later(self.server.ask_settings())
        else:
            self.server.configure({"": {}})

    async def _register(self, registrations: list[types.Registration]) -> None:
        try:
            await self.server.client_register_capability_async(types.RegistrationParams(registrations))
        except Exception:
            return  # what is on the disk is looked at again after a second
        if any(one.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES for one in registrations):
            self.server.session.trusted = session.WATCHED

    def changed_outside(self, params: object) -> None:
        self.server.refresh()

    def changed_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        self.server.take_folders()
        workspace = self.server.client_capabilities.workspace
        if workspace and workspace.configuration:
            self._later(self.server.ask_settings())
        else:
            self.server.refresh()

    def changed_settings(self, params: types.DidChangeConfigurationParams) -> None:
        workspace = self.server.client_capabilities.workspace
        if workspace and workspace.configuration:
            self._later(self.server.ask_settings())
            return
        given = params.settings.get(SECTION, params.settings) if isinstance(params.settings, Mapping) else {}
        self.server.configure({"": given if isinstance(given, Mapping) else {}})

    async def diagnostic(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        found = await self.server.checked(params.text_document.uri)
        return types.RelatedFullDocumentDiagnosticReport(found or [])

    def _able(self) -> Able:
        capabilities = self.server.client_capabilities
        edits = capabilities.workspace.workspace_edit if capabilities.workspace else None
        versions = bool(edits and edits.document_changes)
        creates = versions and types.ResourceOperationKind.Create in ((edits and edits.resource_operations) or ())
        action = capabilities.text_document.code_action if capabilities.text_document else None
        resolving = action.resolve_support if action else None
        return Able(versions, creates, "edit" in (resolving.properties if resolving else ()))

    def _actions(self) -> Actions:
        return Actions(self.server.session, self.server.snapshot, self.server.client, self._able())

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, place, only = params.text_document.uri, params.range, params.context.only
        kinds = None if only is None else [str(getattr(kind, "value", kind)) for kind in only]
        return await self.server.ask(lambda: self._actions().at(uri, place, kinds))

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, Mapping) else None
        if action.edit is None and isinstance(uri, str):
            action.edit = await self.server.ask(lambda: self._actions().fix_all(uri))
        return action

    def _offset(self, uri: str, position: types.Position) -> int:
        document = self.server.snapshot.documents.get(uri)
        encoding = self.server.client.encoding
        return document.content.offset(position.line, position.character, encoding) if document else 0

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        server, uri = self.server, params.text_document.uri
        offset = self._offset(uri, params.position)
        return await server.ask(lambda: hover(server.session, server.snapshot, uri, offset, server.client))

    async def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        server, uri = self.server, params.text_document.uri
        offset = self._offset(uri, params.position)
        return await server.ask(lambda: complete(server.session, server.snapshot, uri, offset, server.client))

    async def hints(self, params: types.InlayHintParams) -> list[types.InlayHint]:
        server, uri = self.server, params.text_document.uri
        shown = await server.ask(lambda: hints(server.session, server.snapshot, uri, server.client))
        first, last = params.range.start.line, params.range.end.line
        return [hint for hint in shown if first <= hint.position.line <= last]

    async def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        server = self.server
        document = server.snapshot.documents.get(params.text_document.uri)
        return await server.ask(lambda: links(document, server.client)) if document else []

    async def open_page(self, address: str) -> None:
        """Open the page of a rule, and no other address, in the client's browser."""
        if not address.startswith(f"{DOCS}/"):
            return
        window = self.server.client_capabilities.window
        if window and window.show_document and window.show_document.support:
            try:
                await self.server.window_show_document_async(types.ShowDocumentParams(address, external=True))
            except (PyglsError, JsonRpcException):
                return
        else:
            self.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, address))
