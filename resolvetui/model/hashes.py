"""Hashes that the user demands of files: `--hash` of requirements files, fragments of URLs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from resolvetui.model.requirement import Origin, RootRequirement

DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
"""Hex digits by algorithm: those that pip takes ("Secure installs")."""

Standing = Literal["met", "unmet", "unknown"]
"""What is known of a file against demands: it is one of theirs, it is none, or nobody knows yet."""


class HashDemand(Struct, frozen=True):
    """The hashes that one line allows for the file of its package."""

    origin: Origin
    hashes: tuple[str, ...]
    """Each `sha256:HEX` in lower case; any of them will do."""


def demands_of(stated: Iterable[RootRequirement]) -> tuple[HashDemand, ...]:
    """The demands of lines about one package, each of which must be met."""
    found = (HashDemand(root.origin, root.hashes) for root in stated if root.hashes)
    return tuple(dict.fromkeys(found))


def standing(known: Mapping[str, str], demands: Iterable[HashDemand]) -> Standing:
    """A file of which these hashes are known (algorithm to hex digest), against demands.

    One that an index gives no hash of the demanded algorithm for is not known until it is here.
    """
    found: set[Standing] = {_of_one(known, demand) for demand in demands}
    return "unmet" if "unmet" in found else "unknown" if "unknown" in found else "met"


def _of_one(known: Mapping[str, str], demand: HashDemand) -> Standing:
    if any(f"{algorithm}:{digest}" in demand.hashes for algorithm, digest in known.items()):
        return "met"
    return "unmet" if algorithms_of(demand.hashes) <= known.keys() else "unknown"


def algorithms_of(hashes: Iterable[str]) -> set[str]:
    """The algorithms of `sha256:HEX` texts."""
    return {text.partition(":")[0] for text in hashes}


def telling_hash(known: Mapping[str, str], demands: Iterable[HashDemand]) -> str:
    """The known hash to hold against demands, as `sha256:HEX`; "" where none is."""
    wanted = {name for demand in demands for name in algorithms_of(demand.hashes)}
    for algorithm in DIGEST_LENGTHS:
        if algorithm in wanted and algorithm in known:
            return f"{algorithm}:{known[algorithm]}"
    return ""
