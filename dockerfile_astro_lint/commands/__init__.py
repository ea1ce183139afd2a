"""One file a command: `run(argv) -> exit code`."""
