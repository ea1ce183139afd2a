"""Images that are surely not built on Astro Runtime, so that Astro refuses to deploy what is built on them."""

from dockerfile_astro_lint.astro.image import repository_name
from dockerfile_astro_lint.dockerfile.image_reference import reference_error
from dockerfile_astro_lint.dockerfile.parser import Stage


def refused_image(stage: Stage) -> str | None:
    """The name of a FROM's image if it is `apache/airflow`, `scratch` or an official image of Docker Hub.

    A private image may itself be built on Runtime.
    """
    reference = stage.reference
    if reference is None or not reference.repository.known or reference_error(reference):
        return None
    name = repository_name(reference.registry.text if reference.registry else None, reference.repository.text)
    if name == "docker.io/apache/airflow" or (name.startswith("docker.io/") and name.count("/") == 1):
        return name.removeprefix("docker.io/")
    return None
