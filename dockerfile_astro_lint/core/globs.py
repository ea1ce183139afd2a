"""Glob patterns of configuration files and options."""

from dockerfile_astro_lint.core.compat import Iterable


def matches_any(path: str, globs: Iterable[str]) -> bool:
    """Whether a glob matches a path with `/`: all of it, its end, one of its folders, or anything in between."""
    import fnmatch

    parts = path.split("/")
    tails = {"/".join(parts[start:end]) for end in range(1, len(parts) + 1) for start in range(end)}
    for glob in globs:
        pattern = glob.replace("\\", "/").strip().removeprefix("./").rstrip("/")
        # `a/**` matches what is below a folder, `**/a` what is below any folder, this one included.
        short = pattern.removesuffix("/**").removeprefix("**/")
        if pattern and any(fnmatch.fnmatchcase(tail, one) for one in {pattern, short} for tail in tails):
            return True
    return False
