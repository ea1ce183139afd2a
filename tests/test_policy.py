"""The rules of a policy: which keys turn them on, what their keys accept, and what no comment suppresses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint.rules.selection import POLICY, all_rules
from tests.tool import FIXED, FIXTURES, inside, lint, run

RUNTIME = "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"
FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_py", ".py")
        path = path.with_name("astro-lint.toml") if name == "config" else path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(folder: Path, *argv: str) -> list[tuple[str, int, str]]:
    with inside(folder):
        document = lint(*(argv or (".",)))
    assert document["failures"] == []
    return [(one["path"], one["line"], one["code"]) for one in document["diagnostics"] if one["code"] != "AST403"]


def test_each_key_turns_on_its_rule_and_no_other_option_is_needed(tmp_path: Path) -> None:
    rules = [rule for rule in all_rules() if rule.code.startswith("AST8")]
    assert [rule.code for rule in rules] == list(POLICY.values())
    assert all(rule.opt_in and rule.on == (key,) for key, rule in zip(POLICY, rules, strict=True))
    write(tmp_path, Dockerfile=f"# astro-lint: ignore[AST103] x\n{FLOATING}", config="")
    assert found(tmp_path, "Dockerfile", "--extend-select", "AST8") == []
    values = {
        "allowed-registries": ('["quay.io"]', [(2, "AST801")]),
        "minimum-runtime": ('["3.3-1"]', [(2, "AST802")]),
        "required-labels": ('{team = "*"}', [(2, "AST803")]),
        "forbid-ignores": ('["AST103"]', [(1, "AST804"), (2, "AST103")]),
    }
    assert list(values) == list(POLICY)
    for key, (value, expected) in values.items():
        for select in ("", 'select = ["AST4"]\n', 'extend-select = ["AST304"]\n'):
            write(tmp_path, config=f"{select}{key} = {value}\n")
            one = [(line, code) for _, line, code in found(tmp_path, "Dockerfile")]
            assert one == [pair for pair in expected if pair[1] != "AST103" or 'select = ["AST4' not in select], key
        assert found(tmp_path, "Dockerfile", "--select", "AST105") == []
        write(tmp_path, config=f'ignore = ["AST8"]\n{key} = {value}\n')
        assert not [one for one in found(tmp_path, "Dockerfile") if one[2] != "AST103"]


def test_a_rule_is_not_imported_where_its_key_is_not_set(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile=f"{RUNTIME}COPY --from=busybox /a /a\nLABEL a=b\n", config="")
    code = "import sys; from dockerfile_astro_lint.cli.main import main; main(); print(*sys.modules)"
    for config, expected in ((None, set()), ('allowed-registries = ["quay.io"]', {"ast801_disallowed_registry"})):
        write(tmp_path, config=config or "")
        command = [sys.executable, "-c", code, "Dockerfile", "--extend-select", "AST8"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        names = {name.rpartition(".")[2] for name in done.stdout.split() if "dockerfile_astro_lint" in name}
        assert {name for name in names if name.startswith("ast8")} == expected, done.stderr
        assert not names & {"forbidden_ignores"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('allowed-registries = "quay.io"', "`allowed-registries` must be a list of registries, not 'quay.io'"),
        (
            'allowed-registries = ["https://quay.io"]',
            "has a scheme, which an image reference never has: write `quay.io`",
        ),
        ('allowed-registries = ["quay.io "]', "has spaces, which an image reference never has: write `quay.io`"),
        ('allowed-registries = ["a b.io"]', "'a b.io' has spaces or control characters"),
        ('allowed-registries = ["quay.io/*"]', "has a `*`: write the prefix alone, such as `quay.io`"),
        ('allowed-registries = ["bitnami"]', "has no registry: write `docker.io/bitnami` for Docker Hub"),
        ('allowed-registries = ["quay.io/a/b:1"]', "has a tag or digest: write the registry and repository alone"),
        ('allowed-registries = [""]', "'' is empty"),
        (f"allowed-registries = {['quay.io'] * 1001}", "`allowed-registries` has 1001 entries, of at most 1000"),
        ('minimum-runtime = "13.4.0"', "`minimum-runtime` must be a list of versions"),
        ('minimum-runtime = ["13"]', "'13' is not a valid Runtime version, such as `13.4.0` or `3.1-8`"),
        ('minimum-runtime = ["3.1-8-base"]', "is not a valid Runtime version"),
        ('minimum-runtime = ["3.1.4"]', "is not a valid Runtime version"),
        ('required-labels = ["team"]', "`required-labels` must be a table, not ['team']"),
        ('[required-labels]\nteam = ""', "`required-labels.team`: the pattern is empty, which no value matches"),
        ('[required-labels]\n"" = "*"', "`required-labels.`: a label has no name"),
        ("[required-labels]\nteam = 1", "`required-labels.team` must be a string, not 1"),
        ('forbid-ignores = ["AST999"]', "`forbid-ignores`: unknown rule `AST999`"),
    ],
)
def test_a_wrong_value_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    write(tmp_path, Dockerfile=RUNTIME, config=text)
    with inside(tmp_path):
        outcome = run("Dockerfile")
    assert outcome.code == 2
    assert sentence in outcome.err


def test_setup_cfg_has_the_keys_too(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile=RUNTIME)
    (tmp_path / "setup.cfg").write_text(
        "[astro-lint]\nallowed-registries = quay.io, ghcr.io/a\nminimum-runtime =\n  13.4.0\n  3.3-1\n"
        "forbid-ignores = AST103\nrequired-labels =\n  team = *\n"
    )
    assert [code for _, _, code in found(tmp_path, "Dockerfile")] == ["AST801", "AST803", "AST802"]


def test_the_message_names_what_is_allowed(tmp_path: Path) -> None:
    write(
        tmp_path,
        Dockerfile="FROM ghcr.io/acme/runtime:1\n",
        config=f"allowed-registries = {['quay.io', 'ghcr.io/b'] + [f'r{n}.io' for n in range(5)]}",
    )
    with inside(tmp_path):
        (one,) = lint("Dockerfile")["diagnostics"]
    allowed = "`quay.io`, `ghcr.io/b`, `r0.io`, `r1.io`, `r2.io` (and 2 more)"
    assert one["message"] == f"the policy does not allow images of `ghcr.io/acme/runtime`; allowed: {allowed}"


def test_one_finding_names_all_labels_that_are_missing_or_wrong(tmp_path: Path) -> None:
    wanted = {f"l{number}": "x*" for number in range(8)} | {"a": "*", "team": "*"}
    labels = " ".join(f"l{number}=y" for number in range(7))
    config = "[required-labels]\n" + "".join(f'{name} = "{pattern}"\n' for name, pattern in wanted.items())
    write(tmp_path, Dockerfile=f"{RUNTIME}LABEL {labels} l7=xy\n", config=config)
    with inside(tmp_path):
        (one,) = lint("Dockerfile", "--select", "AST803")["diagnostics"]
    wrong = "; ".join(f"the label `l{number}` is `y`, but the policy requires `x*`" for number in range(5))
    assert one["message"] == f"the image lacks labels that the policy requires: `a`, `team`; {wrong} and 2 more"
    assert len(one["related"]) == 5


def test_the_minimum_holds_for_a_manifest(tmp_path: Path) -> None:
    manifest = '[tool.astro]\nruntime = "3.1-12"\n[tool.astro-lint]\nminimum-runtime = ["3.1-21"]\n'
    (tmp_path / "pyproject.toml").write_text(manifest)
    assert ("pyproject.toml", 2, "AST802") in found(tmp_path)


PROJECT = {
    "Dockerfile": f"# astro-lint: ignore-file[AST103] x\n{FLOATING}",
    "requirements_txt": "# astro-lint: ignore[AST502] x\napache-airflow==3.1.0\n",
    "packages_txt": "",
    "dags__bare_py": "import imp  # noqa\n",
    "dags__noqa_py": "import imp  # noqa: AST4, E501\n",
    "dags__own_py": "import imp  # astro-lint: ignore[AST402, AST401] x\n",
    "dags__other_py": "import os  # noqa: AST2\n",
}


def test_no_comment_of_any_file_suppresses_a_forbidden_rule(tmp_path: Path) -> None:
    config = 'forbid-ignores = ["AST103", "AST401", "AST402", "AST502"]\n'
    (tmp_path / ".astro").mkdir()
    write(tmp_path, **PROJECT, config="")
    codes = "AST003,AST103,AST401,AST402,AST502,AST804"
    before = found(tmp_path, ".", "--ignore", "AST601")
    write(tmp_path, config=config)
    after = found(tmp_path, ".", "--select", codes)
    assert not [one for one in before if one[2] in codes and one[2] != "AST003"]
    imp = [code for path, _, code in after if path == "dags/bare.py"]
    assert imp
    assert set(imp) <= {"AST401", "AST402"}
    assert {path for path, _, code in after if code in imp} == {"dags/bare.py", "dags/noqa.py", "dags/own.py"}
    assert [(path, line) for path, line, code in after if code == "AST804"] == [
        ("Dockerfile", 1), ("dags/noqa.py", 1), ("dags/own.py", 1), ("dags/own.py", 1), ("requirements.txt", 1),
    ]  # fmt: skip
    assert ("Dockerfile", 2, "AST103") in after
    assert ("requirements.txt", 2, "AST502") in after
    assert not [one for one in after if one[2] == "AST003"]
    assert {path for path, _, code in found(tmp_path, "dags/own.py") if code == "AST804"} == {"dags/own.py"}
    assert [code for *_, code in found(tmp_path, "requirements.txt")] == ["AST804", "AST502"]


def test_the_fix_removes_the_comment_and_add_ignores_adds_none(tmp_path: Path) -> None:
    config = 'forbid-ignores = ["AST103", "AST401", "AST402", "AST502"]\n'
    (tmp_path / ".astro").mkdir()
    write(tmp_path, **PROJECT, config=config)
    with inside(tmp_path):
        run(".", "--fix", "--select", "AST804", *FIXED)
        assert (tmp_path / "Dockerfile").read_text() == FLOATING
        assert (tmp_path / "requirements.txt").read_text() == "apache-airflow==3.1.0\n"
        texts = {path: path.read_text() for path in tmp_path.rglob("*.*") if path.is_file()}
        run(".", "--add-ignores", "later", "--select", "AST103,AST401,AST402,AST502", *FIXED)
        assert {path: path.read_text() for path in texts} == texts
        assert (tmp_path / "Dockerfile").read_text() == FLOATING


CASES = [
    case["input"]
    for name in ("buildkit-cases.json", "build-verdicts.json")
    for case in json.loads((FIXTURES / name).read_text(encoding="utf-8"))["cases"]
    if "input" in case
]


@pytest.mark.parametrize("text", CASES)
def test_no_dockerfile_makes_a_rule_of_the_policy_fail(text: str, tmp_path: Path) -> None:
    """Whatever BuildKit reads or refuses: no rule raises, and what a fix removes is only a comment."""
    config = (
        'allowed-registries = ["quay.io/astronomer", "docker.io/library"]\nminimum-runtime = ["13.999.0", "3.99-1"]\n'
        'forbid-ignores = ["AST"]\n[required-labels]\nteam = "a*b"\n'
    )
    write(tmp_path, Dockerfile="", config=config)
    (tmp_path / "Dockerfile").write_bytes(text.encode("utf-8", "surrogateescape"))
    with inside(tmp_path):
        document = lint("Dockerfile", "--select", "AST8")
    assert [one["message"] for one in document["failures"] if "please report" in one["message"]] == []


def test_what_an_image_is_compared_with_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """Every prefix of a name is looked up: a thousand registries and thousands of images are no million comparisons."""
    images = "".join(f"COPY --from=r{number}.example/a/b:1 /a /a\n" for number in range(3000))
    allowed = [f"r{number}.example" for number in range(0, 2000, 2)]
    write(tmp_path, Dockerfile=f"{RUNTIME}{images}", config=f"allowed-registries = {allowed}\n")
    lines = [line for _, line, _ in found(tmp_path, "Dockerfile", "--select", "AST801")]
    assert lines == [1, *(number + 2 for number in range(3000) if number % 2 or number >= 2000)]
