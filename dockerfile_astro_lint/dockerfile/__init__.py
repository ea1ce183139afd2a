"""A Dockerfile as BuildKit reads it."""
