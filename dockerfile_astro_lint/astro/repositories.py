"""Repositories that do not exist, but whose names are close to those of Astro Runtime."""

from dockerfile_astro_lint.core.compat import lru_cache

_NAMESPACES = (
    "quay.io/astronomer",
    "astrocrpublic.azurecr.io",
    "astrocrpublic.azurecr.io/astronomer",
    "air.astronomer.io",
    "air.astronomer.io/astronomer",
    "docker.io/astronomer",
    "docker.io/astronomerinc",
)
"""Where Astronomer publishes images: nobody else has a repository here."""


_NAMES = ("runtime", "astro-runtime")


_NAMESPACE, _HOSTS = "astronomer", ("quay.io", "astrocrpublic.azurecr.io")


SLIM = "-slim"
"""Of a repository name; it belongs in the tag."""


@lru_cache(maxsize=256)
def is_near(name: str) -> bool:
    """Whether a repository of Astronomer's own namespaces has almost the name of a Runtime repository."""
    namespace, _, last = name.rpartition("/")
    return namespace in _NAMESPACES and any(is_within(last.removesuffix(SLIM), known, 2) for known in _NAMES)


def has_near_namespace(name: str) -> bool:
    """Whether a repository would be one of Astronomer's if one letter of its namespace were another."""
    host, _, rest = name.partition("/")
    namespace, _, last = rest.partition("/")
    return host in _HOSTS and last in _NAMES and is_within(namespace, _NAMESPACE, 1)


def is_within(text: str, other: str, limit: int) -> bool:
    """Whether at most so many letters have to be added, removed or replaced to get from one text to the other."""
    if abs(len(text) - len(other)) > limit:
        return False
    row = list(range(len(other) + 1))
    for number, char in enumerate(text, 1):
        above, row = row, [number]
        for at, letter in enumerate(other, 1):
            row.append(min(above[at] + 1, row[-1] + 1, above[at - 1] + (char != letter)))
    return row[-1] <= limit
