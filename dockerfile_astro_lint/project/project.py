"""A Dockerfile and the folder around it: what rules ask.

Longer than other modules, for it is one class that keeps what several rules need.
"""

import os

from dockerfile_astro_lint.astro.base_image import Base, Runtime, Tagged, base_image, has_tag, has_version
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.core.compat import (
    TYPE_CHECKING,
    Any,
    Callable,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
    lazy,
)
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import normalized
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage
from dockerfile_astro_lint.dockerfile.search_text import search_text
from dockerfile_astro_lint.project.file_kinds import is_python
from dockerfile_astro_lint.project.folder import Folder

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.assignments import Assignment
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.copies import Copy, CopySource
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand, RunScript
    from dockerfile_astro_lint.dockerfile.syntax_errors import Refusal
    from dockerfile_astro_lint.project.build_context import BuildContext
    from dockerfile_astro_lint.project.manifest import Manifest
    from dockerfile_astro_lint.project.missing_sources import MissingSource
    from dockerfile_astro_lint.project.python_imports import Import, PythonFile
    from dockerfile_astro_lint.project.requirements import Requirements
    from dockerfile_astro_lint.project.root_commands import RootRun


class ProjectSettings(NamedTuple):
    """What rules know of the run; `today` is an ISO date."""

    catalog: Catalog
    today: str
    environment: str = "production"
    maintenance_notice_days: int = 90
    build_args: Mapping[str, str] = {}
    target: str | None = None
    mirrors: Mapping[str, str] = {}
    require_ignore_reason: bool = False
    published: Callable[[str], bool | None] | None = None
    """Whether a registry has the tag of `host/repository:tag`, None where it does not tell; None to ask no registry."""
    python: tuple[int, int] | None = None
    """The Python to check for, whatever the image has; None for that of the image."""
    policy: Mapping[str, Any] = {}
    """The keys of an organization's policy that are set, with their values: see `rules.selection.POLICY`."""


ROOT = ("root", "0", "root:root", "0:0")
"""How most USER instructions name root."""


class Project:
    """A Dockerfile and the folder around it; what is expensive is read when a rule asks."""

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
        """The v2 manifest, if that is what is linted, and the Dockerfile that it names."""
        self.python_file = python_file
        """The only Python file to look into, by its path below the folder with `/`; None for all."""
        self.catalog, self.today = settings.catalog, settings.today
        # By the line of the instruction.
        self._assignments: dict[int, list[Assignment]] = {}
        self._copies: dict[int, Copy | None] = {}
        self._run_scripts: dict[int, RunScript] = {}
        self.unanswered = False
        """Whether a registry was asked and did not tell."""

    @property
    def production(self) -> bool:
        return self.settings.environment == "production"

    @lazy
    def bases(self) -> tuple[Base, ...]:
        """The stages whose FROM names an Astronomer image, in order."""
        bases = []
        for stage in self.dockerfile.stages:
            image, mirror = base_image(stage, self.settings.mirrors) if stage.base is None else (None, None)
            if image:
                bases.append(Base(stage, image, image.tag, image.reliable_version, mirror))
        return tuple(bases)

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

    def with_tag_error(self, kind: str) -> "Sequence[Tagged]":
        """The Runtime images whose tag has an error: malformed, order, slim-3, slim-2 or dotted."""
        return [base for base in self.all_runtimes if has_tag(base) and base.tag.error == kind]

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
        """The image that the manifest's `runtime` selects; only if the manifest itself is linted."""
        runtime = self.manifest.runtime if self.manifest else None
        if runtime is None:
            return None
        from dockerfile_astro_lint.project.manifest import base_of_runtime

        return base_of_runtime(runtime)

    @lazy
    def final(self) -> Stage | None:
        """The stage that is built: the target, or the last one."""
        stages = self.dockerfile.stages
        if self.settings.target is not None:
            return self.dockerfile.find_stage(self.settings.target)
        return stages[-1] if stages else None

    @lazy
    def final_base(self) -> Base | None:
        """The Astronomer image of the final stage; of a manifest alone, the one that it names."""
        if self.manifest is not None:
            return self._manifest_base
        if self.final is None:
            return None
        root = self.dockerfile.root(self.final)
        return next((base for base in self.bases if base.stage is root), None)

    @lazy
    def has_pyenv_frontend(self) -> bool:
        """Whether `# syntax=` names Astronomer's frontend, which installs and copies the project."""
        frontend = self.dockerfile.frontend
        return frontend is not None and frontend.pyenv

    @lazy
    def python(self) -> tuple[int, int] | None:
        """The Python version of the final image, None where unknown."""
        if self.settings.python:
            return self.settings.python
        base = self.final_base
        if base is None or base.tag is None:
            return None
        # A `-python-` segment tells the version, whatever is wrong with the rest of the tag.
        text = self.catalog.python(base.tag) if base.version else base.tag.python
        if text is None:
            return None
        major, minor = text.split(".")[:2]
        return int(major), int(minor)

    @property
    def python_version(self) -> str:
        """`python` as a text, such as `3.12`."""
        return ".".join(map(str, self.python or ()))

    @lazy
    def astro_stages(self) -> tuple[tuple[Stage, Base], ...]:
        """The stages based on an Astronomer image, directly or through other stages, with that image."""
        by_stage = {base.stage.number: base for base in self.bases}
        return tuple((stage, by_stage[stage.root]) for stage in self.dockerfile.stages if stage.root in by_stage)

    @lazy
    def _layers(self) -> "Mapping[int, list[Layer]]":
        from dockerfile_astro_lint.dockerfile.build_state import build_layers

        return build_layers(self.dockerfile, [stage for stage, _ in self.astro_stages], self.settings.build_args)

    @lazy
    def refusals(self) -> "tuple[Refusal, ...]":
        """What BuildKit stops at, see `dockerfile/syntax_errors.py`."""
        from dockerfile_astro_lint.dockerfile.syntax_errors import refusals

        astro_stages = {base.stage.number for base in self.bases}
        return tuple(refusals(self.dockerfile, lambda stage: stage.number in astro_stages))

    @lazy
    def text(self) -> str:
        """The Dockerfile to search in, see `dockerfile/search_text.py`."""
        return search_text(self.dockerfile)

    @lazy
    def keywords(self) -> frozenset[str]:
        """The keywords of the Dockerfile's instructions."""
        return frozenset([instruction.keyword for instruction in self.dockerfile.instructions])

    @lazy
    def runs_as_astro(self) -> list[Instruction]:
        """The RUNs that may not be run as root."""
        runs, as_root = [], False
        for instruction in self.dockerfile.instructions:
            keyword = instruction.keyword
            if keyword == "RUN":
                if not as_root:
                    runs.append(instruction)
            elif keyword == "USER":
                as_root = instruction.value in ROOT
            elif keyword == "FROM":
                as_root = False
        return runs

    def lifecycle(self, version: Version) -> Sequence[str]:
        """The lifecycle of a version on the day of the run, see `Catalog.lifecycle`."""
        return self.catalog.lifecycle(version, self.today, self.settings.maintenance_notice_days)

    def layers(self, *keywords: str, agents: bool = False) -> "Sequence[tuple[Base, Layer]]":
        """The instructions with these keywords in stages on a Runtime (or agent) image, with that image."""
        present = self.keywords.intersection(keywords)
        if not present:
            return []
        if len(present) > 1:
            layers = [pair for keyword, pair in self._astro_layers if keyword in present]
        else:
            layers = self._by_keyword.get(next(iter(present)), [])
        if agents or len(self.all_runtimes) == len(self.bases):
            return layers
        return [pair for pair in layers if pair[0].image.role == "runtime"]

    @lazy
    def _astro_layers(self) -> "list[tuple[str, tuple[Base, Layer]]]":
        return [
            (layer.instruction.keyword, (base, layer))
            for stage, base in self.astro_stages
            if base.image.role in ("runtime", "agent")
            for layer in self._layers[stage.number]
        ]

    @lazy
    def _by_keyword(self) -> "dict[str, list[tuple[Base, Layer]]]":
        layers: dict[str, list[tuple[Base, Layer]]] = {}
        for keyword, pair in self._astro_layers:
            layers.setdefault(keyword, []).append(pair)
        return layers

    def assignments(self, *keywords: str) -> "Iterator[tuple[Base, Assignment]]":
        """What ENV, ARG or LABEL of stages on a Runtime image set, with that image."""
        for base, layer in self.layers(*keywords):
            for assignment in self._assignments_of(layer):
                yield base, assignment

    def _assignments_of(self, layer: "Layer") -> "list[Assignment]":
        number = layer.instruction.line.first
        if number not in self._assignments:
            self._assignments[number] = layer.assignments
        return self._assignments[number]

    def copies(self, agents: bool = False) -> "Iterator[tuple[Base, Copy]]":
        """What COPY and ADD of stages on a Runtime (or agent) image copy, with that image."""
        if self.keywords.isdisjoint(("COPY", "ADD")):
            return
        for base, layer in self.layers("COPY", "ADD", agents=agents):
            copy = self.copy_of(layer)
            if copy:
                yield base, copy

    def copy_of(self, layer: "Layer") -> "Copy | None":
        """What a COPY or ADD copies, parsed once; None where it cannot be parsed."""
        number = layer.instruction.line.first
        if number not in self._copies:
            from dockerfile_astro_lint.dockerfile.copies import copy_of

            self._copies[number] = copy_of(layer)
        return self._copies[number]

    def run_commands(self, mentioning: Sequence[str] = ()) -> "Iterator[tuple[Base, Layer, Sequence[RunCommand]]]":
        """Every RUN of stages on a Runtime image, with that image and the commands that it runs.

        `mentioning`: only those whose script contains one of these words, as few do and parsing the others costs much.
        """
        for base, layer in self.layers("RUN"):
            if mentioning and not any(map(layer.instruction.script.__contains__, mentioning)):
                continue
            yield base, layer, self.commands_of(layer)

    def commands_of(self, layer: "Layer") -> "Sequence[RunCommand]":
        """The commands of a RUN, as far as they can be read."""
        return self.script_of(layer).commands

    def script_of(self, layer: "Layer") -> "RunScript":
        """The script of a RUN, parsed once."""
        number = layer.instruction.line.first
        if number not in self._run_scripts:
            from dockerfile_astro_lint.dockerfile.run_commands import run_script

            self._run_scripts[number] = run_script(layer)
        return self._run_scripts[number]

    @lazy
    def root_runs(self) -> "Sequence[Sequence[RootRun]]":
        """The RUNs that need root and are not run as root, see `project/root_commands.py`."""
        from dockerfile_astro_lint.project.root_commands import root_runs

        return list(root_runs(self))

    def final_layers(self, *keywords: str, agents: bool = False) -> "list[Layer]":
        """The instructions with these keywords that the final image consists of, if it is a Runtime (or agent) image,
        from its first stage to its last.
        """
        base = self.final_base
        if base is None or self.keywords.isdisjoint(keywords):
            return []
        if base.image.role != "runtime" and not (agents and base.image.role == "agent"):
            return []
        stages: list[Stage] = []
        stage = self.final
        while stage is not None:
            if any(one.keyword in keywords for one in self.dockerfile.instructions_of(stage)):
                stages.append(stage)
            stage = self.dockerfile.stages[stage.base] if stage.base is not None else None
        layers = [layer for stage in reversed(stages) for layer in self._layers[stage.number]]
        return [layer for layer in layers if layer.instruction.keyword in keywords]

    @lazy
    def words_of_run(self) -> frozenset[str]:
        """The words of the final image's RUN instructions, in lower case, without quotes and what follows a `=`."""
        words = " ".join(layer.instruction.value.lower() for layer in self.final_layers("RUN", agents=True)).split()
        return frozenset([word.strip("\"'").partition("=")[0] for word in words])

    def labels(self) -> "Mapping[str, tuple[str, Assignment]] | None":
        """The labels that the final stages set, with value and assignment; None where the image may have others."""
        base = self.final_base
        if base is None or base.image.role not in ("runtime", "agent"):
            return None
        labels: dict[str, tuple[str, Assignment]] = {}
        for layer in self.final_layers("LABEL", agents=True):
            for assignment in self._assignments_of(layer):
                labels[layer.value(assignment.name)] = layer.value(assignment.text), assignment
        return None if any(UNKNOWN in name for name in labels) else labels

    def astro_instructions(self) -> "Iterator[Instruction]":
        """The instructions of stages on an Astronomer image, and those in front of the first FROM."""
        if not self.bases:
            return
        stages = {-1, *[stage.number for stage, _ in self.astro_stages]}
        number = -1
        for instruction in self.dockerfile.instructions:
            number += instruction.keyword == "FROM"
            if number in stages:
                yield instruction

    def published(self, base: Base) -> bool | None:
        """Whether the registry has the tag of an image; None if it was not asked, or does not tell."""
        ask, reference = self.settings.published, base.stage.reference
        if ask is None or reference is None:
            return None
        answer = ask(normalized(reference))
        self.unanswered |= answer is None
        return answer

    @property
    def has_python_files(self) -> bool:
        """Whether Python files lie beside the Dockerfile, in a project or not."""
        if self.context is None:
            return self.folder is not None and any(map(is_python, self.folder.names))
        return next(self.context.python_files(self.python_file), None) is not None

    @lazy
    def context(self) -> "BuildContext | None":
        """The build context, None if the folder does not look like a project."""
        return self.folder_context if self.folder is not None and self.folder.is_project else None

    @lazy
    def folder_context(self) -> "BuildContext | None":
        """The folder of the Dockerfile as its build context, whether or not it looks like a project."""
        if self.folder is None:
            return None
        from dockerfile_astro_lint.project.build_context import build_context

        return build_context(self.folder, os.path.basename(self.dockerfile.source.path))

    @lazy
    def missing_sources(self) -> "Sequence[MissingSource]":
        """The sources of COPY and ADD that the build context lacks."""
        # If nothing is beside the Dockerfile, it is built in another folder.
        if self.folder is None or len(self.folder.names) == 1 or self.keywords.isdisjoint(("COPY", "ADD")):
            return ()
        copies = [one.value for one in self.dockerfile.instructions if one.keyword in ("COPY", "ADD")]
        if all(map(self.folder.surely_has, copies)):
            return ()  # as most have; the rest loads more
        from dockerfile_astro_lint.project.missing_sources import missing_sources

        return missing_sources(self)

    def is_missing(self, copy: "Copy", source: "CopySource") -> bool:
        """Whether AST621 reports a source of a COPY or ADD."""
        return any(
            found.copy.layer.instruction is copy.layer.instruction and found.source.word == source.word
            for found in self.missing_sources
        )

    def onbuild_file(self, name: str) -> str:
        """The file that the image copies by itself: a Remote Execution agent has `requirements-client.txt`."""
        agent = self.final_base is not None and self.final_base.image.role == "agent"
        return f"{name}-client.txt" if agent else f"{name}.txt"

    @lazy
    def onbuild_context(self) -> "BuildContext | None":
        """The build context, if the final image copies the project from it by itself (ONBUILD)."""
        base = self.final_base
        if base is None or not base.onbuild or base.image.role != "runtime":
            return None
        return self.context

    @lazy
    def requirements(self) -> "Requirements | None":
        """The project's requirements.txt, or the dependencies of its manifest."""
        if self.manifest is None and self.context is None:
            return None
        from dockerfile_astro_lint.project.requirements import project_requirements

        return project_requirements(self)

    @lazy
    def requirement_traits(self) -> frozenset[str]:
        """What the requirements have that a rule may wait for."""
        if self.context is None and self.manifest is None:
            return frozenset()
        from dockerfile_astro_lint.project.requirements import requirement_traits

        return frozenset(requirement_traits(self))

    @lazy
    def providers(self) -> frozenset[str] | None:
        """The providers of the final image, as their import ends (`cncf.kubernetes`); None where unknown."""
        if self.onbuild_context is None:
            return None
        from dockerfile_astro_lint.project.installed_packages import installed_providers

        return installed_providers(self)

    @lazy
    def code(self) -> "tuple[PythonFile, ...]":
        """The project's Python files that import what the image may lack, or cannot be read."""
        if self.context is None:
            return ()
        from dockerfile_astro_lint.project.installed_packages import files_with_missing_imports

        return files_with_missing_imports(self)

    def imports(self, *modules: str) -> "Iterator[tuple[PythonFile, Import]]":
        """The unguarded imports of these modules, and of what is below them, in the project's Python files."""
        for file in self.code:
            for found in file.imports:
                if any(f"{found.module}.".startswith(f"{module}.") for module in modules):
                    yield file, found
