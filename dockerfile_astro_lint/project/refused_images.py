"""Images that are surely not built on Astro Runtime, so that Astro refuses to deploy what is built on them."""

import os

from dockerfile_astro_lint.astro.image import repository_name
from dockerfile_astro_lint.dockerfile.image_reference import reference_error
from dockerfile_astro_lint.dockerfile.parser import Stage
from dockerfile_astro_lint.project.project import Project


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


def is_built_by_cli(project: Project) -> bool:
    """Whether the Astro CLI builds this Dockerfile: the one of a project, or the one that its manifest names."""
    folder = project.folder
    if folder is None or not folder.overlay.is_file(os.path.join(folder.path, ".astro", "config.yaml")):
        return False
    name = os.path.basename(project.dockerfile.source.path)
    if folder.manifest is None:
        return name == "Dockerfile"
    declared = folder.manifest.dockerfile
    return declared is not None and os.path.normpath(declared.text) == name
