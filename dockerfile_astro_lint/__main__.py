"""The console script, and `python -m dockerfile_astro_lint`."""

import gc
import os

# What is imported stays, so looking for garbage in it is time lost; and a run makes little.
gc.set_threshold(50_000, 20, 20)


def main() -> None:
    try:
        from dockerfile_astro_lint.cli.main import run

        run()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
