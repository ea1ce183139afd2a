"""What `--as-if` stands for in a file: the image that it has, the one to be, and what to know of the way between."""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.debian_packages import debian_release
from dockerfile_astro_lint.astro.image import Tag, Version
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.project.project import Project


class Move(NamedTuple):
    """A Dockerfile or manifest under `--as-if`: the image that it has, the one that it is checked for (empty if none
    could be put in), and what has to be known of the way from one to the other.
    """

    path: str
    now: str
    target: str
    notes: tuple[str, ...] = ()
    to_airflow_3: bool = False


FIRST_TO_AIRFLOW_3 = Version(2, (13, 7, 0))
"""The Runtime that a Deployment needs, by Astronomer's documentation, before it can go to Airflow 3."""


def move_of(path: str, before: Base | None, project: Project, wanted: str) -> Move | Failure:
    """What a retargeted project stands for; a failure if the new image is no Astro Runtime image."""
    after, catalog = project.final_base, project.catalog
    if after is None or after.image.role == "certified":
        return Failure(path, f"--as-if {wanted}: not an Astro Runtime image")
    if after.image.version is None:
        return Failure(path, f"--as-if {wanted}: the tag is not a Runtime version, such as `3.3-8` or `13.11.0`")
    old, new = before.version if before else None, after.version
    now = _described(before, catalog) if before else ""
    to_airflow_3 = new is not None and new.family == 3 and (old is None or old.family != 3)
    notes = (*_left_out(before, after), *notes_of(old, new, catalog, project.today))
    return Move(path, now or "unknown", _described(after, catalog) or wanted, notes, to_airflow_3)


def not_moved(path: str, project: Project) -> Move:
    """A file that `--as-if` does not change, and why."""
    root = project.dockerfile.root(project.final) if project.final else None
    if root and root.reference and UNKNOWN in root.reference.value.text:
        why = "not checked: its base image depends on a build argument (pass --build-arg)"
    else:
        why = "not checked: its final image is not an Astro Runtime image"
    return Move(path, "", "", (why,))


class ImageFacts(NamedTuple):
    """What is known of an image: its tag, and texts that are empty where they are unknown."""

    tag: str
    version: str
    airflow: str
    python: str
    system: str
    end_of_maintenance: str

    def __str__(self) -> str:
        """`3.3-8 (Airflow 3.3.2, Python 3.14, Debian 13)`, as far as it is known."""
        named = (f"Airflow {self.airflow}" if self.airflow else "", f"Python {self.python}" if self.python else "")
        known = ", ".join(filter(None, (*named, self.system)))
        return f"{self.tag} ({known})" if known else self.tag


def facts_of(tag: Tag, catalog: Catalog) -> ImageFacts:
    """What the catalog knows of the image with a tag."""
    version = tag.version
    if version is None:
        return ImageFacts(tag.text, "", "", "", "", "")
    airflow = catalog.airflow(version)
    system = ("UBI 9" if tag.has("ubi9") else f"Debian {debian_release(version)}") if airflow else ""
    python, end = catalog.python(tag) or "", catalog.end_of_maintenance(version)
    return ImageFacts(tag.text, str(version), airflow, python, system, end)


def _described(base: Base, catalog: Catalog) -> str:
    """The image with what is known of it."""
    tag = base.tag
    if tag is None or base.version is None:
        return "Astronomer Certified" if base.image.role == "certified" else ""
    facts = facts_of(tag, catalog)
    known = facts.airflow or facts.python
    return str(facts) if known else f"{tag.text} (not in the catalog of {catalog.date})"


def _left_out(before: Base | None, after: Base) -> Iterator[str]:
    python = before.tag.python if before and before.tag else None
    if python and after.version and after.tag and after.tag.python is None:
        yield f"`-python-{python}` is left out: Runtime {after.version.series} is not known to have it"


def notes_of(before: Version | None, after: Version | None, catalog: Catalog, today: str) -> Iterator[str]:
    """What has to be known of the way from one version to another."""
    if after is None:
        return
    if catalog.series_of(after) is None:
        yield f"Runtime {after.series} is not in the catalog of {catalog.date}: what needs its Python is not checked"
    newest = None if after.floating else catalog.newest(after.series, today)
    if newest and newest.version > after:
        airflow = f" (Airflow {newest.airflow})" if newest.airflow else ""
        yield f"`{after}` is not the newest build of Runtime {after.series}: `{newest.version}`{airflow} is"
    if before is None:
        return
    if before.family == 2 and after.family == 3 and before < FIRST_TO_AIRFLOW_3:
        first = catalog.newest(FIRST_TO_AIRFLOW_3.series, today)
        step = f"deploy `{first.version}` first" if first else "upgrade it first"
        yield (
            f"Astro moves a Deployment to Airflow 3 from Runtime {FIRST_TO_AIRFLOW_3} or newer "
            f"(earlier documentation: 12.0.0), and this is `{before}`: {step}"
        )
    if after < before:
        yield f"`{after}` is older than `{before}`: `astro deploy` refuses a downgrade"
