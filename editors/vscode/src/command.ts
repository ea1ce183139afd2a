// Which program to run for the server. Nothing here knows of the editor, so that it can be tested without one.

import * as path from "node:path";

export interface Settings {
  /** `bundled`, or `environment` for the astro-lint of the Python environment. */
  from: string;
  /** A program to run instead of a Python; empty for none. */
  program: string;
  /** The Python to use; empty for the selected one. */
  interpreter: string;
}

export interface Command {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/** The command of the server. `selected` is the interpreter that the Python extension has selected, if there is one. */
export function serverCommand(
  settings: Settings,
  selected: string | undefined,
  extensionPath: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): Command {
  if (settings.program) {
    return { command: settings.program, args: ["server"], env: { ...env } };
  }
  const command = settings.interpreter || selected || (platform === "win32" ? "python" : "python3");
  const args = ["-m", "dockerfile_astro_lint", "server"];
  if (settings.from !== "bundled") {
    return { command, args, env: { ...env } };
  }
  const separator = platform === "win32" ? ";" : ":";
  const bundled = path.join(extensionPath, "bundled");
  const PYTHONPATH = env.PYTHONPATH ? `${bundled}${separator}${env.PYTHONPATH}` : bundled;
  return { command, args, env: { ...env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" } };
}

/** The documents that the server is told of. */
export const DOCUMENTS = [
  { scheme: "file", language: "dockerfile" },
  { scheme: "untitled", language: "dockerfile" },
  { scheme: "file", language: "python" },
  { scheme: "file", language: "pip-requirements" },
  { scheme: "file", pattern: "**/{requirements,packages}*.txt" },
  { scheme: "file", pattern: "**/*.dockerignore" },
  { scheme: "file", pattern: "**/{Dockerfile,Containerfile}*" },
  { scheme: "file", pattern: "**/airflow_settings.yaml" },
  { scheme: "file", pattern: "**/{pyproject.toml,setup.cfg,astro-lint.toml,.astro-lint.toml}" },
];
