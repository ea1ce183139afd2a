"""What the command line, flake8, an editor or a program sets over the configuration files."""

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence


class Overrides(NamedTuple):
    """Options that win over every configuration file, with the names and defaults of the command line."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    extend_select: Sequence[str] = ()
    fixable: Sequence[str] = ()
    unfixable: Sequence[str] = ()
    severity: Sequence[str] = ()
    environment: str | None = None
    fail_on: str | None = None
    fail_on_lifecycle: bool = False
    build_arg: Sequence[str] = ()
    target: str | None = None
    as_if: str | None = None
    no_project: bool = False
    no_ignores: bool = False
    exclude: Sequence[str] = ()
    today: str | None = None
    catalog: str | None = None
    config: str | None = None
    isolated: bool = False


def overrides_of(options: object) -> Overrides:
    """The overrides among parsed options; those that a command does not have keep their defaults."""
    return Overrides(**{name: getattr(options, name) for name in Overrides._fields if hasattr(options, name)})
