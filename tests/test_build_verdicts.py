"""What `docker build` says of a file before it runs a command; BUILD_VERDICTS names another file of the same format."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.tool import FIXED, FIXTURES, lint, run

FILE = Path(os.environ.get("BUILD_VERDICTS") or FIXTURES / "build-verdicts.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
CODES = ("AST001", "AST614")
OPTIONS = ("--isolated", "--no-project", "--select", ",".join(CODES), "-")


def test_there_are_cases_of_both_verdicts() -> None:
    verdicts = [case["verdict"] for case in CASES]
    assert set(verdicts) == {"accepted", "refused"}
    assert len(CASES) >= (1 if "BUILD_VERDICTS" in os.environ else 244)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_verdict(case: dict[str, Any]) -> None:
    """A refused file has AST001, or AST614 where a keyword is unknown, and exit 1; an accepted one has neither."""
    data = case["input"].encode("utf-8", "surrogatepass")
    outcome = run(*FIXED, *OPTIONS, stdin=data)
    found = lint(*OPTIONS, stdin=data)["diagnostics"]
    if case["verdict"] == "accepted":
        assert found == []
        assert outcome.code == 0
        return
    assert outcome.code == 1
    code = "AST614" if "unknown instruction" in case.get("message", "") else "AST001"
    assert code in {one["code"] for one in found if one["severity"] == "error"}


@pytest.mark.parametrize("case", [case for case in CASES if case["verdict"] == "refused"], ids=lambda case: case["id"])
def test_a_refusal_is_told_once_in_one_sentence_at_one_line(case: dict[str, Any]) -> None:
    lines = case["input"].split("\n")
    for one in lint(*OPTIONS, stdin=case["input"].encode("utf-8", "surrogatepass"))["diagnostics"]:
        assert one["line"] == one["end_line"]
        assert lines[one["line"] - 1][one["column"] - 1 : one["end_column"] - 1].strip()
        assert "failed to process" not in one["message"]
        assert not one["message"].endswith(".")
        assert "\n" not in one["message"]


@pytest.mark.parametrize("option", ["z", "Z", "U=true", "tmpcopyup"])
def test_an_option_of_podman_is_a_hint(option: str) -> None:
    data = f"FROM quay.io/astronomer/astro-runtime:13.11.0\nRUN --mount=type=bind,target=/x,{option} ls\n".encode()
    (found,) = lint(*OPTIONS, stdin=data)["diagnostics"]
    assert (found["code"], found["severity"]) == ("AST001", "info")
    assert "Docker's builder refuses it" in found["message"]
    assert run(*FIXED, *OPTIONS, stdin=data).code == 0


def test_a_value_that_may_be_secret_is_not_quoted() -> None:
    data = b"FROM scratch\nENV DB_PASSWORD='hunter2xyz\nARG TOKEN=\"hunter2xyz\nLABEL a=${b:?hunter2xyz}\n"
    found = lint(*OPTIONS, stdin=data)["diagnostics"]
    assert [one["line"] for one in found] == [2, 3, 4]
    assert "hunter2xyz" not in "".join(one["message"] for one in found)
