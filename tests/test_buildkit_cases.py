"""Every case of BuildKit's own reading, exactly; DOCKERFILE_CASES names another file of the same format."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.arguments import json_array
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE
from dockerfile_astro_lint.dockerfile.image_reference import Part, normalized, reference_error
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage, flags, parse_dockerfile
from dockerfile_astro_lint.dockerfile.syntax_errors import INSTRUCTIONS, refusals
from tests.tool import FIXTURES

FILE = Path(os.environ.get("DOCKERFILE_CASES") or FIXTURES / "buildkit-cases.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
PLATFORM = {
    **{f"{side}{what}": value for side in ("BUILD", "TARGET") for what, value in
       (("PLATFORM", "linux/amd64"), ("OS", "linux"), ("ARCH", "amd64"))},
    "TARGETSTAGE": "default",
}  # fmt: skip
PLANNED = (
    "checksum", "expansion", "from-variable", "mode", "mount", "no-stage", "platform", "port", "reference", "signal",
    "from-expansion", "source", "stage-index", "stage-itself", "stage-order",
)  # fmt: skip
"""What is refused when the stages are planned, of which the cases say nothing."""
PARTS = ("registry", "repository", "tag", "digest")


def is_json_form(instruction: Instruction, escape: str) -> bool:
    """Whether the arguments are a JSON array of strings."""
    keyword = instruction.keyword
    if keyword not in ("ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"):
        return False
    text = flags(instruction, escape)[1].text
    if keyword == "HEALTHCHECK":
        text = text[len(text.split(None, 1)[0]) :].strip(GO_SPACE) if text.strip() else ""
    found = json_array(text)
    return found is not None and all(isinstance(one, str) for one in found)


def test_there_are_cases() -> None:
    assert len(CASES) >= (1 if "DOCKERFILE_CASES" in os.environ else 128)


def data_of(case: dict[str, Any]) -> bytes:
    if "input_b64" in case:
        return base64.b64decode(case["input_b64"])
    if "input_py" in case:
        text: str = eval(case["input_py"], {"__builtins__": {}})
        return text.encode("utf-8")
    text = case["input"]
    return text.encode("utf-8", "surrogatepass")


def shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Places:
    """Offsets of a Dockerfile as the cases write them: lines, columns and bytes."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self.source = dockerfile.source
        self.stages = dockerfile.stages

    def byte(self, offset: int) -> int:
        return len(self.source.text[:offset].encode("utf-8", "surrogateescape")) + 3 * self.source.bom

    def pieces(self, pieces: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        found = []
        for start, end in pieces:
            line, column = self.source.position(start)
            found.append(
                {
                    "line": line,
                    "col": column,
                    "end_col": column + end - start,
                    "bytes": [self.byte(start), self.byte(end)],
                }
            )
        return found

    def stretch(self, stage: Stage, start: int, end: int) -> list[dict[str, Any]]:
        """A stretch of the file as segments of the FROM's joined line."""
        cut = [
            (max(start, place), min(end, place + length))
            for _, place, length in stage.instruction.line.pieces
            if max(start, place) < min(end, place + length)
        ]
        return self.pieces(cut)

    def origin(self, stage: Stage, part: Part) -> list[dict[str, Any]] | None:
        assert stage.reference is not None
        places = list(stage.reference.value.origin[part.start : part.end])
        if not places or min(places) < 0:
            return None
        pieces = [[places[0], places[0] + 1]]
        for at in places[1:]:
            if pieces[-1][1] == at:
                pieces[-1][1] += 1
            else:
                pieces.append([at, at + 1])
        return self.pieces([(start, end) for start, end in pieces])


def the_stage(places: Places, stage: Stage, wanted: dict[str, Any], escape: str) -> dict[str, Any]:
    """A stage in the words of the cases, with the keys that the case has and those that it must not have."""
    found: dict[str, Any] = {"line": stage.instruction.line.first}
    span = stage.instruction.span
    for key, word in (("image", stage.image), ("name", stage.name)):
        if word:
            found[key] = shown(word.text)
            place = span(word.start, word.end)
            found[f"{key}_span"] = places.stretch(stage, place.start, place.end)
    if stage.flags:
        found["flags"] = [
            {"text": flag.text, "span": places.stretch(stage, *span(flag.start, flag.end)[1:])} for flag in stage.flags
        ]
    reference = stage.reference
    unreliable = wanted.get("split_unreliable", [])
    if unreliable:
        found["split_unreliable"] = unreliable
    if reference:
        for key in PARTS:
            part = getattr(reference, key)
            if part is not None and key not in unreliable and "all" not in unreliable:
                found[key] = shown(places.source.text[slice(*part.written)]).replace("\\\n", "")
                found[f"{key}_span"] = places.stretch(stage, *part.written)
    if "resolved" in wanted or "resolve_error" in wanted:
        found |= resolved(places, stage, wanted)
    return found


def resolved(places: Places, stage: Stage, wanted: dict[str, Any]) -> dict[str, Any]:
    if stage.reference is None:
        missing = {"undefined": wanted["undefined"]} if "undefined" in wanted else {}
        return {"resolve_error": stage.error, **missing}
    reference = stage.reference
    found: dict[str, Any] = {"resolved": reference.value.text}
    if reference.undefined:
        found["undefined"] = list(reference.undefined)
    if stage.base is not None:
        found["is_stage"] = True
    elif error := reference_error(reference):
        found["reference_error"] = error
    elif reference.value.text != "scratch":
        found["normalized"] = normalized(reference)
    if "resolved_parts" in wanted:
        found["resolved_parts"] = {
            key: {"text": part.text, "origin": places.origin(stage, part)}
            for key in PARTS
            if (part := getattr(reference, key)) is not None
        }
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    wanted = case["expect"]
    dockerfile = parse_dockerfile(decode(data_of(case), "Dockerfile"), case.get("build_args", {}), PLATFORM)
    scan = dockerfile.scan
    if "parse_error" in wanted:
        assert scan.error is not None
        assert (scan.error.kind, scan.error.line) == (wanted["parse_error"], wanted.get("parse_error_line"))
        assert [one.name for one in scan.directives] == [one["name"] for one in wanted.get("directives", [])]
        return
    assert scan.error is None
    assert scan.escape == wanted["escape"]
    assert [instruction_of(one, scan.escape) for one in dockerfile.instructions] == wanted["instructions"]
    places = Places(dockerfile)
    stages = wanted.get("from", [])
    assert [the_stage(places, *pair, scan.escape) for pair in zip(dockerfile.stages, stages, strict=True)] == stages
    position = dockerfile.source.position
    assert [
        {"name": one.name, "value": one.value, "line": one.line, "col": position(one.start)[1],
         "end_col": position(one.end)[1]} for one in scan.directives
    ] == wanted.get("directives", [])  # fmt: skip
    if "syntax_image" in wanted:
        assert dockerfile.frontend is not None
        assert dockerfile.frontend.image == wanted["syntax_image"]
    if "comments" in wanted:
        # The cases write a byte that is not UTF-8 as a question mark there.
        assert [
            {"line": one.line, "col": position(one.start)[1], "text": shown(one.text).replace("\ufffd", "?"),
             "inside_instruction_at_line": one.inside or None} for one in scan.comments
        ] == wanted["comments"]  # fmt: skip
    if "empty_continuation_lines" in wanted:
        assert list(scan.empty_continuations) == wanted["empty_continuation_lines"]
    the_refusal(dockerfile, wanted.get("instruction_layer_error"))


def instruction_of(instruction: Any, escape: str) -> dict[str, Any]:
    line = instruction.line
    found = {
        "instruction": shown(instruction.keyword),
        "start": line.first,
        "end": line.last,
        "value": shown(instruction.value),
    }
    if texts := [flag.text for flag in flags(instruction, escape)[0]]:
        found["flags"] = texts
    if is_json_form(instruction, escape):
        found["json"] = True
    if line.heredocs:
        found["heredocs"] = [one._asdict() for one in line.heredocs]
    return found


def the_refusal(dockerfile: Dockerfile, wanted: dict[str, Any] | None) -> None:
    """What the instruction layer refuses first: its kind and line; kinds that we name more finely count as well."""
    position = dockerfile.source.position
    found = [(one.kind, position(one.span.start)[0]) for one in refusals(dockerfile)]
    found += [
        ("unknown-instruction", one.line.first) for one in dockerfile.instructions if one.keyword not in INSTRUCTIONS
    ]
    if wanted is None:
        assert [one for one in found if one[0] not in PLANNED] == []
        return
    kinds = {kind for kind, line in found if line == wanted.get("line", line)}
    known = (
        "from-arguments arg-without-name missing-argument stage-name unknown-flag before-first-from onbuild-from "
        "unknown-instruction"
    )
    assert kinds
    if wanted["kind"] in known.split():
        assert wanted["kind"] in kinds
