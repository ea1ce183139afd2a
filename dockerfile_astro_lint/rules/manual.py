"""Rules -> docs/rules/*.md, their index, `explain` and `rules`: everything is told from the rules themselves."""

from textwrap import dedent

from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.rules.authoring import Example, Rule
from dockerfile_astro_lint.rules.selection import all_rules

GROUPS = {
    "AST0": "Reading",
    "AST1": "Tag",
    "AST2": "Image and registry",
    "AST3": "Lifecycle",
    "AST4": "Python code for the image's Python",
    "AST5": "requirements.txt, packages.txt, build context",
    "AST6": "What the Dockerfile does on top",
    "AST7": "Astro CLI v2 project",
}


_FIXES = {"safe": "safe", "unsafe": "unsafe: it changes what is deployed", None: "none"}


def example_text(text: str) -> str:
    """An example as it stands in a file."""
    return dedent(text).strip("\n") + "\n" if text.strip() else ""


def page(rule: Rule) -> str:
    """A rule's page in Markdown."""
    lines = [f"# {rule.name} ({rule.code})", "", f"**{rule.summary[0].upper()}{rule.summary[1:]}.**", "", rule.why, ""]
    lines += [f"- Severity: {rule.severity}", f"- Fix: {_FIXES[rule.fix]}"]
    if rule.opt_in:
        lines.append(f"- Off by default: `--extend-select {rule.code}` turns it on")
    if rule.lifecycle:
        lines.append("- Counts for the exit code only with `--fail-on-lifecycle`")
    for example in rule.examples:
        lines += ["", "## Reported" + _with_options(example), ""]
        lines += _files(example.bad, {**example.files, **example.bad_files})
        lines += ["", "## Right", ""]
        lines += _files(example.good, {**example.files, **example.good_files})
    lines += ["", "## Silence it", "", "```dockerfile", f"# astro-lint: ignore[{rule.code}] the reason", "```"]
    return "\n".join(lines) + "\n"


def _with_options(example: Example) -> str:
    return f" with `{' '.join(example.options)}`" if example.options else ""


def _files(dockerfile: str, files: dict[str, str]) -> Iterator[str]:
    yield from _block("Dockerfile", dockerfile, "dockerfile", bool(files))
    for name, text in sorted(files.items()):
        if text:
            yield ""
            yield from _block(name, text, "python" if name.endswith(".py") else "text", True)


def _block(name: str, text: str, language: str, named: bool) -> Iterator[str]:
    if named:
        yield f"`{name}`:"
        yield ""
    yield f"```{language}"
    yield example_text(text).rstrip("\n")
    yield "```"


def index() -> str:
    """The table of all rules in Markdown."""
    lines = ["# The rules", "", "Made from the rules themselves by `python tools/write_docs.py`."]
    for prefix, title in GROUPS.items():
        rules = [rule for rule in all_rules() if rule.code.startswith(prefix)]
        if rules:
            lines += ["", f"## {prefix} {title}", "", *_table(rules, "")]
    return "\n".join(lines) + "\n"


def _table(rules: Iterable[Rule], folder: str) -> Iterator[str]:
    yield "| code | name | severity | fix | |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        off = ", off by default" if rule.opt_in else ""
        link = f"[{rule.code}]({folder}{rule.code}.md)"
        yield f"| {link} | {rule.name} | {rule.severity}{off} | {rule.fix or ''} | {rule.summary} |"


def explain(rules: Iterable[Rule]) -> Iterator[str]:
    """Manual pages for the terminal."""
    for number, rule in enumerate(rules):
        if number:
            yield ""
        yield from page(rule).rstrip("\n").split("\n")


def listing(form: str) -> Iterator[str]:
    """All rules, as text, json or markdown."""
    if form == "markdown":
        yield from index().rstrip("\n").split("\n")
    elif form == "json":
        import json

        yield json.dumps(
            [
                {
                    "code": rule.code,
                    "name": rule.name,
                    "severity": rule.severity,
                    "summary": rule.summary,
                    "fix": rule.fix,
                    "default": not rule.opt_in,
                }
                for rule in all_rules()
            ],
            indent=2,
            ensure_ascii=False,
        )
    else:
        width = max(len(rule.name) for rule in all_rules())
        for rule in all_rules():
            off = " (off by default)" if rule.opt_in else ""
            yield f"{rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.summary}{off}"
