"""The system packages that RUN installs with apt, as long as only Debian's own sources are there."""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project

_SOURCES = (
    "/etc/apt", "sources.list", "apt-key", "add-apt-repository", "extrepo", "dpkg -i", "| bash", "| sh", "|bash", "|sh",
    "gpg", "debian.sh", "setup_", "apt-mirror", "backports", "bash -", ".deb",
)  # fmt: skip
"""What a RUN, COPY or ADD has in it that may add a package source, or a package."""


_SEPARATORS = str.maketrans(dict.fromkeys("=:;&|()<>$`,[]", " "))
"""What ends the name of a package."""


def apt_packages(project: Project, wanted: frozenset[str]) -> Iterator[tuple[Base, str, Span]]:
    """Those of the wanted packages that `apt-get install` names literally, with their image, before any other source is
    added.
    """
    if "RUN" not in project.keywords or "apt" not in project.dockerfile.source.text:
        return
    naming = {
        instruction.line.first
        for instruction in project.dockerfile.instructions
        if instruction.keyword == "RUN" and _names_one(instruction.script, wanted)
    }
    touched: set[int] = set()
    for base, layer in project.layers("RUN", "COPY", "ADD") if naming else ():
        instruction = layer.instruction
        stage, text = base.stage.number, instruction.whole.text
        if stage not in touched and any(map(text.__contains__, _SOURCES)):
            touched.add(stage)
        if stage in touched or instruction.line.first not in naming:
            continue
        for run in project.commands_of(layer):
            command = run.command
            words = [word.text for word in command.arguments]
            if (
                command.name not in ("apt-get", "apt")
                or "install" not in words
                or command.conditional
                or command.caught
            ):
                continue
            if any(word in ("-t", "--target-release", "-s", "--simulate", "--download-only") for word in words):
                continue
            for word in command.arguments[words.index("install") + 1 :]:
                name = word.text.partition("=")[0].partition(":")[0]
                if word.literal and name in wanted:
                    yield base, name, run.span(word)


def _names_one(script: str, packages: frozenset[str]) -> bool:
    """Whether a script may name one of these packages to apt; a search of its words."""
    return "apt" in script and not packages.isdisjoint(script.translate(_SEPARATORS).split())


def installs_packages_txt(project: Project) -> bool:
    """Whether a RUN of the final image installs packages.txt, as a `-base` image does not by itself."""
    scripts = (layer.instruction.script for layer in project.final_layers("RUN"))
    return any("install-system-packages" in script or "packages.txt" in script for script in scripts)
