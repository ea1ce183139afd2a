"""Which providers the final image has, as far as a Dockerfile and its requirements tell."""

import os

from dockerfile_astro_lint.project import Project

_MAY_INSTALL = ("pip", "uv", "conda", "mamba", "poetry", "pdm", "pipx", "hatch", "install-python-dependencies", ".py")


def providers(project: Project) -> frozenset[str] | None:
    """The end of their imports (`cncf.kubernetes`); None where anything else may bring more of them."""
    base, context = project.final_base, project.context
    if base is None or context is None or base.version is None or not base.onbuild or base.image.role != "runtime":
        return None
    required = project.requirements
    if required is None or any(
        entry.kind in ("file", "editable", "path", "url", "bad") or entry.extras for entry in required.entries
    ):
        return None
    for layer in project.final_layers("RUN", "COPY", "ADD", "ENV"):
        keyword, text = layer.instruction.keyword, layer.instruction.whole.text
        if keyword == "RUN" and any(word in text for word in _MAY_INSTALL):
            return None
        if keyword in ("COPY", "ADD") and ("--from" in text or "site-packages" in text):
            return None
        if keyword == "ENV" and "PYTHONPATH" in text:
            return None
    if any(os.path.isdir(os.path.join(context.folder.path, place, "airflow")) for place in ("", "plugins", "dags")):
        return None
    from dockerfile_astro_lint.providers import brought_by, in_image

    numbers = base.version.numbers
    if base.version.family == 2 and numbers[0] < 8:
        return None
    slim = base.tag is not None and base.tag.has("slim")
    found = set(in_image("airflow3" if base.version.family == 3 else "airflow2-slim" if slim else "airflow2"))
    for entry in required.packages:
        brought = brought_by(entry.name)
        if brought is None:
            return None
        found.update(brought)
    return frozenset(found)
