"""What is checked before a release, and a release that is the same bytes whoever builds it."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
try:
    from build_release import packed_anew
    from release_check import of_the_tree, version
finally:
    sys.path.pop(0)

GOOD = {
    "dockerfile_astro_lint/__init__.py": '__version__ = "1.2.3"\n',
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3 - 2026-10-01\n\n- All is well.\n\n## 1.2.2 - 2026-09-01\n\n- x\n",
    "README.md": (
        "- repo: https://github.com/astro-lint/dockerfile-astro-lint\n  rev: v1.2.3\n"
        "- uses: astro-lint/dockerfile-astro-lint@v1.2.3\n- uses: actions/checkout@v4\n"
    ),
    "docs/a.md": "nothing\n",
}


def tree(folder: Path, changes: dict[str, str]) -> Path:
    for name, text in {**GOOD, **changes}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, []),
        (
            {"dockerfile_astro_lint/__init__.py": '__version__ = "1.2"\n'},
            ["no X.Y.Z", "begins with", "v1.2.3", "v1.2.3"],
        ),
        ({"CHANGELOG.md": ""}, ["begins with 'nothing'"]),
        ({"CHANGELOG.md": "## 1.2.2 - 2026-10-01\n- x\n"}, ["begins with '1.2.2 - 2026-10-01'"]),
        ({"CHANGELOG.md": "## Unreleased\n- x\n## 1.2.3 - 2026-10-01\n- x\n"}, ["begins with 'Unreleased'"]),
        ({"CHANGELOG.md": "## 1.2.3 - 2026-10-01\n\n## 1.2.2 - 2026-09-01\n- x\n"}, ["says nothing of 1.2.3"]),
        ({"CHANGELOG.md": "## 1.2.3\n- x\n"}, ["'nothing' for its day"]),
        ({"CHANGELOG.md": "## 1.2.3 - 2026-02-30\n- x\n"}, ["'2026-02-30' for its day"]),
        ({"CHANGELOG.md": "## 1.2.3 - 2026-09-30\n- x\n"}, ["is of 2026-09-30, and today is 2026-10-01"]),
        ({"README.md": GOOD["README.md"].replace("rev: v1.2.3", "rev: v1.2.2")}, ["README.md says v1.2.2"]),
        ({"README.md": GOOD["README.md"].replace("lint@v1.2.3", "lint@v1.2.4")}, ["README.md says v1.2.4"]),
        ({"README.md": "nothing\n"}, ["README.md names no `rev`"]),
        ({"docs/a.md": "pip install dockerfile-astro-lint==1.2.2\n"}, ["docs/a.md says v1.2.2"]),
        ({"docs/workflows/Jenkinsfile": "image 'x/astro-lint:1.2.4'\n"}, ["docs/workflows/Jenkinsfile says v1.2.4"]),
        ({"docs/b/c.md": GOOD["README.md"].replace("1.2.3", "1.0.0")}, ["docs/b/c.md says v1.0.0"] * 2),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, changes: dict[str, str], says: list[str]) -> None:
    found = list(of_the_tree(tree(tmp_path, changes), "2026-10-01"))
    assert len(found) == len(says)
    for line, part in zip(found, says, strict=True):
        assert part in line


def check(folder: Path) -> tuple[int, str, str]:
    command = [sys.executable, str(ROOT / "tools" / "release_check.py"), "--today", "2026-10-01", "--root", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def git(folder: Path, *command: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false")
    subprocess.run(["git", *names, *command], cwd=folder, check=True, capture_output=True)


def test_the_checkout_has_to_be_clean_and_the_tag_new(tmp_path: Path) -> None:
    tree(tmp_path, {"tools/write_docs.py": "print('nothing')\n"})
    git(tmp_path, "init", "-q")
    code, _, err = check(tmp_path)
    assert code == 1
    assert "the tree is not clean" in err
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "a")
    assert check(tmp_path) == (0, "git tag v1.2.3\n", "")
    git(tmp_path, "tag", "v1.2.3")
    assert check(tmp_path) == (1, "", "the tag v1.2.3 is there already\n")


def test_what_the_tools_write_has_to_be_committed(tmp_path: Path) -> None:
    here = "import pathlib; root = pathlib.Path(__file__).parent.parent\n"
    tree(tmp_path, {"tools/write_docs.py": f"{here}(root / 'docs' / 'a.md').write_text('new')\n"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "a")
    code, _, err = check(tmp_path)
    assert (code, err) == (1, "the tools write something else: commit docs/a.md\n")


def check_tag(folder: Path, tag: str) -> tuple[int, str, str]:
    command = [sys.executable, str(ROOT / "tools" / "release_check.py"), "--tag", tag, "--root", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_release_is_built_only_for_the_tag_of_its_version(tmp_path: Path) -> None:
    tree(tmp_path, {})
    assert check_tag(tmp_path, "v1.2.3") == (0, "git tag v1.2.3\n", "")
    assert check_tag(tmp_path, "v1.2.4") == (1, "", "the tag is v1.2.4, and the version is 1.2.3\n")
    tree(tmp_path, {"docs/install.md": "| PyPI | not yet |\n"})
    code, _, err = check_tag(tmp_path, "v1.2.3")
    assert (code, "says that something is not published yet" in err) == (1, True)
    tree(tmp_path, {"docs/install.md": "", "CHANGELOG.md": "## 1.2.3 - unreleased\n- x\n"})
    assert check_tag(tmp_path, "v1.2.3")[0] == 1


def test_this_tree_is_ready_but_for_the_day() -> None:
    assert [line for line in of_the_tree(ROOT, "2026-10-01") if f"{version(ROOT)} " not in line] == []


def archive(names: list[str], seconds: int, uid: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as file:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uid, member.uname = len(name), seconds + 0.5, uid, f"user{uid}"
            member.mode = 0o600 if uid else 0o664
            file.addfile(member, io.BytesIO(name.encode()))
    return out.getvalue()


def test_an_sdist_packed_anew_has_nothing_of_the_machine() -> None:
    one, two = archive(["p/b", "p/a"], 1_000_000, 0), archive(["p/a", "p/b"], 2_000_000, 7)
    assert one != two
    assert packed_anew(one, 1_500_000_000) == packed_anew(two, 1_500_000_000)
    with tarfile.open(fileobj=io.BytesIO(packed_anew(two, 1_500_000_000))) as file:
        members = file.getmembers()
        assert [(one.name, one.mtime, one.uid, one.uname, one.mode) for one in members] == [
            (name, 1_500_000_000, 0, "", 0o644) for name in ("p/a", "p/b")
        ]
        assert [file.extractfile(one).read() for one in members] == [b"p/a", b"p/b"]  # type: ignore[union-attr]
