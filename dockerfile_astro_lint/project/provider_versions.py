"""Which releases of providers a project installs, as far as its requirements tell."""

from dockerfile_astro_lint.astro.providers import PREFIX, in_image
from dockerfile_astro_lint.core.compat import Iterator, lru_cache
from dockerfile_astro_lint.project.import_prefilter import ProviderPins
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import Requirement, Requirements
from dockerfile_astro_lint.project.specifiers import Range, allowed, specifiers_of, written


def image_airflow(project: Project) -> str:
    """The Airflow version of the final image (`2.10.5`), empty where unknown."""
    base = project.final_base
    return project.catalog.airflow(base.version) or "" if base and base.version else ""


def required_providers(required: Requirements) -> Iterator[tuple[str, Requirement]]:
    """The providers that are required: name without the prefix, and the line."""
    for entry in required.packages:
        if entry.name.startswith(PREFIX):
            yield entry.name.removeprefix(PREFIX), entry


def oldest_installed(pins: ProviderPins, provider: str, bounds: Range) -> str | None:
    """A release that is not newer than the one which pip will install for a line; None where nothing is known.

    Without a lower bound pip installs the newest release that fits, unless the image has one already.
    """
    from dockerfile_astro_lint.astro.provider_releases import first_unfit, provider_release

    if bounds.low is not None:
        return written(bounds.low)
    if bounds.high is not None or not pins.image or not pins.airflow:
        return None
    if provider.replace("-", ".") in in_image(pins.image):
        return None
    known = provider_release(provider)
    # The newest release that fits is just below the first that does not.
    return first_unfit(provider, pins.airflow, pins.python) or (known.latest if known else None)


@lru_cache(maxsize=64)
def lost_provider_names(pins: ProviderPins) -> frozenset[str]:
    """The names (`module.Name`) that providers lack in the releases which requirements.txt will install."""
    from dockerfile_astro_lint.astro.provider_releases import removed_names_of, version_key

    found = set()
    for provider, text in pins.lines:
        removed = removed_names_of(provider)
        bounds = allowed(specifiers_of(text))
        release = oldest_installed(pins, provider, bounds) if removed else None
        for module, name, gone_in in removed if release else ():
            gone, oldest = version_key(gone_in), version_key(release or "")
            if gone < oldest or (gone == oldest and bounds.low is not None):
                found.add(f"{module}.{name}")
    return frozenset(found)
