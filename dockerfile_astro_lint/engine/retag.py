"""Write another tag, and where it has to be another repository, into the FROM, the ARG or the manifest that has it."""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY_AZURE, AIRFLOW_3_REPOSITORY, Version
from dockerfile_astro_lint.astro.upgrades import NewTag
from dockerfile_astro_lint.core.compat import Iterable, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Edit, Source
from dockerfile_astro_lint.dockerfile.image_reference import Place
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.rules.authoring import replace_text


class Retag(NamedTuple):
    """The edits that give a FROM another image, and the reference that it then has."""

    base: Base
    edits: tuple[Edit, ...]
    reference: str


class RetagError(Exception):
    """The image cannot be written; the message is a sentence that says why and what to do."""


def retag(base: Base, tag: NewTag, mirrors: Mapping[str, str], is_manifest: bool = False) -> Retag:
    """The edits for another tag, in the registry that has it; raise RetagError.

    A manifest names no registry, and its image has no other segment than the version.
    """
    assert base.stage.reference is not None
    edits = _replace(base.segment("version"), str(tag.version), "the tag")
    for kind in tag.left_out:
        edits += _replace(base.segment(kind), "", "the tag")
    name = None if is_manifest else repository(base, tag.version, mirrors)
    if name is not None:
        edits += _rename(base, name)
    return Retag(base, tuple(edits), f"{name or base.stage.reference.name}:{tag.text}")


def repository(base: Base, version: Version, mirrors: Mapping[str, str]) -> str | None:
    """The repository that has a version, None for the one that is written; raise RetagError if it is not known."""
    same_family = base.version is not None and base.version.family == version.family
    if same_family and not base.image.wrong_repository:
        return None
    wanted = AIRFLOW_3_REPOSITORY if version.family == 3 else AIRFLOW_2_REPOSITORY_AZURE
    if base.image.mirror and base.mirror is None:
        raise RetagError(
            "its registry may be a mirror, and where that has Airflow 3 images is not known: set `mirrors` in the "
            "configuration"
        )
    if base.mirror is None:
        return wanted
    pairs = [base.mirror, *((mirror.rstrip("/"), original.rstrip("/")) for mirror, original in mirrors.items())]
    for pair in pairs:
        equivalent = base._replace(mirror=pair).equivalent_repository(wanted)
        if equivalent is not None:
            return equivalent
    raise RetagError(f"`mirrors` of the configuration has no mirror of `{wanted}`, which has this image")


def _rename(base: Base, name: str) -> list[Edit]:
    """The edits for another repository; registry and path one by one if they come from different places."""
    reference = base.stage.reference
    assert reference is not None
    try:
        return _replace(base.name, name, "the repository")
    except RetagError:
        host, _, path = name.partition("/")
        if reference.registry is None:
            raise
        edits = _replace(base.part(reference.registry), host, "the repository")
        return edits + _replace(base.part(reference.repository), path, "the repository")


def _replace(place: Place, text: str, what: str) -> list[Edit]:
    """The edits that replace a place, which has to be in one piece; raise RetagError."""
    if place.pieces is None:
        raise RetagError(
            f"{what} is not in the file, or not in one piece: change it by hand, or where --build-arg sets it"
        )
    fix = replace_text(place, text, "", safe=True) if len(place.pieces) == 1 else None
    if fix is None:
        raise RetagError(f"{what} is not written in one piece: change it by hand")
    return [edit for edit in fix.edits if edit.span.text != edit.text]


def retag_to(base: Base, reference: str) -> Retag:
    """The edits that give a FROM another reference with a tag, where the old one is written; raise RetagError."""
    old = base.stage.reference
    name, _, tag = reference.rpartition(":")
    if old is None or old.tag is None or old.digest or not tag or "/" in tag or "@" in reference:
        raise RetagError("it has no tag, or a digest")
    end, added = len(old.tag.text), len(tag)
    # What both tags end with may come from another place: `${VERSION}-base`.
    while end > 1 and added > 1 and old.tag.text[end - 1] == tag[added - 1]:
        end, added = end - 1, added - 1
    edits = _replace(base.in_tag(0, end), tag[:added], "the tag")
    if name != old.name:
        edits += _rename(base, name)
    return Retag(base, tuple(edits), reference)


def apply(source: Source, retags: Iterable[Retag]) -> str:
    """The text with all edits, each once; raise RetagError if two of them do not go together."""
    edits = sorted({(edit.span.start, edit.span.end, edit.text) for one in retags for edit in one.edits})
    pieces, last = [], 0
    for start, end, text in edits:
        if start < last:
            raise RetagError("two images share an argument, and each needs another value: change them by hand")
        pieces += [source.text[last:start], text]
        last = end
    return "".join([*pieces, source.text[last:]])


def verify(before: Dockerfile, after: Dockerfile, retags: Sequence[Retag]) -> None:
    """Raise RetagError unless the images that were to change have changed as wanted, and no others."""
    wanted = {one.base.stage.number: one.reference for one in retags}
    if len(before.stages) != len(after.stages):
        raise RetagError("the file would have other stages: change it by hand")
    for old, new in zip(before.stages, after.stages, strict=True):
        text = old.reference.value.text if old.reference else ""
        if (new.reference.value.text if new.reference else "") != wanted.get(old.number, text):
            line = old.instruction.line.first
            if old.number in wanted:
                raise RetagError(f"the image of line {line} is put together in a way that cannot be changed here")
            raise RetagError(f"an argument also sets the image of line {line}, which would change: change it by hand")
