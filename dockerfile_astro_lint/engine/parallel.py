"""Lint in several processes; the result is the same as in one."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, Sequence
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.workers import run_chunks
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import SettingsFor
from dockerfile_astro_lint.engine.targets import Target

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress


CHUNKS = 8
"""For each process, so that one which is slowed down does fewer of them."""


Do = Callable[[Linter, Target], Any]


_linter: list[Linter] = []
"""The linter of this process, while it works on chunks."""


def lint_in_processes(
    targets: Sequence[Target],
    settings_for: SettingsFor,
    overlay: Overlay,
    do: Do,
    processes: int,
    progress: "Progress | None" = None,
) -> list[Any]:
    """Do something with each target, in their order."""
    chunks = [(do, chunk) for chunk in _chunks(targets, -(-len(targets) // (processes * CHUNKS)) or 1)]

    def show(number: int) -> None:
        assert progress is not None
        progress.step(sum(len(chunk) for _, chunk in chunks[:number]), len(targets), chunks[number][1][0].path)

    try:
        results = run_chunks(_do_chunk, chunks, processes, _start, (settings_for, overlay), show if progress else None)
    finally:
        _linter.clear()
        if progress:
            progress.end()
    return [result for results_of_chunk in results for result in results_of_chunk]


def _start(settings_for: SettingsFor, overlay: Overlay) -> None:
    _linter[:] = [Linter(settings_for, overlay)]


def _do_chunk(chunk: tuple[Do, Sequence[Target]]) -> list[Any]:
    do, targets = chunk
    return [do(_linter[0], target) for target in targets]


def _chunks(targets: Sequence[Target], size: int) -> list[list[Target]]:
    """Targets in chunks of about a size; those of one folder stay together, so that its other files are read once."""
    chunks: list[list[Target]] = []
    before = None
    for target in targets:
        folder = os.path.dirname(target.path or "")
        if not chunks or (len(chunks[-1]) >= size and folder != before):
            chunks.append([])
        before = folder
        chunks[-1].append(target)
    return chunks
