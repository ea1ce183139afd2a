"""astro-lint: checks the Dockerfiles of Astro projects, and what surrounds them.

file -> source, dockerfile -> project -> rules/*.check -> linter -> reporters/*.report
"""

__version__ = "0.1.0"
