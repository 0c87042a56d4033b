"""A failed search, read: its minimal facts, the lines they make, and the order in which they bite.

`story.py` tells it, `proposals.py` looks in it for what could be changed.
"""

from __future__ import annotations

from msgspec import Struct

from resolvetui.explanation.about import About
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.lines import Line, group
from resolvetui.explanation.proof import leaves, minimise
from resolvetui.explanation.trace import Firing, trace
from resolvetui.resolver.clause import Clause
from resolvetui.resolver.outcome import Refutation


class Reading(Struct, frozen=True):
    """One conflict."""

    core: tuple[Clause, ...]
    """Leave any of them out, and there would be a solution to the rest."""
    about: About
    firings: tuple[Firing, ...]
    rest: tuple[Line, ...]
    """Lines that no chain of facts reaches."""
    dead_end: Firing | None
    """The first demand that finds nothing left."""


def read(refutation: Refutation, evidence: Evidence) -> Reading:
    """Pure: the same proof and evidence are read the same way."""
    core = minimise(leaves(refutation), refutation.domains)
    lines = group(core, refutation.domains)
    firings, rest = trace(lines, refutation.domains)
    dead_end = next((firing for firing in firings if firing.is_dead_end), None)
    return Reading(core, About(refutation.domains, evidence, lines), firings, rest, dead_end)
