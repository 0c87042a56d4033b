"""The command line as a value: what was typed, before anything else is merged in.

`cli/arguments.py` makes it, `merge.py` reads it.
"""

from __future__ import annotations

from msgspec import Struct

from resolvetui.inputs.settings import InputWarning, Setting


class Pasted(Struct, frozen=True):
    """What was taken over from the command line of another program, given after `--`."""

    command: str = ""
    """`pip install`, `uv pip compile`; "" where none was given."""
    requirements: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    """Under the names here, in order; `origin` is such as `pip install --pre`."""
    own: tuple[Setting, ...] = ()
    """Options that only resolvetui has: they count as if they stood before the `--`,
    and where one does that can only be given once, not at all."""
    warnings: tuple[InputWarning, ...] = ()
    """One for each word that was not taken over."""

    @property
    def considers_all_indexes(self) -> bool:
        """Whether the program takes the best version of all indexes: pip does, uv does not."""
        return self.command.startswith("pip")


class Arguments(Struct, frozen=True):
    """One command line."""

    requirements: tuple[str, ...] = ()
    """REQUIREMENT arguments, as typed; those of a pasted command come last."""
    settings: tuple[Setting, ...] = ()
    """The options, in the order given (it decides between indexes)."""
    pasted: Pasted = Pasted()
    """Its settings are weaker than `settings`."""
