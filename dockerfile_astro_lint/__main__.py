"""The console script, and `python -m dockerfile_astro_lint`."""

import gc

# What is imported stays, so looking for garbage in it is time lost; and a run makes little.
gc.set_threshold(50_000, 20, 20)


def main() -> None:
    from dockerfile_astro_lint.cli import run

    run()


if __name__ == "__main__":
    main()
