"""What a finding is known by when lines have moved: its rule, its file, and the text that it points at."""

import os
from collections import Counter
from hashlib import sha256

from dockerfile_astro_lint.core.compat import Iterable, Iterator, NamedTuple
from dockerfile_astro_lint.engine.diagnostics import Diagnostic


class Fingerprint(NamedTuple):
    """A finding without its place in the file; `path` is relative to a folder, such as that of a baseline."""

    path: str
    code: str
    digest: str


def fingerprint_of(finding: Diagnostic, folder: str) -> Fingerprint:
    """What a finding is known by. The text itself is not kept, for it may be a secret; its digest is."""
    path = os.path.relpath(finding.path, folder).replace(os.sep, "/")
    return Fingerprint(path, finding.rule.code, _digest(finding.span.text)[:16])


def fingerprints(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """A fingerprint for each finding, unlike any other of the run and the same after lines have moved.

    Where a rule points at a secret, its message stands for the text: reports go to places that the files do not.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        text = finding.message if finding.rule.secret else finding.span.text
        known = finding.path, finding.rule.code, text
        seen[known] += 1
        yield _digest("\0".join((*known, str(seen[known]))))[:32]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
