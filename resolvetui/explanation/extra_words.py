"""Words about extras that a package does not have."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from resolvetui.explanation.ranges import join_few

_CLOSE = 0.6
_MOST = 10


def no_such_extra(name: str, version: str, extra: str, there: Sequence[str]) -> str:
    """What was asked for, what may have been meant, and what there is.

    >>> no_such_extra("flask", "2", "asinc", ["async", "test"])
    'flask 2 has no extra named asinc; it was left out. Did you mean async? It has async and test.'
    >>> no_such_extra("six", "1.16.0", "all", [])
    'six 1.16.0 has no extra named all; it was left out. It has none.'
    """
    text = f"{name} {version} has no extra named {extra}; it was left out."
    near = difflib.get_close_matches(extra, there, 1, _CLOSE)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"{text}{guess} It has {join_few(sorted(there), _MOST) or 'none'}."
