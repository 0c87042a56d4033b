"""Resolutions as files that other tools read."""
