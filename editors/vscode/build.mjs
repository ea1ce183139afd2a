// Bundles the extension into dist/: one file for the editor, and one without the editor's API for the tests.
import { build } from "esbuild";

const common = { bundle: true, platform: "node", format: "cjs", target: "node20", external: ["vscode"], logLevel: "warning" };
await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", minify: true });
await build({ ...common, entryPoints: ["src/command.ts"], outfile: "dist/command.js" });
