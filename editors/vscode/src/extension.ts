// Starts `astro-lint server`, and starts it again when what it is started with changes.

import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";

import { DOCUMENTS, type Settings, serverCommand } from "./command";

const RESTARTING = ["astro-lint.server.from", "astro-lint.server.path", "astro-lint.server.interpreter"];

let client: LanguageClient | undefined;
let starting: Promise<void> = Promise.resolve();

/** What is used of the Python extension's API. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  try {
    return extension && (extension.isActive ? extension.exports : await extension.activate());
  } catch {
    return undefined;
  }
}

async function selectedInterpreter(): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  const active = environments?.getActiveEnvironmentPath();
  const resolved = active && (await environments?.resolveEnvironment(active));
  return resolved?.executable.uri?.fsPath;
}

function settings(): Settings {
  const section = vscode.workspace.getConfiguration("astro-lint.server");
  return {
    from: section.get("from", "bundled"),
    program: section.get("path", ""),
    interpreter: section.get("interpreter", ""),
  };
}

async function start(context: vscode.ExtensionContext, output: vscode.OutputChannel): Promise<void> {
  const found = serverCommand(settings(), await selectedInterpreter(), context.extensionPath);
  output.appendLine(`starting ${[found.command, ...found.args].join(" ")}`);
  const run = { command: found.command, args: found.args, options: { env: found.env } };
  client = new LanguageClient("astro-lint", "astro-lint", run, {
    documentSelector: DOCUMENTS,
    outputChannel: output,
    initializationOptions: {},
  });
  try {
    await client.start();
  } catch (error) {
    output.appendLine(String(error));
    const choice = await vscode.window.showErrorMessage(
      "astro-lint could not be started: it needs Python 3.10 or newer.",
      "Show the output",
    );
    if (choice) {
      output.show();
    }
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running && running.state !== State.Stopped) {
    await running.stop().catch(() => undefined);
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("astro-lint");
  const restart = (): Promise<void> => {
    starting = starting.then(stop).then(() => start(context, output));
    return starting;
  };
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("astro-lint.restart", restart),
    vscode.commands.registerCommand("astro-lint.showOutput", () => output.show()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((name) => event.affectsConfiguration(name))) {
        void restart();
      }
    }),
  );
  const environments = (await pythonApi())?.environments;
  if (environments) {
    context.subscriptions.push(
      environments.onDidChangeActiveEnvironmentPath(() => {
        if (!settings().program && !settings().interpreter) {
          void restart();
        }
      }),
    );
  }
  if (vscode.workspace.isTrusted) {
    await restart();
  } else {
    context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void restart()));
  }
}

export async function deactivate(): Promise<void> {
  await starting.catch(() => undefined);
  await stop();
}
