// Puts astro-lint and all that its server needs into bundled/: pure Python, for every Python from 3.10 on.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const checkout = join(import.meta.dirname, "..", "..");
const target = join(import.meta.dirname, "bundled");
const python = process.env.PYTHON ?? "python3";
const pip = (...words) =>
  execFileSync(python, ["-m", "pip", "--disable-pip-version-check", ...words], { stdio: ["ignore", "inherit", "inherit"] });

const work = mkdtempSync(join(tmpdir(), "astro-lint-bundle-"));
try {
  rmSync(target, { recursive: true, force: true });
  // From a copy, so that no build folder is left in the checkout.
  const source = join(work, "source");
  for (const name of ["pyproject.toml", "setup.cfg", "README.md", "LICENSE", "dockerfile_astro_lint"]) {
    const filter = (path) => !path.includes("__pycache__");
    cpSync(join(checkout, name), join(source, name), { recursive: true, filter });
  }
  pip("wheel", "--quiet", "--no-deps", "--wheel-dir", work, source);
  const wheel = readdirSync(work).find((name) => name.endsWith(".whl"));
  // pip judges markers by the Python that it runs on, so what only 3.10 needs is named.
  const everywhere = ["tomli", "exceptiongroup", "typing_extensions"];
  const universal = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.10"];
  pip("install", "--quiet", "--no-compile", "--target", target, ...universal, `${join(work, wheel)}[lsp]`, ...everywhere);
  rmSync(join(target, "bin"), { recursive: true, force: true });
  copyFileSync(join(checkout, "LICENSE"), join(import.meta.dirname, "LICENSE"));
} finally {
  rmSync(work, { recursive: true, force: true });
}
