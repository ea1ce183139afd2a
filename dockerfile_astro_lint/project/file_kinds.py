"""What a file is by its name: the one place that decides."""

SKIPPED_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".tox", ".nox", ".eggs")
)


_NOT_DOCKERFILES = (".dockerignore", ".j2", ".tmpl", ".erb")


def is_dockerfile(name: str) -> bool:
    """Whether a file of that name is looked into when its folder is searched."""
    name = name.lower()
    if name.endswith(_NOT_DOCKERFILES):
        return False
    return name.startswith(("dockerfile.", "dockerfile-", "containerfile")) or (
        name == "dockerfile" or name.endswith(".dockerfile")
    )


PROJECT_FILES = frozenset(
    ("requirements.txt", "packages.txt", "requirements-client.txt", "packages-client.txt", "pyproject.toml")
)


def is_project_file(name: str) -> bool:
    """Whether a file that was named by hand is judged against its project instead of read as a Dockerfile."""
    return name.endswith((".py", ".dockerignore")) or name in PROJECT_FILES


MANIFEST = "pyproject.toml"
