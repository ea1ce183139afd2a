"""The language server with clients of others: pytest-lsp, which checks the protocol, Neovim and Emacs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")
pytest.importorskip("pytest_lsp")

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.tool import FIXED, write

BAD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\nUSER astro\n"
GOOD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\nUSER astro\n"
COMMAND = [sys.executable, "-m", "dockerfile_astro_lint", "server", *FIXED]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"Dockerfile": BAD, "requirements.txt": "", "packages.txt": "", "dags/a.py": "import imp\n"})
    return tmp_path


async def connected(folder: Path, name: str) -> LanguageClient:
    client = await ClientServerConfig(COMMAND, server_env=ENVIRONMENT).start()
    assert isinstance(client, LanguageClient)
    folders = [types.WorkspaceFolder(folder.as_uri(), "project")]
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(name), workspace_folders=folders, root_uri=folder.as_uri()
        )
    )
    return client


async def through_a_session(folder: Path, name: str) -> None:
    client = await connected(folder, name)
    try:
        uri = (folder / "Dockerfile").as_uri()
        identifier = types.TextDocumentIdentifier(uri)
        document = types.TextDocumentItem(uri, "dockerfile", 1, BAD)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        capabilities = client_capabilities(name).text_document
        pulls = capabilities and capabilities.diagnostic
        if pulls:
            report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier))
            shown = list(report.items)  # type: ignore[union-attr]
        else:
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            shown = list(client.diagnostics[uri])
        assert [one.code for one in shown] == ["AST105"]
        place = types.Range(types.Position(0, 46), types.Position(0, 46))
        context = types.CodeActionContext(shown)
        actions = await client.text_document_code_action_async(types.CodeActionParams(identifier, place, context))
        assert actions
        first = actions[0]
        assert isinstance(first, types.CodeAction)
        assert (first.title, first.is_preferred) == ("Fix AST105: remove `-slim`", True)
        hover = await client.text_document_hover_async(types.HoverParams(identifier, types.Position(0, 10)))
        assert hover
        completion = await client.text_document_completion_async(
            types.CompletionParams(identifier, types.Position(0, 38))
        )
        assert isinstance(completion, types.CompletionList)
        assert completion.items[0].label == "3.3-8"
        links = await client.text_document_document_link_async(types.DocumentLinkParams(identifier))
        assert not links
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["visual-studio-code", "neovim@0.7", "neovim@0.11", "emacs"])
def test_a_client_that_checks_the_protocol(folder: Path, name: str) -> None:
    asyncio.run(asyncio.wait_for(through_a_session(folder, name), 120))


def from_the_docs(language: str) -> str:
    """The first block of a language on the page about editors."""
    page = (Path(__file__).parent.parent / "docs" / "editors.md").read_text(encoding="utf-8")
    return page.partition(f"```{language}\n")[2].partition("```")[0]


NEOVIM = """\
local folder, result = unpack(vim.fn.json_decode(vim.env.ASTRO_LINT_TEST))
local seen = {}
local function wait(what, until_)
  if not vim.wait(60000, until_, 20) then
    table.insert(seen, 'gave up: ' .. what)
    vim.fn.writefile({vim.fn.json_encode(seen)}, result)
    vim.cmd('cquit')
  end
end
vim.cmd('edit ' .. folder .. '/Dockerfile')
local buffer = vim.api.nvim_get_current_buf()
wait('the client', function() return vim.tbl_count(vim.lsp.buf_get_clients(buffer)) > 0 end)
local client = vim.tbl_keys(vim.lsp.buf_get_clients(buffer))[1]
local function codes()
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(buffer))
end
wait('diagnostics', function() return #codes() > 0 end)
table.insert(seen, codes())
-- An edit, as typing makes it: the client sends the change.
vim.api.nvim_buf_set_lines(buffer, 1, 2, false, {'USER root'})
wait('diagnostics of the edit', function() return #codes() > 1 end)
table.insert(seen, codes())
-- The first code action, applied as `vim.lsp.buf.code_action()` does.
local params = vim.lsp.util.make_given_range_params({1, 46}, {1, 46})
params.context = {diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, 0)}
local answer = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 60000)
local action = answer[client].result[1]
table.insert(seen, action.title)
vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
wait('diagnostics of the fix', function() return not vim.tbl_contains(codes(), 'AST105') end)
table.insert(seen, codes())
vim.cmd('write')
table.insert(seen, vim.fn.readfile(folder .. '/Dockerfile'))
vim.lsp.stop_client(client)
wait('the end of the client', function() return vim.lsp.client_is_stopped(client) end)
vim.fn.writefile({vim.fn.json_encode(seen)}, result)
vim.cmd('qall!')
"""


@pytest.mark.skipif(not shutil.which("nvim"), reason="there is no nvim")
def test_neovim_opens_edits_fixes_and_saves(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    work = tmp_path_factory.mktemp("neovim")
    (work / "test.lua").write_text(NEOVIM)
    command = ", ".join(f"'{word}'" for word in COMMAND)
    (work / "init.lua").write_text(from_the_docs("lua").replace("'astro-lint', 'server'", command))
    given = json.dumps([str(folder), str(work / "result")])
    environment = {**ENVIRONMENT, "ASTRO_LINT_TEST": given, "HOME": str(work), "XDG_STATE_HOME": str(work)}
    done = subprocess.run(
        ["nvim", "--headless", "-u", str(work / "init.lua"), "-i", "NONE", "-n", "-c", f"luafile {work / 'test.lua'}"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert (work / "result").exists(), done.stderr
    first, edited, title, fixed, saved = json.loads((work / "result").read_text())
    assert first == ["AST105"]
    assert sorted(edited) == ["AST105", "AST603"]
    assert title == "Fix AST105: remove `-slim`"
    assert fixed == ["AST603"]
    assert saved == ["FROM astrocrpublic.azurecr.io/runtime:3.1-12", "USER root"]


EMACS = """\
(require 'package)
(package-initialize)
(require 'eglot)
(require 'json)
(let* ((given (json-parse-string (getenv "ASTRO_LINT_TEST") :array-type 'list))
       (folder (nth 0 given)) (result (nth 1 given)) (seen nil))
  (define-derived-mode dockerfile-mode prog-mode "Dockerfile")
  (add-to-list 'auto-mode-alist '("Dockerfile\\\\'" . dockerfile-mode))
  (setq eglot-sync-connect 60 eglot-confirm-server-initiated-edits nil
        eglot-send-changes-idle-time 0.05 flymake-no-changes-timeout 0.1 create-lockfiles nil make-backup-files nil)
  (cl-flet* ((codes () (mapcar (lambda (one) (flymake-diagnostic-text one)) (flymake-diagnostics)))
             (wait (what until)
               (let ((end (+ (float-time) 60)))
                 (while (and (not (funcall until)) (< (float-time) end))
                   (accept-process-output nil 0.05)
                   (when (bound-and-true-p flymake-mode) (eglot--signal-textDocument/didChange)))
                 (unless (funcall until) (push (concat "gave up: " what) seen)))))
    (find-file (concat folder "/Dockerfile"))
    (let ((default-directory folder))
      (apply #'eglot (eglot--guess-contact)))
    (wait "diagnostics" (lambda () (codes)))
    (push (codes) seen)
    (goto-char (point-max))
    (forward-line -1)
    (delete-region (point) (line-end-position))
    (insert "USER root")
    (wait "diagnostics of the edit" (lambda () (cdr (codes))))
    (push (length (codes)) seen)
    (goto-char (+ (point-min) 46))
    (let ((action (cl-find-if (lambda (one) (string-prefix-p "Fix AST105" (plist-get one :title)))
                              (append (jsonrpc-request (eglot--current-server-or-lose) :textDocument/codeAction
                                        (list :textDocument (eglot--TextDocumentIdentifier)
                                              :range (list :start (eglot--pos-to-lsp-position)
                                                           :end (eglot--pos-to-lsp-position))
                                              :context (list :diagnostics [])))
                                      nil))))
      (push (plist-get action :title) seen)
      (eglot--apply-workspace-edit (plist-get action :edit)))
    (wait "diagnostics of the fix" (lambda () (not (cdr (codes)))))
    (push (length (codes)) seen)
    (save-buffer)
    (eglot-shutdown (eglot--current-server-or-lose))
    (with-temp-file result (insert (json-serialize (vconcat (mapcar (lambda (one) (if (listp one) (vconcat one) one))
                                                                    (reverse seen))))))))
"""


def has_eglot() -> bool:
    if not shutil.which("emacs"):
        return False
    tried = ["emacs", "-q", "--batch", "--eval", "(progn (require 'package) (package-initialize) (require 'eglot))"]
    return subprocess.run(tried, capture_output=True).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not has_eglot(), reason="there is no Emacs with eglot")
def test_emacs_opens_edits_fixes_and_saves(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    work = tmp_path_factory.mktemp("emacs")
    command = " ".join(json.dumps(word) for word in COMMAND)
    init = from_the_docs("elisp").replace('"astro-lint" "server"', command)
    (work / "test.el").write_text(f"{init}\n{EMACS}")
    given = json.dumps([str(folder), str(work / "result")])
    environment = {**ENVIRONMENT, "ASTRO_LINT_TEST": given, "HOME": str(work)}
    done = subprocess.run(
        ["emacs", "-q", "--batch", "-l", str(work / "test.el")],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert (work / "result").exists(), done.stderr
    first, edited, title, fixed = json.loads((work / "result").read_text())
    assert len(first) == 1
    assert "Airflow 3 images have no `-slim` variant" in first[0]
    assert edited == 2
    assert title == "Fix AST105: remove `-slim`"
    assert fixed == 1
    assert (folder / "Dockerfile").read_text() == GOOD.replace("astro\n", "root\n")
