"""Documents of the language server: positions in three encodings, changes, URIs, and files that are kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.live_files import LiveCache

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from dockerfile_astro_lint.language_server.documents import Change, changed, opened
from dockerfile_astro_lint.language_server.positions import ENCODINGS, Text
from dockerfile_astro_lint.language_server.uris import name_of, path_of, uri_of
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, FOREIGN, PYTHON

TEXTS = st.text(st.sampled_from("ab é€\U0001f680\n\r\u2028\x0b\t"), max_size=40)


def units(text: str, encoding: str) -> int:
    """How many units a text takes, by Python's codecs."""
    if encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_position_leads_back_to_its_offset(encoding: str, text: str) -> None:
    content = Text(text)
    for offset in range(len(text) + 1):
        line, character = content.position(offset, encoding)
        assert character == units(text[content.starts[line] : offset], encoding)
        if offset <= content.line_end(line):
            assert content.offset(line, character, encoding) == offset


@pytest.mark.parametrize(
    ("encoding", "character", "offset"),
    [("utf-8", 4, 1), ("utf-8", 5, 2), ("utf-16", 2, 1), ("utf-16", 3, 2), ("utf-32", 2, 2), ("utf-16", 99, 3)],
)
def test_a_position_inside_of_a_character_is_its_start(encoding: str, character: int, offset: int) -> None:
    assert Text("a\U0001f680b\nc").offset(0, character, encoding) == offset


@pytest.mark.parametrize(
    ("line", "character", "offset"), [(0, 3, 1), (1, 0, 3), (2, 9, 6), (3, 0, 7), (99, 5, 8), (-1, 5, 0), (0, -4, 0)]
)
def test_lines_end_at_lf_crlf_and_cr_and_positions_stay_inside(line: int, character: int, offset: int) -> None:
    assert Text("a\r\nb\rc\nd").offset(line, character, "utf-16") == offset


def test_other_line_ends_of_unicode_end_no_line() -> None:
    assert Text("a\u2028b\x0bc\x85d\x1ce").starts == [0]


CHANGES = st.lists(
    st.tuples(TEXTS, st.tuples(*[st.integers(0, 6)] * 4)),
    max_size=5,
)


@given(text=TEXTS, edits=CHANGES)
@settings(max_examples=200, deadline=None)
def test_changes_do_what_they_say(text: str, edits: list[tuple[str, tuple[int, int, int, int]]]) -> None:
    document = opened("untitled:x", "dockerfile", 1, text)
    for number, (new, (line, character, end_line, end_character)) in enumerate(edits, 2):
        content = document.content
        start = content.offset(line, character, "utf-16")
        end = max(content.offset(end_line, end_character, "utf-16"), start)
        first, last = content.position(start, "utf-16"), content.position(end, "utf-16")
        expected = document.text[:start] + new + document.text[end:]
        document = changed(document, number, [Change(new, (*first, *last))], "utf-16")
        assert document.text == expected
        assert document.content.starts == Text(expected).starts
        assert document.version == number


def test_a_range_that_is_turned_around_is_turned_back() -> None:
    document = changed(opened("file:///x", "", 1, "abcdef"), 0, [Change("X", (0, 4, 0, 1))], "utf-16")
    assert document.text == "aXef"


def test_half_a_surrogate_pair_becomes_a_replacement() -> None:
    document = opened("file:///Dockerfile", "", 1, "a\ud83db")
    assert (document.text, document.data) == ("a\ufffdb", "a\ufffdb".encode())


@pytest.mark.parametrize(
    ("name", "text", "data"),
    [
        ("a.py", "# coding: latin-1\né", b"# coding: latin-1\n\xe9"),
        ("a.py", "# coding: latin-1\n€", "# coding: latin-1\n€".encode()),
        ("a.py", "# coding: nothing\né", "# coding: nothing\né".encode()),
        ("a.py", "# coding: idna\né", "# coding: idna\né".encode()),
        ("requirements.txt", "# coding: latin-1\né", b"# coding: latin-1\n\xe9"),
        ("Dockerfile", "# coding: latin-1\né", "# coding: latin-1\né".encode()),
        ("Dockerfile", "\ufeffFROM x", b"\xef\xbb\xbfFROM x"),
    ],
)
def test_the_bytes_are_those_that_saving_writes(name: str, text: str, data: bytes) -> None:
    document = opened(f"file:///{name}", "", 1, text)
    assert document.data == data
    assert document.data.decode(document.encoding) == text


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b", "/a/b"),
        ("FILE:///a/b", "/a/b"),
        ("file://localhost/a", "/a"),
        ("file:///a%20b/%C3%A9", "/a b/é"),
        ("file:///a/../b", "/b"),
        ("file:///a%FFb", os.fsdecode(b"/a\xffb")),
        ("file:///c%3A/x", "/c:/x"),
        ("file://server/share/x", None),
        ("file:///a%00b", None),
        ("file:", None),
        ("untitled:Untitled-1", None),
        ("vscode-vfs://github/a/Dockerfile", None),
        ("file://[x/a", None),
        ("", None),
        ("Dockerfile", None),
    ],
)
def test_paths_of_uris(uri: str, path: str | None) -> None:
    assert path_of(uri, windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/x/Dockerfile", "C:\\Users\\x\\Dockerfile"),
        ("file:///C:/a%20b", "C:\\a b"),
        ("file://server/share/x", "\\\\server\\share\\x"),
        ("file:///a", "\\a"),
    ],
)
def test_paths_of_uris_on_windows(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == path


@pytest.mark.parametrize("path", ["/a/b", "/a b/é#?%", os.fsdecode(b"/a\xffb"), "/c:/x"])
def test_a_path_leads_to_a_uri_and_back(path: str) -> None:
    assert path_of(uri_of(path, windows=False), windows=False) == path


@pytest.mark.parametrize("path", ["C:\\a\\b c", "\\\\server\\share\\x"])
def test_a_path_leads_to_a_uri_and_back_on_windows(path: str) -> None:
    assert path_of(uri_of(path, windows=True), windows=True) == path


@pytest.mark.parametrize(
    ("uri", "language", "kind"),
    [
        ("untitled:Untitled-1", "dockerfile", DOCKERFILE),
        ("untitled:Untitled-1", "plaintext", FOREIGN),
        ("untitled:Dockerfile", "", DOCKERFILE),
        ("vscode-vfs://github/a/Dockerfile", "", DOCKERFILE),
        ("file:///x/image", "dockerfile", DOCKERFILE),
        ("file:///x/.env", "dockerfile", FOREIGN),
        ("file:///x/a.py", "python", PYTHON),
    ],
)
def test_kinds_of_documents(uri: str, language: str, kind: object) -> None:
    assert opened(uri, language, 1, "").kind is kind


def test_names_of_uris() -> None:
    assert name_of("untitled:a%20b") == "a b"
    assert name_of("file://[x/Dockerfile") == "Dockerfile"


# The cache of a process that lives long.


def old(path: Path) -> None:
    """Make a file old enough for its time stamp to tell when it changes."""
    before = time.time_ns() - 10**10
    os.utime(path, ns=(before, before))


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    old(path)
    cache = LiveCache()
    overlay = Overlay(None, None, cache)
    assert overlay.read(str(path), 9) == b"one"
    assert overlay.read(str(path), 9) is overlay.read(str(path), 9)
    path.write_bytes(b"two")
    assert overlay.read(str(path), 9) == b"one"
    cache.renew()
    assert overlay.read(str(path), 9) == b"two"
    path.write_bytes(b"six")  # at once, and as long
    cache.renew()
    assert overlay.read(str(path), 9) == b"six"
    path.unlink()
    cache.renew()
    with pytest.raises(FileNotFoundError):
        overlay.read(str(path), 9)


def test_limits_hold_for_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    old(path)
    overlay = Overlay(None, None, LiveCache())
    assert overlay.read(str(path), 5) == b"12345"
    with pytest.raises(ValueError, match="larger than"):
        overlay.read(str(path), 4)


def test_of_each_file_one_text_is_kept_parsed() -> None:
    cache, calls = LiveCache(), []

    def parse(data: bytes, path: str, *options: object) -> bytes:
        calls.append((data, options))
        return data

    for data in (b"1", b"1", b"2", b"1"):
        cache.parsed(parse, data, "a", "x")
    cache.parsed(parse, b"1", "a", "y")
    cache.parsed(parse, b"1", "a", "x")
    assert calls == [(b"1", ("x",)), (b"2", ("x",)), (b"1", ("x",)), (b"1", ("y",))]


def test_an_answer_is_recalled_for_the_same_bytes_and_question() -> None:
    cache, asked = LiveCache(), []

    def ask(data: bytes) -> bool:
        asked.append(data)
        return True

    for data, about in ((b"1", 1), (b"1", 1), (b"1", 2), (b"2", 2)):
        assert cache.recalled(ask, "a", data, about)
    assert asked == [b"1", b"1", b"2"]
