"""Edits applied to text, files changed, patches."""
