"""What a user can do wrong; everything else that is raised is our bug."""


class UsageError(Exception):
    """Something on the command line that cannot be done; the message says what, and how it can."""
