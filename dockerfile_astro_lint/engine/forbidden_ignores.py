"""Report ignore comments for rules that no comment may suppress; imported only where `forbid-ignores` is set."""

import re

from dockerfile_astro_lint.core.compat import Container, Iterable, Iterator, Mapping
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES
from dockerfile_astro_lint.core.source import Source, Span, decode
from dockerfile_astro_lint.engine.suppressions import Ignore, ignores, ignores_of_text, noqa_codes, without
from dockerfile_astro_lint.project.file_kinds import is_python
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Fix, Violation


def forbidden_ignores(project: Project, shared: Iterable[Source], known: Mapping[str, str]) -> Iterator[Violation]:
    """The forbidden ignore comments of the Dockerfile, of the `shared` files, and of Python files."""
    forbidden: Container[str] = project.settings.policy.get("forbid-ignores", ())
    own = project.dockerfile.source
    if "astro-lint:" in own.text:
        yield from _forbidden(own, ignores(project.dockerfile).comments, known, forbidden)
    for source in (*shared, *_python_files(project)):
        if source.path == own.path and source.text == own.text:
            continue
        if "astro-lint:" in source.text:
            yield from _forbidden(source, ignores_of_text(source), known, forbidden)
        if is_python(source.path):
            for span, word in noqa_codes(source):
                if any(code.startswith(word) for code in sorted(known.values()) if code in forbidden):
                    yield Violation(span, _message(word))


def _python_files(project: Project) -> Iterator[Source]:
    """The Python files of a project that may have a comment."""
    context = project.context
    for path, below in context.python_files(project.python_file) if context else ():
        try:
            data = context.folder.overlay.read(path, MAX_PYTHON_BYTES) if context else b""
        except (OSError, ValueError):
            continue  # the rules for Python files report it
        if context and (b"astro-lint:" in data or re.search(rb"(?i)noqa:", data)):
            yield decode(data, context.shown(below))


def _forbidden(
    source: Source, comments: Iterable[Ignore], known: Mapping[str, str], forbidden: Container[str]
) -> Iterator[Violation]:
    for ignore in comments:
        at = [number for number, name in enumerate(ignore.names) if known.get(name, "") in forbidden]
        for number in at:
            remove = without(ignore, number, source, len(at) == len(ignore.names))
            fix = Fix("remove it", True, (Edit(remove, ""),))
            yield Violation(Span(source, *ignore.places[number]), _message(ignore.names[number]), fix)


def _message(name: str) -> str:
    return f"the policy forbids suppressing {name}: fix what it reports, and remove this comment"
