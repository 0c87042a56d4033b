"""Which metadata will probably be asked for next, so that it can be fetched ahead.

Nothing depends on it but time. The best candidate of every required package is wished for; where
one version after the other is passed over, many more at once.
"""

from __future__ import annotations

from resolvetui.model.names import PackageName
from resolvetui.resolver.decision import VersionChoice
from resolvetui.resolver.domain import ABSENT, Domain

_STEPS = (5, 10, 20)
"""Versions read of a package after which as many more are wished for; then every 20 versions."""
_MOST = 50


class Hints:
    """Remembers what was wished for or read already."""

    def __init__(self, choice: VersionChoice) -> None:
        self._choice = choice
        self._known: dict[PackageName, int] = {}
        self._read: dict[PackageName, int] = {}
        self._due: dict[PackageName, int] = {}

    def note_read(self, name: PackageName, bit: int) -> None:
        """The metadata of this version is known; one more that was tried."""
        self._known[name] = self._known.get(name, 0) | bit
        count = self._read[name] = self._read.get(name, 0) + 1
        if count in _STEPS or (count > _STEPS[-1] and count % _STEPS[-1] == 0):
            self._due[name] = min(count, _MOST)

    def wishes(self, domain: Domain, mask: int) -> list[tuple[PackageName, str]]:
        """What to fetch ahead of a required package of which `mask` is left."""
        name = domain.name
        known = self._known.get(name, 0)
        wishes = []
        mask &= ~ABSENT
        for _ in range(self._due.pop(name, 1)):
            if not mask:
                break
            bit = self._choice.pick(domain, mask)
            mask ^= bit
            if not known & bit:
                known |= bit
                wishes.append((name, domain.version(bit)))
        self._known[name] = known
        return wishes
