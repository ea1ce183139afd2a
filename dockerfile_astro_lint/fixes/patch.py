"""Patches that `git apply` and `patch -p1` take."""

import os


def unified_diff(path: str, before: bytes | None, after: bytes) -> bytes:
    """The patch of one file; `before` is None for a new file. Empty if nothing changed."""
    if before is None:
        # `patch` does not split this line at spaces, and of an empty file it has no other names.
        old, new = _quoted(f"a/{path}", " "), _quoted(f"b/{path}", " ")
        head = f"diff --git {old} {new}\nnew file mode 100644\n"
        count = len(_lines(after))
        if count:
            shown = _quoted(f"b/{path}")
            head += f"--- /dev/null\n+++ {shown}\n@@ -0,0 +1{f',{count}' if count > 1 else ''} @@\n"
        body = "".join(f"+{line}" for line in _lines(after))
        end = "" if not body or body.endswith("\n") else "\n\\ No newline at end of file\n"
        return (head + body + end).encode("utf-8", "surrogateescape")
    if before == after:
        return b""
    from difflib import unified_diff as diff

    patch = diff(_lines(before), _lines(after), _quoted(f"a/{path}"), _quoted(f"b/{path}"))
    ended = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in patch)
    return "".join(ended).encode("utf-8", "surrogateescape")


def followed(path: str) -> str:
    """The file below the working directory that a link leads to, else the path itself: git does not patch links."""
    if not os.path.islink(path):
        return path
    real, root = os.path.realpath(path), os.path.join(os.path.realpath("."), "")
    return real[len(root) :].replace(os.sep, "/") if real.startswith(root) else path


def _lines(data: bytes) -> list[str]:
    """Lines with their endings; only LF ends one."""
    *lines, last = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _quoted(name: str, special: str = "") -> str:
    """A file name as git writes it into a patch; in quotes also if it has the `special` character."""
    if name.isprintable() and name.isascii() and not {'"', "\\", special} & {*name}:
        return f"{name}\t" if " " in name else name
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    data = "".join(escapes.get(char, char) for char in name).encode("utf-8", "surrogateescape")
    return '"' + "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in data) + '"'
