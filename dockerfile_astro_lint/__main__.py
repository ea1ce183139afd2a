"""`python -m dockerfile_astro_lint`."""

from dockerfile_astro_lint.cli import run

run()
