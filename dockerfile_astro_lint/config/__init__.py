"""Configuration files and overrides, resolved to the settings of a file."""
