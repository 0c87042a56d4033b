"""Outcomes as text and as JSON."""
