"""The `--mount` and `--device` flags of RUN, read field by field as BuildKit does."""

from dockerfile_astro_lint.core.compat import Callable, Mapping, NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.value_errors import BOOLEANS

_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")


_SHARING = ("shared", "private", "locked")


_NAMES = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}


_KEYS = frozenset((
    "type", "from", "source", "target", "readonly", "readwrite", "required", "size", "id", "sharing", "mode", "uid",
    "gid", "env", *_NAMES,
))  # fmt: skip


_FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


PODMAN = ("z", "Z", "U", "tmpcopyup")
"""Options of Podman's and Buildah's mounts that BuildKit does not have."""


class Fault(NamedTuple):
    """What is refused: a stretch of the flag's value, or all of it from 0 to None."""

    message: str
    start: int = 0
    end: int | None = None
    severity: str | None = None


class Field(NamedTuple):
    """One field of a comma-separated value; `start` and `end` are where it stands, its quotes included."""

    text: str
    start: int
    end: int


def fields(value: str) -> list[Field] | Fault:
    """The fields of one line of CSV."""
    if not value:
        return Fault("needs at least one field, such as `type=cache,target=/path`")
    found: list[Field] = []
    at = 0
    while True:
        start = at
        if value.startswith('"', at):
            parts: list[str] = []
            while True:
                end = value.find('"', at + 1)
                if end < 0:
                    return Fault("has a quote that is never closed", start, len(value))
                parts.append(value[at + 1 : end])
                at = end + 1
                if not value.startswith('"', at):
                    break
                parts.append('"')
            if at < len(value) and value[at] != ",":
                return Fault("has text after a closing quote", start, len(value))
            text = "".join(parts)
        else:
            end = value.find(",", at)
            at = len(value) if end < 0 else end
            text = value[start:at]
            if '"' in text:
                return Fault("has a quote inside a field: quote the whole field", start, at)
        found.append(Field(text, start, at))
        if at >= len(value):
            return found
        at += 1


def bad_from(value: str) -> Fault | None:
    """Why a mount is refused before any variable has a value."""
    found = fields(value)
    if isinstance(found, Fault):
        return found
    for field in found:
        key, _, text = field.text.partition("=")
        dollar = text.find("$")
        if key.lower() == "from" and 0 <= dollar < len(text) - 1:
            return Fault("takes no variable in `from`: name a stage that has it in its `FROM`", field.start, field.end)
    return None


def origin(value: str) -> Field | None:
    """The stage or image that a mount is `from`, None for none."""
    found = fields(value)
    last = None
    for field in () if isinstance(found, Fault) else found:
        key, equals, text = field.text.partition("=")
        if equals and key.lower() == "from":
            last = Field(text, field.end - len(text), field.end) if text else None
    return last


class _Mount:
    """A mount while its fields are read."""

    def __init__(self) -> None:
        self.type = "bind"
        self.given: dict[str, tuple[str, Field]] = {}


def bad_mount(value: str, expand: Callable[[str], str], workdir: Callable[[], str | None]) -> Fault | None:
    """Why a mount is refused; an expanded text that is not wholly known is not judged. May raise ExpansionError."""
    found = fields(value)
    if isinstance(found, Fault):
        return found
    mount = _Mount()
    podman: Fault | None = None
    for field in found:
        key, equals, text = field.text.partition("=")
        if field.text in PODMAN or (equals and key in PODMAN):
            podman = podman or Fault(
                f"`{key}` is an option of Podman's mounts: Docker's builder refuses it", field.start, field.end, "info"
            )
            continue
        key = key.lower()
        fault = _bad_field(mount, key, expand(text) if equals else None, field)
        if fault:
            return Fault(fault, field.start, field.end)
    return _bad_whole(mount, workdir) or podman


def _bad_field(mount: _Mount, key: str, text: str | None, field: Field) -> str | None:
    name = _NAMES.get(key, key)
    if key not in _KEYS:
        shown = field.text.partition("=")[0]
        return f"has no option `{shown}`" if shown else "has an empty field"
    if name == "required" and mount.type not in ("secret", "ssh", UNKNOWN):
        return f"takes `required` with `type=secret` and `type=ssh`, not with `{mount.type}`"
    if text is None:
        if name in ("readonly", "readwrite", "required"):
            return None
        return f"needs a value for `{key}`: `{key}=…`"
    if name == "size" and mount.type not in ("tmpfs", UNKNOWN):
        return f"takes `size` with `type=tmpfs`, not with `{mount.type}`"
    if UNKNOWN not in text and (fault := _bad_text(name, key, text)):
        return fault
    if name == "type":
        mount.type = UNKNOWN if UNKNOWN in text else text.lower()
    mount.given[name] = text, field
    return None


def _bad_text(name: str, key: str, text: str) -> str | None:
    if name == "type" and text.lower() not in _TYPES:
        return f"takes a `type` of {_listed(_TYPES)}, not `{text}`"
    if name == "sharing" and text.lower() not in _SHARING:
        return f"takes a `sharing` of {_listed(_SHARING)}, not `{text}`"
    if name in ("readonly", "readwrite", "required") and text not in BOOLEANS:
        return f"takes `true` or `false` for `{key}`, not `{text}`"
    if name == "mode" and not (_is_number(text, "01234567") and int(text, 8) < 2**32):
        return f"takes an octal `mode` such as `0755`, not `{text}`"
    if name in ("uid", "gid") and not (_is_number(text, "0123456789") and int(text) < 2**32):
        return f"takes a number as `{key}`, not `{text}`"
    if name == "size" and not _is_size(text):
        return f"takes a `size` such as `64m`, not `{text}`"
    return None


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words[:-1]) + f" or `{words[-1]}`"


def _is_number(text: str, digits: str) -> bool:
    return bool(text) and set(text) <= set(digits) and len(text) <= 1000


def _is_size(text: str) -> bool:
    import re

    found = re.fullmatch(rf"({_FLOAT}) ?(?:[kKmMgGtTpP](?:[iI]?[bB])?|[bB])?", text)
    return found is not None and 0 <= float(found[1]) < float("inf")


def _bad_whole(mount: _Mount, workdir: Callable[[], str | None]) -> Fault | None:
    """Why fields that are good by themselves do not go together."""
    given: Mapping[str, tuple[str, Field]] = mount.given
    kind = mount.type
    if kind == UNKNOWN:
        return None

    def at(name: str, message: str) -> Fault:
        return Fault(message, given[name][1].start, given[name][1].end)

    def has(name: str) -> bool:
        return name in given and given[name][0] != ""

    if kind not in ("secret", "ssh", "cache"):
        for name in ("mode", "uid", "gid"):
            if name in given:
                return at(name, f"takes no `{name}` with `type={kind}`")
    if kind == "secret":
        for name in ("from", "sharing"):
            if has(name):
                return at(name, f"takes no `{name}` with `type=secret`")
        if not (has("source") or has("target") or has("id")):
            return Fault("needs an `id` for `type=secret`: `type=secret,id=…`")
        if has("source") and has("id") and not (UNKNOWN in given["source"][0] or UNKNOWN in given["id"][0]):
            return at("id", "takes either `source` or `id` with `type=secret`, not both")
        return None
    if has("sharing") and kind != "cache":
        return at("sharing", f"takes `sharing` with `type=cache`, not with `{kind}`")
    if kind == "ssh":
        if has("source") and UNKNOWN not in given["source"][0]:
            return at("source", "takes no `source` with `type=ssh`")
        return None
    target = given["target"][0] if "target" in given else ""
    if UNKNOWN not in target and _is_root(target, workdir):
        message = "needs a `target` other than `/`" if "target" in given else "needs a `target`: `target=/path`"
        return at("target", message) if "target" in given else Fault(message)
    return None


def _is_root(target: str, workdir: Callable[[], str | None]) -> bool:
    if target.startswith("/"):
        return target == "/"
    folder = workdir()
    if folder is None:
        return False
    depth = 0
    for part in f"{folder}/{target}".split("/"):
        depth = max(depth - 1, 0) if part == ".." else depth + (part not in ("", "."))
    return depth == 0


def bad_device(value: str) -> Fault | None:
    """Why a device is refused."""
    found = fields(value)
    if isinstance(found, Fault):
        return found._replace(message="needs a name") if not value else found
    name = ""
    for field in found:
        key, equals, text = field.text.partition("=")
        key = key.lower()
        if key == "required":
            if equals and text not in BOOLEANS:
                return Fault(f"takes `true` or `false` for `required`, not `{text}`", field.start, field.end)
        elif key == "name" and equals:
            if name:
                return Fault(f"names a device twice: `{name}` and `{text}`", field.start, field.end)
            name = text
        elif name:
            return Fault(f"takes a name and `required`, not `{field.text}`", field.start, field.end)
        else:
            name = field.text
    return None
