"""What an observer may see of a search: plain tuples, in order, enough to replay it.

Facts and what is asked:

    ("listing", name, versions, usable mask)     a package that is new to the search
    ("grounded", key, mask, fact ids)            now `key` may be assigned; `mask` is its domain
                                                 less what the unary facts (clauses) forbid; follows
                                                 the listing, and again for each extra (`a[x]`);
                                                 for the query itself ("") its mask is 2
    ("required", key, clause id)                 the user asks for it
    ("candidate", key, version)                  about to be tried
    ("unreadable", key, version, reason)         its metadata is of no use: it cannot be chosen
    ("unknown-extra", name, version, extra)      a warning, no conflict

Changes of the partial solution:

    ("decided", key, version, level)             its mask is that version's bit from here on
    ("narrowed", key, mask before, mask after, clause id)   derived, at the level of the moment
    ("backjump", level before, level after)      what was decided and narrowed above is forgotten

Why it goes the way it goes:

    ("rejected", key, version, clause id)        passed over: the clause says that it cannot be
    ("conflict", clause id)                      every term of the clause holds
    ("learned", clause id, terms, parent ids)    what follows from the conflict; no terms: the end
    ("reprioritised", key, "early" or "late")
    ("done", "solved" or "refuted")

The level is 0 at first, then that of the last "decided" or "backjump". So the masks of all packages
at any moment follow from the events alone (`tests/resolver/test_replay.py` does it). The bit of
version i of a listing is `2 << i`; bit 0 is absence; the proxy of an extra has its package's bits.
`Solver.clause(id)` gives the clause that an id names. With no observer, no tuple is made. An
observer may raise, for instance `Cancelled`: the search ends there, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Event: TypeAlias = tuple[Any, ...]
Observer: TypeAlias = Callable[[Event], None] | None
