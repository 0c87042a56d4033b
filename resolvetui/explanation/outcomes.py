"""What a fix leads to, and how it compares with others: the less it changes, the better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from resolvetui.explanation.ages import Age, age_of
from resolvetui.explanation.change_sets import ChangeSet, name_of
from resolvetui.explanation.reading import Reading
from resolvetui.model.explanation import ChangedPackage, FixOutcome
from resolvetui.model.files import SdistFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import ReplaceRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.resolver.clause import base_name
from resolvetui.resolver.domain import Domain
from resolvetui.resolver.specifiers import parse_version

_PINNED = re.compile(r"==\s*(\d[\w.!]*)(?:\+.*)?")
"""A specifier that takes one version: its public part."""
_PRERELEASE_COST = 3
_NOTHING_COST = 4
"""To leave everything as it is installed is not what was asked for."""
_SOURCE_COST = 3
"""Nobody knows whether it can be built."""


class Judged(Struct, frozen=True):
    """One solution."""

    pins: frozenset[tuple[PackageName, str, IndexName | None]]
    """Two fixes with the same ones are the same."""
    rank: tuple[int, int, bool, int, int, str]
    """Least is best: cost with penalties, installed packages that change, whether it leads into
    the past, versions left behind, changes, words."""
    outcome: FixOutcome


class Outcomes(Struct):
    """Judges the solutions of one search for fixes."""

    conflict: Reading
    installed: Mapping[PackageName, str]
    _ages: dict[tuple[PackageName, str], Age] = field(default_factory=dict)

    def judge(self, fix: ChangeSet, resolution: Resolution) -> Judged:
        """What a set's solution comes to."""
        involved = self._involved() | {name for name in map(name_of, fix.changes) if name}
        pins = sorted(resolution.pins, key=lambda pin: (pin.name not in involved, pin.name))
        changed = [pin for pin in pins if self.installed.get(pin.name) != pin.version]
        fresh = [pin.name for pin in changed if parse_version(pin.version).is_prerelease]
        aged = [self._age(pin) for pin in pins if pin.name in involved and not self._is_asked(pin)]
        oldest = max(aged, key=lambda age: age.penalty, default=Age())
        sources = [pin for pin in changed if isinstance(pin.file, SdistFile)]
        penalty = oldest.penalty + (_PRERELEASE_COST if fresh else 0)
        penalty += 0 if changed else _NOTHING_COST
        penalty += _SOURCE_COST if sources else 0
        moved = sum(pin.name in self.installed for pin in changed)
        rank = (
            fix.cost + penalty,
            moved,
            fix.leads_back,
            self._behind(pins),
            len(fix.steps),
            fix.text,
        )
        return Judged(
            frozenset((pin.name, pin.version, pin.index) for pin in pins),
            rank,
            FixOutcome(
                tuple(
                    ChangedPackage(pin.name, self.installed.get(pin.name, ""), pin.version)
                    for pin in changed
                ),
                len(pins),
                _bytes(changed),
                fix.trust,
                "; ".join(filter(None, self._cautions(oldest, fix, changed, sources))),
            ),
        )

    def _cautions(
        self, oldest: Age, fix: ChangeSet, changed: Sequence[Pin], sources: Sequence[Pin]
    ) -> tuple[str, ...]:
        """What to know of its versions; "" for nothing."""
        return _labels(fix, changed), oldest.text, _prereleases(changed), _sources(sources)

    def _is_asked(self, pin: Pin) -> bool:
        """Whether it is at the very version that the user asks for, whose age is no news."""
        public = parse_version(parse_version(pin.version).public)
        asked = (
            root.requirement.specifier
            for root in self.conflict.about.evidence.query.requirements
            if root.requirement.name == pin.name
        )
        pinned = (match[1] for text in asked if (match := _PINNED.fullmatch(text)))
        return any(parse_version(text) == public for text in pinned)

    def _involved(self) -> set[PackageName]:
        keys = [key for line in self.conflict.about.lines for key in line.terms]
        return {base_name(key) for key in keys}

    def _age(self, pin: Pin) -> Age:
        key = pin.name, pin.version
        if key not in self._ages:
            self._ages[key] = age_of(*key, self.conflict.about.verdicts(pin.name))
        return self._ages[key]

    def _behind(self, pins: Iterable[Pin]) -> int:
        """How many versions that could be used are newer than those taken, in all."""
        return sum(_newer(self.conflict.about.domains.get(pin.name), pin) for pin in pins)


def _newer(domain: Domain | None, pin: Pin) -> int:
    if domain is None:
        return 0
    bit = domain.bit(pin.version)
    return (domain.usable & ~domain.prereleases & -(bit << 1)).bit_count() if bit else 0


def _bytes(pins: Iterable[Pin]) -> int | None:
    sizes = [pin.file.size for pin in pins if pin.file is not None]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _prereleases(pins: Iterable[Pin]) -> str:
    found = [pin for pin in pins if parse_version(pin.version).is_prerelease]
    return f"{found[0].name} {found[0].version} is a pre-release" if found else ""


def _labels(fix: ChangeSet, pins: Iterable[Pin]) -> str:
    """The build that was asked for and is lost: another one is rarely as good."""
    versions = {pin.name: pin.version for pin in pins}
    for change in fix.changes:
        if isinstance(change, ReplaceRequirement):
            name, label = change.new.name, change.old.requirement.specifier.partition("+")[2]
            if label and name in versions and not versions[name].endswith(f"+{label}"):
                return f"{name} {versions[name]} is not a +{label} build"
    return ""


def _sources(pins: Sequence[Pin]) -> str:
    return f"{pins[0].name} {pins[0].version} would have to be built" if pins else ""
