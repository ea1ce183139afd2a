"""What tests and the fuzzer make inputs of: hypothesis strategies, by a grammar or of pieces of the fixtures."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.grammars import GRAMMARS, expand
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


# Files by a grammar: Dockerfiles by one of everything that BuildKit and other parsers read differently.


Option = TypeVar("Option")


class Choices(Protocol):
    """Who decides what an input is made of."""

    def choose(self, options: Sequence[Option]) -> Option: ...

    def number(self, low: int, high: int) -> int: ...


class Drawn(NamedTuple):
    """hypothesis decides, and can make an example smaller."""

    draw: st.DrawFn

    def choose(self, options: Sequence[Option]) -> Option:
        return self.draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


class Rolled(NamedTuple):
    """Chance decides, ten times as fast."""

    chance: random.Random

    def choose(self, options: Sequence[Option]) -> Option:
        return options[int(self.chance.random() * len(options))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.chance.random() * (high - low + 1))


Make = Callable[[Choices, str], bytes]


@st.composite
def drawn(draw: st.DrawFn, make: Make, target: str) -> bytes:
    """What `make` makes for a target."""
    return make(Drawn(draw), target)


def written(choices: Choices, target: str) -> bytes:
    """A file by the grammar of a target, in the line endings of one system or mixed."""
    text = expand(GRAMMARS[target], choices.choose, MAX_BYTES)
    kind = choices.number(0, 11)
    if kind == 0:
        text = text.replace("\n", "\r\n")
    elif kind == 1:
        text = "".join("\r\n" if char == "\n" and choices.number(0, 1) else char for char in text)
    elif kind == 2:
        at = choices.number(0, max(len(text) - 1, 0))
        # Where that is in its name, what looks like a secret may be none.
        text = text.replace("Hush", "Hash")
        text = text[:at] + choices.choose("\r\t\\ `'\"$\n") + text[at:]
    return encoded(text)


HOSTILE = drawn(written, "dockerfile")


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
        "dockerignore": ".dockerignore", "gitignore": ".dockerignore", "imports": "dags/a.py", "toml": "pyproject.toml",
    }  # fmt: skip
    if target in PROJECTS:
        found += projects
    elif target in wanted:
        found += [files[wanted[target]] for files in map(project_files, projects) if wanted[target] in files]
    elif target == "shell":
        runs = (re.findall(rb"^(?:RUN|CMD) +(.*(?:\\\n.*)*)", data, re.M) for data in projects)
        found += [one for listed in runs for one in listed]
    elif target == "feed":
        found += list(_feeds())
    elif target == "inventory":
        found += list(_reports())
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


def _reports() -> Iterator[bytes]:
    report = json.loads((FIXTURES / "inventory" / "expected.json").read_text(encoding="utf-8"))
    state = {"time": "2026-09-01T06:00:00Z", "commit": "0123456", "runtime": "3.0-7",
             "findings": {"error": 1, "warning": 0, "info": 0}}  # fmt: skip
    for project in report["projects"]:
        own = {"repository": "github.com/acme/sales", "history": [state]}
        yield json.dumps({**report, "projects": [project, {**project, **own}]}).encode()


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


def spliced(choices: Choices, target: str) -> bytes:
    """A seed of a target with pieces put in, left out, doubled, and taken from another seed."""
    known = seeds(target)
    data = choices.choose(known)
    for _ in range(choices.number(1, 6)):
        at = choices.number(0, len(data))
        end = min(at + choices.number(0, 40), len(data))
        source = choices.number(0, 2)
        piece = choices.choose(ODD if source == 0 else _words(target)) if source < 2 else _few_bytes(choices)
        kind = choices.number(0, 4)
        if kind == 0:
            data = data[:at] + piece + data[at:]
        elif kind == 1:
            data = data[:at] + piece + data[end:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:at] + data[at:end] * choices.choose([2, 3, 30]) + data[end:]
        else:
            other = choices.choose(known)
            data = data[:at] + other[choices.number(0, len(other)) :]
    return data[:MAX_BYTES]


def _few_bytes(choices: Choices) -> bytes:
    return bytes([choices.number(0, 255) for _ in range(choices.number(0, 2))])


@cache
def _words(target: str) -> tuple[bytes, ...]:
    words = {word for one in seeds(target) for word in re.findall(rb"[\w.-]+|[^\w\s]+|\s+", one)}
    names = [f"\n--- {name}\n".encode() for name in FILES] if target in PROJECTS else []
    return (*sorted(word for word in words if len(word) < 80), *names)


_PROJECT = {
    "Dockerfile": "dockerfile", "Dockerfile.two": "dockerfile", "requirements.txt": "requirements",
    "packages.txt": "requirements", ".dockerignore": "dockerignore", ".gitignore": "gitignore", "dags/a.py": "imports",
    "pyproject.toml": "toml", "astro-lint.toml": "config-toml", "setup.cfg": "config-setup-cfg",
}  # fmt: skip


def project(choices: Choices, target: str) -> bytes:
    """Files of a project by their grammars, as `project_files` reads them; configuration files are rare."""
    pieces = []
    for name, grammar in _PROJECT.items():
        rarely = 9 if grammar.startswith("config") else 4 if grammar in ("toml", "gitignore") else 1
        if name == "Dockerfile" or not choices.number(0, rarely):
            data = written(choices, grammar)
            if grammar == "dockerfile" and choices.number(0, 2):
                data = choices.choose(_IMAGES) + data
            pieces.append(f"--- {name}\n".encode() + data + b"\n")
    return b"".join(pieces)


_IMAGES = [
    f"FROM {image}\n".encode()
    for image in (
        "quay.io/astronomer/astro-runtime:13.11.0", "astrocrpublic.azurecr.io/runtime:3.1-12",
        "quay.io/astronomer/ap-airflow",
        "quay.io/astronomer/astro-runtime:12.1.0-base AS base", "astrocrpublic.azurecr.io/runtime:3.1-12-slim\r",
    )
]  # fmt: skip


def makers(target: str) -> tuple[Make, ...]:
    """The ways to make an input of a target."""
    if target in PROJECTS:
        return project, spliced
    return (written, spliced) if target in GRAMMARS else (spliced,)


PROJECTS = ("command-line", "patch")
INPUTS: dict[str, st.SearchStrategy[bytes]] = {
    target: st.one_of([drawn(make, target) for make in makers(target)]) for target in CHECKS
}
for _name in ("dockerfile", "suppression", *PROJECTS):
    INPUTS[_name] = st.one_of(DOCKERFILES, INPUTS[_name])
INPUTS["imports"] = st.one_of(st.builds("{}{}".format, CODINGS, PYTHON_TEXTS).map(encoded), INPUTS["imports"])
"""What each reader is given, by its name in `CHECKS`."""
