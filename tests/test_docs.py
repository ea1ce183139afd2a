"""The documentation: links, the site, generated pages and pictures, examples."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
import yaml

from dockerfile_astro_lint.cli import main
from dockerfile_astro_lint.project.file_kinds import KINDS, kind_of
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules import manual
from dockerfile_astro_lint.rules.selection import FORBIDDEN_IGNORE, all_rules
from tests.test_rules import CASES, split
from tests.tool import FIXED, inside, lint, run, without_carets

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    {*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md"), *(ROOT / "examples").rglob("*.md")}
)

_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)|<(?:img|a)\b[^>]*\b(?:src|href)=\"([^\"]+)\"", re.MULTILINE)


def tool(name: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.*)$", prose(path), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (numbered := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(numbered)
    return found


def dead_links(path: Path) -> Iterator[str]:
    """The links of a page to files and headings that do not exist; links to other sites are not checked."""
    for groups in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(path))):
        link = next(filter(None, groups))
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def test_dead_links_are_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# A `word`, and more\n\n```sh\n# no heading\n```\n\n## Again\n\n## Again\n")
    page.write_text(
        "# Top\n[a](other.md) [b](other.md#a-word-and-more) [c](#top) [d](other.md#again-1) [e](https://example.org/x)\n"
        "[f](gone.md) [g](other.md#no-heading) [h](#bottom) ![i](gone.svg) `[j](code.md)`\n```\n[k](fence.md)\n```\n"
        '<img src="gone.png">\n[l]: lost.md\n'
    )
    assert sorted(dead_links(page)) == sorted(
        ["gone.md", "other.md#no-heading", "#bottom", "gone.svg", "gone.png", "lost.md"]
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_have_a_target(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_generated_pages_are_up_to_date() -> None:
    pages: dict[str, str] = tool("write_docs").other_pages()
    assert {name: (ROOT / name).read_text(encoding="utf-8") for name in pages} == pages
    with_examples = {"container", "github-actions", "gitlab", "inventory", "pre-commit", "upgrades"}
    assert set(pages) == {
        "README.md",
        *(f"docs/{name}.md" for name in {"configuration", "hadolint", "options", *with_examples}),
    }
    for key in tool("write_docs").KEYS:
        assert f"| `{key.name}` |" in pages["docs/configuration.md"]
    for command in main.COMMANDS:
        assert f"## astro-lint {command}\n" in pages["docs/options.md"]
        for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", run(command, "--help").out, re.MULTILINE):
            assert f"`{option}`" in pages["docs/options.md"] or option == "--help"
    for name in FORMATS:
        assert f"| `{name}` |" in pages["docs/options.md"]


def test_stale_sections_are_regenerated() -> None:
    """Both in the marked sections of a page and in the comparison with hadolint."""
    write_docs = tool("write_docs")
    readme, page = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/hadolint.md"))
    assert write_docs.with_sections(readme.replace("error[AST105]", "stale")) == readme
    assert write_docs.with_output(page.replace(" AST610 ", " stale ")) == page
    assert "error[AST105]" in readme
    assert " AST610 " in page


def test_pictures_are_up_to_date() -> None:
    pictures: dict[str, str] = tool("write_screenshots").pictures()
    folder = DOCS / "images"
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == pictures
    for text in pictures.values():
        shown = "".join(ElementTree.fromstring(text).itertext())
        assert "$astro-lint" in shown.replace("\n", "")
        assert "\033" not in text
    assert "warning[AST103]" in pictures["report.svg"]
    assert "finance/Dockerfile" in pictures["inventory.svg"]
    commands = tool("write_screenshots").RECORDING
    assert pictures["recording.svg"].count('<g class="screen') == len(commands) > 1
    assert all(f">{command}<" in pictures["recording.svg"] for command in commands)
    assert "Fixed 2 findings" in pictures["recording.svg"]


def test_the_site_builds_without_warnings_and_is_self_contained(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="there is no mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout
    built = {path.relative_to(tmp_path / "site").as_posix(): path for path in (tmp_path / "site").rglob("*.*")}
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        folder = "" if name in ("index", "README") else name.removesuffix("/README") + "/"
        assert f"{folder}index.html" in built
    loaded = re.compile(r"<(?:script|img|iframe|link(?![^>]*canonical))\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^\s>]*")
    for name, path in built.items():
        if path.suffix in (".html", ".css"):
            text = path.read_text(encoding="utf-8")
            assert not loaded.findall(text), name
            assert not re.findall(r"url\([\"']?(?:https?:)?//|@import", text), name
    index = json.loads((tmp_path / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = {page["location"] for page in index["docs"] if "slim-on-airflow-3" in page["title"] + page["text"]}
    assert any(location.startswith("rules/AST105/") for location in found)
    assert 'role="search"' in built["index.html"].read_text(encoding="utf-8")


def test_the_site_lists_every_page_once_in_the_order_of_the_start_page() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    pages = [page for part in nav for page in (next(iter(part.values())) if isinstance(part, dict) else [part])]
    assert len(set(pages)) == len(pages)
    assert {f"docs/{page}" for page in pages} == {
        path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md") if not path.name.startswith("AST")
    }
    linked = re.findall(r"\]\(([^)]+\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    listed = [page for page in linked if page in pages]
    # The sections of both are the same; within a section the start page may group pages differently.
    for part in nav[1:]:
        ((title, section),) = part.items()
        assert set(section) <= set(listed), title
        assert f"## {title}" in (DOCS / "index.md").read_text(encoding="utf-8")
    assert listed[:4] == nav[1]["The first day"]


IGNORED = [
    (section.partition("\n")[0], re.findall(r"^```\w+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[0])
    for section in re.split(r"^## ", (DOCS / "ignoring.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    if section.startswith("In ")
]
"""The kinds of file on the page about suppressions, with an example each."""


@pytest.mark.parametrize(("title", "text"), IGNORED, ids=[title for title, _ in IGNORED])
def test_the_ignore_comments_of_the_docs_suppress_a_finding(tmp_path: Path, title: str, text: str) -> None:
    image = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
    title = title.removeprefix("In ")
    name = {"a Dockerfile": "Dockerfile", "a Python file": "dags/load.py"}.get(title, title.split()[0])
    files = {"Dockerfile": image, "requirements.txt": "", "packages.txt": "", "dags/load.py": "import os\n", name: text}
    for path, content in files.items():
        if not (path == "Dockerfile" and name == "pyproject.toml"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(content)
    codes = re.findall(r"AST\d+", text)
    with inside(tmp_path):
        assert [one["code"] for one in lint()["diagnostics"] if one["code"] in ("AST003", *codes)] == []
        told = [one["code"] for one in lint("--no-ignores")["diagnostics"] if one["path"] == name]
    assert set(codes) <= set(told)


def test_the_page_about_suppressions_has_every_kind_of_file_that_is_linted() -> None:
    shown = {title.split()[1] for title, _ in IGNORED} | {"packages.txt"}
    linted = {kind.name for kind in KINDS if kind.linted == "project"}
    assert len(IGNORED) == 5
    assert shown == {"a", "requirements.txt", "packages.txt", ".dockerignore", "pyproject.toml"}
    # airflow_settings.yaml is read, but what it causes is reported at the FROM, which the page says.
    assert linted == {"requirements", "packages", "dockerignore", "manifest", "Python", "Airflow settings"}
    assert "airflow_settings.yaml" in (DOCS / "ignoring.md").read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_documented_configurations_are_valid(tmp_path: Path) -> None:
    shown = blocks(DOCS / "configuration.md", "toml")
    assert shown
    (tmp_path / ".git").mkdir()
    for text in shown:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        with inside(tmp_path):
            outcome = run("config")
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.lines[0] == "config: pyproject.toml"


def hadolint() -> str:
    found = shutil.which("hadolint", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
    if found is None:
        pytest.skip("there is no hadolint")
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.split()[-1]
    if not re.search(rf"hadolint {re.escape(version)}\s", (DOCS / "hadolint.md").read_text(encoding="utf-8")):
        pytest.skip(f"hadolint is {version}, and the page was written with another")
    return found


SHOWN = re.findall(
    r"^```dockerfile\n(.*?)^```\n\n```text\n(.*?)^```$",
    (DOCS / "hadolint.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(("dockerfile", "shown"), SHOWN)
def test_the_comparison_shows_real_output_of_both(dockerfile: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(dockerfile)
    printed = []
    for line in shown.splitlines():
        if line.startswith("$ hadolint "):
            command = [hadolint(), *line.split()[2:]]
            out = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8").stdout
        elif line.startswith("$ astro-lint "):
            with inside(tmp_path):
                out = run(*line.split()[2:], *FIXED).out
        else:
            continue
        printed += [line, *(one.rstrip() for one in out.splitlines())]
    assert printed == shown.splitlines()


def test_the_comparison_has_eight_cases() -> None:
    assert len(SHOWN) == 8


def test_the_configuration_for_hadolint_disables_only_false_positives(tmp_path: Path) -> None:
    (config,) = (text for text in blocks(DOCS / "hadolint.md", "yaml") if text.startswith("ignored:"))
    (tmp_path / ".hadolint.yaml").write_text(config)
    wrong = next(text for text, shown in SHOWN if "DL3045" in shown)
    (tmp_path / "Dockerfile").write_text(wrong)
    (tmp_path / "Other").write_text(f"{wrong}RUN cd /tmp\nFROM example.org/image:1\n")

    def codes(name: str) -> list[str]:
        done = subprocess.run([hadolint(), "--no-color", name], cwd=tmp_path, capture_output=True, encoding="utf-8")
        return re.findall(r"\b(?:DL|SC)\d+", done.stdout)

    assert codes("Dockerfile") == []
    assert codes("Other") == ["DL3003", "SC2164", "DL3026"]


def test_a_page_shows_the_ignore_comment_for_every_file_that_its_rule_reports_in() -> None:
    """What the rules report in is known from their fixtures and examples."""
    found: dict[str, set[str]] = {}
    for case in CASES:
        text = str(case.values[1])
        for name, content in split(text)[0].items():
            for mark in without_carets(content, name)[1]:
                found.setdefault(mark.code, set()).add(kind_of(name).name)
    for rule in all_rules():
        shown = {kind.name for kind in manual._reported_in(rule)}
        if rule.code == FORBIDDEN_IGNORE:
            assert "ignore[AST804]" not in manual.page(rule)
            continue
        assert found.get(rule.code, set()) <= shown, rule.code


def test_no_page_shows_an_empty_file() -> None:
    for page in (DOCS / "rules").glob("AST*.md"):
        for block in re.findall(r"^```\w+\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            assert block.strip(), page.name


COMMANDS = sorted(
    {
        line.partition("#")[0].strip()
        for page in [ROOT / "README.md", *DOCS.glob("*.md")]
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.startswith("astro-lint") and not re.search(r"[|>\[]|catalog update|--online", line)
    }
)
"""The commands of the pages that need no shell, no network and no placeholder."""


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_docs_can_be_run(tmp_path: Path, command: str) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / "sales-reports", project, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("finance/Dockerfile", "dags/load.py", "dags/x.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n" if "Docker" in name else "import os\n"
        )
    with inside(project):
        if "--baseline" in command:
            run("--write-baseline", "astro-lint-baseline.json")
        if "--merge" in command:
            (project / "reports").mkdir()
            run("inventory", "--format", "json=reports/sales.json")
        outcome = run(*shlex.split(command)[1:])
    assert outcome.code in (0, 1), outcome.err


def test_the_docs_have_commands_to_run() -> None:
    assert len(COMMANDS) >= 25
