"""An Astro image without `-base` does the usual steps by itself, right after the `FROM` that names it: it installs
`packages.txt` and `requirements.txt`, and copies the whole project to `/usr/local/airflow`. Doing a step once more
makes the build slower and the image larger, and changes nothing.

Another file, another place, and a virtual environment of its own are no repeats.
"""

import os

from dockerfile_astro_lint.light import TYPE_CHECKING, Iterator, Mapping
from dockerfile_astro_lint.rule import Base, Example, Fix, Problem, Project, Related, remove_instruction, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.layers import Copy, Layer
    from dockerfile_astro_lint.pip import Install
    from dockerfile_astro_lint.reference import Word

_COMMANDS = ("install-system-packages", "install-python-dependencies")
_FOLDERS = ("dags", "plugins", "include", "tests")
_CHANGING = frozenset(
    ("-U", "--upgrade", "--upgrade-strategy", "--force-reinstall", "--no-deps", "--ignore-installed", "-I", "--pre")
)


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
def check(project: Project) -> Iterator[Problem]:
    landed: dict[tuple[int, str], Layer] = {}
    if not any(base.onbuild for base in project.bases):
        return
    for base, layer in project.layers("COPY", "ADD", "RUN", agents=True):
        if not base.onbuild:
            continue
        if layer.instruction.keyword == "RUN":
            yield from _installed(project, base, layer, landed)
        else:
            yield from _copied(project, base, layer, landed)


def _copied(project: Project, base: Base, layer: "Layer", landed: "dict[tuple[int, str], Layer]") -> Iterator[Problem]:
    from dockerfile_astro_lint.layers import HOME, copy_of

    copy = copy_of(layer)
    if copy is None or not copy.local or not copy.sources:
        return
    there, own = copy.destination.text, f"requirements{_suffix(base)}"
    elsewhere = there.startswith("/") and not there.startswith(HOME) and "$" not in there
    if elsewhere and not any(source.text in (".", "./") or source.text.endswith(own) for source in copy.sources):
        return
    repeated: list[Word] = []
    for source in copy.sources:
        path = layer.value(source.text)
        archive = layer.instruction.keyword == "ADD" and (
            "://" in path or ".tar" in path or path.endswith((".tgz", ".gz"))
        )
        if archive or "\ue001" in path or ".." in path.split("/"):
            continue
        path = os.path.normpath(path.lstrip("/") or ".").replace(os.sep, "/")
        place = _place(project, layer, copy, path)
        if place and path in (own, "."):
            landed[base.stage.number, place if path == own else f"{place.rstrip('/')}/{own}"] = layer
        if "requirements" in path and path != own:
            continue  # of another Python's packages, mostly
        home = HOME if path == "." else f"{HOME}/{os.path.dirname(path) if '*' in path else path}".rstrip("/")
        if place == home and not {"chmod", "exclude", "parents"} & copy.flags.keys():
            repeated.append(source)
    if not repeated:
        return
    whole = len(repeated) == len(copy.sources)
    fix = Fix("remove it", False, (remove_instruction(layer.instruction),)) if whole else None
    names = " and ".join(f"`{source.text}`" for source in repeated)
    message = f"the image has already copied {names} there: this repeats what it does by itself"
    yield Problem(layer.instruction.span(repeated[0].start, repeated[-1].end), message, fix)


def _place(project: Project, layer: "Layer", copy: "Copy", path: str) -> str | None:
    """Where a context path lands: a folder with what is in it, or a file."""
    from dockerfile_astro_lint.layers import HOME, resolve

    written = layer.value(copy.destination.text)
    target = resolve(written, layer.state.workdir)
    if target is None or path == ".":
        return target
    name = os.path.basename(path)
    if "*" in path:
        return target if "." in name and "*" not in os.path.dirname(path) else None
    found = os.path.join(project.folder.path, path) if project.folder else ""
    if path in _FOLDERS or (found and os.path.isdir(found)) or copy.sources[0].text.endswith("/"):
        return target
    into = len(copy.sources) > 1 or written.endswith(("/", ".")) or target == HOME
    into = into or target in [f"{HOME}/{folder}" for folder in _FOLDERS]
    if into and ("." in name or (found and os.path.isfile(found))):
        return f"{target.rstrip('/')}/{name}"
    return target


def _suffix(base: Base) -> str:
    return "-client.txt" if base.image.role == "agent" else ".txt"


def _installed(
    project: Project, base: Base, layer: "Layer", landed: "Mapping[tuple[int, str], Layer]"
) -> Iterator[Problem]:
    instruction = layer.instruction
    text = instruction.whole.text if instruction.line.heredocs else instruction.value
    if "install" not in text:
        return
    names = {f"requirements{_suffix(base)}", *(path.rpartition("/")[2] for _, path in landed), *_COMMANDS}
    if not any(name in text for name in names):
        return
    from dockerfile_astro_lint.layers import HOME
    from dockerfile_astro_lint.pip import installs

    every = project.commands(layer)
    own = f"{HOME}/requirements{_suffix(base)}"
    for one in every:
        if one.command.name in _COMMANDS:
            fix = Fix("remove it", False, (remove_instruction(layer.instruction),)) if len(every) == 1 else None
            message = f"the image has already run `{one.command.name}`: this repeats what it does by itself"
            yield Problem(one.span(one.command.words[0]), message, fix)
    mounted = _mounts(layer, f"requirements{_suffix(base)}")
    for install in installs(layer, every):
        if _CHANGING & set(install.switches):
            continue
        paths = {path for token in install.files if (path := install.path(token))}
        places = {path for path in paths if path == own or path in mounted or (base.stage.number, path) in landed}
        if places:
            yield _again(
                base, layer, install, [landed.get((base.stage.number, path)) for path in sorted(places)], len(every)
            )


def _again(base: Base, layer: "Layer", install: "Install", copies: "list[Layer | None]", commands: int) -> Problem:
    message = f"the image has already installed `requirements{_suffix(base)}`: this repeats what it does by itself"
    words = install.ran.command.words
    first = next((copy for copy in copies if copy), None)
    related = (Related(first.instruction.arguments_span, "copied here"),) if first else ()
    # What else the line names would be lost with it.
    alone = commands == 1 and len(install.files) == 1 and not install.requirements and not install.editable
    fix = None
    if alone:
        edits = [remove_instruction(layer.instruction)]
        copied = first.instruction.value.split() if first else []
        if first and len(copied) == 2 and copied[0].endswith(f"requirements{_suffix(base)}"):
            if first.instruction.whole.end == layer.instruction.whole.start:
                edits = [remove_instruction(first.instruction, layer.instruction)]
            else:
                edits.insert(0, remove_instruction(first.instruction))
        fix = Fix("remove it", False, tuple(edits))
    return Problem(install.ran.span(words[0], words[-1]), message, fix, related)


def _mounts(layer: "Layer", name: str) -> set[str]:
    """Where a RUN mounts a file of the build context."""
    from dockerfile_astro_lint.dockerfile import flags
    from dockerfile_astro_lint.layers import resolve

    found = set()
    for flag in flags(layer.instruction, layer.escape)[0]:
        if not flag.text.startswith("--mount="):
            continue
        fields = dict(field.partition("=")[::2] for field in flag.text[8:].split(","))
        source = fields.get("source", fields.get("src", ""))
        target = fields.get("target", fields.get("dst", fields.get("destination", "")))
        if "from" not in fields and fields.get("type", "bind") == "bind" and source.removeprefix("./") == name:
            path = resolve(target, layer.state.workdir)
            if path:
                found.add(path)
    return found
