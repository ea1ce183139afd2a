"""The Dockerfile with what surrounds it: its Astro images, and on demand the project's Python files."""

import os

from dockerfile_astro_lint.astro.base_image import Base, Runtime, base_image
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import Image, Version
from dockerfile_astro_lint.core.compat import (
    TYPE_CHECKING,
    Callable,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
    lazy,
    lru_cache,
)
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import normalized
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage
from dockerfile_astro_lint.dockerfile.syntax_errors import KEYWORDS
from dockerfile_astro_lint.project.file_kinds import is_python
from dockerfile_astro_lint.project.folder import Folder
from dockerfile_astro_lint.project.manifest import base_of_runtime

if TYPE_CHECKING:
    from typing import TypeGuard

    from dockerfile_astro_lint.dockerfile.assignments import Assignment
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.copies import Copy
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
    from dockerfile_astro_lint.project.build_context import BuildContext
    from dockerfile_astro_lint.project.manifest import Manifest
    from dockerfile_astro_lint.project.python_imports import PythonFile
    from dockerfile_astro_lint.project.requirements import Requirements


@lru_cache(maxsize=64)
def _traits_of(image: Image) -> tuple[str, ...]:
    """What rules can wait for of an image."""
    found = [name for name in ("digest", "misspelt", "misplaced", "development") if getattr(image, name)]
    segments = [segment.kind for segment in image.tag.segments] if image.tag else []
    return (image.role, *([image.fault] if image.fault else []), *found, *segments)


def has_version(base: Base) -> "TypeGuard[Runtime]":
    """Whether the tag tells a Runtime version."""
    return base.version is not None


ONBUILD_FILES = ("packages.txt", "requirements.txt")
"""What a Runtime image copies and installs by itself."""


class ProjectSettings(NamedTuple):
    """What a rule may ask of the run; `today` is an ISO date."""

    catalog: Catalog
    today: str
    environment: str = "production"
    maintenance_notice_days: int = 90
    build_args: Mapping[str, str] = {}
    target: str | None = None
    mirrors: Mapping[str, str] = {}
    require_ignore_reason: bool = False
    published: Callable[[str], bool | None] | None = None
    """Whether a registry has the tag of `host/repository:tag`, None where it does not say; None to ask none."""
    python: tuple[int, int] | None = None
    """The Python to check for, whatever the image has; None for that of the image."""


class Project:
    """A Dockerfile and the folder around it; what costs is read when a rule asks."""

    def __init__(
        self,
        dockerfile: Dockerfile,
        settings: ProjectSettings,
        folder: Folder | None,
        manifest: "Manifest | None" = None,
        declared: "Project | None" = None,
        python_file: str | None = None,
    ) -> None:
        self.dockerfile, self.settings, self.folder = dockerfile, settings, folder
        self.manifest, self.declared = manifest, declared
        """The v2 manifest, where that is what is judged, and the Dockerfile that it declares."""
        self.python_file = python_file
        """The only Python file to look into, by its path below the folder with `/`; None for all."""
        self.catalog, self.today = settings.catalog, settings.today
        self._commands: dict[int, list[RunCommand]] = {}
        self.unanswered = False
        """Whether a registry was asked and did not say."""

    @property
    def production(self) -> bool:
        return self.settings.environment == "production"

    @lazy
    def bases(self) -> tuple[Base, ...]:
        """The stages whose FROM names an Astronomer image, in order."""
        found = []
        for stage in self.dockerfile.stages:
            image, mirror = base_image(stage, self.settings.mirrors) if stage.base is None else (None, None)
            if image:
                found.append(Base(stage, image, image.tag, image.version if image.sound else None, mirror))
        return tuple(found)

    @lazy
    def all_runtimes(self) -> tuple[Base, ...]:
        """The Astro Runtime images, whatever their tag."""
        return tuple(base for base in self.bases if base.image.role == "runtime")

    @lazy
    def versioned(self) -> tuple[Runtime, ...]:
        """The images, agents included, with a tag and a known Runtime version."""
        return tuple(base for base in self.bases if has_version(base))

    @lazy
    def runtimes(self) -> tuple[Runtime, ...]:
        """The Astro Runtime images with a tag and a known version."""
        return tuple(base for base in self.versioned if base.image.role == "runtime")

    def with_tag_error(self, kind: str) -> Sequence[Base]:
        """The Runtime images whose tag has that error: malformed, order, slim-3, slim-2, dotted or latest."""
        return [base for base in self.all_runtimes if base.image.fault == kind]

    def with_segment(self, kind: str) -> Sequence[Runtime]:
        """The images of `runtimes` with that segment in their tag."""
        return [base for base in self.runtimes if base.tag.has(kind)]

    @property
    def with_lifecycle(self) -> tuple[Runtime, ...]:
        """`versioned`, and the image that a v2 manifest names: each has an end of maintenance."""
        base = self._manifest_base
        return (*self.versioned, base) if base and has_version(base) else self.versioned

    @lazy
    def _manifest_base(self) -> Base | None:
        """The image that a manifest's `runtime` stands for; only where the manifest itself is judged."""
        runtime = self.manifest.runtime if self.manifest else None
        return base_of_runtime(runtime) if runtime else None

    @lazy
    def final(self) -> Stage | None:
        """The stage that is built: the target, else the last."""
        stages = self.dockerfile.stages
        if self.settings.target is not None:
            return self.dockerfile.find_stage(self.settings.target)
        return stages[-1] if stages else None

    @lazy
    def final_base(self) -> Base | None:
        """The Astronomer image that the final stage is built on; of a manifest alone, the one that it names."""
        if self.manifest is not None:
            return self._manifest_base
        if self.final is None:
            return None
        root = self.dockerfile.root(self.final)
        return next((base for base in self.bases if base.stage is root), None)

    @lazy
    def python(self) -> tuple[int, int] | None:
        """The Python of the final image, None where it is not known."""
        if self.settings.python:
            return self.settings.python
        base = self.final_base
        if base is None or base.tag is None:
            return None
        # A segment says it, whatever is wrong with the version beside it.
        text = self.catalog.python(base.tag) if base.version else base.tag.python
        if text is None:
            return None
        major, minor = text.split(".")[:2]
        return int(major), int(minor)

    @lazy
    def astro_stages(self) -> tuple[tuple[Stage, Base], ...]:
        """Every stage that is built on an Astronomer image in the end, with that image."""
        by_stage = {base.stage.number: base for base in self.bases}
        return tuple((stage, by_stage[stage.root]) for stage in self.dockerfile.stages if stage.root in by_stage)

    @lazy
    def _layers(self) -> "Mapping[int, list[Layer]]":
        from dockerfile_astro_lint.dockerfile.build_state import build_layers

        return build_layers(self.dockerfile, [stage for stage, _ in self.astro_stages], self.settings.build_args)

    @lazy
    def keywords(self) -> frozenset[str]:
        """The instructions that the Dockerfile has; looking here first costs next to nothing."""
        return frozenset([instruction.keyword for instruction in self.dockerfile.instructions])

    @lazy
    def traits(self) -> frozenset[str]:
        """What rules can wait for (`@rule(on=...)`): the instructions that there are; `unknown` (an instruction),
        `unresolved` (an image), `comment`, `frontend`, `stages` (more than one), `context` and `manifest`; of any
        Astronomer image its role, the segments and the fault of its tag, `floating`, `digest`, `misspelt`, `misplaced`,
        `development`; of any version `ended`, `ending` (within the days of notice), `yanked` and `unlisted`.
        """
        dockerfile = self.dockerfile
        found = set(self.keywords)
        for base in self.bases:
            found.update(_traits_of(base.image))
            if base.version and base.version.floating:
                found.add("floating")
        for base in self.with_lifecycle:
            found.update(self.lifecycle(base.version))
        if not KEYWORDS.issuperset(self.keywords):
            found.add("unknown")
        if any(UNKNOWN in stage.reference.value.text for stage in dockerfile.stages if stage.reference):
            found.add("unresolved")
        if dockerfile.scan.comments:
            found.add("comment")
        if dockerfile.frontend:
            found.add("frontend")
        if len(dockerfile.stages) > 1:
            found.add("stages")
        if self.context is not None:
            found.add("context")
        if self.manifest:
            found.add("manifest")
        return frozenset(found)

    def lifecycle(self, version: Version) -> Sequence[str]:
        """What there is to say of a version on the day of the run, see `Catalog.lifecycle`."""
        return self.catalog.lifecycle(version, self.today, self.settings.maintenance_notice_days)

    @lazy
    def search_text(self) -> str:
        """The Dockerfile in lower case, without quotes, escapes and line continuations, which may split a word."""
        scan, text = self.dockerfile.scan, self.dockerfile.source.text
        if scan.escape in text:
            text = "\n".join([text, *[line.text for line in scan.lines if len(line.pieces) > 1]])
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        for char in ("\\\n", "`\n", "\\", "`", "'", '"'):
            if char in text:
                text = text.replace(char, "")
        return text.lower()

    def layers(self, *keywords: str, agents: bool = False) -> "Sequence[tuple[Base, Layer]]":
        """The instructions of these kinds in stages that are built on an Astro image, with that image."""
        there = [keyword for keyword in keywords if keyword in self.keywords]
        if len(there) > 1:
            found = [pair for keyword, pair in self._built_layers if keyword in there]
        else:
            found = self._by_keyword.get(there[0], []) if there else []
        if agents or "agent" not in self.traits:
            return found
        return [pair for pair in found if pair[0].image.role == "runtime"]

    @lazy
    def _built_layers(self) -> "list[tuple[str, tuple[Base, Layer]]]":
        return [
            (layer.instruction.keyword, (base, layer))
            for stage, base in self.astro_stages
            if base.image.role in ("runtime", "agent")
            for layer in self._layers[stage.number]
        ]

    @lazy
    def _by_keyword(self) -> "dict[str, list[tuple[Base, Layer]]]":
        found: dict[str, list[tuple[Base, Layer]]] = {}
        for keyword, pair in self._built_layers:
            found.setdefault(keyword, []).append(pair)
        return found

    def assignments(self, *keywords: str) -> "Iterator[tuple[Base, Assignment]]":
        """What ENV, ARG or LABEL of stages on a Runtime image set, with that image."""
        for base, layer in self.layers(*keywords):
            for assignment in layer.assignments:
                yield base, assignment

    def copies(self, agents: bool = False) -> "Iterator[tuple[Base, Copy]]":
        """What COPY and ADD of stages on a Runtime image copy, with that image."""
        if self.keywords.isdisjoint(("COPY", "ADD")):
            return
        from dockerfile_astro_lint.dockerfile.copies import copy_of

        for base, layer in self.layers("COPY", "ADD", agents=agents):
            copy = copy_of(layer)
            if copy:
                yield base, copy

    def run_commands(self, *words: str, agents: bool = False) -> "Iterator[tuple[Base, Layer, list[RunCommand]]]":
        """The RUNs of stages on a Runtime image that mention one of the words, with the commands that they run."""
        for base, layer in self.layers("RUN", agents=agents):
            script = layer.instruction.script
            if any(word in script for word in words):
                yield base, layer, self.commands_of(layer)

    def commands_of(self, layer: "Layer") -> "list[RunCommand]":
        """The commands of a RUN, parsed once."""
        number = layer.instruction.line.first
        if number not in self._commands:
            from dockerfile_astro_lint.dockerfile.run_commands import run_commands

            self._commands[number] = list(run_commands(layer))
        return self._commands[number]

    def final_layers(self, *keywords: str, agents: bool = False) -> "list[Layer]":
        """The instructions of these kinds that the final image is made of, if it is an Astro image."""
        base = self.final_base
        if base is None or self.keywords.isdisjoint(keywords):
            return []
        if base.image.role != "runtime" and not (agents and base.image.role == "agent"):
            return []
        if len(self.dockerfile.stages) == 1:  # most have no other, and what is in it has been sorted
            return [layer for _, layer in self.layers(*keywords, agents=True)]
        found: list[list[Layer]] = []
        stage = self.final
        while stage is not None:
            found.append([one for one in self._layers[stage.number] if one.instruction.keyword in keywords])
            stage = self.dockerfile.stages[stage.base] if stage.base is not None else None
        return [layer for layers in reversed(found) for layer in layers]

    def pyenvs(self) -> "Iterator[Instruction]":
        """Every PYENV that is for an Astro image: not those of stages on others."""
        if "PYENV" not in self.keywords or not self.bases:
            return
        ours = {-1, *[stage.number for stage, _ in self.astro_stages]}
        number = -1
        for instruction in self.dockerfile.instructions:
            if instruction.keyword == "FROM":
                number += 1
            elif instruction.keyword == "PYENV" and number in ours:
                yield instruction

    def published(self, base: Base) -> bool | None:
        """Whether the registry has the tag of an image; None where none is asked, or it does not say."""
        ask, reference = self.settings.published, base.stage.reference
        if ask is None or reference is None:
            return None
        found = ask(normalized(reference))
        self.unanswered |= found is None
        return found

    @property
    def has_python_files(self) -> bool:
        """Whether there is Python code beside the Dockerfile, be it a project's or not."""
        if self.context is None:
            return self.folder is not None and any(map(is_python, self.folder.names))
        return next(self.context.python_files(self.python_file), None) is not None

    @lazy
    def context(self) -> "BuildContext | None":
        """The build context, None where nothing says that the folder is a project."""
        if self.folder is None or not self.folder.is_project:
            return None
        from dockerfile_astro_lint.project.build_context import build_context

        return build_context(self.folder, os.path.basename(self.dockerfile.source.path))

    @lazy
    def context_is_elsewhere(self) -> bool:
        """Whether something is copied that is not in this folder: then the build runs in another one."""
        from dockerfile_astro_lint.dockerfile.copies import copy_of

        folder = self.context.folder.path if self.context else ""
        for _, layer in self.layers("COPY", "ADD") if folder else ():
            copy = copy_of(layer)
            for one in copy.sources if copy and copy.from_context else ():
                path = one.word.text.strip("\"'").lstrip("/")
                if any(char in path for char in "*?[$") or "://" in path:
                    continue
                # One of the two themselves may be what is missing.
                exists = self.context.folder.overlay.exists if self.context else os.path.exists
                own = path in ONBUILD_FILES and not exists(os.path.join(os.path.dirname(folder), path))
                if not own and not exists(os.path.join(folder, path)):
                    return True
        return False

    def onbuild_file(self, name: str) -> str:
        """The file that the image copies by itself: a Remote Execution agent has `requirements-client.txt`."""
        agent = self.final_base is not None and self.final_base.image.role == "agent"
        return f"{name}-client.txt" if agent else f"{name}.txt"

    @lazy
    def onbuild_context(self) -> "BuildContext | None":
        """The build context, where the final image takes the project from it by itself."""
        base = self.final_base
        if base is None or not base.onbuild or base.image.role != "runtime":
            return None
        return self.context

    @lazy
    def requirements(self) -> "Requirements | None":
        """The project's requirements.txt, or the dependencies that stand in for it."""
        if self.manifest is not None:
            return self.manifest.requirements(self.python)
        if self.context is None:
            return None
        manifest, name = self.context.folder.manifest, self.onbuild_file("requirements")
        if manifest and name not in self.context.folder.names:
            return manifest.requirements(self.python)
        if name not in self.context.folder.names and not self.context_is_elsewhere:  # AST504 asks for an empty one
            from dockerfile_astro_lint.project.requirements import parse_requirements

            return parse_requirements(make_source(self.context.shown(name), ""), self.python)
        return self.context.requirements(name, self.python)

    @lazy
    def required(self) -> frozenset[str]:
        """The packages that the project asks for, in requirements.txt, the manifest, or a file that these name."""
        listed = self.requirements
        if listed is None or self.context is None or not listed.plain:
            return listed.names if listed else frozenset()
        return self.context.required(self.onbuild_file("requirements"), self.python)

    @lazy
    def providers(self) -> frozenset[str] | None:
        """The providers that the final image has, by the end of their import; None where that cannot be known."""
        base, context, required = self.final_base, self.onbuild_context, self.requirements
        if base is None or base.version is None or context is None or required is None:
            return None
        from dockerfile_astro_lint.project.installed_packages import providers

        slim = base.tag is not None and base.tag.has("slim")
        return providers(base.version, slim, context, required, self.final_layers("RUN", "COPY", "ADD", "ENV"))

    @lazy
    def code(self) -> "tuple[PythonFile, ...]":
        """The project's Python files that import what the image may lack, or cannot be read."""
        base = self.final_base
        if self.context is None or self.python is None or base is None or base.image.role != "runtime":
            return ()
        from dockerfile_astro_lint.astro.stdlib_data import REMOVED
        from dockerfile_astro_lint.project.build_context import ImportQuery

        removed = set()
        for row in REMOVED.splitlines():
            name, since, _ = row.split("|")
            major, minor = since.split(".")
            if (int(major), int(minor)) <= self.python:
                removed.add(name)
        version = base.version
        airflow_2 = version is not None and version.family == 2
        query = ImportQuery(frozenset(removed), airflow_2, self.providers)
        files = self.context.code(query, self.python, self.python_file)
        frontend = self.dockerfile.frontend
        if not base.without_onbuild or (frontend and frontend.pyenv):
            return files
        from dockerfile_astro_lint.project.installed_packages import copied

        there = copied(self.final_layers("COPY", "ADD"))
        if there is None:
            return files
        folders = tuple(self.context.shown(f"{one}/") for one in there)
        return tuple(file for file in files if f"{file.source.path}/".startswith(folders))

    def imports(self, *modules: str) -> "tuple[PythonFile, ...]":
        """The project's Python files that import one of these modules, or what is below one, unguarded."""
        found = []
        for file in self.code:
            kept = tuple(
                one for one in file.imports if any(f"{one.module}.".startswith(f"{module}.") for module in modules)
            )
            if kept:
                found.append(file._replace(imports=kept))
        return tuple(found)
