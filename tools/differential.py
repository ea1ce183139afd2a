"""Read hostile Dockerfiles twice: with our reader, and with BuildKit's own parser in the package `dockerfile`.

    python tools/differential.py [--inputs N] [--seed S] [--fixes N]

Every difference has to be one of those that are known between BuildKit 0.12.5, which the package carries, and today's.
On every tenth input the fixes are tried, too: to the other parser, what no fix names has to be what it was.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, Phase, given, seed, settings

from dockerfile_astro_lint.core.source import decode, encode, line_ending
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from tests.invariants import place_inside
from tests.strategies import HOSTILE
from tests.test_second_reader import compare, has_changed, newer_directives, second
from tests.tool import lint


def difference(data: bytes) -> str | None:
    """Which known change makes the two readers differ; None where they agree; raise AssertionError where none does."""
    if b"\0" in data:
        return "a NUL ends the text for the package, and is in no Dockerfile"
    found = parse_dockerfile(decode(data, "Dockerfile"), {})
    try:
        compare(data)
    except AssertionError:
        if newer_directives(found):
            return "directives that 0.12.5 does not know"
        reasons = (has_changed(line, found.scan.escape) for line in found.scan.lines)
        known = next((reason for reason in reasons if reason), None)
        if known is None:
            raise
        return known
    return None


# Fixes.


def its_commands(data: bytes) -> list[Any] | None:
    """What the other parser finds, None where it refuses the file."""
    try:
        return list(second.parse_string(data.decode("utf-8")))
    except second.GoParseError:
        return None


def check_fix(data: bytes, diagnostic: dict[str, Any]) -> None:
    """Apply one fix of a JSON report; the other parser must find all that it does not touch as it was."""
    source = decode(data, "Dockerfile")
    code, text, ending = diagnostic["code"], source.text, line_ending(source)
    edits = sorted(
        {(*place_inside(edit, source), edit["text"].replace("\n", ending)) for edit in diagnostic["fix"]["edits"]}
    )
    edited = [text[start:end] for start, end, _ in edits if start < end]
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    before, after = its_commands(data), its_commands(encode(text, source.bom))
    if before is None:
        return
    assert after is not None, f"{code}: the fixed file is refused"
    touched: set[int] = set()
    for start, end, new in edits:
        first, last = source.position(start)[0], source.position(max(end - 1, start))[0]
        whole = new.endswith(ending) and start == end and source.position(start)[1] == 1
        if not whole:
            touched.update(range(first, last + 1))
    kept = [one for one in before if not touched & set(range(one.start_line, one.end_line + 1))]
    left = [_said(one) for one in after]
    at = 0
    for one in map(_said, kept):
        assert one in left[at:], f"{code}: {one} is gone"
        at = left.index(one, at) + 1
    added = sum(new.count("\n") + 1 for _, _, new in edits)
    assert len(after) <= len(before) + added, f"{code}: more is there than it adds"
    for one in before:
        if one not in kept:
            named_words_only(one, after, edited, code)


def _said(command: Any) -> tuple[Any, ...]:
    return command.cmd, command.sub_cmd, command.json, command.flags, command.value, command.heredocs


def named_words_only(one: Any, after: list[Any], edited: list[str], code: str) -> None:
    """Of an instruction that an edit touches, words that hold nothing of what is edited stay, if it stays itself."""
    # AST005 makes two instructions of one, also within a word.
    if (one.cmd or "").upper() not in ("FROM", "ARG", "USER", "COPY", "ADD") or code == "AST005":
        return
    same = [other for other in after if other.cmd == one.cmd]
    if not same or not edited or any("\n" in text for text in edited):
        return
    plain = [word for word in one.value if not any(text in word or word in text for text in edited)]
    words = [word for other in same for word in other.value]
    for word in plain:
        assert word in words, f"{code}: {word!r} changed"


# The command.


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--fixes", type=int, default=None, help="how many of them to fix; a tenth without this")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    fixes = arguments.inputs // 10 if arguments.fixes is None else arguments.fixes
    known: Counter[str] = Counter()
    fixed: Counter[str] = Counter()
    unknown: dict[str, bytes] = {}
    began = time.monotonic()

    @seed(arguments.seed)
    @settings(
        max_examples=arguments.inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=HOSTILE)
    def check(data: bytes) -> None:
        try:
            reason = difference(data)
            known[reason or "none"] += 1
            if known.total() <= fixes and reason is None:
                report = lint("--isolated", "--extend-select", "AST", "-", stdin=data)
                for diagnostic in report["diagnostics"]:
                    fix = diagnostic["fix"]
                    if fix and all(edit["path"] == diagnostic["path"] for edit in fix["edits"]):
                        check_fix(data, diagnostic)
                        fixed[diagnostic["code"]] += 1
        except Exception as error:
            kind = f"{type(error).__name__} {error}".partition("\n")[0][:100]
            if kind not in unknown or len(data) < len(unknown[kind]):
                unknown[kind] = data

    check()
    for reason, count in known.most_common():
        print(f"{count:9,}  {'the same' if reason == 'none' else reason}")
    print(f"{sum(fixed.values()):9,}  fixes of {len(fixed)} rules changed nothing but what they name")
    for kind, data in unknown.items():
        print(f"\n{kind}\n  {data!r}")
    print(f"{known.total():,} inputs, {len(unknown)} kinds of unknown differences, {time.monotonic() - began:.0f} s")
    return int(bool(unknown))


if __name__ == "__main__":
    sys.exit(main())
