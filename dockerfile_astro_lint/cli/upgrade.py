"""`astro-lint upgrade [PATH ...]`: write newer Runtime tags, and report what changes with them."""

import os
import sys

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.upgrades import LATEST, LATEST_PATCH, wrong_target
from dockerfile_astro_lint.cli.check import catalog_age, roots
from dockerfile_astro_lint.cli.options import OF_PROJECTS, OPTIONS
from dockerfile_astro_lint.cli.parser import Parser, parser
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import ConfigError, UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Failure, Result
from dockerfile_astro_lint.engine.redaction import redacted_sentences
from dockerfile_astro_lint.engine.targets import Find, Target, expand_paths, search, without_unrelated
from dockerfile_astro_lint.engine.upgrade import Proposal, find_upgrades, move
from dockerfile_astro_lint.fixes.runner import Change, Outcome, holds_secrets, patches, write
from dockerfile_astro_lint.project.file_kinds import MANIFEST, kind_of
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.reports import Run, streams
from dockerfile_astro_lint.reports.upgrade import FORMATS, UpgradeRun, summary


def page() -> Parser:
    own = parser(
        "astro-lint upgrade",
        description="Write newer Runtime tags into Dockerfiles and manifests, and report what changes with them.",
    )
    own.add_argument(
        "paths", nargs="*", metavar="PATH", help="a folder to search, a Dockerfile or a pyproject.toml (default: .)"
    )
    own.add_argument(
        "--to",
        metavar=f"SERIES|{LATEST_PATCH}|{LATEST}",
        default=LATEST_PATCH,
        help=f"the newest build of the same series ({LATEST_PATCH}, default), of the newest maintained one ({LATEST}), "
        "or of a series such as 13 or 3.3",
    )
    own.add_argument("--check", action="store_true", help="write nothing; exit code 1 if there is an upgrade")
    own.add_argument(
        "--diff", action="store_true", help="print the patch instead of writing it; exit code as with --check"
    )
    own.add_argument("--format", **{**OPTIONS["--format"], "help": f"{', '.join(FORMATS)}; can be repeated"})
    for option in OF_PROJECTS:
        own.add_argument(option, **OPTIONS[option])
    own.add_argument("-q", "--quiet", action="store_true", help="print only what cannot be upgraded")
    return own


def run(argv: Sequence[str]) -> int:
    end = argv.index("--") if "--" in argv else len(argv)
    words, named = argv[:end], argv[end + 1 :]
    arguments = page().parse_intermixed_args(words)
    formats = streams.wanted_formats(arguments.format, tuple(FORMATS))
    if arguments.diff and arguments.format and any(file is None for _, file in formats):
        raise UsageError("--diff goes to standard output: give each format a file, such as --format markdown=FILE")
    resolver = Resolver(overrides_of(arguments))
    settings = _settings(resolver)
    if why := wrong_target(arguments.to, settings.catalog, settings.today):
        raise UsageError(f"--to {arguments.to}: {why}")
    overlay = Overlay()
    # After `--`, what begins with a dash is a path in this folder.
    paths = [*arguments.paths, *(f".{os.sep}{path}" if path.startswith("-") else path for path in named)] or ["."]
    if "-" in paths and not os.path.lexists("-"):
        raise UsageError("`-` is standard input, which is no file to write a tag into: name a file or a folder")
    for path in paths:
        if not os.path.lexists(path) and not wrong_target(path, settings.catalog, settings.today):
            raise UsageError(f"`{path}` is neither a file nor a folder: did you mean `--to {path}`?")
    line = streams.progress(arguments.quiet)

    def find(folder: str) -> Iterator[str]:
        return search(folder, overlay, resolver.excluder, not arguments.no_gitignore, progress=line)

    targets, failures = _targets(paths, overlay, find)
    found = find_upgrades(targets, resolver.for_file, overlay, arguments.to, progress=line)
    outcome = _outcome(found.proposals, found.overlay)
    writes = not (arguments.check or arguments.diff)
    unwritten = write(outcome, [], resolver.for_file, roots(paths)).failures if writes else ()
    failed = {failure.path for failure in unwritten}
    upgrades = [one for proposal in found.proposals for one in proposal.upgrades if one.path not in failed]
    report = found.report._replace(
        failures=sorted({*found.report.failures, *failures, *unwritten}), moves=tuple(map(move, upgrades))
    )
    if arguments.build_arg:
        from dockerfile_astro_lint.cli.build_args import undeclared

        report = report._replace(notes=[*report.notes, *undeclared(arguments.build_arg, targets, overlay)])
    report = redacted_sentences(report)
    colored = streams.color(arguments.color, sys.stdout)
    shown = UpgradeRun(
        Run(
            report,
            __version__,
            settings.catalog.date,
            color=colored,
            catalog_age=catalog_age(settings, arguments.isolated),
        ),
        arguments.to,
        writes,
        upgrades,
        [kept for proposal in found.proposals for kept in proposal.kept],
        sum(proposal.current for proposal in found.proposals),
    )
    errors: list[str] = []
    if arguments.diff:
        streams.write_bytes(patches(outcome))
        if holds_secrets(outcome):
            streams.print_error("the patch contains secrets: it has the lines of the files as they are")
    for name, file in formats:
        if file is not None:
            from dockerfile_astro_lint.reports.files import write_report

            plain = shown._replace(run=shown.run._replace(color=False))
            errors += filter(None, [write_report(f"--format {name}={file}", file, FORMATS[name](plain))])
        elif not arguments.diff:
            _print(name, shown, paths, arguments.quiet)
    sentences = [f"{path}: {message}" if path else message for path, message in report.failures]
    for sentence in (*sentences, *errors, *(() if arguments.quiet else (*resolver.notes, *report.notes))):
        streams.print_error(sentence)
    if arguments.diff and not arguments.quiet:
        streams.write([summary(shown)], sys.stderr)
    if report.failures or errors:
        return 2
    return int(not writes and bool(upgrades or any(kept.newer for kept in shown.kept)))


def _settings(resolver: Resolver) -> ProjectSettings:
    """The settings of the working directory: its configuration may name a catalog."""
    try:
        return resolver.for_file("").settings
    except ConfigError:
        return resolver.defaults().settings  # reported for each file that it holds for


def _targets(paths: Sequence[str], overlay: Overlay, find: Find) -> tuple[list[Target], list[Failure]]:
    """The Dockerfiles and manifests of all paths, and the paths that are neither or cannot be read."""
    targets, failures = expand_paths(paths, find)
    targets, refused = without_unrelated(targets, overlay)
    kept = []
    for target in targets:
        kind = kind_of(target.path or "")
        if kind.linted == "project" and kind is not MANIFEST:
            failures.append(Failure(target.name, "has no image to upgrade: name a Dockerfile, a manifest or a folder"))
        else:
            kept.append(target)
    return kept, [*failures, *refused]


def _outcome(proposals: Sequence[Proposal], overlay: Overlay) -> Outcome:
    """The new files as fixing gives them."""
    changes = tuple(Change(one.target.name, one.before, one.after) for one in proposals if one.after is not None)
    return Outcome(overlay, (Result(),), changes, (), ())


def _print(name: str, shown: UpgradeRun, paths: Sequence[str], quiet: bool) -> None:
    if name != "text":
        streams.write(FORMATS[name](shown), sys.stdout)
        return
    lines = FORMATS[name](shown)
    if not (shown.upgrades or shown.kept or shown.current):
        where = ", ".join(f"`{sanitize(display_path(path))}`" for path in paths)
        nothing = f"Nothing to upgrade: no Astro Runtime image in {where}."
        lines = iter([] if shown.run.report.failures else [nothing])
    if not quiet:
        streams.write(streams.without_commands(lines), sys.stdout)
