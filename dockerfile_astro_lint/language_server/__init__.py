"""A language server on pygls: the diagnostics, fixes and pages of the command line while people type."""
