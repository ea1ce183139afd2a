"""The reports of `astro-lint upgrade`: text, Markdown for the body of a pull request, JSON.

The findings of the run's report are those that the new images cause.
"""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.upgrade import Kept, Upgrade
from dockerfile_astro_lint.reports import Run
from dockerfile_astro_lint.reports.plan import to_do, unseen


class UpgradeRun(NamedTuple):
    """What comes of `astro-lint upgrade`: `written` if the files have the new tags, `current` images are up to date."""

    run: Run
    to: str
    written: bool
    upgrades: Sequence[Upgrade]
    kept: Sequence[Kept]
    current: int

    @property
    def moves(self) -> list[tuple[Upgrade, list[Upgrade]]]:
        """The upgrades of which all but the tags is the same, the first one for all of them."""
        found: dict[tuple[object, ...], list[Upgrade]] = {}
        for one in self.upgrades:
            key = one._replace(path="", line=0, now=one.now._replace(tag=""), new=one.new._replace(tag=""))
            found.setdefault(key, []).append(one)
        return [(listed[0], listed) for listed in found.values()]


def summary(upgrades: UpgradeRun) -> str:
    """`Upgraded 2 images in 1 file; 3 are up to date, 1 is not changed (catalog of 2026-09-25).`"""
    number = len(upgrades.upgrades)
    files = pluralize(len({one.path for one in upgrades.upgrades}), "file")
    done = "Upgraded" if upgrades.written else "Would upgrade"
    first = f"{done} {pluralize(number, 'image')} in {files}" if number else "No image to upgrade"
    rest = [(upgrades.current, "up to date"), (len(upgrades.kept), "not changed")]
    more = ", ".join(f"{count} {'is' if count == 1 else 'are'} {words}" for count, words in rest if count)
    failed = len(upgrades.run.report.failures)
    end = f" {failed} {'image or path' if failed == 1 else 'images or paths'} could not be upgraded." if failed else ""
    catalog = f"(catalog of {upgrades.run.catalog_date}{upgrades.run.catalog_age})"
    return f"{first}{f'; {more}' if more else ''} {catalog}.{end}"


def changes(upgrade: Upgrade) -> Iterator[tuple[str, str, str]]:
    """What an upgrade changes: a name, what it is now, what it will be; empty where it is unknown."""
    now, new = upgrade.now, upgrade.new
    # Of some builds, only the series of their Airflow is known: `2.9.3` to `2.9` would look like a downgrade.
    yield "Airflow", new.airflow if now.airflow.startswith(f"{new.airflow}.") else now.airflow, new.airflow
    yield "Python", now.python, new.python
    yield "System", now.system, new.system
    yield "End of maintenance", now.end_of_maintenance, new.end_of_maintenance


def remarks(upgrade: Upgrade) -> Iterator[str]:
    """What has to be known of an upgrade: providers that go, and its notes."""
    if upgrade.lost:
        yield f"the new image no longer has the providers {', '.join(upgrade.lost)}: require those that you use"
    if upgrade.probably_lost:
        yield f"the new image probably lacks the providers {', '.join(upgrade.probably_lost)}"
    yield from upgrade.notes


def _text(upgrades: UpgradeRun) -> Iterator[str]:
    """The text form."""
    for first, listed in upgrades.moves:
        for one in listed:
            yield f"{sanitize(one.path)}:{one.line}: {sanitize(one.now.tag)} -> {sanitize(one.new.tag)}"
        for name, now, new in changes(first):
            # A catalog may say anything of a build.
            yield sanitize(f"    {name} {now or 'unknown'}" + (f" -> {new or 'unknown'}" if new != now else ""))
        yield from (f"    info: {sanitize(remark)}" for remark in remarks(first))
        yield ""
    for kept in upgrades.kept:
        yield f"{sanitize(kept.path)}:{kept.line}: not changed: {sanitize(kept.reason)}"
    if upgrades.kept:
        yield ""
    if upgrades.run.report.findings:
        yield "Found with the new images, and not with those of today:"
        yield ""
        yield from to_do(upgrades.run)
    yield summary(upgrades)


def _markdown(upgrades: UpgradeRun) -> Iterator[str]:
    """The form for a pull request, in at most 65,536 characters."""
    from dockerfile_astro_lint.reports.markdown import as_text, failures
    from dockerfile_astro_lint.reports.plan_markdown import MOST, to_do

    yield "## Upgrade Astro Runtime"
    yield ""
    yield as_text(summary(upgrades))
    left, missing = MOST // 2, 0
    for first, listed in upgrades.moves:
        block = "\n".join(_move(first, listed, left))
        left -= len(block)
        if left < 0:
            missing += len(listed)
        else:
            yield block
    if missing:
        yield from ("", f"{pluralize(missing, 'more image')} not shown here: `--format text` has all.")
    if upgrades.upgrades:
        yield ""
        found = upgrades.run.report.findings
        number = pluralize(len(found), "finding")
        yield (
            f"{number} with the new images that the old ones do not have."
            if found
            else ("astro-lint finds nothing with the new images that it does not find with the old ones.")
        )
        yield from to_do(upgrades.run, MOST // 3)
    if upgrades.kept:
        yield from ("", "### Not changed", "")
        yield from _limited([f"- {_place(one)}: {as_text(one.reason)}" for one in upgrades.kept], MOST // 10)
    if upgrades.upgrades:
        yield from ("", "### Not covered here", "")
        yield from (f"- {as_text(one)}" for one in unseen(upgrades.run.report))
    yield from failures(upgrades.run, MOST // 10)


def _move(first: Upgrade, listed: Sequence[Upgrade], left: int) -> Iterator[str]:
    from dockerfile_astro_lint.reports.markdown import as_code, as_text

    yield ""
    yield f"### Runtime {as_text(first.now.version)} to {as_text(first.new.version)}"
    yield ""
    yield from _limited(
        [f"- {_place(one)}: {as_code(one.now.tag)} to {as_code(one.new.tag)}" for one in listed], left // 2
    )
    yield ""
    yield "| | now | new |"
    yield "| --- | --- | --- |"
    for name, now, new in changes(first):
        strong = "**" if now != new else ""
        yield f"| {name} | {as_text(now or 'unknown')} | {strong}{as_text(new or 'unknown')}{strong} |"
    listed_remarks = [f"- {as_text(remark)}" for remark in remarks(first)]
    if listed_remarks:
        yield ""
        yield from listed_remarks


def _place(image: "Upgrade | Kept") -> str:
    from dockerfile_astro_lint.reports.markdown import as_code

    return f"{as_code(image.path)}, line {image.line}"


def _limited(lines: Sequence[str], left: int) -> Iterator[str]:
    """The first lines, in at most about `left` characters, and the number of the others."""
    for number, line in enumerate(lines):
        left -= len(line) + 1
        if left < 0:
            yield f"- and {len(lines) - number} more"
            return
        yield line


def _json(upgrades: UpgradeRun) -> Iterator[str]:
    """The form for programs, with the stable schema `schemas/upgrade.json`; unknown values are empty."""
    from json import dumps

    from dockerfile_astro_lint.core.display import escape_json
    from dockerfile_astro_lint.reports.json import diagnostic

    run = upgrades.run
    document = {
        "version": 1,
        "tool": {"name": "astro-lint", "version": run.version, "catalog": run.catalog_date},
        "to": upgrades.to,
        "written": upgrades.written,
        "current": upgrades.current,
        "upgrades": [
            {**one._asdict(), "now": one.now._asdict(), "new": one.new._asdict()} for one in upgrades.upgrades
        ],
        "kept": [one._asdict() for one in upgrades.kept],
        "diagnostics": [diagnostic(finding) for finding in run.report.findings],
        "failures": [one._asdict() for one in run.report.failures],
    }
    yield escape_json(dumps(document, ensure_ascii=False, indent=2))


FORMATS = {"text": _text, "markdown": _markdown, "json": _json}
