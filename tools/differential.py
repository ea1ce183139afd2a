"""Read hostile Dockerfiles twice: with our reader, and with BuildKit's own parser in the package `dockerfile`.

    python tools/differential.py [--inputs N] [--seed S] [--fixes N]

Every difference has to be one of those that are known between BuildKit 0.12.5, which the package carries, and today's.
On every tenth input the fixes are tried, too: to the other parser, what no fix names has to be what it was.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint.cli import options
from dockerfile_astro_lint.config import resolver
from dockerfile_astro_lint.core.source import decode, encode, line_ending
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.engine.linter import lint_text
from tests.test_second_reader import compare, has_changed, newer_directives, second
from tests.tool import FIXED

GRAMMAR = {
    "file": ["§bom§§directives§§lines§§end§"],
    "bom": ["", "", "", "", "\ufeff"],
    "directives": ["", "", "", "§directive§\n", "§directive§\n§directive§\n"],
    "directive": [
        "# syntax=docker/dockerfile:1", "# escape=`", "#escape = \\", "# ESCAPE=x", "# check=skip=all", "# syntax=",
        "# other=1", "  # escape=`", "#\tescape=`\t", "# escape=\\ ", "#syntax=quay.io/astronomer/airflow-extensions:1",
    ],
    "lines": ["§line§", "§line§\n§lines§", "§line§\n§line§\n§lines§", "§from§\n§lines§",
        "§from§\n§line§\n§line§\n§line§"],
    "line": [
        "§from§", "§from§", "§arg§", "§run§", "§run§", "§copy§", "§env§", "§json§", "§other§", "§heredoc§", "§comment§",
        "", "ONBUILD §run§", "ONBUILD §copy§", "onbuild§s§§json§", "ONBUILD §other§", "ONBUILD §heredoc§", "§broken§",
    ],
    "from": [
        "FROM§s§§image§", "FROM§s§§image§", "FROM§s§§image§ AS §stage§", "from§s§§image§§s§as§s§§stage§",
        "FROM §flag§ §image§", "FROM §flag§§s§§image§ AS §stage§", "FROM", "FROM §image§ §stage§", "FROM §stage§",
    ],
    "image": [
        "quay.io/astronomer/astro-runtime:§tag§", "astrocrpublic.azurecr.io/runtime:§tag§", "python:3.12", "scratch",
        "quay.io/astronomer/astro-runtime:§word§", "§word§", "quay.io/astronomer/runtime:§tag§", "$BASE", "${V:-a}",
        "quay.io/astronomer/astro-runtime:§c§§tag§", "$R:§tag§", "quay.io/astronomer/astro-runtime:$V",
    ],
    "tag": [
        "13.11.0", "13.7.0-slim-python-3.12", "12.1.0-base-python-3.11", "3.1-12-slim", "3.1", "3.0.4", "v13.1.0",
        "13.1.0-onbuild", "3.2-1", "13.5.0", "13.11.0-base", "3.1-21-ubi9", "latest", "10.0.0-slim",
        "13.11.0-base-base",
    ],
    "stage": ["base", "Base", "final", "1", "a-b_c.d", "é", "0", "a b"],
    "arg": [
        "ARG§s§V=§tag§", "ARG V", "ARG V=§word§", "ARG BASE=§image§", "ARG§s§A=1§s§B=§word§", "ARG =1", "ARG",
        "ARG V='§tag§'", 'ARG V="§tag§"', "ARG R=quay.io/astronomer/astro-runtime", "ARG A=$V §c§B=${A:-§word§}",
    ],
    "run": [
        "RUN§s§§shell§", "RUN §flag§ §shell§", "RUN §shell§ §c§ && §shell§",
        "RUN §shell§ §c§  && §shell§ §c§  && §shell§",
        "RUN", "RUN§s§", "RUN # §shell§", "RUN §word§", "run §shell§",
    ],
    "shell": [
        "apt-get install -y git", "pip install -r requirements.txt", "echo §word§", "true", "cat <<<x", "a; b", "a | b",
        "install-system-packages", "echo $((1<<2))", "pip install apache-airflow==2.9.0", "echo 'a", 'echo "a b"',
        "printf '#' # c", "echo \\\\", "echo a\\ b", "echo §u§", "airflow db init",
    ],
    "copy": [
        "COPY§s§. .", "COPY requirements.txt .", "COPY §flag§ a b", "COPY --chown=airflow:0 a b", "ADD a b",
        "COPY --from=base /a /b", 'COPY ["a", "b"]', 'COPY ["a b", "c"', "COPY a", "COPY §word§ §word§",
        "COPY dags /usr/local/airflow/dags", "COPY .env .", "ADD --link a b", "COPY --chown=astro:0 . .",
    ],
    "env": [
        "ENV A=1", "ENV A 1", "ENV A=1 B=2", "ENV A = 1", "ENV§s§A=§word§", "ENV A='a b' B=\"c d\"", "ENV A=a\\ b",
        "ENV A", "ENV =1", "LABEL a=1§s§b=§word§", "LABEL a b c", "ENV AIRFLOW_CORE__DAG_CONCURRENCY=1", "ENV §word§",
        "ENV A=1 §c§  B=2 §c§  C=§word§", "ENV AIRFLOW__CORE_SQL_ALCHEMY_CONN=x",
    ],
    "json": [
        'CMD ["a", "b"]', 'CMD ["a"', "CMD a b", "CMD []", 'ENTRYPOINT ["a",1]', 'SHELL ["/bin/bash", "-c"]', "SHELL a",
        'VOLUME ["/a", ""]', "VOLUME a b", 'RUN ["a", "b"] ', 'CMD [ "\\u00e9" ]', 'CMD ["a\\"b"]', 'CMD ["é"]', "CMD",
        'ENTRYPOINT ["a"]', "CMD [§word§]", 'CMD§s§["§word§"]', "RUN [ -f a ] && b",
    ],
    "other": [
        "USER root", "USER astro", "USER airflow", "USER", "USER a b", "WORKDIR /a b", "WORKDIR§s§/opt/airflow",
        "EXPOSE 80 81",
        "STOPSIGNAL 9", "MAINTAINER a b", "HEALTHCHECK NONE", "HEALTHCHECK --interval=5s CMD a", "HEALTHCHECK CMD [1]",
        "HEALTHCHECK --retries=3 CMD a b", "PYENV 3.11 x", "PYENV  3.11 x", "RUNN a", "§word§ a", "USER§s§0:0",
        "EXPOSE",
        "HEALTHCHECK a", "§u§USER a", "USER§u§ a",
    ],
    "heredoc": [
        "RUN <<EOF\na\nEOF", "RUN <<-EOF\n\ta\n\tEOF", "COPY <<A <<B /x\na\nA\nb\nB", "RUN cat <<'EOF' > /x\n$a\nEOF",
        'RUN <<"E F"\nE F', "RUN 3<<EOF\nFROM x\nEOF", "RUN <<EOF\na", "RUN <<<EOF", "RUN <<E§c§OF\nEOF", "RUN \\<<EOF",
        "RUN '<<EOF'", "COPY §flag§ <<EOF /a\nb\nEOF", "CMD <<EOF", "ADD <<EOF§s§/a\n§line§\nEOF", "RUN a<<EOF\nEOF",
        "RUN <<EOF && b\n§line§\n§line§\nEOF\nUSER a", 'RUN ["<<EOF"]', "RUN <<EOF \\\n&& b\nEOF", "RUN <<EOF#\nEOF#",
        "RUN <<'E'OF\nEOF", "RUN <<EOF;\nEOF;", "RUN << EOF\nEOF",
    ],
    "comment": [
        "# a", "  # a \\", "#", "# escape=`", "# astro-lint: ignore[AST103] x", "#§u§", "# syntax=x", "\t# <<EOF",
        "# FROM a", "\v# a", "\f",
    ],
    "broken": ["\\", "\\\n", "`", '"', "'", "§word§", "§c§", "§word§§c§§word§", "[", "--a", "FROM §c§", "§u§", "\t \t"],
    "flag": [
        "--platform=linux/amd64", "--platform=$BUILDPLATFORM", "--from=base", "--mount=type=bind,from=base", "--link",
        "--chown=a:b", "--", "--x", '--a="b c"', "--a=b\\ c", "--network=none", "--a= ", "--platform=linux/§word§",
        "--link=no",
    ],
    "word": [
        "a", "§word§§word§", "$V", "${V}", "${V:-§word§}", "${V:+b}", "${V#a}", "${V/a/b}", "'§word§'", '"§word§"',
        "\\§word§",
        "é", "\\", "`", "=", "<<", "#", "--", ".", "$", "${", "}", "§tag§", "§u§", "a=b", "0", "''", '""', "@", ",",
    ],
    "s": [" ", " ", " ", "  ", "\t", " \t", " §c§", " §c§  ", "\v", "\f"],
    "c": ["\\\n", "\\ \n", "\\\t\n", "\\\n# inside\n", "\\\n\n", "\\\n  # a \\\n", "`\n", "\\\\\n", "\\\r\n",
        "\\\n\n\n# a\n\n"],
    "u": ["\u00a0", "\u2028", "\u3000", "\x85", "\x1c", "\u200b", "\ufeff", "é", "\U0001f680", "ſ", "\u212a", "\x7f",
        "\x1b"],
    "end": ["\n", "\n", "\n", "", "\\", "\n\n", " \\\n", "\r\n"],
}  # fmt: skip
"""`§name§` stands for one of the lines of that name."""

_PARTS = {name: [re.split("§([a-z]+)§", text) for text in texts] for name, texts in GRAMMAR.items()}


def make(chance: random.Random) -> bytes:
    """A Dockerfile by the grammar, in the line endings of one system or mixed."""
    out: list[str] = []

    def expand(name: str, depth: int) -> None:
        options = _PARTS[name]
        if depth > 8:
            options = [one for one in options if len(one) == 1] or options
        if depth > 40:
            return
        for at, part in enumerate(options[int(chance.random() * len(options))]):
            if at % 2:
                expand(part, depth + 1)
            else:
                out.append(part)

    expand("file", 0)
    text = "".join(out)
    kind = int(chance.random() * 12)
    if kind == 0:
        text = text.replace("\n", "\r\n")
    elif kind == 1:
        text = "".join("\r\n" if char == "\n" and chance.random() < 0.5 else char for char in text)
    elif kind == 2:
        at = int(chance.random() * len(text))
        text = text[:at] + chance.choice("\r\t\\ `'\"$\n") + text[at:]
    return text.encode("utf-8")


def difference(data: bytes) -> str | None:
    """Which known change makes the two readers differ; None where they agree; raise AssertionError where none does."""
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


def _chooser() -> resolver.Resolver:
    return resolver.Resolver(options.parse([*FIXED, "--isolated", "--extend-select", "AST"]))


def its_commands(data: bytes) -> list[Any] | None:
    """What the other parser finds, None where it refuses the file."""
    try:
        return list(second.parse_string(data.decode("utf-8")))
    except second.GoParseError:
        return None


def check_fix(data: bytes, finding: Diagnostic) -> None:
    """Apply one fix; the other parser must find all that it does not touch as it was."""
    assert finding.fix
    source = decode(data, "Dockerfile")
    text, ending = source.text, line_ending(source)
    edits = sorted({(edit.span.start, edit.span.end, edit.text.replace("\n", ending)) for edit in finding.fix.edits})
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    before, after = its_commands(data), its_commands(encode(text, source.bom))
    if before is None:
        return
    assert after is not None, f"{finding.rule.code}: the fixed file is refused"
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
        assert one in left[at:], f"{finding.rule.code}: {one} is gone"
        at = left.index(one, at) + 1
    added = sum(new.count("\n") + 1 for _, _, new in edits)
    assert len(after) <= len(before) + added, f"{finding.rule.code}: more is there than it adds"
    for one in before:
        if one not in kept:
            named_words_only(one, after, edits, finding)


def _said(command: Any) -> tuple[Any, ...]:
    return command.cmd, command.sub_cmd, command.json, command.flags, command.value, command.heredocs


def named_words_only(one: Any, after: list[Any], edits: list[tuple[int, int, str]], finding: Diagnostic) -> None:
    """Of an instruction that an edit touches, words that hold nothing of what is edited stay, if it stays itself."""
    if (one.cmd or "").upper() not in ("FROM", "ARG", "USER", "COPY", "ADD") or finding.fix is None:
        return
    same = [other for other in after if other.cmd == one.cmd]
    edited = [edit.span.text for edit in finding.fix.edits if edit.span.text]
    if not same or not edited or any("\n" in text for text in edited):
        return
    plain = [word for word in one.value if not any(text in word or word in text for text in edited)]
    words = [word for other in same for word in other.value]
    for word in plain:
        assert word in words, f"{finding.rule.code}: {word!r} changed"


# The command.


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--fixes", type=int, default=None, help="how many of them to fix; a tenth without this")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    chance = random.Random(arguments.seed)
    chooser = _chooser()
    fixes = arguments.inputs // 10 if arguments.fixes is None else arguments.fixes
    known: Counter[str] = Counter()
    fixed: Counter[str] = Counter()
    unknown: dict[str, bytes] = {}
    began = time.monotonic()
    for number in range(arguments.inputs):
        data = make(chance)
        try:
            reason = difference(data)
            known[reason or "none"] += 1
            if number < fixes and reason is None:
                for finding in lint_text(data, chooser.for_file, None).findings:
                    if finding.fix and all(edit.span.source.path == finding.path for edit in finding.fix.edits):
                        check_fix(data, finding)
                        fixed[finding.rule.code] += 1
        except Exception as error:
            kind = f"{type(error).__name__} {error}".partition("\n")[0][:100]
            if kind not in unknown or len(data) < len(unknown[kind]):
                unknown[kind] = data
    for reason, count in known.most_common():
        print(f"{count:9,}  {'the same' if reason == 'none' else reason}")
    print(f"{sum(fixed.values()):9,}  fixes of {len(fixed)} rules changed nothing but what they name")
    for kind, data in unknown.items():
        print(f"\n{kind}\n  {data!r}")
    print(f"{arguments.inputs:,} inputs, {len(unknown)} kinds of unknown differences, {time.monotonic() - began:.0f} s")
    return int(bool(unknown))


if __name__ == "__main__":
    sys.exit(main())
