import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";

const { serverCommand, DOCUMENTS } = createRequire(import.meta.url)("../dist/command.js");
const none = { from: "bundled", program: "", interpreter: "" };

test("the bundled astro-lint runs on the selected interpreter", () => {
  const found = serverCommand(none, "/venv/bin/python", "/extension", { HOME: "/h" }, "linux");
  assert.equal(found.command, "/venv/bin/python");
  assert.deepEqual(found.args, ["-m", "dockerfile_astro_lint", "server"]);
  assert.equal(found.env.PYTHONPATH, path.join("/extension", "bundled"));
  assert.equal(found.env.HOME, "/h");
});

test("a PYTHONPATH that is there stays, behind the bundle", () => {
  const found = serverCommand(none, undefined, "/extension", { PYTHONPATH: "/mine" }, "linux");
  assert.equal(found.env.PYTHONPATH, `${path.join("/extension", "bundled")}:/mine`);
  const windows = serverCommand(none, undefined, "/extension", { PYTHONPATH: "C:\\mine" }, "win32");
  assert.ok(windows.env.PYTHONPATH.endsWith(";C:\\mine"));
});

test("without an interpreter, python3, on Windows python", () => {
  assert.equal(serverCommand(none, undefined, "/x", {}, "darwin").command, "python3");
  assert.equal(serverCommand(none, undefined, "/x", {}, "win32").command, "python");
});

test("the astro-lint of the environment gets no bundle", () => {
  const found = serverCommand({ ...none, from: "environment" }, "/venv/bin/python", "/x", {}, "linux");
  assert.equal(found.command, "/venv/bin/python");
  assert.equal(found.env.PYTHONPATH, undefined);
});

test("the interpreter of the settings wins over the selected one, a program over both", () => {
  const interpreter = { ...none, interpreter: "/py" };
  assert.equal(serverCommand(interpreter, "/venv/bin/python", "/x", {}, "linux").command, "/py");
  const program = serverCommand({ ...interpreter, program: "/bin/astro-lint" }, "/venv/bin/python", "/x", {}, "linux");
  assert.deepEqual([program.command, program.args], ["/bin/astro-lint", ["server"]]);
});

test("no document of a view of the past is checked", () => {
  for (const one of DOCUMENTS) {
    assert.ok(["file", "untitled"].includes(one.scheme));
  }
});
