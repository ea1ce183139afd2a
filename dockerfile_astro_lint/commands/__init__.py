"""One file a command: `run(argv) -> exit code`, and `page()`, the parser that knows its options."""
