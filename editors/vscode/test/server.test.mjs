// The command that the extension runs, spoken to with the protocol library that the extension uses.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { serverCommand } = require("../dist/command.js");
const protocol = require("vscode-languageserver-protocol/node");
const extension = path.join(import.meta.dirname, "..");
const python = process.env.PYTHON ?? "python3";

function hasBundle() {
  return existsSync(path.join(extension, "bundled", "dockerfile_astro_lint"));
}

function environmentHasServer() {
  try {
    execFileSync(python, ["-c", "import dockerfile_astro_lint.language_server.server"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function diagnosticsOf(from) {
  const folder = mkdtempSync(path.join(tmpdir(), "astro-lint-vscode-"));
  const { command, args, env } = serverCommand({ from, program: "", interpreter: python }, undefined, extension);
  const server = spawn(command, args, { env, cwd: folder });
  const connection = protocol.createMessageConnection(
    new protocol.StreamMessageReader(server.stdout),
    new protocol.StreamMessageWriter(server.stdin),
  );
  try {
    connection.listen();
    const published = new Promise((resolve, reject) => {
      connection.onNotification(protocol.PublishDiagnosticsNotification.type, resolve);
      server.on("exit", (code) => reject(new Error(`the server has ended with ${code}`)));
    });
    const rootUri = pathToFileURL(folder).href;
    const result = await connection.sendRequest(protocol.InitializeRequest.type, {
      processId: process.pid,
      rootUri,
      capabilities: {},
      workspaceFolders: [{ uri: rootUri, name: "test" }],
    });
    assert.equal(result.serverInfo.name, "astro-lint");
    await connection.sendNotification(protocol.InitializedNotification.type, {});
    const text = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n";
    writeFileSync(path.join(folder, "Dockerfile"), text);
    const uri = pathToFileURL(path.join(folder, "Dockerfile")).href;
    const textDocument = { uri, languageId: "dockerfile", version: 1, text };
    await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument });
    const { diagnostics } = await published;
    await connection.sendRequest(protocol.ShutdownRequest.type);
    await connection.sendNotification(protocol.ExitNotification.type);
    const code = await new Promise((resolve) => server.on("exit", resolve));
    assert.equal(code, 0);
    return diagnostics.map((one) => one.code);
  } finally {
    connection.dispose();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the bundled server answers", { skip: hasBundle() ? false : "npm run bundle has not been run" }, async () => {
  assert.ok((await diagnosticsOf("bundled")).includes("AST105"));
});

test("the server of the environment answers", { skip: environmentHasServer() ? false : "not installed" }, async () => {
  assert.ok((await diagnosticsOf("environment")).includes("AST105"));
});
