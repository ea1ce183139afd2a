"""Compare what two versions of astro-lint report, on every fixture, every example and generated Dockerfiles.

    python tools/compare_reports.py OLD [NEW] [--generated N] [--seed S] [--modes MODE ...] [--only WORD]

OLD and NEW are commits of this repository or folders with a checkout; NEW is this checkout unless it is named. Both
lint the same cases, on the same day and with the same catalog, and their JSON reports and their patches are compared.
What may differ between two versions is left out: messages, titles of fixes, the text of failures, the version of the
format and the name of its list of failures, and that a rule of `NOW_ERRORS` reports an error, with the counts and the
exit code that follow from it. Every other difference is listed, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-10-01"
NOW_ERRORS = {"AST503", "AST504", "AST505", "AST607"}
"""Rules that report an error in the newer version, whatever it was before."""

MODES = {
    "report": ("--format", "json"),
    "diff": ("--unsafe-fixes", "--diff"),
    "safe-diff": ("--fix", "--diff"),
    "as-if": ("--as-if", "3.3-8", "--format", "json"),
    "as-if-diff": ("--as-if", "3.3-8", "--unsafe-fixes", "--diff"),
}
DEFAULT_MODES = ("report", "diff")


class Case(NamedTuple):
    """A folder to lint, what its files are, and the options of its run."""

    name: str
    files: dict[str, bytes]
    options: tuple[str, ...] = ()


class Outcome(NamedTuple):
    code: int
    out: str
    crashed: bool


class Verdict(NamedTuple):
    """How two outcomes differ, and whether they do so in a severity that may differ, or in what follows from it."""

    differences: list[str]
    excused: bool


# The cases.


def cases(generated: int, seed: int) -> Iterator[Case]:
    sys.path.insert(0, str(ROOT))
    from dockerfile_astro_lint.rules.selection import all_rules
    from tests.invariants import project_files
    from tests.test_rules import split
    from tests.tool import FIXTURES, documents, without_carets

    def clean(files: dict[str, str]) -> dict[str, bytes]:
        return {
            name: without_carets(text, name)[0].encode("utf-8", "surrogateescape")
            for name, text in files.items()
            if text or name != "Dockerfile"
        }

    pool: list[bytes] = []
    for rule in all_rules():
        for number, example in enumerate(rule.examples, 1):
            both = (("bad", example.bad, example.bad_files), ("good", example.good, example.good_files))
            for kind, text, more in both:
                files = clean({"Dockerfile": text, **example.files, **more})
                pool.append(files.get("Dockerfile", b""))
                yield Case(f"examples of rules/{rule.code}-{number}-{kind}", files, tuple(example.options))
    for path in sorted((FIXTURES / "rules").glob("*/*.txt")):
        for number, (_, text) in enumerate(documents(path), 1):
            named, options, _ = split(text)
            files = clean(named)
            pool.append(files.get("Dockerfile", b""))
            yield Case(f"rules/{path.parent.name}-{path.stem}-{number}", files, tuple(options))
    for path in sorted((FIXTURES / "fixed").glob("*.txt")):
        for number, (_, text) in enumerate(documents(path), 1):
            for kind, part in zip(("before", "after"), text.split("--- fixed\n"), strict=True):
                yield Case(f"fixed/{path.stem}-{number}-{kind}", {"Dockerfile": part.encode()})
    for path in sorted((FIXTURES / "corpus").glob("*/*")):
        data, kind = path.read_bytes(), path.parent.name
        image = {"Dockerfile": b"FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"}
        names = {"dockerfile": "Dockerfile", "requirements": "requirements.txt", "toml": "pyproject.toml"}
        files = project_files(data) if kind == "command-line" else {**image, names.get(kind, "other.txt"): data}
        yield Case(f"corpus/{kind}-{path.name}", files)
    for case in json.loads((FIXTURES / "buildkit-cases.json").read_text(encoding="utf-8"))["cases"]:
        if isinstance(case.get("input"), str):
            data = case["input"].encode("utf-8", "surrogateescape")
            pool.append(data)
            yield Case(f"buildkit/{case['id']}", {"Dockerfile": data})
    for kind, folder in (("projects", FIXTURES / "projects"), ("examples", ROOT / "examples")):
        for project in sorted(path for path in folder.iterdir() if path.is_dir()):
            files = {
                path.relative_to(project).as_posix(): path.read_bytes()
                for path in sorted(project.rglob("*"))
                if path.is_file() and path.name != "expected.txt"
            }
            yield Case(f"{kind}/{project.name}", files)
    yield from _generated(generated, seed, [line for data in pool for line in _logical_lines(data)])


def _generated(count: int, seed: int, lines: Sequence[bytes]) -> Iterator[Case]:
    """Dockerfiles as Astro projects have them, and in turns such as nobody has: of lines of all fixtures."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from inputs import random_dockerfile

    chance = random.Random(seed)
    images = [line for line in lines if line[:5].upper() == b"FROM "]
    files = {"requirements.txt": b"apache-airflow-providers-postgres\npandas\n", "dags/load.py": b"import imp\n"}
    for number in range(count):
        if number % 2:
            data = random_dockerfile(chance).encode()
        else:
            data = b"".join([chance.choice(images), *chance.choices(lines, k=chance.randint(1, 12))])
        yield Case(f"generated/{number}", {**files, "Dockerfile": data})


def _logical_lines(data: bytes) -> Iterator[bytes]:
    """Instructions, roughly: what they are spliced of need not be right."""
    logical = b""
    for line in data.splitlines(keepends=True):
        logical += line
        if not line.rstrip().endswith(b"\\"):
            yield logical
            logical = b""


# One version's runs, in a process of its own.


def run_all(checkout: str, folder: str, modes: Sequence[str], start: int, step: int) -> None:
    """Lint every `step`th case with a checkout; write the outcomes as JSON, one a line."""
    sys.path.insert(0, checkout)
    main = _main()
    package = os.path.realpath(sys.modules["dockerfile_astro_lint"].__file__ or "")
    assert package.startswith(os.path.join(os.path.realpath(checkout), "")), package
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        listed = json.load(file)
    results = sys.stdout
    common = ("--today", DAY, "--catalog", os.path.join(folder, "catalog.json"), "--isolated")
    for number in range(start, len(listed), step):
        os.chdir(os.path.join(folder, "cases", str(number)))
        for mode in modes:
            outcome = _run(main, (*MODES[mode], *common, *listed[number]["options"], "."))
            print(json.dumps([number, mode, *outcome]), file=results)


def _main() -> Callable[[Sequence[str]], int]:
    """The command line of the checkout; `cli` was a module before it was a package."""
    try:
        from dockerfile_astro_lint.cli.main import main
    except ImportError:
        from dockerfile_astro_lint.cli import main  # type: ignore[assignment]
    return main


def _run(main: Callable[[Sequence[str]], int], argv: Sequence[str]) -> Outcome:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(argv)
            out.flush()
            err.flush()
    except Exception as error:
        return Outcome(-1, f"{type(error).__name__}: {error}", True)
    said = err.buffer.getvalue()
    text: str = out.buffer.getvalue().decode("utf-8", "surrogateescape")
    return Outcome(code, text, b"Traceback" in said or b"please report it" in said)


def outcomes(checkout: Path, folder: Path, modes: Sequence[str], jobs: int) -> list[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB_"))}
    environment |= {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONHASHSEED": "0"}
    return [
        subprocess.Popen(
            [sys.executable, __file__, "--run", str(checkout), str(folder), ",".join(modes), str(start), str(jobs)],
            stdout=(folder / f"{checkout.name}-{start}").open("w"),
            env=environment,
            text=True,
        )
        for start in range(jobs)
    ]


# Comparing.


def compare(old: Outcome, new: Outcome, raised: bool) -> Verdict:
    """How two outcomes differ; `raised` is whether another run of the case has a severity that may differ, and does."""
    found: list[str] = []
    excused = False
    if old.crashed or new.crashed:
        found.append(f"failed: {old.out if old.crashed else 'no'} -> {new.out if new.crashed else 'no'}")
    one, two = _document(old.out), _document(new.out)
    if one is None or two is None:
        if old.out != new.out:
            found.append(f"output: {_short(old.out)} -> {_short(new.out)}")
    else:
        excused = _raise(one, two)
        found += list(_diagnostics(one.pop("diagnostics"), two.pop("diagnostics")))
        found += list(_walk("", one, two))
    if old.code != new.code:
        if (excused or raised) and (old.code, new.code) == (0, 1):
            excused = True
        else:
            found.append(f"exit code: {old.code} -> {new.code}")
    return Verdict(found, excused)


def _document(text: str) -> dict[str, Any] | None:
    """A report without what may differ; None where the text is no report."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict) or "diagnostics" not in document:
        return None
    failures = document.pop("problems", None) or document.pop("failures", [])
    document.pop("failures", None)
    document["failures"] = [failure["path"] for failure in failures]
    document.pop("version")
    document["tool"].pop("version")
    for diagnostic in document["diagnostics"]:
        for item in (diagnostic, *diagnostic["related"]):
            item.pop("message")
        if diagnostic["fix"]:
            diagnostic["fix"].pop("title")
    return document


def _raise(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Give the older report the severities that the newer may have, and the counts that follow; whether it has any."""
    errors = {_key(one) for one in new["diagnostics"] if one["code"] in NOW_ERRORS and one["severity"] == "error"}
    raised = False
    for diagnostic in old["diagnostics"]:
        if diagnostic["severity"] != "error" and _key(diagnostic) in errors:
            old["summary"][diagnostic["severity"]] -= 1
            old["summary"]["error"] += 1
            diagnostic["severity"] = "error"
            raised = True
    return raised


def _key(diagnostic: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(diagnostic[name] for name in ("path", "line", "column", "end_line", "end_column", "code"))


def _diagnostics(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[str]:
    before, after = Counter(map(_key, old)), Counter(map(_key, new))
    for what, keys in (("only in the older", before - after), ("only in the newer", after - before)):
        for key in sorted(keys.elements()):
            yield f"{what}: {key[5]} at {key[0]}:{key[1]}:{key[2]}-{key[3]}:{key[4]}"
    if before == after:
        if list(map(_key, old)) != list(map(_key, new)):
            yield "diagnostics: in another order"
        for one, two in zip(sorted(old, key=_key), sorted(new, key=_key), strict=True):
            yield from _walk(f"{one['code']} at {one['path']}:{one['line']}:{one['column']}", one, two)


def _walk(where: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from _walk(f"{where} {name}".strip(), old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, two) in enumerate(zip(old, new, strict=True)):
            yield from _walk(f"{where}[{number}]", one, two)
    elif old != new:
        yield f"{where}: {_short(old)} -> {_short(new)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return repr(text if len(text) <= 300 else f"{text[:300]}…")


# The command.


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old", metavar="OLD", help="a commit, or a folder with a checkout")
    parser.add_argument("new", metavar="NEW", nargs="?", default=str(ROOT), help="the same; this checkout without it")
    parser.add_argument("--generated", type=int, default=1000, metavar="N", help="Dockerfiles (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20260925, metavar="S")
    parser.add_argument("--only", default="", metavar="WORD", help="cases with this in their names")
    parser.add_argument("--modes", nargs="+", choices=[*MODES, "all"], default=DEFAULT_MODES, metavar="MODE",
                        help=f"of {', '.join(MODES)}, or all (default: {' '.join(DEFAULT_MODES)})")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes for each version")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the cases here, and keep them")
    arguments = parser.parse_args(argv)
    modes = tuple(MODES) if "all" in arguments.modes else tuple(arguments.modes)
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="astro-lint-compare-"))).resolve()
        folder = (arguments.keep or work / "work").resolve()
        listed = [case for case in cases(arguments.generated, arguments.seed) if arguments.only in case.name]
        _write(folder, listed)
        checkouts = [
            _checkout(stack, work, name, which) for name, which in (("old", arguments.old), ("new", arguments.new))
        ]
        children = [child for one in checkouts for child in outcomes(one, folder, modes, arguments.jobs)]
        codes = [child.wait() for child in children]
        if any(codes):
            raise SystemExit("a version failed: see above")
        old, new = (_results(folder, checkout, arguments.jobs) for checkout in checkouts)
    return _report(listed, modes, old, new)


def _write(folder: Path, listed: Sequence[Case]) -> None:
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    (folder / "catalog.json").write_bytes((ROOT / "tests" / "fixtures" / "catalog.json").read_bytes())
    for number, case in enumerate(listed):
        for name, data in {".git/HEAD": b"", **case.files}.items():
            path = folder / "cases" / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    # No registry is asked: what it says is not the same every time.
    rows = [{"name": case.name, "options": [one for one in case.options if one != "--online"]} for case in listed]
    (folder / "cases.json").write_text(json.dumps(rows), encoding="utf-8")


def _checkout(stack: contextlib.ExitStack, work: Path, name: str, which: str) -> Path:
    """A folder called `name` with a version of the package."""
    target = work / name
    if (Path(which) / "dockerfile_astro_lint").is_dir():
        target.symlink_to(Path(which).resolve())
        return target
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(target), which], check=True)
    stack.callback(subprocess.run, [*git, "remove", "--force", str(target)], check=True)
    return target


def _results(folder: Path, checkout: Path, jobs: int) -> dict[tuple[int, str], Outcome]:
    lines = [line for start in range(jobs) for line in (folder / f"{checkout.name}-{start}").read_text().splitlines()]
    return {(row[0], row[1]): Outcome(*row[2:]) for row in map(json.loads, lines)}


def _report(
    listed: Sequence[Case],
    modes: Sequence[str],
    old: dict[tuple[int, str], Outcome],
    new: dict[tuple[int, str], Outcome],
) -> int:
    counts: Counter[str] = Counter()
    runs = differing = severities = diagnostics = 0
    for number, case in enumerate(listed):
        counts[case.name.partition("/")[0]] += 1
        raised = False
        for mode in modes:
            before, after = old[number, mode], new[number, mode]
            diagnostics += len((_document(after.out) or {"diagnostics": ()})["diagnostics"])
            differences, excused = compare(before, after, raised)
            raised |= excused
            runs += 1
            differing += bool(differences)
            severities += excused and not differences
            for line in differences:
                print(f"{case.name} [{mode}]: {line}")
    print("Cases: " + ", ".join(f"{count:,} {kind}" for kind, count in counts.items()))
    same = runs - differing
    print(
        f"{len(listed):,} cases, {runs:,} runs of each version ({', '.join(modes)}), {diagnostics:,} diagnostics: "
        f"{same:,} the same, {severities:,} of them but for a severity that changed; {differing:,} differ"
    )
    return int(differing > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_all(sys.argv[2], sys.argv[3], sys.argv[4].split(","), int(sys.argv[5]), int(sys.argv[6]))
    else:
        sys.exit(main())
