"""See why a Python install fails, try the fixes, then install it as one transaction."""

__version__ = "0.1.0"
