"""The shell of a RUN: which commands it runs, where, under which condition, and what cannot be read."""

from __future__ import annotations

import pytest

from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.dockerfile.build_state import build_layers
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.dockerfile.run_commands import RunScript, run_script
from dockerfile_astro_lint.dockerfile.shell import parse_script
from dockerfile_astro_lint.dockerfile.shell_commands import Command


def described(command: Command) -> str:
    """A command with what is known of it: `sudo|` wrappers, `?` conditional, `~` caught, `<` piped, `@` folder."""
    words = " ".join(word.text if word.literal else f"«{word.text}»" for word in command.words)
    marks = "?" * command.conditional + "~" * command.caught + "<" * command.piped_into
    folder = "" if command.folder == "" else f" @{command.folder}"
    wrappers = "".join(f"{name}|" for name in command.wrappers)
    assigned = "".join(f"{name}= " for name in command.assigned)
    writes = "".join(f" >{word.text}" for word in command.writes)
    return f"{marks}{wrappers}{assigned}{words}{writes}{folder}"


SCRIPTS = {
    "lists": ("a && b; c\nd", "a / b / c / d"),
    "a pipe": ("a | b |& c; d", "a / <b / <c / d"),
    "in front of ||": ("a && b || true; c", "~a / ~b / ?true / c"),
    "|| that fails": ("a || exit 1; b || { echo no; false; }", "a / ?exit 1 / b / ?echo no / ?false"),
    "|| that does not": ("a || exit 0", "~a / ?exit 0"),
    "behind ||": ("[ -d x ] || mkdir x && cd x && a", "~[ -d x ] / ?mkdir x / cd x / a @x"),
    "a question": ("[ -f a ] && b; c", "[ -f a ] / ?b / c"),
    "a question that ends the script": ("[ -f a ] && b", "[ -f a ] / b"),
    "a look-up": ("command -v a && b; c", "?b / c"),
    "not": ("! a; b", "~a / b"),
    "in the background": ("a & b", "~a / b"),
    "if": ("if a; then b; elif c; then d; else e; fi; f", "~a / ?b / ~c / ?d / ?e / f"),
    "while": ("while a; do b; done; c", "~a / ?b / c"),
    "lines of a file": ("cat x | while read -r y; do a $y; done", "cat x / ~<read -r y / <a «$y»"),
    "for": ('for x in a "b c"; do d "$x"; done; e', "d «$x» / e"),
    "for with numbers": ("for ((i=0; i<3; i++)); do a; done; b", "a / b"),
    "case": ("case $x in a|b) c;; (d) e;& *) f; esac; g", "?c / ?e / ?f / g"),
    "case in case": ("case a in b) case c in d) e;; esac;; esac; f", "?e / f"),
    "a subshell": ("(cd x && a); { b; }; c", "cd x / a @x / b / c"),
    "a function that is called": ("f() { a; }; f; b", "a @None / b"),
    "a function that is not": ("f() { a; }; function g { b; }; c", "?a @None / ?b @None / c"),
    "a function that may be": ("f() { a; }; if b; then f; fi", "?a @None / ~b"),
    "a function whose failure is caught": ("f() { a; }; f || true", "~a @None / ?true"),
    "functions that call each other": ("f() { g; }; g() { a; f; }; f", "a @None"),
    "substitutions": ('a "$(b `c`)"; x=$(d); e=1 f', "~c / ~b «`c`» / a «$(b `c`)» / d / e= f"),
    "a case in a substitution": ("x=$(case a in b) c;; esac); d", "?c / d"),
    "processes as files": ("diff <(a) <(b) > >(c); d", "~a / ~b / ~c / diff «<(a)» «<(b)» / d"),
    "arithmetic": ("((a > 1)) && b; echo $(( (1+2)*3 )); c", "?b / echo «$(( (1+2)*3 ))» / c"),
    "expressions": ('[[ $a =~ ^(b|c)$ && -f d ]]; e "${f:-"g)"}" ${h%\'}\'}', None),
    "arrays": ("a=(b $(c) 'd e'); f+=(g); declare -a h=(i); j", None),
    "redirections": ("a > b 2>&1 >> c <d &> e; f 2>/dev/null {", "a >b >c >e / f { >/dev/null"),
    "a here-string": ("a <<< 'b c'; d", "a / d"),
    "a here-document": ("cat <<-'E' > x\n\ta; $(\n\tE\nb", "cat >x / b"),
    "a here-document that is a script": ("bash -e <<E && b\na\nE\nc", "bash -e / b / bash|a / c"),
    "sudo and others": (
        "sudo -u a -E env -i B=c nice -n 5 timeout -k 1 60 d",
        "sudo|env|nice|timeout|B= d",
    ),
    "users": ("gosu a b; su - c -s /bin/sh -c 'd e'; runuser -u f -- g; su h", None),
    "xargs": ("cat a | xargs -r -n1 -P 4 b c; find . | xargs -I{} sh -c 'd {}'", None),
    "find": (
        "find . -name a -exec b {} + -o -execdir c \\;",
        "find . -name a -exec b {} + -o -execdir c ; / ~find|b «{}» @None / ~find|c @None",
    ),
    "scripts": ("bash -euxo pipefail -c 'a && b'; sh -c \"c '$d'\"; eval 'e f'", None),
    "scripts in scripts": ("""bash -c "bash -c 'bash -c \\"a b\\"'" """, "bash|bash|bash|a b"),
    "a substitution in a script in double quotes": (
        'bash -c "c $(f() { a; }; f; bash <<E\nb\nE\n)"; d',
        "~a @None / ~bash / ~bash|b / bash|c «$(f() { a; }; f; bash <<E\nb\nE\n)» / d",
    ),
    "trap": ("trap 'rm a' EXIT; trap - INT; b", "?trap|rm a @None / trap - INT / b"),
    "folders": (
        "cd /a && cd b/../c && d; cd $E && f; cd; g",
        "cd /a / cd b/../c @/a / d @/a/c / cd «$E» @/a/c / f @$E / cd @$E / g @None",
    ),
    "a folder that only some know": ("if a; then cd b; fi; c; cd /d; e", "~a / ?cd b / c @None / cd /d @None / e @/d"),
    "a folder of a loop": ("for a in b c; do cd $a; d; done", "cd «$a» @None / d @None"),
    "a folder in a pipe": ("cd a | b; c", "cd a / <b / c"),
    "comments": ("a # b; c\n# d\ne#f", "a / e#f"),
    "quotes": ("a'b'\"c\"\\d $'e' \"f\\\"g\" ''", None),
    "set": ("set -eux; a", "set -eux / a"),
}
"""Scripts with their commands; None where a test of its own says what they are."""


@pytest.mark.parametrize("name", [name for name, (_, expected) in SCRIPTS.items() if expected is not None])
def test_commands(name: str) -> None:
    text, expected = SCRIPTS[name]
    script = parse_script(text)
    assert " / ".join(described(command) for command in script.commands) == expected
    assert script.unread == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("expressions", ["[[ «$a» =~ ^ b c $ -f d", "e «${f:-\"g)\"}» «${h%'}'}»"]),
        ("arrays", ["c", "declare -a «h=»", "j"]),
        ("users", ["gosu|b", "su|d e @None", "runuser|g", "su h"]),
        ("xargs", ["cat a", "<xargs|b c", "find .", "<xargs|sh|d {}"]),
        ("scripts", ["bash|a", "bash|b", "sh|c «$d»", "eval|e f"]),
        ("quotes", ["abcd e f\"g "]),
    ],
)  # fmt: skip
def test_more_commands(name: str, expected: list[str]) -> None:
    script = parse_script(SCRIPTS[name][0])
    assert [described(command) for command in script.commands] == expected
    assert script.unread == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_characters_stand_where_they_come_from(name: str) -> None:
    text = SCRIPTS[name][0]
    for command in parse_script(text, 100).commands:
        for word in (*command.words, *command.writes, *command.assignments):
            assert 100 <= word.start <= word.end <= 100 + len(text)
            if word.places is not None:
                assert "".join(text[place - 100] for place in word.places) == word.text


@pytest.mark.parametrize(
    ("text", "expected", "unread"),
    [
        ('a; "$b" c; d', "a / d", ['"$b" c']),
        ('eval "$(a)"; b', "~a / eval «$(a)» / b", ['"$(a)"']),
        ("a; ) b; fi; c", "a / b / c", [")", "fi"]),
        ("a `b \\`c\\`` d", "a «`b \\`c\\``» d", ["`b \\`c\\``"]),
        ("a; echo 'b; c", "a", ["'b; c", "echo 'b; c"]),
        ("a; if b; then c", "a / ~b / ?c", [" c"]),
        ("a $((b) | c); d", "a «$((b) | c)» / d", ["b) | c)"]),
        ("a; cat <<E\nb\nc", "a / cat", ["b\nc"]),
    ],
)
def test_what_cannot_be_read_is_marked_and_the_rest_is_read(text: str, expected: str, unread: list[str]) -> None:
    script = parse_script(text)
    assert " / ".join(described(command) for command in script.commands) == expected
    assert sorted(text[start:end] for start, end in script.unread) == sorted(unread)


@pytest.mark.parametrize("opening", ["$(", "(", "{ ", "if ", "while a; do ", "case a in b) ", "f() ", "${a:-", "a <("])
def test_what_is_nested_too_deep_is_not_read(opening: str) -> None:
    script = parse_script("first; " + opening * 1000)
    assert [described(command) for command in script.commands][:1] == ["first"]
    assert script.unread


def run(text: str) -> RunScript:
    dockerfile = parse_dockerfile(make_source("Dockerfile", text), {})
    return run_script(build_layers(dockerfile, dockerfile.stages, {})[0][-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a && \\\n# why\n  b \\\n  c\n", [("a", "a"), ("b c", "b \\\n  c")]),
        ("RUN <<E\na b\nc\nE\n", [("a b", "a b"), ("c", "c")]),
        ("RUN <<-E bash -e\n\ta\n\tE\n", [("bash -e", "bash -e"), ("bash|a", "a")]),
        ("RUN cat <<A > x && sudo sh <<B && b\na\nA\nc\nB\n",
         [("cat >x", "cat"), ("sudo|sh", "sh"), ("b", "b"), ("sudo|sh|c", "c")]),
        ("RUN bash <<E || true\ncat <<F\nx\nF\na\nE\n",
         [("~bash", "bash"), ("?true", "true"), ("~bash|cat", "cat"), ("~bash|a", "a")]),
        ("RUN <<E\n#!/usr/bin/env python\na\nE\n", []),
        ('RUN ["bash", "-c", "a \\"b\\" d && c"]\n', [("bash|a b d", 'a \\"b\\" d'), ("bash|c", "c")]),
    ],
)  # fmt: skip
def test_commands_of_a_run_stand_where_they_are_written(text: str, expected: list[tuple[str, str]]) -> None:
    commands = run(f"FROM quay.io/astronomer/astro-runtime:13.11.0\n{text}").commands
    spans = [run.span(run.command.words[0], run.command.words[-1]).text for run in commands]
    assert list(zip([described(one.command) for one in commands], spans, strict=True)) == expected


@pytest.mark.parametrize(
    ("text", "complete"),
    [("RUN a\n", True), ('RUN "$a" b\n', False), ("RUN <<E\na\nE\n", True), ("RUN <<E\n#!/usr/bin/perl\nE\n", False),
     ('RUN ["a"]\n', True), ('SHELL ["python", "-c"]\nRUN a\n', False), (f"RUN {'a ' * 20_000}\n", True)],
)  # fmt: skip
def test_a_run_knows_whether_it_is_read_whole(text: str, complete: bool) -> None:
    assert run(f"FROM quay.io/astronomer/astro-runtime:13.11.0\n{text}").complete is complete
