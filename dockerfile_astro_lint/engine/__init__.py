"""Runs rules over projects and makes diagnostics."""
