"""The evidence behind one line of a story, one fact a clause or reason."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from resolvetui.explanation import wording
from resolvetui.explanation.about import About
from resolvetui.explanation.lines import Line
from resolvetui.explanation.ranges import is_plural
from resolvetui.explanation.wrong_hash import facts_of_hashes, why_url_is_wrong
from resolvetui.model.explanation import Fact
from resolvetui.model.requirement import RootRequirement
from resolvetui.model.verdict import Hurdle, Reason
from resolvetui.resolver.clause import (
    Asked,
    Clause,
    Constrained,
    Depends,
    PackageKey,
    Unusable,
    base_name,
)
from resolvetui.resolver.domain import Exclusion

_MOST = 50
"""Facts a step: the rest is in the candidates."""


def facts_of(about: About, line: Line) -> tuple[Fact, ...]:
    """What the line stands for, in the order of its clauses."""
    facts = (fact for clause in line.clauses for fact in _of_clause(about, line, clause))
    return tuple(islice(facts, _MOST))


def _of_clause(about: About, line: Line, clause: Clause) -> Iterator[Fact]:
    match clause.cause:
        case Asked(requirement=root, override=override):
            yield _stated("requirement", root, about.demand(line))
            if override is not None:
                yield _stated("override", override, wording.override_words(override))
        case Constrained(requirement=root):
            yield _stated("constraint", root, wording.constraint_words(root))
        case Depends() as cause:
            yield from _dependencies(about, line, cause)
        case Unusable(exclusion):
            yield _unusable(about, line.subject, exclusion)
            if exclusion.reason is Reason.HASH_MISMATCH:
                yield from _hashes(about, line.subject, exclusion)
        case _:
            return


def _stated(kind: str, root: RootRequirement, text: str) -> Fact:
    return Fact(kind, text, root.requirement.name, where=root.origin.where)


def _dependencies(about: About, line: Line, cause: Depends) -> Iterator[Fact]:
    assert line.depender is not None
    domain = about.domain(line.depender)
    for requirement, mask in cause.requirements.items():
        noun = about.noun(line.depender, mask)
        single = list(domain.list(mask)) if mask.bit_count() == 1 else []
        yield Fact(
            "dependency",
            wording.requires(noun, wording.short_requirement(requirement), cause.override),
            base_name(line.depender),
            single[0] if single else "",
        )


def _unusable(about: About, key: PackageKey, exclusion: Exclusion) -> Fact:
    noun = about.noun(key, exclusion.mask)
    hurdle = Hurdle(exclusion.reason, exclusion.detail)
    text = wording.predicate(hurdle, about.evidence.target, plural=is_plural(noun))
    single = exclusion.mask.bit_count() == 1
    version = about.domain(key).version(exclusion.mask) if single else ""
    return Fact(exclusion.reason.value, f"{noun} {text}", base_name(key), version, exclusion.index)


def _hashes(about: About, key: PackageKey, exclusion: Exclusion) -> Iterator[Fact]:
    """What the files have and what is wanted; an exclusion may be of many versions."""
    name, domain = base_name(key), about.domain(key)
    asked = about.asked_mask(name) & exclusion.mask or exclusion.mask
    inside = [each for each in about.verdicts(name) if domain.bit(each.version) & asked]
    yield from facts_of_hashes(about, name, inside)
    text = "" if inside else why_url_is_wrong(about, name, exclusion.detail, short=False)
    if text:
        wheres = ", ".join(wording.origin_words(each.origin) for each in about.demands(name))
        yield Fact(exclusion.reason.value, text, name, where=wheres)
