"""Targets, tags, markers, interpreters and what is installed."""
