"""How files get from the cache into an environment."""

from __future__ import annotations

import enum


class LinkMode(enum.StrEnum):
    """What an installed file shares with the cache. The names are uv's."""

    CLONE = "clone"
    """Disk blocks, until one of the two is written to (copy on write)."""
    HARDLINK = "hardlink"
    """Everything: they are one file."""
    COPY = "copy"
    """Nothing."""
