"""What a user can do wrong; everything else that is raised is our bug."""


class UsageError(Exception):
    """Something on the command line that cannot be done; the message says what, and how it can."""


class ConfigError(UsageError):
    """A config file that cannot be used; `path` is the file, the message says the place and the way out."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.reason = path, message
