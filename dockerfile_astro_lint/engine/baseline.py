"""Baselines: findings that were there when astro-lint was switched on, and are let be.

A finding is the same when its rule, its file and the text that it points at are the same, however lines moved.
"""

import json
import os
from collections import Counter

from dockerfile_astro_lint.core.atomic_write import WriteError, write_new
from dockerfile_astro_lint.core.compat import Any, Iterable, NamedTuple
from dockerfile_astro_lint.core.display import escape_json
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.engine.fingerprints import Fingerprint, fingerprint_of

MAX_BASELINE_BYTES = 64 * 1024 * 1024


_VERSION = 1


class Baseline(NamedTuple):
    """How often each entry was there; `folder` is the baseline's."""

    folder: str
    entries: Counter[Fingerprint]
    messages: dict[Fingerprint, str]


def load(path: str) -> Baseline:
    """Read a baseline; raise UsageError, with the path and the way out."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        document = json.loads(read_file(path, MAX_BASELINE_BYTES))
    except OSError as error:
        raise UsageError(f"--baseline {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--baseline {path}: this is no baseline ({error}); --write-baseline makes one") from None
    entries: Counter[Fingerprint] = Counter()
    messages: dict[Fingerprint, str] = {}
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise UsageError(f"--baseline {path}: this is no baseline of version {_VERSION}; --write-baseline makes one")
    for number, item in enumerate(_list(document.get("findings")), 1):
        if not _is_entry(item):
            raise UsageError(f"--baseline {path}: entry {number} lacks its path, code, digest, message or count")
        one = Fingerprint(item["path"], item["code"], item["digest"])
        entries[one] += item["count"]
        messages[one] = item["message"]
    return Baseline(folder, entries, messages)


def _is_entry(item: Any) -> bool:
    if not isinstance(item, dict) or not all(
        isinstance(item.get(key), str) for key in (*Fingerprint._fields, "message")
    ):
        return False
    return isinstance(item.get("count"), int) and item["count"] > 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def new_only(findings: Iterable[Diagnostic], known: Baseline) -> tuple[list[Diagnostic], list[str]]:
    """The findings that are not in a baseline, and a sentence for every entry that no longer occurs."""
    left = Counter(known.entries)
    new = []
    for finding in findings:
        one = fingerprint_of(finding, known.folder)
        if left[one] > 0:
            left[one] -= 1
        else:
            new.append(finding)
    gone = [
        f"{one.path}: {one.code} of the baseline is gone: {known.messages[one]}"
        for one in sorted(left)
        if left[one] > 0
    ]
    return new, gone


def write(path: str, findings: Iterable[Diagnostic]) -> int:
    """Write a baseline of findings; return how many. Raise UsageError where that cannot be done."""
    folder = os.path.dirname(os.path.abspath(path))
    counts: Counter[Fingerprint] = Counter()
    messages: dict[Fingerprint, str] = {}
    for finding in findings:
        one = fingerprint_of(finding, folder)
        counts[one] += 1
        messages.setdefault(one, finding.message)
    items = [{**one._asdict(), "count": counts[one], "message": messages[one]} for one in sorted(counts)]
    document = {"version": _VERSION, "findings": items}
    text = escape_json(json.dumps(document, indent=2, ensure_ascii=False))
    try:
        write_new(path, f"{text}\n".encode("utf-8", "replace"))
    except WriteError as error:
        raise UsageError(f"--write-baseline {path}: {error}") from None
    return sum(counts.values())
