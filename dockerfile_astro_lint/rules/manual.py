"""Render rules as manual pages (docs/rules, `explain`) and as lists (`rules`)."""

from textwrap import dedent

from dockerfile_astro_lint.core.compat import Iterable, Iterator, Sequence
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, MANIFEST, MANIFEST_NAME, FileKind, kind_of
from dockerfile_astro_lint.rules.authoring import Example, Rule
from dockerfile_astro_lint.rules.selection import FORBIDDEN_IGNORE, POLICY, all_rules

GROUPS = {
    "AST0": "Reading the Dockerfile",
    "AST1": "Image tag",
    "AST2": "Image and registry",
    "AST3": "Lifecycle",
    "AST4": "Python files",
    "AST5": "Requirements, system packages, build context",
    "AST6": "Instructions of the Dockerfile",
    "AST7": "Manifest of Astro CLI v2",
    "AST8": "Policy of an organization",
}
"""The title of each group of rules, by prefix."""


_FIXES = {"safe": "safe", "unsafe": "unsafe (changes what is deployed)", None: "none"}


def example_text(text: str) -> str:
    """The text of an example as a file contains it."""
    return dedent(text).strip("\n") + "\n" if text.strip() else ""


def page(rule: Rule) -> str:
    """The manual page of a rule, in Markdown."""
    lines = [f"# {rule.name} ({rule.code})", "", f"**{rule.summary[0].upper()}{rule.summary[1:]}.**", "", rule.why, ""]
    lines += [f"- Severity: {rule.severity}", f"- Fix: {_FIXES[rule.fix]}"]
    if rule.code in POLICY.values():
        lines.append(f"- Off unless the [configuration](../policy.md) sets `{rule.on[0]}`")
    elif rule.opt_in:
        lines.append(f"- Off by default: `--extend-select {rule.code}` turns it on")
    if rule.online:
        lines.append("- Asks the registry, so it only runs with `--online`")
    if rule.lifecycle:
        lines.append("- Affects the exit code only with `--fail-on-lifecycle`")
    for example in rule.examples:
        bad, good = {**example.files, **example.bad_files}, {**example.files, **example.good_files}
        lines += ["", "## Reported" + _with_options(example), ""]
        lines += _files(example.bad, bad)
        lines += ["", "## Use instead", ""]
        lines += _files(example.good, good)
        added = sorted(good.keys() - bad.keys())
        if not any(good[name] for name in added):
            lines += [line for name in added for line in ("", f"`{name}`, which may be empty")]
    return "\n".join([*lines, *_suppression(rule)]) + "\n"


_PLACES = {
    "above instruction": "In a Dockerfile, on a line of its own above the instruction:",
    "above line": "In {}, on a line of its own above the line:",
    "end of line": "In a Python file, at the end of the line; `# noqa: {}` works, too:",
}


def _suppression(rule: Rule) -> Iterator[str]:
    """How to suppress a rule, for each kind of file that its examples report it in."""
    yield from ("", "## Suppress it")
    if rule.code == FORBIDDEN_IGNORE:
        yield from ("", f"No comment suppresses it: remove the code from `{rule.on[0]}`.")
        return
    comment = f"# astro-lint: ignore[{rule.code}] reason"
    for kind, names in _reported_in(rule).items():
        place, named = kind.ignore_comment, " or ".join(f"`{name}`" for name in names)
        yield from ("", _PLACES[place].format(rule.code if place == "end of line" else named), "")
        language, line = _SUPPRESSED[place]
        yield f"```{language}"
        yield from (f"{line}  {comment}",) if place == "end of line" else (comment, line) if line else (comment,)
        yield "```"


_SUPPRESSED = {
    "above instruction": ("dockerfile", ""),
    "above line": ("text", ""),
    "end of line": ("python", "import x"),
}


def _reported_in(rule: Rule) -> dict[FileKind, list[str]]:
    """The kinds of file that a rule reports in, with their names: where its examples have carets, and manifests."""
    kinds: dict[FileKind, list[str]] = {}
    for example in rule.examples:
        for name, text in {"Dockerfile": example.bad, **example.files, **example.bad_files}.items():
            if f"^ {rule.code}" in text:
                names = kinds.setdefault(kind_of(name), [])
                names += [name] if name not in names else []
    kinds = kinds or {DOCKERFILE: ["Dockerfile"]}
    return {**kinds, MANIFEST: [MANIFEST_NAME]} if rule.manifest else kinds


def _with_options(example: Example) -> str:
    return f" with `{' '.join(example.options)}`" if example.options else ""


def _files(dockerfile: str, files: dict[str, str]) -> Iterator[str]:
    shown = [(name, text) for name, text in sorted(files.items()) if text]
    if dockerfile.strip() or not shown:
        shown.insert(0, ("Dockerfile", dockerfile))
    for number, (name, text) in enumerate(shown):
        if number:
            yield ""
        language = "dockerfile" if name == "Dockerfile" else "python" if name.endswith(".py") else "text"
        yield from _block(name, text, language, bool(files))


def _block(name: str, text: str, language: str, named: bool) -> Iterator[str]:
    if named:
        yield f"`{name}`:"
        yield ""
    yield f"```{language}"
    yield example_text(text).rstrip("\n")
    yield "```"


def index(rules: Sequence[Rule] | None = None) -> str:
    """The tables of all rules, or of some, in Markdown."""
    lines = ["# Rules", "", "Generated from the rules by `python tools/write_docs.py`."]
    for prefix, title in GROUPS.items():
        of_group = [rule for rule in rules or all_rules() if rule.code.startswith(prefix)]
        if of_group:
            lines += ["", f"## {prefix}: {title}", "", *_table(of_group)]
    return "\n".join(lines) + "\n"


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| code | name | severity | fix | reports |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        off = ", off by default" if rule.opt_in else ", with `--online`" if rule.online else ""
        link = f"[{rule.code}]({rule.code}.md)"
        yield f"| {link} | {rule.name} | {rule.severity}{off} | {rule.fix or ''} | {rule.summary} |"


def explain(rules: Iterable[Rule]) -> Iterator[str]:
    """The manual pages of rules, for the terminal."""
    for number, rule in enumerate(rules):
        if number:
            yield ""
        yield from page(rule).rstrip("\n").split("\n")


def listing(output_format: str, rules: Sequence[Rule]) -> Iterator[str]:
    """A list of rules as text, json or markdown."""
    if output_format == "markdown":
        yield from index(rules).rstrip("\n").split("\n")
    elif output_format == "json":
        import json

        yield json.dumps(list(map(facts, rules)), indent=2, ensure_ascii=False)
    else:
        yield from table(rules)


def facts(rule: Rule) -> dict[str, object]:
    """What a list of rules says of a rule, for programs."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "summary": rule.summary,
        "fix": rule.fix,
        "default": not rule.opt_in,
        "online": rule.online,
    }


def table(rules: Sequence[Rule]) -> Iterator[str]:
    """A line for each rule, in columns."""
    width = last_column(rules) - 19
    for rule in rules:
        note = " (off by default)" if rule.opt_in else " (only with --online)" if rule.online else ""
        yield f"{rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.summary}{note}"


def last_column(rules: Sequence[Rule]) -> int:
    """Where the summaries begin in `table`."""
    return max(len(rule.name) for rule in rules) + 19
