"""Passwords and tokens in requirements.txt, packages.txt and the dependencies of a manifest."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import may_have_credentials
from dockerfile_astro_lint.project.secret_forms import tokens_in
from dockerfile_astro_lint.project.secrets import secrets_in


def secrets_in_requirements(project: Project) -> Iterator[tuple[Span, str]]:
    """Where a secret is, and what it is."""
    base, required = project.final_base, project.requirements
    if base is None or base.image.role != "runtime":
        return
    packages = project.context.text("packages.txt") if project.context else None
    for source in (required.source if required else None, packages):
        if source is None or not may_have_credentials(source.text):
            continue
        ranges = [(start, source.line_span(line).end) for line, start in enumerate(source.starts, 1)]
        if required and source is required.source and not required.plain:
            ranges = [(entry.start, entry.end) for entry in required.entries]
        for start, end in ranges:
            yield from _secrets(source, start, end)


def _secrets(source: Source, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """The secrets in a line."""
    text = source.text[start:end]
    if "://" not in text:
        return
    found = {(one.start, one.end): one.what for one in secrets_in("", text)}
    for low, high in tokens_in(text) if "--hash" not in text else ():
        if not any(first < high and low < last for first, last in found):
            found[low, high] = "the token"
    for low, high in sorted(found):
        yield Span(source, start + low, start + high), found[low, high]
