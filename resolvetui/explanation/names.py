"""Names that look like a name that does not exist. Wording is elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from resolvetui.model.names import PackageName

_CLOSE = 0.75
"""difflib's ratio from which a name is worth showing; `torhc` to `torch` is 0.8."""


def did_you_mean(
    name: PackageName, known: Iterable[PackageName], limit: int = 2
) -> tuple[PackageName, ...]:
    """The known names that are most like it, best first; never the name itself."""
    others = [other for other in dict.fromkeys(known) if other != name]
    return tuple(
        PackageName(match) for match in difflib.get_close_matches(name, others, limit, _CLOSE)
    )
