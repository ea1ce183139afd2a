"""SARIF 2.1.0 as GitHub code scanning accepts it: rules with help, regions, fixes, suppressions.

Written by hand, so that a run needs no library for it; the tests read it with a library and check it by the schema.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.engine.fingerprints import fingerprints
from dockerfile_astro_lint.reports import HOME, Run, page
from dockerfile_astro_lint.reports.json_values import compact, items, place, uri
from dockerfile_astro_lint.rules.authoring import SEVERITIES, Fix, Related, Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


_MOST = 5000
"""The most results that code scanning keeps of a run."""


_FIXES = {"safe": "Fix: safe.", "unsafe": "Fix: unsafe, it changes what is deployed.", None: ""}


_SECURITY = frozenset(("AST506", "AST508", "AST610", "AST617"))
"""Rules on secrets, which code scanning shows as security alerts."""


_SCORE = "7.5"
"""Their severity, high: CVSS 3.1 for a secret that everyone who gets the image or the repository can read
(AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N).
"""


_Result = tuple[Diagnostic, str | None, str]
"""A finding, the reason of the comment that suppresses it (None: not suppressed), and its fingerprint."""


def report(run: Run) -> Iterator[str]:
    encode, linted = compact(), run.report
    results, left_out = _chosen(run)
    rules = {finding.rule.code: finding.rule for finding, _, _ in results}
    numbers = {code: number for number, code in enumerate(sorted(rules))}
    notes = (
        [f"{left_out} more results left out: code scanning accepts {_MOST} at most; errors are kept first"]
        if left_out
        else []
    )
    yield f'{{"$schema": "{_SCHEMA}",'
    yield '"version": "2.1.0",'
    yield '"runs": [{"tool": {"driver": {"name": "astro-lint",'
    yield f'"version": {encode(run.version)},'
    yield f'"informationUri": {encode(HOME)},'
    yield f'"properties": {encode({"catalog": run.catalog_date})},'
    yield '"rules": ['
    yield from items(_rule(rules[code]) for code in numbers)
    yield "]}},"
    yield f'"invocations": [{{"executionSuccessful": {encode(not linted.failures)}, "toolExecutionNotifications": ['
    yield from items([*map(_notification, linted.failures), *map(_note, [*linted.notes, *notes])])
    yield "]}],"
    yield '"columnKind": "unicodeCodePoints",'
    yield '"results": ['
    yield from items(_result(*result, numbers) for result in results)
    yield "]}]}"


def _chosen(run: Run) -> tuple[list[_Result], int]:
    """The results within the limit, ordered by file, and the number of those left out."""
    linted = run.report
    every: list[tuple[Diagnostic, str | None]] = [*((finding, None) for finding in linted.findings), *linted.suppressed]
    every.sort(key=lambda item: item[0].order)
    marks = fingerprints(finding for finding, _ in every)
    results = [(finding, reason, mark) for (finding, reason), mark in zip(every, marks, strict=True)]
    chosen = sorted(results, key=lambda item: (item[1] is not None, SEVERITIES.index(item[0].severity)))[:_MOST]
    return sorted(chosen, key=lambda item: item[0].order), len(every) - len(chosen)


def _rule(rule: Rule) -> dict[str, object]:
    why, first = (" ".join(text.split()) for text in (rule.why, rule.why.partition("\n\n")[0]))
    markdown = "\n\n".join(filter(None, (rule.why, _FIXES[rule.fix], f"[{rule.code} {rule.name}]({page(rule)})")))
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _title(rule)},
        "fullDescription": {"text": first},
        "help": {"text": " ".join(filter(None, (why, _FIXES[rule.fix], page(rule)))), "markdown": markdown},
        "helpUri": page(rule),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> dict[str, object]:
    tags, severity = ["airflow", "astro", "docker"], {"problem.severity": _severity(rule)}
    if rule.code not in _SECURITY:
        return {"tags": tags, **severity}
    return {"tags": [*tags, "security", "external/cwe/cwe-798"], **severity, "security-severity": _SCORE}


def _severity(rule: Rule) -> str:
    return "recommendation" if rule.severity == "info" else rule.severity


def _title(rule: Rule) -> str:
    return f"{rule.summary[0].upper()}{rule.summary[1:]}"


def _result(finding: Diagnostic, reason: str | None, fingerprint: str, numbers: dict[str, int]) -> dict[str, object]:
    rule = finding.rule
    suppression = {"kind": "inSource", **({"justification": sanitize(reason)} if reason else {})}
    related = [_related(*pair) for pair in enumerate(finding.related, 1)]
    return {
        "ruleId": rule.code,
        "ruleIndex": numbers[rule.code],
        "level": _LEVELS[finding.severity],
        # Hosts show the rule's short description beside it.
        "message": _message(finding.message),
        "locations": [_location(finding.span)],
        **({"relatedLocations": related} if related else {}),
        **({"fixes": [_fix(finding.fix)]} if finding.fix else {}),
        "partialFingerprints": {"astroLint/v1": fingerprint},
        "suppressions": [] if reason is None else [suppression],
    }


def _message(text: str) -> dict[str, str]:
    """A message with nothing that SARIF viewers would show as a link."""
    return {"text": sanitize(text).replace("](", "] (")}


def _artifact(path: str) -> dict[str, str]:
    address = uri(path)
    return {"uri": address, **({} if address.startswith("file:") else {"uriBaseId": "%SRCROOT%"})}


def _region(span: Span) -> dict[str, int]:
    at = place(span)
    names = {"startLine": "line", "startColumn": "column", "endLine": "end_line", "endColumn": "end_column"}
    return {name: at[key] for name, key in names.items()}


def _location(span: Span) -> dict[str, object]:
    return {"physicalLocation": {"artifactLocation": _artifact(span.source.path), "region": _region(span)}}


def _related(number: int, related: Related) -> dict[str, object]:
    return {"id": number, "message": _message(related.message), **_location(related.span)}


def _fix(fix: Fix) -> dict[str, object]:
    paths = sorted({edit.span.source.path for edit in fix.edits})
    kind = "safe" if fix.safe else "unsafe"
    return {
        "description": _message(f"{fix.title} ({kind})"),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                    for edit in fix.edits
                    if edit.span.source.path == path
                ],
            }
            for path in paths
        ],
    }


def _notification(failure: Failure) -> dict[str, object]:
    where = [{"physicalLocation": {"artifactLocation": _artifact(failure.path)}}] if failure.path else []
    return {"level": "error", "message": _message(failure.message), **({"locations": where} if where else {})}


def _note(text: str) -> dict[str, object]:
    return {"level": "note", "message": _message(text)}
