"""The minimal facts of a proof, grouped into as many lines as a story needs.

A line stands for one or more external clauses: all unusable versions of one package, or all
versions of one package that require another. Grouping keeps the contradiction: what would lose it
stays apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, assert_never

from msgspec import Struct

from resolvetui.explanation.proof import Domains, contradictory, full_mask
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.clause import (
    ASKED,
    ROOT,
    Asked,
    Clause,
    Constrained,
    Depends,
    ExtraOf,
    Learned,
    PackageKey,
    Root,
    Unusable,
    proxy_key,
)
from resolvetui.resolver.domain import ABSENT, Exclusion

LineKind = Literal["requirement", "constraint", "dependency", "unusable", "extra"]


class Line(Struct, frozen=True):
    """One thing that a story says."""

    kind: LineKind
    subject: PackageKey
    """The package whose versions it restricts: what is asked for, required or unusable."""
    terms: dict[PackageKey, int]
    """What must not hold together, `subject` always included."""
    clauses: tuple[Clause, ...]
    depender: PackageKey | None = None
    """Who requires `subject`, for a dependency."""

    def forbidden(self) -> int:
        """The bits of `subject` that it forbids."""
        return self.terms[self.subject]

    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that a dependency, requirement or constraint states, in order."""
        found: dict[Requirement, None] = {}
        for clause in self.clauses:
            match clause.cause:
                case Depends(requirements=stated):
                    found |= dict.fromkeys(stated)
                case Asked(requirement=root) | Constrained(requirement=root):
                    found[root.requirement] = None
                case _:
                    pass
        return tuple(found)

    def root(self) -> RootRequirement | None:
        """What the user stated, for a requirement or constraint."""
        cause = self.clauses[0].cause
        return cause.requirement if isinstance(cause, Asked | Constrained) else None

    def override(self) -> RootRequirement | None:
        """The override that decided the range, or None."""
        cause = self.clauses[0].cause
        return cause.override if isinstance(cause, Asked | Depends) else None

    def exclusions(self) -> tuple[Exclusion, ...]:
        """The reasons, for unusable versions."""
        causes = (clause.cause for clause in self.clauses)
        return tuple(cause.exclusion for cause in causes if isinstance(cause, Unusable))


def group(core: Sequence[Clause], domains: Domains) -> tuple[Line, ...]:
    """The lines of a contradictory set of external clauses; they contradict each other too."""
    lines = [line for clause in core for line in _line(clause, domains)]
    lines = _merged_unusable(lines)
    for pair in dict.fromkeys(_pair(line) for line in lines if line.kind == "dependency"):
        lines = _merged_pair(lines, pair, domains)
    return tuple(lines)


def _line(clause: Clause, domains: Domains) -> Iterable[Line]:
    """The line of one clause; nothing for the root, which every story takes for granted."""
    terms = {key: mask for key, mask in clause.terms.items() if key != ROOT}
    match clause.cause:
        case Asked(requirement=root):
            return (_user_line("requirement", clause, terms, root, domains),)
        case Constrained(requirement=root):
            return (_user_line("constraint", clause, terms, root, domains),)
        case Depends(requirements=stated):
            return (_dependency(clause, next(iter(stated)), domains),)
        case ExtraOf():
            return (Line("extra", next(iter(terms)), terms, (clause,)),)
        case Unusable():
            return (Line("unusable", next(iter(terms)), terms, (clause,)),)
        case Root() | Learned():
            return ()
    assert_never(clause.cause)


def _user_line(
    kind: LineKind,
    clause: Clause,
    terms: dict[PackageKey, int],
    root: RootRequirement,
    domains: Domains,
) -> Line:
    """A requirement that no version meets may have lost its always true term: it is put back."""
    subject = next(iter(terms), PackageKey(root.requirement.name))
    mask = terms.get(subject, full_mask(subject, domains))
    named = {ROOT: ASKED, subject: mask} if kind == "requirement" else {subject: mask}
    return Line(kind, subject, named, (clause,))


def _dependency(clause: Clause, requirement: Requirement, domains: Domains) -> Line:
    depender = next(iter(clause.terms))
    named = PackageKey(requirement.name)
    proxies = [proxy_key(requirement.name, extra) for extra in requirement.extras]
    others = [key for key in clause.terms if key != depender]
    subject = next(iter(others), depender if named == depender else (proxies or [named])[-1])
    terms = dict(clause.terms)
    terms.setdefault(subject, full_mask(subject, domains))
    return Line("dependency", subject, terms, (clause,), depender)


def _merged_unusable(lines: Sequence[Line]) -> list[Line]:
    """All unary facts of one package in the place of its first."""
    merged: list[Line] = []
    place: dict[PackageKey, int] = {}
    for line in lines:
        if line.kind == "unusable" and line.subject in place:
            at = place[line.subject]
            before = merged[at]
            terms = {line.subject: before.forbidden() | line.forbidden()}
            merged[at] = Line("unusable", line.subject, terms, before.clauses + line.clauses)
            continue
        if line.kind == "unusable":
            place[line.subject] = len(merged)
        merged.append(line)
    return merged


Pair = tuple[PackageKey | None, PackageKey]


def _pair(line: Line) -> Pair:
    return line.depender, line.subject


def _merged_pair(lines: list[Line], pair: Pair, domains: Domains) -> list[Line]:
    """One line for a depender and a dependee where that still contradicts, else one a range."""
    of_pair = [line for line in lines if line.kind == "dependency" and _pair(line) == pair]
    if len(of_pair) == 1 or pair[0] == pair[1]:
        return lines
    loose = _replaced(lines, of_pair, [_join(of_pair)])
    if contradictory((line.terms for line in loose), domains):
        return loose
    by_range: dict[int, list[Line]] = {}
    for line in of_pair:
        by_range.setdefault(line.forbidden(), []).append(line)
    return _replaced(lines, of_pair, [_join(same) for same in by_range.values()])


def _join(lines: Sequence[Line]) -> Line:
    """These versions require one of those: weaker than each alone, where ranges differ."""
    first = lines[0]
    depender = first.depender
    assert depender is not None
    who, forbidden = 0, first.forbidden()
    clauses: tuple[Clause, ...] = ()
    for line in lines:
        who |= line.terms[depender]
        forbidden &= line.forbidden() | ABSENT
        clauses += line.clauses
    terms = {depender: who & ~ABSENT, first.subject: forbidden}
    return Line("dependency", first.subject, terms, clauses, depender)


def _replaced(lines: list[Line], old: Sequence[Line], new: Sequence[Line]) -> list[Line]:
    at = lines.index(old[0])
    dropped = {id(line) for line in old}
    before = [line for line in lines[:at] if id(line) not in dropped]
    after = [line for line in lines[at:] if id(line) not in dropped]
    return [*before, *new, *after]
