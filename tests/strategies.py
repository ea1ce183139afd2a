"""What tests and the fuzzer make inputs of: hypothesis strategies, by a grammar or of pieces of the fixtures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.invariants import CHECKS, FILES, project_files
from tests.tool import FIXTURES, documents, without_carets

MAX_BYTES = 4096


def examples(count: int) -> settings:
    """Settings of a test: the same examples in every run, however slow the machine."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# Dockerfiles that are nearly right: every part is drawn from what BuildKit, this linter or Astronomer gives a meaning.

SPACES = st.sampled_from(
    [" "] * 6 + ["  ", "\t", "\v", "\f", "\r", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\ufeff"]
)
NAMES = st.sampled_from(["V", "W", "VERSION", "REGISTRY", "TARGETARCH", "BUILDPLATFORM", "1", "_", "é", "@", ""])
TAGS = st.sampled_from(
    ["13.11.0", "12.1.0-base", "13.7.0-slim-python-3.12", "3.1-12", "3.1", "3.0.1", "13", "v13.1.0-onbuild", "latest",
     "3.3-python-3.13", "3.1-21-base-base", "11.3.0-python-3.9-ubi9", "10.0.0-slim", "4.0-1", "x\udce9", ""]
)  # fmt: skip
REPOSITORIES = st.sampled_from(
    ["quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/runtime",
     "astrocrpublic.azurecr.io/astronomer/astro-runtime", "quay.io/astronomer/ap-airflow", "mirror:5000/astro-runtime",
     "images.astronomer.cloud/baseimages/astro-remote-execution-agent", "python", "base", "scratch", "Bad/Name"]
)  # fmt: skip
PLAIN = st.sampled_from(
    ["a", "0", ".", "-", "/", ":", "@", "=", ",", "#", "*", "?", "é", "\u00a0", "\U0001f680", "\udcff", "\x00", "<",
     "<<EOF", "[", "]", '"a"', "{", "}", "$", "\\", "`", "'", '"', "--", "13.11.0"]
)  # fmt: skip
OPERATORS = st.sampled_from(
    ["", "-", ":-", "+", ":+", "?", ":?", "#", "##", "%", "%%", "/", "//", ":", ":#", "@", "^^"]
)


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("${{{}{}{}}}".format, NAMES, OPERATORS, inner),
        st.builds("${{{}/{}/{}}}".format, NAMES, inner, inner),
        st.builds('"{}"'.format, inner),
        st.builds("'{}'".format, inner),
        st.builds("{}{}".format, inner, inner),
    )


PIECES = st.one_of(PLAIN, TAGS, NAMES.map("${}".format), NAMES.map("${{{}}}".format), st.builds("\\{}".format, PLAIN))
WORDS = st.recursive(PIECES, _wider, max_leaves=6)
IMAGES = st.one_of(
    st.builds("{}:{}".format, REPOSITORIES, st.one_of(TAGS, WORDS)),
    REPOSITORIES,
    WORDS,
    st.builds("{}@sha256:{}".format, REPOSITORIES, st.sampled_from(["0" * 64, "ABC"])),
)
STAGE_NAMES = st.sampled_from(["base", "Base", "final", "1", "é", "a-b_c.d"])
FLAGS = st.one_of(
    st.sampled_from(
        ["--platform=linux/amd64", "--platform=$BUILDPLATFORM", "--from=base", "--from=0",
         "--mount=type=bind,from=base", "--chown=astro:0", "--link", "--", "--x", '--a="b c"', "--a=\\ b"]
    ),
    st.builds("--platform={}".format, WORDS),
)  # fmt: skip
JSON = st.sampled_from(
    ['["a", "b"]', "[]", '["a"', "[1]", '["a"] b', "[NaN]", '["\\ud800"]', "[" * 60 + "]" * 60, '[{"a": null}]']
)
ASSIGNMENTS = st.builds("{}={}".format, NAMES, st.one_of(TAGS, WORDS))
KEYWORDS = st.sampled_from(
    ["FROM", "from", "ARG", "RUN", "COPY", "ADD", "ENV", "LABEL", "CMD", "ENTRYPOINT", "USER", "WORKDIR",
     "SHELL", "ONBUILD", "HEALTHCHECK", "VOLUME", "EXPOSE", "STOPSIGNAL", "MAINTAINER", "PYENV", "RUNN",
     "\u00a0RUN", "\u212aEY"]
)  # fmt: skip
HEREDOCS = st.builds(
    "{} {}{}{}{}\nbody $V\n{}{}\n".format,
    st.sampled_from(["RUN", "COPY", "ONBUILD RUN", "ADD --link", "CMD", 'RUN ["a"]']),
    st.sampled_from(["", "cat ", "3", "cat <<A\nA\n"]),
    st.sampled_from(["<<", "<<-", "<< ", "<<<", "<"]),
    st.sampled_from(["EOF", "'EOF'", '"EOF"', "E\\OF", "$EOF", "${E:-}OF", "E'O", ""]),
    st.sampled_from(["", " /x", " <<B /x", " \\"]),
    st.sampled_from(["", "\t", " "]),
    st.sampled_from(["EOF", "$EOF", "B", ""]),
)
COMMENTS = st.sampled_from(
    ["# a comment", "#", "  # indented", "# astro-lint: ignore[AST101] reason", "# astro-lint: ignore[segment-order,]",
     "# astro-lint: ignore-file[AST001, AST614]", "# astro-lint: ignore[", "", "   ", "\u00a0# comment"]
)  # fmt: skip
SEPARATORS = st.one_of(
    SPACES,
    st.sampled_from([" \\\n", "\\\n  ", "\\ \t\n# inside\n\n ", "`\n", "\\\\\n", "\\\n\n", "\\\r\n"]),
)


@st.composite
def _instructions(draw: st.DrawFn) -> str:
    keyword = draw(st.one_of(st.sampled_from(["FROM", "FROM", "ARG", "ARG", "RUN"]), KEYWORDS))
    words = [draw(FLAGS)] if draw(st.integers(0, 4)) == 0 else []
    if keyword.upper() == "FROM":
        words.append(draw(IMAGES))
        if draw(st.booleans()):
            words += [draw(st.sampled_from(["AS", "as", "#"])), draw(STAGE_NAMES)]
    elif keyword == "ARG":
        words += draw(st.lists(st.one_of(ASSIGNMENTS, NAMES), min_size=0, max_size=3))
    else:
        words += draw(st.lists(st.one_of(WORDS, ASSIGNMENTS, JSON, KEYWORDS), min_size=0, max_size=3))
    return keyword + "".join(draw(SEPARATORS) + word for word in words)


DIRECTIVES = st.sampled_from(
    ["# syntax=docker/dockerfile:1", "# syntax=quay.io/astronomer/airflow-extensions:latest", "# escape=`",
     "#escape = \\", "# ESCAPE=x", "# check=skip=all", "# syntax=", "# other=1", "\u00a0# escape=`",
     "#\u00a0syntax=a b"]
)  # fmt: skip
LINES = st.one_of(_instructions(), _instructions(), _instructions(), COMMENTS, HEREDOCS, st.text(max_size=8))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A Dockerfile as text, with the line endings of one system or a mixture."""
    lines = draw(st.lists(DIRECTIVES, max_size=2)) + draw(st.lists(LINES, min_size=1, max_size=6))
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\\", "\n\n"]))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\r"]))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text.replace("\n", ending)


def encoded(text: str) -> bytes:
    """The bytes of a text: surrogates that stand for a byte become that byte, others a question mark."""
    return re.sub("[\ud800-\udc7f\udd00-\udfff]", "?", text).encode("utf-8", "surrogateescape")


DOCKERFILES = texts().map(encoded)
# Dockerfiles by a grammar of everything that BuildKit and other parsers read differently.

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


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """A Dockerfile by that grammar, in the line endings of one system or mixed."""
    out: list[str] = []

    def expand(name: str, depth: int) -> None:
        options = _PARTS[name]
        if depth > 8:
            options = [parts for parts in options if len(parts) == 1] or options
        if depth > 40:
            return
        for at, part in enumerate(draw(st.sampled_from(options))):
            if at % 2:
                expand(part, depth + 1)
            else:
                out.append(part)

    expand("file", 0)
    text = "".join(out)
    kind = draw(st.integers(0, 11))
    if kind == 0:
        text = text.replace("\n", "\r\n")
    elif kind == 1:
        text = "".join("\r\n" if char == "\n" and draw(st.booleans()) else char for char in text)
    elif kind == 2:
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        text = text[:at] + draw(st.sampled_from("\r\t\\ `'\"$\n")) + text[at:]
    return text.encode("utf-8")


HOSTILE = hostile()


# Python files.

MODULES = st.sampled_from(["imp", "imp.a", "importlib", "os, imp", "imp as x", "(imp)", ".imp", "", "ímp"])
CONDITIONS = st.sampled_from(
    ["TYPE_CHECKING", "not TYPE_CHECKING", "sys.version_info >= (3, 12)", "sys.version_info[:2] < (3,)", "PY2 or x",
     "sys.version_info[0] == 'a'", "sys.version_info > (3, 12, 1)", "sys.version_info.major < 3 and 0", "x == 1j",
     "sys.version_info < (3, None)", "1 < 2 < 3", "sys.version_info in (3,)", "(3, 12) == sys.version_info", "..."]
)  # fmt: skip
STATEMENTS = st.one_of(
    st.builds("import {}".format, MODULES),
    st.builds("from {} import {}".format, MODULES, MODULES),
    st.builds("from \\\n {} import x".format, MODULES),
    st.builds(
        "__import__({})".format, st.sampled_from(["'imp'", '"é" "imp"', "'''imp\n'''", "imp", "", "*a", "b'imp'"])
    ),
    st.builds("f'{{__import__({})}}'".format, st.sampled_from(["'imp'", '"imp"'])),
    st.builds("é = import_module('imp', {})".format, CONDITIONS),
    st.text(max_size=12),
)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = inner.map(lambda text: "\n".join(f"  {line}" for line in text.split("\n")))
    heads = st.one_of(
        st.builds("if {}:".format, CONDITIONS),
        st.sampled_from(["try:", "with suppress(ImportError):", "def f():", "class A:", "async def f():", "while 1:"]),
    )
    tails = st.sampled_from(["", "\nelse:\n  import imp", "\nexcept ImportError:\n  pass", "\nfinally:\n  import imp",
                             "\nexcept* (a, ImportError):\n  pass", "\nexcept:\n  import imp"])  # fmt: skip
    return st.one_of(st.builds("{}\n{}{}".format, heads, body, tails), st.builds("{}\n{}".format, inner, inner))


PYTHON_TEXTS = st.recursive(STATEMENTS, _blocks, max_leaves=5)
CODINGS = st.sampled_from(
    ["", "", "", "# coding: utf-8\n", "# coding: latin-1\n", "# coding: utf-7\n", "# coding: rot13\n",
     "# coding: cp037\n", "# coding: unicode_escape\n", "# coding: utf-16\n", "# coding: nothing\n",
     "#!/bin/sh\n# -*- coding: koi8-r -*-\n"]
)  # fmt: skip


_ODD = (
    "\xef\xbb\xbf|\r|\r\n|\n|\0|\xff|\xed\xa0\x80|\xc2\xa0|\xe2\x80\xa8|\x0b|\x0c|\x1c|\x85|\t| |\\|\\\n|`|'|\"|$|${|}"
    "|[|]|{|<<|#|=|:|@|-|--|/|..|*|!|99999999999|-1|1e999|NaN|null|0|\xc2\xb2|\xd9\xa3|\xf0\x9f\x9a\x80|\x7f|\x1b[31m"
    "|\"\"\"|'''|(((((((((|[[[[[[[[["
)
ODD = [text.encode("latin-1") for text in _ODD.split("|")]


# Inputs for every reader: pieces of what the fixtures hold, put together anew.


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs in the fixtures that a target of `CHECKS` understands, and its corpus."""
    found = [path.read_bytes() for path in sorted((FIXTURES / "corpus" / target).glob("*"))]
    projects = [without_carets(text)[0].encode("utf-8", "surrogateescape") for text in _sections()]
    wanted = {
        "dockerfile": "Dockerfile", "suppression": "Dockerfile", "requirements": "requirements.txt",
        "dockerignore": ".dockerignore", "imports": "dags/a.py", "toml": "pyproject.toml",
    }  # fmt: skip
    if target == "command-line":
        found += projects
    elif target in wanted:
        found += [files[wanted[target]] for files in map(project_files, projects) if wanted[target] in files]
    elif target == "shell":
        runs = (re.findall(rb"^(?:RUN|CMD) +(.*(?:\\\n.*)*)", data, re.M) for data in projects)
        found += [one for listed in runs for one in listed]
    elif target == "feed":
        found += list(_feeds())
    found += [one.encode() for one in _OWN.get(target, ())]
    return tuple(sorted({one[:MAX_BYTES] for one in found if one}))


def _sections() -> Iterator[str]:
    for path in sorted((FIXTURES / "rules").glob("*/*.txt")):
        yield from (re.sub(r"^# options: .*\n", "", text, flags=re.M) for _, text in documents(path))
    for case in json.loads((FIXTURES / "buildkit-cases.json").read_text(encoding="utf-8"))["cases"]:
        if isinstance(case.get("input"), str):
            yield case["input"]


def _feeds() -> Iterator[bytes]:
    feed = json.loads((FIXTURES / "catalog.json").read_text(encoding="utf-8"))
    for key in ("runtimeVersions", "runtimeVersionsV3"):
        names = list(feed[key])
        for at in range(0, len(names), max(len(names) // 8, 1)):
            yield json.dumps(
                {key: {name: feed[key][name] for name in names[at : at + 3]}, "asOf": "2026-09-25"}
            ).encode()


_CONFIG = """select = ["AST1", "segment-order"]
ignore = ["AST301"]
environment = "production"
fail-on = "error"
fail-on-lifecycle = true
exclude = ["legacy/**", "*.j2"]
maintenance-notice-days = 30
target = "final"
require-ignore-reason = true
severity = { AST103 = "off" }
[build-args]
V = "13.11.0"
[per-file-ignores]
"legacy/**" = ["AST301"]
[environments]
development = ["Dockerfile.dev", "dev/**"]
[mirrors]
"registry.corp.example/astro" = "astrocrpublic.azurecr.io"
"""
_OWN = {
    "config-toml": [_CONFIG, *_CONFIG.split("\n")],
    "config-pyproject": ["[tool.astro-lint]\n" + re.sub(r"^\[", "[tool.astro-lint.", _CONFIG, flags=re.M)],
    "config-setup-cfg": [
        "[astro-lint]\nselect = AST1, segment-order\nexclude =\n  legacy/**\n  *.j2\nfail-on-lifecycle = yes\n"
        "maintenance-notice-days = 30\n[astro-lint.per-file-ignores]\nlegacy/** = AST301\n"
        "[astro-lint.severity]\nAST103 = off\n[flake8]\nmax-line-length = %d\n"
    ],
    "baseline": [
        '{"version": 1, "findings": [{"path": "Dockerfile", "code": "AST101", "digest": "0123456789abcdef", "count": 2,'
        ' "message": "the tag fits neither family"}, {"path": "dags/a.py", "code": "AST401", "digest": "a", "count": 1,'
        ' "message": "é"}]}'
    ],
    "suppression": [
        "# astro-lint: ignore[AST103, floating-tag] why\n\n# other\nFROM a\n# astro-lint: ignore-file[AST301,]\n"
        "RUN a \\\n# astro-lint: ignore[AST607] x\n b\nimport imp  # noqa: AST401,E501\nx = 1  # NOQA\n"
    ],
    "shell": [
        "a && b || c; d | e & (f) { g; }", "sh -c 'pip install \"x[y]\"' >/dev/null 2>&1 <<EOF",
        "for i in a b; do echo $i; done",
    ],
    "dockerignore": ["# c\n**/*.py\n!dags/a.py\n/dags\nin[a-z]*/?x\n../a\n\\!b\n[^a]\n"],
}  # fmt: skip


@st.composite
def spliced(draw: st.DrawFn, target: str) -> bytes:
    """A seed of a target with pieces put in, left out, doubled, and taken from another seed."""
    known = seeds(target)
    data = draw(st.sampled_from(known))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(at + draw(st.integers(0, 40)), len(data))
        piece = draw(st.one_of(st.sampled_from(ODD), st.sampled_from(_words(target)), st.binary(max_size=2)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            data = data[:at] + piece + data[at:]
        elif kind == 1:
            data = data[:at] + piece + data[end:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:at] + data[at:end] * draw(st.sampled_from([2, 3, 30])) + data[end:]
        else:
            other = draw(st.sampled_from(known))
            data = data[:at] + other[draw(st.integers(0, len(other))) :]
    return data[:MAX_BYTES]


@cache
def _words(target: str) -> tuple[bytes, ...]:
    words = {word for one in seeds(target) for word in re.findall(rb"[\w.-]+|[^\w\s]+|\s+", one)}
    names = [f"\n--- {name}\n".encode() for name in FILES] if target == "command-line" else []
    return (*sorted(word for word in words if len(word) < 80), *names)


INPUTS: dict[str, st.SearchStrategy[bytes]] = {target: spliced(target) for target in CHECKS}
INPUTS["dockerfile"] = st.one_of(DOCKERFILES, HOSTILE, INPUTS["dockerfile"])
INPUTS["suppression"] = st.one_of(DOCKERFILES, INPUTS["suppression"])
INPUTS["command-line"] = st.one_of(DOCKERFILES, INPUTS["command-line"])
INPUTS["imports"] = st.one_of(st.builds("{}{}".format, CODINGS, PYTHON_TEXTS).map(encoded), INPUTS["imports"])
"""What each reader is given, by its name in `CHECKS`."""
