"""What leaves the program holds no secret of the files: in any format, beside it, whether or not a rule is on.

A patch is the one exception.
"""

from __future__ import annotations

import json
import re
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerfile_astro_lint import inventory
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.engine.redaction import Redactor, redacted_text
from dockerfile_astro_lint.reports import FORMATS, upgrade
from tests.strategies import examples
from tests.test_hostile import calls
from tests.tool import FIXED, inside, lint, run, write

IMAGE = "FROM quay.io/astronomer/astro-runtime:12.1.0\n"
BASE64 = "qL7/wZ+cXkP0aNv3"

# A line of a Dockerfile each: `@` is where the secret is. What ends in a stray word is a finding on the line.
LINES = {
    "ENV with a space behind the sign": "ENV DB_PASSWORD= @",
    "ENV with spaces around the sign": "ENV DB_PASSWORD = @",
    "ENV in the old form": "ENV DB_PASSWORD @",
    "ENV in quotes": "ENV DB_PASSWORD='@' C",
    "ENV in double quotes": 'ENV DB_PASSWORD="@" C',
    "ENV without a closing quote": 'ENV DB_PASSWORD="@ C',
    "ENV with words behind": "ENV DB_PASSWORD=first @",
    "ENV of lower case": "env db_password=@ C",
    "ENV that is misspelt": "ENVV DB_PASSWORD @",
    "ENV in ONBUILD": "ONBUILD ENV DB_PASSWORD=@ C",
    "ENV in a default": "ENV DB_PASSWORD=${X:-@} C",
    "ENV with a reference": "ENV DB_PASSWORD=a$X@ C",
    "a second variable with the value": "ENV DB_PASSWORD=@ OTHER=@ C",
    "a second variable that holds the value": "ENV DB_PASSWORD=@ OTHER=x@x C",
    "a variable that refers to it": "ENV DB_PASSWORD=@ OTHER=$DB_PASSWORD C",
    "a reference in WORKDIR": "ENV DB_PASSWORD=@\nWORKDIR /${DB_PASSWORD}",
    "a reference without its beginning": "ENV DB_PASSWORD=x@\nUSER a${DB_PASSWORD#x}",
    "a reference without its end": "ENV DB_PASSWORD=@xyz\nWORKDIR /a${DB_PASSWORD%z}",
    "a reference in USER": "ENV DB_PASSWORD=@\nUSER ${DB_PASSWORD}",
    "a reference in FROM": "ARG DB_PASSWORD=@\nFROM quay.io/astronomer/astro-runtime:${DB_PASSWORD}",
    "ARG": "ARG DB_PASSWORD=@ = C",
    "ARG with spaces around the sign": "ARG DB_PASSWORD = @",
    "LABEL": "LABEL api_token = @",
    "a continued value": "ENV A=1 \\\n  DB_PASSWORD=@ C",
    "an ENV with its name on the next line": "ENV \\\n  DB_PASSWORD @",
    "a URL": "ENV CONN=postgres://user:@@host/db C",
    "a URL of a token": "ENV CONN=https://@@host/db C",
    "a URL with a query": "ENV CONN=https://host/?password=@&x=1 C",
    "JSON": 'ENV CONN=\'{"password": "@"}\' C',
    "escaped JSON": 'ENV CONN="{\\"password\\": \\"@\\"}" C',
    "RUN with a URL": "RUN curl https://user:@@host/x && apt-get install libpq-dev",
    "RUN with a URL of two colons": "RUN curl https://user:@:@@host/x && apt-get install libpq-dev",
    "an image with two colons": "FROM https://user:@:@@quay.io/astronomer/astro-runtime:12.1.0",
    "RUN with export": "RUN export X_PASSWORD=@ && apt-get install libpq-dev",
    "RUN with an option": "RUN deploy --db-password @ && apt-get install libpq-dev",
    "RUN with an option and a sign": "RUN deploy --token=@ && apt-get install libpq-dev",
    "RUN with a header": "RUN curl -H 'Authorization: Bearer @' https://host && apt-get install libpq-dev",
    "RUN with curl -u": "RUN curl -u loader:@ https://host && apt-get install libpq-dev",
    "RUN with chpasswd": "RUN echo 'astro:@' | chpasswd && apt-get install libpq-dev",
    "RUN in exec form": 'RUN ["apt-get", "install", "--password", "@"]',
    "a heredoc": "RUN <<EOF && apt-get install libpq-dev\nexport X_PASSWORD=@\nEOF",
    "a heredoc that does not end": "RUN <<EOF\nexport X_PASSWORD=@",
    "COPY of a heredoc": "COPY --bad <<EOF /a\nmachine h login u password @\nEOF",
    "a comment": "# DB_PASSWORD=@\n# astro-lint: ignore[AST101] DB_PASSWORD=@\nENV A = 1",
    "an unknown instruction": "PASSWORD=@ x",
    "an image": "FROM user:@@registry/x:${V",
    "a private key": 'ENV A="-----BEGIN PRIVATE KEY-----\\n@\\n-----END PRIVATE KEY-----" C',
    "a private key that does not end": 'ENV A="-----BEGIN RSA PRIVATE KEY-----\\n@" C',
}

FORMS = {
    "AWS": "AKIAIOSFODNN7QQQQQQQ",
    "GitHub": "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dE3fG6",
    "GitHub, fine-grained": "github_pat_11ABCDEFG0aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dE3fG6",
    "GitLab": "glpat-aB3dE6gH9jK2mN5pQ8sT",
    "Slack": "xoxb-123456789012-aB3dE6gH9jK2",
    "Slack webhook": "T01ABCDEF/B01ABCDEF/aB3dE6gH9jK2mN5p",
    "Google": "AIzaSyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhc3RybyJ9.aB3dE6gH9jK2mN5pQ8sT1vW4",
    "PyPI": "pypi-AgEIcHlwaS5vcmcCJGFCM2RFNmdIOWpLMm1ONXBROHNU",
    "npm": "npm_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dE3fG6",
    "Docker": "dckr_pat_aB3dE6gH9jK2mN5pQ8sT1vW4",
    "Hugging Face": "hf_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dE3f",
    "Databricks": "dapi0123456789abcdef0123456789abcdef",
    "Fernet": "81HqDtbqAywKSOumSha3BhWNOdQ26slT6K0YaZeZyPs=",
}


def options(*more: str) -> tuple[str, ...]:
    return (*FIXED, "--extend-select", "AST", *more)


def everything(folder: Path, *more: str) -> Iterator[tuple[str, str]]:
    """(name, text) of all that comes out about a folder: every format, and what is written beside it."""
    with inside(folder):
        for form in FORMATS:
            outcome = run("--format", form, *options(*more), "--statistics", "--verbose")
            yield form, outcome.out + outcome.err
        outcome = run("--color", "always", *options(*more))
        yield "colors", outcome.out + outcome.err
        outcome = run("--write-baseline", "baseline.json", *options(*more))
        yield "baseline", Path("baseline.json").read_text() + outcome.out + outcome.err
        for form in inventory.FORMATS:
            outcome = run("inventory", "--format", form, *FIXED)
            yield f"inventory {form}", outcome.out + outcome.err
        for form in upgrade.FORMATS:
            given = more if "--build-arg" in more else ()
            outcome = run("upgrade", "--to", "3.3", "--check", "--format", form, *FIXED, *given)
            yield f"upgrade {form}", outcome.out + outcome.err
        for path in (".", "broken/Dockerfile"):
            outcome = run("config", path)
            yield "config", outcome.out + outcome.err


def leaks(folder: Path, secrets: list[str], *more: str) -> set[tuple[str, str]]:
    return {(name, secret) for name, text in everything(folder, *more) for secret in secrets if secret in text}


def flake8(folder: Path) -> str:
    command = [
        sys.executable, "-m", "flake8", "--isolated", "--select", "AST", "--filename", "*", "--show-source",
        "--astro-today", "2026-10-01", "Dockerfile",
    ]  # fmt: skip
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "AST" in found.stdout
    return found.stdout + found.stderr


def test_no_line_of_a_dockerfile_shows_its_secret(tmp_path: Path) -> None:
    """One Dockerfile each, for a stray quote may swallow what follows it; and with the rule about secrets off."""
    secrets = []
    for number, line in enumerate(LINES.values()):
        secrets.append(f"Hush{number}ling{number}")
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "Dockerfile").write_text(IMAGE + line.replace("@", secrets[-1], line.count("@") - ("@@" in line)))
        with inside(folder):
            found = lint("--extend-select", "AST")["diagnostics"]
        assert any(one["line"] > 1 for one in found), line
    assert leaks(tmp_path, secrets) == set()
    assert leaks(tmp_path, secrets, "--ignore", "AST610") == set()


def test_known_forms_are_no_secret_of_any_file(tmp_path: Path) -> None:
    for number, secret in enumerate(FORMS.values()):
        shown = f"hooks.slack.com/services/{secret}" if "/B0" in secret else secret
        files = {
            "Dockerfile": f"{IMAGE}ENV A={shown} C\nWORKDIR /x/{shown}\nRUN {shown} && apt-get install libpq-dev\n",
            "requirements.txt": f"apache-airflow==2.1.0  # {shown}\n{shown} ??\n",
            "packages.txt": f"gcc # {shown}\n",
            "dags/load.py": f"import imp  # {shown}\n",
            "broken/astro-lint.toml": f'fail-on = "{shown}"\n',
            "broken/Dockerfile": IMAGE,
        }
        write(tmp_path / str(number), files)
        assert secret not in redacted_text(f"see `{shown}` and {shown}, {shown}.")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "Dockerfile").write_text(IMAGE)
    assert leaks(tmp_path, list(FORMS.values())) == set()


@pytest.mark.parametrize("password", ["", ":", ":x", ":x-oauth-basic", ":changeme"])
def test_the_user_of_an_address_may_be_a_token(password: str) -> None:
    shown = redacted_text(f"see https://Hush1lingHush2ling{password}@host/x")
    assert "Hush" not in shown
    assert redacted_text(shown) == shown
    assert redacted_text("see https://loader:Hush1ling@host/x") == "see https://loader:***@host/x"
    assert redacted_text("see https://loader:***@host/x") == "see https://loader:***@host/x"


PROJECT = {
    "Dockerfile": f"{IMAGE}ARG A_TOKEN=Hush1ling\nENV B_PASSWORD=Hush2ling\nUSER $B_PASSWORD\n",
    "requirements.txt": (
        "--extra-index-url https://user:Hush3ling@host/simple ??\n"
        "apache-airflow @ https://user:Hush4ling@host/apache-airflow.zip\n"
        "x @ git+https://Hush5ling@host/x.git ; bad marker\n"
        "apache-airflow==2.1.0 # password: Hush6ling\n"
        "--password Hush7ling\n"
    ),
    "packages.txt": "gcc # db_password=Hush8ling\n",
    ".dockerignore": "dags # DB_PASSWORD=Hush9ling\n",
    "dags/load.py": (
        'import imp; password = "Hush10ling"; d = {"api_token": "Hush11ling"}\n'
        "import imp  # DB_PASSWORD=Hush12ling\n"
        'import imp; os.environ["DB_PASSWORD"] = "Hush13ling"; f("mysql://u:Hush14ling@h/d", token=\'Hush15ling\')\n'
        'import imp; os.getenv("DB_PASSWORD", "Hush16ling"); secret: str = "Hush17ling"\n'
    ),
    "dags/broken.py": 'import imp; password = "Hush18ling" "\n',
    "pyproject.toml": '[tool.astro-lint.build-args]\nDB_PASSWORD = "Hush19ling"\n',
    "broken/astro-lint.toml": 'build-args.DB_PASSWORD = ["Hush20ling"]\n',
    "broken/Dockerfile": IMAGE,
    "unclosed/astro-lint.toml": 'build-args.DB_PASSWORD = "Hush21ling\n',
    "unclosed/Dockerfile": IMAGE,
    "unsigned/setup.cfg": "[astro-lint]\nDB_PASSWORD Hush22ling\n",
    "unsigned/Dockerfile": IMAGE,
    "unended/setup.cfg": "[astro-lint]\nfail-on = x\rDB_PASSWORD Hush28ling\n",
    "unended/Dockerfile": IMAGE,
    "headless/setup.cfg": "DB_PASSWORD = Hush23ling\n[astro-lint]\n",
    "headless/Dockerfile": IMAGE,
    "wrong/astro-lint.toml": 'mirrors = "https://user:Hush24ling@host"\n',
    "wrong/Dockerfile": IMAGE,
    "other/astro-lint.toml": 'catalog = "https://user:Hush25ling@host"\n',
    "other/Dockerfile": IMAGE,
    "image/Dockerfile": "FROM https://user:Hush26ling@quay.io/astronomer/astro-runtime:12.1.0\n",
    "named/Dockerfile": f"{IMAGE.strip()} AS ghp_Hush27lingHush27lingHush27ling\nENV A = 1\n",
}


@pytest.mark.slow
def test_no_file_of_a_project_shows_its_secrets(tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    secrets = sorted(set(re.findall(r"Hush\d+ling", "".join(PROJECT.values()))))
    assert len(secrets) == 28
    assert leaks(tmp_path, secrets) == set()
    assert leaks(tmp_path, secrets, "--ignore", "AST610", "--target", "x", "--no-ignores") == set()
    assert [one for one in secrets if one in flake8(tmp_path)] == []


def test_not_in_what_is_said_of_comments_nor_in_the_step_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {**PROJECT, "summary": ""})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    with inside(tmp_path):
        first = run(*options())
        summary = (tmp_path / "summary").read_text()
        added = run(*options("--add-ignores", "later"))
        after = run(*options("--format", "sarif"))
    assert "AST615" not in first.err
    assert "added ignore comments" in added.err
    for text in (*first[1:], summary, *added[1:], *after[1:]):
        assert re.findall(r"Hush\d+ling", text) == []
    # What the comments are written into keeps its secrets.
    assert "Hush10ling" in (tmp_path / "dags" / "load.py").read_text()


def test_a_build_argument_of_the_command_line_is_not_shown(tmp_path: Path) -> None:
    text = "ARG DB_PASSWORD\nFROM quay.io/astronomer/astro-runtime:$DB_PASSWORD\nARG DB_PASSWORD\nUSER $DB_PASSWORD\n"
    (tmp_path / "Dockerfile").write_text(text)
    assert leaks(tmp_path, ["Hush1ling"], "--build-arg", "DB_PASSWORD=Hush1ling") == set()
    with inside(tmp_path):
        outcome = run("inventory", *FIXED, "--build-arg", "DB_PASSWORD=Hush1ling", "--format", "json")
        assert "astro-runtime:***" in outcome.out
        for wrong in (["--buildarg", "DB_PASSWORD=Hush1ling"], ["--build-arg", "=Hush1ling"]):
            outcome = run(*wrong)
            assert outcome.code == 2
            assert "Hush1ling" not in outcome.err


def test_a_patch_has_the_lines_as_they_are_and_says_so(tmp_path: Path) -> None:
    text = IMAGE + "ENV DB_PASSWORD=Hush1ling\nENV A = 1\n"
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        outcome = run(*FIXED, "--diff")
        assert " ENV DB_PASSWORD=Hush1ling" in outcome.out
        assert outcome.err == "astro-lint: the patch contains secrets: it has the lines of the files as they are\n"
        (tmp_path / "Dockerfile").write_text(IMAGE + "ENV A = 1\n")
        assert run(*FIXED, "--diff").err == ""


def test_fixes_write_what_the_file_has(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(IMAGE + "ENV DB_PASSWORD = Hush1ling\n# Hush1ling\n")
    with inside(tmp_path):
        outcome = run(*FIXED, "--fix")
    assert (tmp_path / "Dockerfile").read_text() == IMAGE + "ENV DB_PASSWORD=Hush1ling\n# Hush1ling\n"
    assert "Hush1ling" not in outcome.out + outcome.err


def test_a_fix_that_would_write_the_secret_again_is_not_in_a_report_and_is_applied(tmp_path: Path) -> None:
    text = "ARG A_TOKEN=13.7.0-slim\nFROM quay.io/astronomer/astro-runtime:13.7.0-slim-python-3.12\n"
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        for form in FORMATS:
            assert "13.7.0-slim" not in run(*FIXED, "--format", form).out
        run(*FIXED, "--fix")
    assert "13.7.0-python-3.12-slim" in (tmp_path / "Dockerfile").read_text()


def test_a_baseline_is_the_same_for_another_secret_of_the_same_length(tmp_path: Path) -> None:
    """No digest of a secret is written down, for it could be guessed."""
    written = []
    for secret in ("Hush1ling", "Hush2ling"):
        (tmp_path / "Dockerfile").write_text(IMAGE + f"ENV DB_PASSWORD = {secret}\n")
        with inside(tmp_path):
            run(*FIXED, "--write-baseline", "b.json")
            assert run(*FIXED, "--baseline", "b.json", "--fail-on", "info").code == 0
            assert run(*FIXED, "--baseline", "b.json", "--diff").out == ""
        written.append((tmp_path / "b.json").read_text())
    assert written[0] == written[1]


@pytest.mark.parametrize(
    "line",
    [
        "ENV SNOWFLAKE_USER=loader C", "ENV DB_PASSWORD=$OTHER C", "ENV DB_PASSWORD=changeme C",
        "ENV DB_PASSWORD= A=b C", "ENV PATH=/opt/token/bin C",
        "RUN --mount=type=secret,id=pip_token,env=PIP_TOKEN apt-get install x",
        "RUN curl https://host:8080/x@y && apt-get install x", "RUN git clone ssh://git@host/x && apt-get install x",
        "ENV A=astro-runtime:13.1.0@digest C",
        "ENV A_TOKEN=<your-token> C", "ARG PIP_TOKEN OTHER = C", "RUN useradd -u 1000:1000 x && apt-get install x",
        "ENV DIGEST=sha256:3b8d0f2c1e5a79b6d4c2f0e8a6b4d2c0f8e6a4b2d0c8f6e4a2b0d8c6f4e2a0b8 C",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_shown(line: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(IMAGE + line + "\n")
    with inside(tmp_path):
        assert f"| {line}\n" in run(*options("--format", "text")).out


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("dags/a.py", "token = get_token(password=password)"),
        ("dags/a.py", "def load(token: str, secret: bool = True): pass"),
        ("dags/a.py", "if token == other: pass"),
        ("requirements.txt", "python-token==1.0.0"),
        ("requirements.txt", "airflow-secret>=1.2,<2"),
        ("Dockerfile", "# the token: see the handbook"),
    ],
)
def test_code_and_versions_are_no_secrets(path: str, line: str) -> None:
    source = make_source(path, line)
    if "handbook" not in line:  # in YAML this is a value
        assert Redactor().source(source).text == line
    message = "Python 3.12 has no `imp`: `token` and `1.0.0` are as they are: get_token"
    assert Redactor().text(message, [source]) == message


def test_columns_stay_the_same(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(IMAGE + "ENV OTHER=x C DB_PASSWORD=Hush1ling\n")
    with inside(tmp_path):
        lines = run(*FIXED, "--format", "text", "--select", "AST001").lines
    assert lines[2] == "2 | ENV OTHER=x C DB_PASSWORD=*********"
    assert lines[3] == "  |             ^"


def test_a_short_secret_is_hidden_where_it_is_quoted_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(IMAGE + "ARG DB_PASSWORD = ab\nENV DB_PASSWORD=ab\nUSER $DB_PASSWORD\n")
    with inside(tmp_path):
        outcome = run(*options("--format", "text"))
    assert "`ab`" not in outcome.out
    assert "= ab" not in outcome.out
    assert Redactor().text("`ab` about ab", [make_source("Dockerfile", "ENV DB_PASSWORD=ab")]) == "`***` about ab"


def test_a_message_that_is_cut_off_holds_no_part_of_a_secret(tmp_path: Path) -> None:
    secret = "Hush" + "abcdefghij" * 120
    (tmp_path / "Dockerfile").write_text(f"{IMAGE}ENV DB_PASSWORD={secret}\nWORKDIR /{'x' * 950}$DB_PASSWORD\n")
    for name, text in everything(tmp_path):
        assert "Hush" not in text, name
        assert "abcdefghij" not in text, name


# Random secrets in random places.

BARE = st.text(string.ascii_letters + string.digits + "!%*+-./:=@^_~#", min_size=6, max_size=40)
PLACES = (
    "ENV DB_PASSWORD={}", "ENV DB_PASSWORD= {}", "ENV DB_PASSWORD = {}", "ENV DB_PASSWORD {}", "ENV A=1 B_TOKEN={} C",
    "ENV DB_PASSWORD='{}' OTHER={} C", "ARG DB_PASSWORD={}\nUSER ${{DB_PASSWORD}}", "LABEL api_token={} = x",
    "RUN export X_SECRET={} && apt-get install x", "RUN <<EOF\nexport X_SECRET={}", "RUN x --token {} && yum install x",
    "ENV A='{{\"password\": \"{}\"}}' C", "WORKDIR /x\nENV API_KEY={}\nWORKDIR /${{API_KEY}}",
)  # fmt: skip


@st.composite
def _projects(draw: st.DrawFn) -> tuple[dict[str, str], list[str]]:
    secrets = [f"Zz{number}{draw(BARE)}" for number in range(draw(st.integers(1, 3)))]
    lines = [draw(st.sampled_from(PLACES)).format(*[secret] * 2) for secret in secrets]
    python = "".join(f"import imp; password = '{secret}'\n" for secret in secrets)
    return {"Dockerfile": IMAGE + "\n".join(lines) + "\n", "dags/a.py": python}, secrets


@examples(150)
@given(project=_projects(), form=st.sampled_from(FORMATS))
def test_random_secrets_in_random_places_never_come_out(
    project: tuple[dict[str, str], list[str]], form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files, secrets = project
    folder = tmp_path_factory.mktemp("random")
    write(folder, files)
    with inside(folder):
        outcome = run(*options("--format", form, "--ignore", "AST610"))
    assert [secret for secret in secrets if secret in outcome.out + outcome.err] == []


# Many secrets.

MANY: dict[str, Callable[[int], str]] = {
    "variables": lambda n: IMAGE + "".join(f"ENV Ai{at}_TOKEN=token-{at}-x\n" for at in range(n)),
    "one variable again and again": lambda n: IMAGE + "ENV Ai_TOKEN=abcdefgh C\n" * n,
    "in one ENV": lambda n: IMAGE + "ENV A=1" + "".join(f" A{at}_TOKEN=token-{at}-x" for at in range(n)) + " C\n",
    "that begin alike": lambda n: IMAGE + "".join(f"ENV A_TOKEN={'a' * (at % 60 + 4)} C\n" for at in range(n)),
    "addresses": lambda n: IMAGE + "RUN curl" + " https://u:secret@h" * n + " && apt-get install x\n",
    "names without a value": lambda n: IMAGE + "RUN x" + " token" * n + " && apt-get install x\n",
    "signs without a name": lambda n: IMAGE + "RUN x " + "token=" * n + " && apt-get install x\n",
    "quotes": lambda n: IMAGE + "RUN x " + 'token="' * n + "\nENV A B_TOKEN=1\n",
    "escaped quotes": lambda n: IMAGE + "RUN x " + 'token=\\"' * n + "\nENV A = 1\n",
    "backslashes": lambda n: IMAGE + "# token=" + "\\" * n + "\nENV A = 1\n",
    "beginnings of keys": lambda n: IMAGE + "# -----BEGIN PRIVATE KEY-----\n" * n + "ENV A = 1\n",
    "beginnings of tokens": lambda n: IMAGE + "# " + "-eyJ" * n + " " + "eyJaaaaaa." * n + "\nENV A = 1\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_twice_the_secrets_are_about_twice_the_work(name: str) -> None:
    small, large = (MANY[name](n).encode() for n in (200, 400))
    run(*FIXED, "-", stdin=large)
    assert calls("-", stdin=large) < 2.5 * calls("-", stdin=small)


def test_the_ranges_of_a_file_are_in_the_report_as_they_are_in_the_file() -> None:
    source = make_source("Dockerfile", "ENV DB_PASSWORD=Hush1ling OTHER=Hush1ling\n")
    redactor = Redactor()
    assert redactor.source(source).text == "ENV DB_PASSWORD=********* OTHER=*********\n"
    assert redactor.ranges == {"Dockerfile": [(16, 25), (32, 41)]}
    assert json.dumps(redactor.source(source).starts) == json.dumps(source.starts)
