"""Mask the secrets of a file in what is said about it: messages, fixes and reasons."""

from dockerfile_astro_lint.core.compat import Iterable, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic

_SHORTEST = 4
"""Characters; what is shorter is a part of many words."""


_MOST = 200
"""Secrets of a file that are searched for."""


def redact(
    findings: Iterable[Diagnostic], suppressed: Iterable[tuple[Diagnostic, str]], secrets: Iterable[Span]
) -> tuple[list[Diagnostic], list[tuple[Diagnostic, str]]]:
    """Replace secrets with asterisks; a fix that would write one again is left out."""
    texts: dict[str, dict[str, None]] = {}
    for secret in secrets:
        text = secret.text.strip(" \t='\"")
        known = texts.setdefault(secret.source.path, {})
        if len(text) >= _SHORTEST and len(known) < _MOST:
            known[text] = None
    by_path = {path: sorted(known, key=len, reverse=True) for path, known in texts.items()}
    return (
        [_redacted(finding, by_path.get(finding.path, ())) for finding in findings],
        [
            (_redacted(finding, by_path.get(finding.path, ())), _masked(reason, by_path.get(finding.path, ())))
            for finding, reason in suppressed
        ],
    )


def _redacted(finding: Diagnostic, secrets: Sequence[str]) -> Diagnostic:
    fix = finding.fix
    edits = [edit.text for edit in fix.edits] if fix else []
    texts = finding.message, *(related.message for related in finding.related), *([fix.title, *edits] if fix else [])
    found = [secret for secret in secrets if any(secret in text for text in texts)]
    if not found:
        return finding
    if fix and any(secret in text for secret in found for text in edits):
        fix = None
    return finding._replace(
        message=_masked(finding.message, found),
        fix=fix and fix._replace(title=_masked(fix.title, found)),
        related=tuple(one._replace(message=_masked(one.message, found)) for one in finding.related),
    )


def _masked(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "*" * len(secret))
    return text
