"""What a story can say about one package: its versions, who demands them, what indexes have.

Looks things up in the proof and in the evidence and hands nouns to `wording.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.lines import Line
from resolvetui.explanation.names import did_you_mean
from resolvetui.explanation.proof import Domains
from resolvetui.explanation.ranges import describe_mask, version_span
from resolvetui.model.hashes import HashDemand, demands_of
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.verdict import Reason, VersionVerdict
from resolvetui.resolver.clause import PackageKey, base_name
from resolvetui.resolver.domain import ABSENT, Domain
from resolvetui.resolver.specifiers import parse_version

DEMANDS = ("requirement", "dependency")


class About(Struct):
    """The packages of one conflict."""

    domains: Domains
    evidence: Evidence
    lines: Sequence[Line]
    _verdicts: dict[PackageName, tuple[VersionVerdict, ...]] = field(default_factory=dict)

    def domain(self, key: PackageKey) -> Domain:
        """The versions of a key's package; empty where the search never saw it."""
        name = base_name(key)
        return self.domains.get(name) or Domain(name, ())

    def verdicts(self, name: PackageName) -> tuple[VersionVerdict, ...]:
        """All versions on all indexes, newest first; asked for once."""
        known = self._verdicts.get(name)
        if known is None:
            known = self._verdicts[name] = self.evidence.verdicts(name)
        return known

    # ---- nouns

    def noun(self, key: PackageKey, mask: int) -> str:
        """Versions of a package in words."""
        return describe_mask(self.domain(key), mask, self._texts(base_name(key)), name=key)

    def _texts(self, name: PackageName) -> list[str]:
        found = {
            requirement.specifier: None
            for line in self.lines
            for requirement in line.requirements()
            if requirement.name == name and not requirement.url
        }
        return sorted(found, key=lambda text: (not text, *_simplest(text)))

    def dependee(self, line: Line) -> str:
        """What a dependency line requires: its own words, or what they come to together."""
        texts = list(dict.fromkeys(map(wording.short_requirement, line.requirements())))
        domain = self.domain(line.subject)
        allowed = domain.full & ~line.forbidden() & ~ABSENT
        specifiers = sorted(
            (requirement.specifier for requirement in line.requirements()), key=_simplest
        )
        if len(texts) == 2 and all(texts) and allowed:
            # `a>=1.21` says enough for versions that require a>=1.21 or a>=1.25.
            wide = [each for each in specifiers if self._takes_all(line, each, allowed)]
            texts = [text for text in texts if any(text.endswith(each) for each in wide)] or texts
        if len(texts) <= 2:
            return wording.join(texts, "or")
        if not allowed:
            return wording.join_few(texts, 3, "or")
        noun = describe_mask(domain, allowed, specifiers, name=line.subject, last="or")
        return noun.removeprefix("every version of ")

    def _takes_all(self, line: Line, specifier: str, allowed: int) -> bool:
        if not specifier or any(each.url for each in line.requirements()):
            return False
        return self.domain(line.subject).specifier_mask(specifier) & ~ABSENT == allowed

    def depender(self, line: Line) -> str:
        """Who requires it."""
        assert line.depender is not None
        return self.noun(line.depender, line.terms[line.depender])

    def demand(self, line: Line) -> str:
        """`you ask for b>=2`, `a 1.0 requires b<2`, `constraint b<2 (constraints.txt:4)`."""
        root = line.root()
        if root is not None and line.kind == "constraint":
            return wording.limit(root)
        if root is not None:
            return wording.asks(root, line.override())
        return wording.requires(self.depender(line), self.dependee(line), line.override())

    # ---- ranges

    def allowed(self, line: Line) -> int:
        """The listed versions of its subject that a line takes."""
        return self.domain(line.subject).full & ~line.forbidden() & ~ABSENT

    def about(self, name: PackageName, kinds: Iterable[str]) -> list[Line]:
        """The lines that say something about a package, its extras included."""
        return [
            line for line in self.lines if line.kind in kinds and base_name(line.subject) == name
        ]

    def asked_mask(self, name: PackageName) -> int:
        """The listed versions that all demands of the conflict take; those that any takes where
        none meets all.
        """
        every = self.domain(PackageKey(name)).full & ~ABSENT
        any_ = 0
        for line in self.about(name, (*DEMANDS, "constraint")):
            every &= self.allowed(line)
            any_ |= self.allowed(line)
        return every or any_

    def asked_texts(self, name: PackageName) -> list[Requirement]:
        """The requirements that the conflict holds about a package."""
        lines = self.about(name, (*DEMANDS, "constraint"))
        return list(dict.fromkeys(each for line in lines for each in line.requirements()))

    def in_range(
        self,
        name: PackageName,
        version: str,
        mask: int,
        demands: Sequence[Requirement] | None = None,
    ) -> bool:
        """Whether a version is in a mask, or, where only a hidden index lists it, meets all
        of `demands`, else all requirements of the conflict.
        """
        bit = self.domain(PackageKey(name)).bit(version)
        if bit:
            return bool(bit & mask)
        if demands is None:
            demands = self.asked_texts(name)
        return all(takes(each.specifier, version) for each in demands)

    def demands(self, name: PackageName) -> tuple[HashDemand, ...]:
        """The hashes that the user's lines want of a package's file."""
        query = self.evidence.query
        stated = (*query.requirements, *query.overrides, *query.constraints)
        return demands_of(stated_for(stated, name, self.evidence.target))

    # ---- what the indexes have

    def direct(self, name: PackageName) -> RootRequirement | None:
        """What the user states of a package with a direct reference, which rules out all else."""
        query = self.evidence.query
        stated = stated_for(query.requirements, name, self.evidence.target)
        return next((root for root in stated if root.requirement.url), None)

    def is_pinned(self, name: PackageName) -> bool:
        """Whether the user takes a package from one index alone."""
        return name in self.evidence.query.pinned_indexes

    def guesses(self, name: PackageName) -> tuple[PackageName, ...]:
        """Names that may have been meant."""
        return did_you_mean(name, self.evidence.known_names())

    def listed(self, name: PackageName) -> list[tuple[str, str]]:
        """(index, versions) for each index that is asked, in order of preference."""
        return self._by_index(name, lambda verdict: not is_shadowed(verdict))

    def builds(self, name: PackageName, public: str) -> list[tuple[str, str, list[str]]]:
        """(index, public version, local parts) for each index that is asked and has it; "" is
        the version without a local part.
        """
        found: dict[IndexName, list[str]] = {}
        for verdict in reversed(self.verdicts(name)):
            version, _, label = verdict.version.partition("+")
            if version == public and not is_shadowed(verdict):
                found.setdefault(verdict.index, []).append(label)
        order = self.evidence.listed_on(name)
        return [(index, public, found[index]) for index in order if index in found]

    def hidden(
        self, name: PackageName, mask: int, demands: Sequence[Requirement] | None = None
    ) -> list[tuple[str, str]]:
        """(index, versions) in range on indexes that the strategy leaves out."""
        return self._by_index(
            name,
            lambda verdict: (
                is_shadowed(verdict) and self.in_range(name, verdict.version, mask, demands)
            ),
        )

    def _by_index(
        self, name: PackageName, wanted: Callable[[VersionVerdict], bool]
    ) -> list[tuple[str, str]]:
        found: dict[IndexName, list[str]] = {}
        for verdict in self.verdicts(name):
            if wanted(verdict):
                found.setdefault(verdict.index, []).append(verdict.version)
        order = {index: place for place, index in enumerate(self.evidence.listed_on(name))}
        indexes = sorted(found, key=lambda index: (order.get(index, len(order)), index))
        return [(index, version_span(ascending(found[index]))) for index in indexes]


def _simplest(specifier: str) -> tuple[int, int, str]:
    return specifier.count(","), len(specifier), specifier


def ascending(versions: Iterable[str]) -> list[str]:
    """Distinct versions in PEP 440 order."""
    return sorted(dict.fromkeys(versions), key=parse_version)


def stated_for(
    stated: Iterable[RootRequirement], name: PackageName, target: Target
) -> list[RootRequirement]:
    """What the user states of one package, where its marker holds for the target."""
    markers = MarkerEvaluator(target)
    return [
        each
        for each in stated
        if each.requirement.name == name and markers.applies(each.requirement.marker)
    ]


def takes(specifier: str, version: str) -> bool:
    """Whether a specifier set takes a version, pre-releases included; False when it is illegal."""
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidSpecifier:
        return False


def is_shadowed(verdict: VersionVerdict) -> bool:
    """Whether its index is left out by the strategy."""
    return verdict.hurdle is not None and verdict.hurdle.reason is Reason.SHADOWED
