"""Targets -> Astro projects: their image, how long it is maintained, and the number of findings."""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.catalog import Catalog, days_between
from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.engine.diagnostics import Report, Result, make_report
from dockerfile_astro_lint.engine.linter import Linter, lint_each
from dockerfile_astro_lint.engine.redaction import Redactor, secret_values
from dockerfile_astro_lint.engine.settings import SettingsFor
from dockerfile_astro_lint.engine.targets import Target
from dockerfile_astro_lint.project.manifest import Manifest
from dockerfile_astro_lint.project.project import Project

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress

STATUSES = ("yanked", "ended", "soon", "maintained", "unknown")
"""What a project's image is on the day, most urgent first; `soon` is within `maintenance-notice-days`."""


STATUS_NAMES = {**dict(zip(STATUSES, STATUSES, strict=True)), "ended": "unmaintained", "soon": "ends soon"}


MAX_TEXT = 400
"""Characters of an image or a reason; both come from files."""


class Row(NamedTuple):
    """A project; what is not known is empty or None.

    `kind`: full, slim, base, agent or certified. `pinning`: pinned, floating or digest. Days are ISO dates; on
    `end_of_maintenance`, the last day of it, `days_left` is 0. `time` is that of the inventory, in UTC
    (`2026-09-25T06:00:00Z`); `report` is the file that a merged project was read from.
    """

    path: str
    image: str
    status: str
    series: str
    runtime: str
    airflow: str
    python: str
    os: str
    kind: str
    pinning: str
    end_of_maintenance: str
    days_left: int | None
    end_of_basic_support: str
    yanked: bool | None
    yanked_reason: str
    newest: str
    outdated: bool | None
    repository: str
    repository_path: str
    commit: str
    time: str
    report: str
    errors: int
    warnings: int
    info: int

    @property
    def urgency(self) -> tuple[int, float, str]:
        """What sorts the most urgent project first: yanked, ended, then least days left."""
        never = float("-inf" if self.status == "ended" else "inf")
        rank = min(STATUSES.index(self.status), 2)
        return rank, never if self.days_left is None else self.days_left, self.label

    @property
    def label(self) -> str:
        """What people call the project: its path; in a merged inventory, with the repository or report in front."""
        return f"{self.repository or self.report}/{self.path}" if self.report else self.path

    @property
    def left(self) -> str:
        """`in 212 days`; empty where that is not known."""
        return "" if self.days_left is None else when(self.days_left)

    def due(self, days: int) -> bool:
        """Whether something has to be done within so many days."""
        return self.status in STATUSES[:2] or (self.days_left is not None and self.days_left <= days)


def when(left: int) -> str:
    """`in 212 days`, `today`, `71 days ago`."""
    number = "1 day" if abs(left) == 1 else f"{abs(left)} days"
    return "today" if left == 0 else f"in {number}" if left > 0 else f"{number} ago"


def take_inventory(
    targets: Sequence[Target], settings_for: SettingsFor, progress: "Progress | None" = None
) -> tuple[list[Row], Report]:
    """The projects among targets, most urgent first, and a report of what could not be read."""
    looked = lint_each(targets, settings_for, do=look, progress=progress)
    report = make_report(one.result for one in looked)
    found = [(one.row, one.declared) for one in looked if one.row]
    rows = {row.path: row for row, _ in found}
    for row, declared in found:
        other = rows.get(declared)
        if other is not None and declared != row.path:
            # A manifest and the Dockerfile that it names are one project.
            rows[declared] = other._replace(
                errors=other.errors + row.errors,
                warnings=other.warnings + row.warnings,
                info=other.info + row.info,
                airflow=other.airflow or row.airflow,
            )
            del rows[row.path]
    return sorted(rows.values(), key=lambda row: row.urgency), report


class Looked(NamedTuple):
    """What a target is: its row, if it is a project, the Dockerfile that its manifest names, and what failed."""

    row: Row | None
    declared: str
    result: Result


def look(linter: Linter, target: Target) -> Looked:
    """Lint a target for its row; the findings themselves are only counted."""
    result, project = linter.lint(target)
    rest = result._replace(diagnostics=(), suppressed=())
    row = _row(project) if project else None
    if project is None or row is None:
        return Looked(None, "", rest)
    severities = [one.severity for one in result.diagnostics]
    errors, warnings, info = map(severities.count, ("error", "warning", "info"))
    declared = project.declared if project.manifest and not project.manifest.runtime else None
    path = declared.dockerfile.source.path if declared else ""
    return Looked(row._replace(errors=errors, warnings=warnings, info=info), path, rest)


def _row(project: Project) -> Row | None:
    """What is known of a project's image; None where it is no Astro project."""
    manifest = project.manifest
    built = project if manifest is None or manifest.runtime or project.declared is None else project.declared
    base = built.final_base
    if base is None and manifest is None and not _hidden(project):
        return None
    path = (manifest.source if manifest else project.dockerfile.source).path
    unknown = ("unknown", *[""] * 8, None, "", None, "", "", None, *[""] * 5, 0, 0, 0)
    row = Row._make((path, _image(built), *unknown))
    if base is not None:
        row = _with_image(row, built, base)
    return row if row.airflow or not manifest else row._replace(airflow=_pinned_airflow(manifest))


def _hidden(project: Project) -> bool:
    """Whether this is an Astro project of which the image cannot be told before the build."""
    if project.folder is None or ".astro" not in project.folder.names:
        return False
    if project.final is None:
        return True
    reference = project.dockerfile.root(project.final).reference
    return reference is None or UNKNOWN in reference.name


def _image(project: Project) -> str:
    """The image as it is pulled; as it is written where that is not known before the build."""
    if project.manifest or project.final is None:
        return ""
    stage = project.dockerfile.root(project.final)
    known = stage.reference and UNKNOWN not in stage.reference.value.text
    text = stage.reference.value.text if stage.reference and known else stage.image.text if stage.image else ""
    given = project.settings.build_args
    return _short(Redactor(secret_values(given)).text(text, [project.dockerfile.source]))


def _with_image(row: Row, project: Project, base: Base) -> Row:
    catalog, today, version, tag = project.catalog, project.today, base.version, base.tag
    role = base.image.role
    python = project.python
    row = row._replace(
        kind=_kind(base),
        pinning=_pinning(base),
        python=f"{python[0]}.{python[1]}" if python else "",
        status="ended" if role == "certified" else "unknown",
    )
    if version is None or tag is None:
        return row
    row = row._replace(series=version.series, runtime=str(version), os="ubi9" if tag.has("ubi9") else "debian")
    notice = project.settings.maintenance_notice_days
    prerelease = base.image.development or tag.has("prerelease")
    return with_lifecycle(row, version, role, prerelease, catalog, today, notice)


def with_lifecycle(
    row: Row, version: Version, role: str, prerelease: bool, catalog: Catalog, today: str, notice: int
) -> Row:
    """A project with what the catalog says of its version on a day; what the catalog does not know stays."""
    build = None if prerelease else catalog.build(version)
    newest = catalog.newest(version.series, today) if role == "runtime" else None
    if newest and not version.floating and newest.version < version:
        newest = None  # the project is ahead of the catalog
    end = catalog.end_of_maintenance(version) or row.end_of_maintenance
    left = days_between(today, end) if end else None
    yanked = build.yanked is not None if build else row.yanked
    status = "ended" if role == "certified" else "unknown"
    if yanked:
        status = "yanked"
    elif left is not None:
        status = "ended" if left < 0 else "soon" if left <= notice else "maintained"
    outdated = newest.version > version if newest and not version.floating and not prerelease else None
    return row._replace(
        status=status,
        airflow=row.airflow or catalog.airflow(version),
        end_of_maintenance=end,
        days_left=left,
        end_of_basic_support=catalog.end_of_basic_support(version) or row.end_of_basic_support,
        yanked=yanked,
        yanked_reason=_short(build.yanked or "") if build else row.yanked_reason,
        newest=str(newest.version) if newest else row.newest,
        outdated=outdated if newest else row.outdated,
    )


def _kind(base: Base) -> str:
    if base.image.role != "runtime":
        return base.image.role
    if base.version is None or base.tag is None:
        return ""
    if base.tag.has("base"):
        return "base"
    return "slim" if base.version.family == 3 or base.tag.has("slim") else "full"


def _pinning(base: Base) -> str:
    if base.image.digest:
        return "digest"
    if base.image.latest:
        return "floating"
    if base.version is None or base.tag is None:
        return ""
    floating = base.version.floating or (base.image.role == "agent" and "-astro-agent-" not in base.tag.text)
    return "floating" if floating else "pinned"


def _pinned_airflow(manifest: Manifest) -> str:
    """`3.3` for `apache-airflow==3.3.*`."""
    pin = manifest.pin
    return pin.airflow if pin else ""


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
