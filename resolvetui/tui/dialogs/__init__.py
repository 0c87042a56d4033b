"""One modal screen a module."""
