"""An Astro image without `-base` does the usual steps by itself, right after the `FROM` that names it: it installs
`packages.txt` and `requirements.txt`, and copies the whole project to `/usr/local/airflow`. Doing a step once more
makes the build slower and the image larger, and changes nothing.

Another file, another place, and a virtual environment of its own are no repeats.
"""

import os

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Related, Violation, remove_instruction, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.compat import TYPE_CHECKING
    from dockerfile_astro_lint.dockerfile.build_state import Layer
    from dockerfile_astro_lint.dockerfile.copies import Copy
    from dockerfile_astro_lint.dockerfile.image_reference import Word
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
    from dockerfile_astro_lint.project.pip_install import PipInstall


if TYPE_CHECKING:
    _Landed = dict[str, Layer | None]
    """Where the project's requirements lie, with what has copied them there, None for the image itself."""


_HOME = "/usr/local/airflow"


_COMMANDS = ("install-system-packages", "install-python-dependencies")


_FOLDERS = ("dags", "plugins", "include", "tests")


_CHANGING = frozenset(
    ("-U", "--upgrade", "--upgrade-strategy", "--force-reinstall", "--no-deps", "--ignore-installed", "-I", "--pre")
)


_READING = frozenset(("rm", "cat", "ls", "echo", "grep", "head", "test", "[", "chown", "chmod", "wc"))
"""Commands that leave the content of a file that they name as it is."""


@rule(
    code="AST601",
    name="repeated-onbuild-step",
    severity="warning",
    summary="a step that the image has already done by itself",
    on=("COPY", "ADD", "RUN"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY dags/ /usr/local/airflow/dags/
                #    ^^^^^ AST601
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY requirements.txt /tmp/
                RUN pip install --no-cache-dir -r /tmp/requirements.txt
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST601
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    landed: dict[int, _Landed] = {
        base.stage.number: {f"{_HOME}/{_own(base)}": None} for base in project.bases if base.onbuild
    }
    if not landed:
        return
    # What a RUN installs from has to be named there, or to have come by a name that only the build knows.
    installs = any(word in project.search_text for word in ("requirements.txt", "requirements-client.txt", *_COMMANDS))
    for base, layer in project.layers("COPY", "ADD", "RUN", agents=True):
        there = landed.get(base.stage.number)
        if there is None:
            continue
        may_install = installs or len(there) > 1
        if layer.instruction.keyword == "RUN":
            if may_install:
                yield from _installed(project, base, layer, there)
        elif _may_repeat(layer.instruction.value, may_install):
            yield from _copied(project, base, layer, there)


def _may_repeat(value: str, installs: bool) -> bool:
    """Whether a COPY may take the project to where it is, or its requirements to where they may be installed from."""
    if (installs and "requirements" in value) or "$" in value or value[-1:] in "]\"'":
        return True
    if not (value.isascii() and value.isprintable()):
        return True
    *sources, there = value.split() or [""]
    return there[:1] != "/" or there.startswith(_HOME) or "." in sources or "./" in sources


def _copied(project: Project, base: Base, layer: "Layer", landed: "_Landed") -> Iterator[Violation]:
    from dockerfile_astro_lint.dockerfile.copies import copy_of

    copy = copy_of(layer)
    if copy is None:
        return
    there, own = copy.destination.text, _own(base)
    if "requirements" in layer.instruction.value:
        _cover(layer, copy, landed)
    if not copy.from_context:
        return
    elsewhere = there.startswith("/") and not there.startswith(_HOME) and "$" not in there
    if elsewhere and not any(
        source.word.text in (".", "./") or "requirements" in source.word.text for source in copy.sources
    ):
        return
    repeated: list[Word] = []
    for source in copy.sources:
        path = layer.value(source.word.text)
        archive = layer.instruction.keyword == "ADD" and (
            "://" in path or ".tar" in path or path.endswith((".tgz", ".gz"))
        )
        if archive or "\ue001" in path or ".." in path.split("/"):
            continue
        path = os.path.normpath(path.lstrip("/") or ".").replace(os.sep, "/")
        place = _place(project, layer, copy, path)
        if place and (path in (own, ".") or ("*" in path and _matches(own, path))):
            landed[place if path == own else f"{place.rstrip('/')}/{own}"] = layer
        if "requirements" in path and path != own:
            continue  # of another Python's packages, mostly
        home = _HOME if path == "." else f"{_HOME}/{os.path.dirname(path) if '*' in path else path}".rstrip("/")
        if place == home and not {"chmod", "exclude", "parents"} & copy.flags.keys():
            repeated.append(source.word)
    if not repeated:
        return
    whole = len(repeated) == len(copy.sources)
    fix = Fix("remove it", False, (remove_instruction(layer.instruction),)) if whole else None
    names = " and ".join(f"`{source.text}`" for source in repeated)
    message = f"the image has already copied {names} there: this repeats what it does by itself"
    yield Violation(layer.instruction.span(repeated[0].start, repeated[-1].end), message, fix)


def _matches(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)


def _cover(layer: "Layer", copy: "Copy", landed: "_Landed") -> None:
    """Forget the requirements that something else is copied over."""

    target = copy.target
    if target:
        landed.pop(target, None)
        for source in copy.sources:
            landed.pop(f"{target.rstrip('/')}/{os.path.basename(layer.value(source.word.text))}", None)


def _place(project: Project, layer: "Layer", copy: "Copy", path: str) -> str | None:
    """Where a context path lands: a folder with what is in it, or a file."""
    from dockerfile_astro_lint.dockerfile.build_state import resolve

    written = layer.value(copy.destination.text)
    target = resolve(written, layer.state.workdir)
    if target is None or path == ".":
        return target
    name = os.path.basename(path)
    if "*" in path:
        return target if "." in name and "*" not in os.path.dirname(path) else None
    known = project.folder is not None and path.partition("/")[0] in project.folder.names
    found = os.path.join(project.folder.path, path) if project.folder and known else ""
    if path in _FOLDERS or (found and os.path.isdir(found)) or copy.sources[0].word.text.endswith("/"):
        return target
    into = len(copy.sources) > 1 or written.endswith(("/", ".")) or target == _HOME
    into = into or target in [f"{_HOME}/{folder}" for folder in _FOLDERS]
    if into and ("." in name or (found and os.path.isfile(found))):
        return f"{target.rstrip('/')}/{name}"
    return target


def _own(base: Base) -> str:
    return "requirements-client.txt" if base.image.role == "agent" else "requirements.txt"


def _installed(project: Project, base: Base, layer: "Layer", landed: "_Landed") -> Iterator[Violation]:
    text, own = layer.instruction.script, _own(base)
    names = [own, *_COMMANDS]
    if len(landed) > 1:
        names += [path.rpartition("/")[2] for path in landed]
    if not any(name in text for name in names):
        return
    from dockerfile_astro_lint.project.pip_install import pip_installs

    every = project.commands_of(layer)
    for one in every:
        if one.command.name in _COMMANDS:
            fix = Fix("remove it", False, (remove_instruction(layer.instruction),)) if len(every) == 1 else None
            message = f"the image has already run `{one.command.name}`: this repeats what it does by itself"
            yield Violation(one.span(one.command.words[0]), message, fix)
    for path in list(landed):
        if _rewrites(text, every, path.rpartition("/")[2]):
            del landed[path]
    places: _Landed = {**landed, **dict.fromkeys(_mounts(layer, own))}
    for install in pip_installs(layer, every):
        if _CHANGING & set(install.switches):
            continue
        found = sorted(places.keys() & {install.path(token) for token in install.files})
        if found:
            yield _again(layer, own, install, [places[path] for path in found], every)


def _rewrites(text: str, every: "list[RunCommand]", name: str) -> bool:
    """Whether a RUN may write a file of that name, so that it holds something else from then on."""
    if name not in text:
        return any(one.command.name == "pip-compile" for one in every)
    import re

    from dockerfile_astro_lint.project.pip_install import what_pip_installs

    return (
        not every
        or re.search(rf">\s*[^\s;&|<>]*{re.escape(name)}", text) is not None
        or any(
            one.command.name not in _READING
            and what_pip_installs(one.command) is None
            and any(word.text.endswith(name) for word in one.command.arguments)
            for one in every
        )
    )


def _again(
    layer: "Layer", own: str, install: "PipInstall", copies: "list[Layer | None]", every: "list[RunCommand]"
) -> Violation:
    from dockerfile_astro_lint.dockerfile.copies import copy_of

    message = f"the image has already installed `{own}`: this repeats what it does by itself"
    words = install.ran.command.words
    first = next((copy for copy in copies if copy), None)
    related = (Related(first.instruction.arguments_span, "copied here"),) if first else ()
    # What else the line does or names would be lost with it.
    others = [one for one in every if one is not install.ran and not _goes_with_it(one, own)]
    alone = not others and len(install.files) == 1 and not install.requirements and not install.editable
    fix = None
    if alone:
        edits = [remove_instruction(layer.instruction)]
        copied = copy_of(first) if first else None
        if first and copied and len(copied.sources) == 1 and copied.sources[0].word.text.endswith(own):
            if first.instruction.whole.end == layer.instruction.whole.start:
                edits = [remove_instruction(first.instruction, layer.instruction)]
            else:
                edits.insert(0, remove_instruction(first.instruction))
        fix = Fix("remove it", False, tuple(edits))
    return Violation(install.ran.span(words[0], words[-1]), message, fix, related)


def _goes_with_it(one: "RunCommand", own: str) -> bool:
    """Whether a command is only there for the `pip install` beside it."""
    name, arguments = one.command.name, [word.text for word in one.command.arguments]
    return name in ("set", "cd") or (
        name == "rm" and all(text.endswith(own) or text.startswith("-") for text in arguments)
    )


def _mounts(layer: "Layer", own: str) -> Iterator[str]:
    """Where a RUN mounts the project's requirements, or a folder with them."""
    from dockerfile_astro_lint.dockerfile.build_state import resolve
    from dockerfile_astro_lint.dockerfile.parser import flags

    for flag in flags(layer.instruction, layer.escape)[0]:
        if not flag.text.startswith("--mount="):
            continue
        fields = dict(field.partition("=")[::2] for field in flag.text[8:].split(","))
        source = os.path.normpath(fields.get("source", fields.get("src", ".")).lstrip("/") or ".")
        target = fields.get("target", fields.get("dst", fields.get("destination", "")))
        path = resolve(target, layer.state.workdir) if target else None
        if path and "from" not in fields and fields.get("type", "bind") == "bind" and source in (".", own):
            yield path if source == own else f"{path.rstrip('/')}/{own}"
