"""Check the values of the keys that hold an organization's policy; imported only where one is set."""

from dockerfile_astro_lint.astro.image import parse_tag


def registry_error(text: str) -> str | None:
    """What is wrong with a registry or a prefix of image names; None for a valid one."""
    bare = text.partition("://")[2] if "://" in text else text.strip()
    if not bare:
        return "is empty"
    if any(map(str.isspace, bare)) or not bare.isprintable():
        return "has spaces or control characters"
    if bare != text:
        wrong = "has a scheme" if "://" in text else "has spaces"
        return f"{wrong}, which an image reference never has: write `{bare}`"
    if "*" in text:
        return f"has a `*`: write the prefix alone, such as `{text.partition('*')[0].rstrip('/') or 'quay.io'}`"
    host, slash, rest = text.partition("/")
    if "." not in host and ":" not in host and host != "localhost":
        return f"has no registry: write `docker.io/{text}` for Docker Hub"
    if "@" in text or (slash and ":" in rest):
        return "has a tag or digest: write the registry and repository alone"
    return None


def version_error(text: str) -> str | None:
    """What is wrong with a minimum version; None for a Runtime version such as `13.4.0` or `3.1-8`."""
    tag = parse_tag(text, airflow_3_repository=True)
    if tag.version is None or tag.error or len(tag.segments) > 1:
        return "is not a valid Runtime version, such as `13.4.0` or `3.1-8`"
    return None
