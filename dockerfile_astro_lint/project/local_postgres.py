"""The version of the Postgres that `astro dev start` runs, in `.astro/config.yaml` or `docker-compose.override.yml`."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.project.build_context import BuildContext

CONFIG = ".astro/config.yaml"


COMPOSE = ("docker-compose.override.yml", "docker-compose.override.yaml")


def postgres_tags(context: BuildContext) -> Iterator[Span]:
    """The tags of Postgres that are written there, without quotes."""
    config = context.text(CONFIG)
    if config:
        yield from (span for path, span in _scalars(config) if path == ("postgres", "tag"))
    for name in COMPOSE:
        compose = context.text(name)
        for path, span in _scalars(compose) if compose else ():
            if path == ("services", "postgres", "image"):
                repository, colon, tag = span.text.rpartition(":")
                if colon and repository in (
                    "postgres",
                    "docker.io/postgres",
                    "docker.io/library/postgres",
                    "library/postgres",
                ):
                    yield Span(span.source, span.end - len(tag), span.end)


def _scalars(text: Source) -> Iterator[tuple[tuple[str, ...], Span]]:
    """The plain values of a block mapping, with the keys that lead to them; other forms are left out."""
    keys: list[tuple[int, str]] = []
    for number, start in enumerate(text.starts, 1):
        line = text.line(number)
        code = line.lstrip(" ")
        indent = len(line) - len(code)
        key, colon, rest = code.partition(":")
        key = key.strip().strip("\"'")
        if not code or code[0] in "#-{[&*" or not colon or (rest and rest[0] not in " \t"):
            continue
        while keys and keys[-1][0] >= indent:
            keys.pop()
        keys.append((indent, key))
        value = rest.partition(" #")[0].strip()
        if value and len(keys) < 10:
            plain = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
            at = start + indent + code.index(":") + 1 + rest.index(plain)
            yield tuple(name for _, name in keys), Span(text, at, at + len(plain))
