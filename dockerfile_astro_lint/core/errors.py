"""Errors that a user can correct; any other exception is a bug in astro-lint."""


class UsageError(Exception):
    """The command line asks for something impossible; the message says what to change."""


class ConfigError(UsageError):
    """A configuration file is invalid; `path` is the file, the message says where and what to change."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.reason = path, message
