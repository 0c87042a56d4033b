"""The command line as a value: what was typed, before anything else is merged in.

`cli/arguments.py` makes it, `merge.py` reads it.
"""

from __future__ import annotations

from msgspec import Struct

from resolvetui.inputs.settings import Setting


class Arguments(Struct, frozen=True):
    """One command line."""

    requirements: tuple[str, ...] = ()
    """REQUIREMENT arguments, as typed."""
    settings: tuple[Setting, ...] = ()
    """The options, in the order given (it decides between indexes)."""
