"""A wheel's tag set (PEP 425) against a target: its rank, or which part misses.

Judged once for each distinct tag set: thousands of wheels share a few hundred. Ranks are looked
up in a dict of strings; packaging's tag objects appear only where a target is described.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.model.verdict import Reason, TagVerdict

_LEGACY_GLIBC = {"1": (2, 5), "2010": (2, 12), "2014": (2, 17)}
_LEVELLED = re.compile(r"(manylinux|musllinux|macosx)_(\d{1,4})_(\d{1,4})_(\w+)$")
_LEGACY = re.compile(r"manylinux(1|2010|2014)_(\w+)$")
_LEVEL_NAMES = {"manylinux": "glibc", "musllinux": "musl", "macosx": "macOS"}
_LOOK_AT = 32
"""Parts of a set that are compared for the nearest miss; honest sets have fewer than ten."""
_MINOR = re.compile(r"[a-z]+3(\d+)")


class _Level(NamedTuple):
    """The part of a platform tag that says how new a system it needs."""

    family: str
    architecture: str
    version: tuple[int, int]

    @property
    def detail(self) -> str:
        major, minor = self.version
        return f"{_LEVEL_NAMES[self.family]} {major}.{minor}"


class _Miss(Struct):
    """One combination of a wheel's tag parts, none of which is supported as a whole."""

    python: str
    abi: str
    platform: str
    python_fits: bool
    abi_fits: bool
    platform_fits: bool
    too_new: _Level | None
    distance: int
    """Minor versions between its Python and the target's."""

    @property
    def order(self) -> tuple[int, bool, tuple[int, int], int]:
        """Least is the nearest miss."""
        failures = 3 - self.python_fits - self.abi_fits - self.platform_fits
        level = self.too_new.version if self.too_new else (0, 0)
        return failures, self.too_new is None, level, self.distance

    @property
    def reason(self) -> tuple[Reason, str]:
        """The part to blame and what it asks for.

        A platform is blamed only where Python and ABI fit; an ABI that belongs to another Python
        says more than that Python's tag.
        """
        if self.python_fits and self.abi_fits:
            if self.too_new:
                return Reason.PLATFORM_TOO_NEW, self.too_new.detail
            return Reason.PLATFORM_TAG, self.platform
        if self.abi_fits:
            return Reason.PYTHON_TAG, self.python
        return Reason.ABI_TAG, self.abi


class _TargetParts:
    """The parts that a target's tags are made of, with the best tag for each part and pair."""

    def __init__(self, tags: tuple[str, ...]) -> None:
        self.best: dict[tuple[str, str, str], int] = {}
        """A tag with "" for one or two of its parts, to the rank of the best that matches."""
        self.newest: dict[tuple[str, str], tuple[tuple[int, int], str]] = {}
        """Family and architecture to the newest level and its platform tag."""
        # `linux_x86_64` ranks first and is what no wheel of an index is for: it comes last here.
        for rank, tag in sorted(enumerate(tags), key=_is_native):
            python, abi, platform = tag.split("-")
            for pattern in _patterns(python, abi, platform):
                self.best.setdefault(pattern, rank)
        for _, _, platform in [pattern for pattern in self.best if not pattern[0] + pattern[1]]:
            self._note_level(platform)
        self.minor = _minor(tags[0]) if tags else 0
        self.own_pythons = {
            python
            for python, abi, platform in self.best
            if abi not in ("", "abi3", "none") and not platform
        }
        """The interpreter tags that stand before an ABI of their own."""

    def _note_level(self, platform: str) -> None:
        level = _level(platform)
        if level is None:
            return
        key = (level.family, level.architecture)
        known = self.newest.get(key)
        if known is None or known[0] < level.version:
            self.newest[key] = (level.version, platform)

    def too_new(self, platform: str) -> _Level | None:
        """The level of a platform tag that only asks for a newer system than the target."""
        level = _level(platform)
        if level is None:
            return None
        known = self.newest.get((level.family, level.architecture))
        return level if known is not None and known[0] < level.version else None


class TagMatcher:
    """Judges tag sets against one target."""

    def __init__(self, target: Target) -> None:
        self._tags = target.tags
        self._rank = {tag: rank for rank, tag in reversed(tuple(enumerate(target.tags)))}
        self._verdicts: dict[str, TagVerdict] = {}
        self._target_parts: _TargetParts | None = None

    def verdict(self, tags: str) -> TagVerdict:
        """How a wheel's tag set, as its file name has it (compressed or not), meets the target.

        Of several tags in the set the best counts: the one with the best rank, else the one that
        fails in the fewest parts.
        """
        known = self._verdicts.get(tags)
        if known is None:
            known = self._verdicts[tags] = self._judge(tags)
        return known

    @property
    def _parts(self) -> _TargetParts:
        if self._target_parts is None:  # a target that everything fits never needs it
            self._target_parts = _TargetParts(self._tags)
        return self._target_parts

    def _judge(self, tags: str) -> TagVerdict:
        lowered = tags.lower()
        rank = self._rank.get(lowered)
        if rank is not None:
            return TagVerdict(tags, rank, python_fits=True, abi_fits=True, platform_fits=True)
        parts = lowered.split("-")
        if len(parts) != 3:  # not a wheel's name; whoever split it let it through
            return TagVerdict(
                tags,
                None,
                python_fits=False,
                abi_fits=False,
                platform_fits=False,
                reason=Reason.PYTHON_TAG,
                detail=tags,
            )
        pythons, abis, platforms = (list(dict.fromkeys(part.split("."))) for part in parts)
        best = self._best_rank(pythons, abis, platforms)
        if best is not None:
            return TagVerdict(tags, best, python_fits=True, abi_fits=True, platform_fits=True)
        return self._verdict_of(tags, min(self._misses(pythons, abis, platforms), key=_order))

    def _best_rank(self, pythons: list[str], abis: list[str], platforms: list[str]) -> int | None:
        """The best rank among the combinations.

        Parts that the target lacks are left out first, so that a file name with thousands of
        parts cannot make billions of combinations.
        """
        best = self._parts.best
        known_platforms = [platform for platform in platforms if ("", "", platform) in best]
        ranks = (
            self._rank.get(f"{python}-{abi}-{platform}")
            for python in pythons
            if (python, "", "") in best
            for abi in abis
            if (python, abi, "") in best
            for platform in known_platforms
        )
        return min((rank for rank in ranks if rank is not None), default=None)

    def _misses(self, pythons: list[str], abis: list[str], platforms: list[str]) -> Iterator[_Miss]:
        """The combinations worth comparing: every interpreter and ABI with the nearest platform."""
        best, parts = self._parts.best, self._parts
        platform = min(platforms, key=self._platform_distance)
        platform_fits = ("", "", platform) in best
        too_new = parts.too_new(platform)
        for python in pythons[:_LOOK_AT]:
            distance = abs(_minor(python) - parts.minor)
            for abi in abis[:_LOOK_AT]:
                abi_fits = ("", abi, "") in best
                # An ABI that is right in itself leaves the interpreter to blame: `cp310-none`.
                # Older interpreters' tags are known for abi3 alone, so `cp38-cp38` is for
                # another interpreter as well, and `cp312-cp312t` only for another ABI.
                python_fits = (python, abi, "") in best or (
                    not abi_fits and python in parts.own_pythons
                )
                # Every part is known and still no tag: `cp311-abi3-any` lacks its platform.
                fits = platform_fits and not (python_fits and abi_fits)
                yield _Miss(python, abi, platform, python_fits, abi_fits, fits, too_new, distance)

    def _platform_distance(self, platform: str) -> tuple[int, tuple[int, int]]:
        if ("", "", platform) in self._parts.best:
            return 0, (0, 0)
        level = self._parts.too_new(platform)
        return (1, level.version) if level else (2, (0, 0))

    def _verdict_of(self, tags: str, miss: _Miss) -> TagVerdict:
        reason, detail = miss.reason
        return TagVerdict(
            tags,
            None,
            python_fits=miss.python_fits,
            abi_fits=miss.abi_fits,
            platform_fits=miss.platform_fits,
            reason=reason,
            detail=detail,
            nearest=self._nearest(miss),
        )

    def _nearest(self, miss: _Miss) -> str:
        """The target's tag with most parts in common; the newest of its kind for a newer system."""
        python, abi, platform = miss.python, miss.abi, miss.platform
        if miss.too_new is not None:
            level = miss.too_new
            platform = self._parts.newest[level.family, level.architecture][1]
            exact = f"{python}-{abi}-{platform}"
            if exact in self._rank:
                return exact
        best = self._parts.best
        pairs = ((python, abi, ""), (python, "", platform), ("", abi, platform))
        singles = (("", "", platform), (python, "", ""), ("", abi, ""))
        for patterns in (pairs, singles):
            ranks = [best[pattern] for pattern in patterns if pattern in best]
            if ranks:
                return self._tags[min(ranks)]
        return self._tags[0] if self._tags else ""


def _is_native(ranked_tag: tuple[int, str]) -> bool:
    return "-linux_" in ranked_tag[1]


def _order(miss: _Miss) -> tuple[int, bool, tuple[int, int], int]:
    return miss.order


def _patterns(python: str, abi: str, platform: str) -> tuple[tuple[str, str, str], ...]:
    return (
        (python, abi, ""),
        (python, "", platform),
        ("", abi, platform),
        (python, "", ""),
        ("", abi, ""),
        ("", "", platform),
    )


def _level(platform: str) -> _Level | None:
    """What a platform tag asks of the system (PEP 600, 656; macOS), or None without a level."""
    if match := _LEVELLED.match(platform):
        family, major, minor, architecture = match.groups()
        return _Level(family, architecture, (int(major), int(minor)))
    if match := _LEGACY.match(platform):
        return _Level("manylinux", match[2], _LEGACY_GLIBC[match[1]])
    return None


def _minor(text: str) -> int:
    match = _MINOR.match(text)
    return int(match[1][:4]) if match else 0
