"""Core metadata of distributions: fetched, parsed, never guessed."""
