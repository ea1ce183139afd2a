"""What COPY and ADD take their files from: which sources BuildKit takes for Git repositories and URLs, and refuses."""

import re

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.dockerfile.value_errors import BOOLEANS

_PROTOCOL = re.compile(r"([a-zA-Z0-9]+)://")


_HOST = re.compile(r"[A-Za-z0-9._:@-]*")


_SCP = re.compile(r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:[^?#\n]*(?:\?([^#\n]*))?(?:#([^\n]*))?")


_SWITCHES = ("keep-git-dir", "submodules", "fetch-by-commit")


def is_url(source: str) -> bool:
    """Whether a source is a file on the network rather than a Git repository."""
    return source.startswith(("http://", "https://")) and git_options(source) is None


def git_options(source: str) -> tuple[str, str] | None:
    """The query and the fragment of a Git repository, None for any other source."""
    if source.startswith(("./", "../")):
        return None
    found = _PROTOCOL.match(source)
    if found is None:
        scp = _SCP.fullmatch(source)
        return (scp[1] or "", scp[2] or "") if scp else None
    protocol = found[1].lower()
    address, _, fragment = source[found.end() :].partition("#")
    address, _, query = address.partition("?")
    host, _, path = address.partition("/")
    if (
        not _HOST.fullmatch(host)
        or protocol not in ("http", "https", "ssh", "git")
        or re.search("%(?![0-9A-Fa-f]{2})", address)
    ):
        return None
    if protocol in ("http", "https") and not _unquoted(path.replace("+", "%2B")).endswith(".git"):
        return None
    return query, fragment


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.split("&"):
        if pair and ";" not in pair and not re.search("%(?![0-9A-Fa-f]{2})", pair):
            name, _, value = pair.partition("=")
            yield _unquoted(name), _unquoted(value)


def _unquoted(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    from urllib.parse import unquote_plus

    return unquote_plus(text)


def bad_query(query: str, fragment: str) -> str | None:
    """Why the options behind a repository's address are refused."""
    given: dict[str, str] = {}
    for name, value in _pairs(query):
        if name in given:
            return f"the address of the Git repository gives `{name}` twice"
        given[name] = value
        if name not in ("ref", "tag", "branch", "subdir", "checksum", "commit", "mtime", *_SWITCHES):
            return f"the address of the Git repository has an unknown option `{name}`"
        if not value and name not in _SWITCHES:
            return f"`{name}` in the address of the Git repository needs a value"
        if name in _SWITCHES and value and value not in BOOLEANS:
            return f"`{name}` in the address of the Git repository takes `true` or `false`, not `{value}`"
        if name == "mtime" and value not in ("checkout", "commit"):
            return f"`mtime` in the address of the Git repository takes `checkout` or `commit`, not `{value}`"
    ref, _, folder = fragment.partition(":")
    refs = {text for text in (ref, given.get("ref", "")) if text}
    for name, prefix in (("tag", "refs/tags/"), ("branch", "refs/heads/")):
        if name in given:
            refs.add(given[name] if given[name].startswith(prefix) else f"{prefix}{given[name]}")
    if len(refs) > 1:
        return "the address of the Git repository names two different refs"
    folders = {text for text in (_cleaned(folder), given.get("subdir", "")) if text}
    return "the address of the Git repository names two different folders" if len(folders) > 1 else None


def _cleaned(folder: str) -> str:
    parts: list[str] = []
    for part in folder.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def bad_sources(keyword: str, sources: Sequence[str], keep_git: bool | None, sum_given: str) -> tuple[int, str] | None:
    """The number of the first source that is refused, and why; `sum_given` is the value of `--checksum`."""
    for number, source in enumerate(sources):
        git = git_options(source)
        if git is None and not source.startswith(("http://", "https://")):
            if source.startswith("github.com/") and "?" in source and (fault := bad_query(*_halves(source))):
                return number, fault
            continue
        if keyword == "COPY":
            kind = "a URL" if git is None else "a Git repository"
            return number, f"`COPY` cannot copy from {kind}: use `ADD`"
        if git is None:
            continue
        if fault := bad_query(*git):
            return number, fault
        given = dict(_pairs(git[0]))
        kept = given.get("keep-git-dir")
        if kept is not None:
            keep = kept in ("", "1", "t", "T", "TRUE", "true", "True")
            if keep_git is not None and keep_git != keep:
                return number, "the address of the Git repository contradicts the flag `--keep-git-dir`"
            keep_git = keep
        commit = given.get("checksum") or given.get("commit")
        if commit and sum_given and commit != sum_given:
            return number, "the address of the Git repository has another checksum than the flag `--checksum`"
        sum_given = commit or sum_given
    return None


def _halves(source: str) -> tuple[str, str]:
    address, _, fragment = source.partition("#")
    return address.partition("?")[2], fragment
