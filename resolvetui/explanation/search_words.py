"""Words for the steps of a search: what a clause says, what was learned, what is left.

Shorter than a story's sentences, and about any clause, not only those of a minimal proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from resolvetui.environment.target import Target
from resolvetui.explanation.ranges import describe_mask, is_plural, join, join_few
from resolvetui.explanation.wording import asks, limit, requires, short_requirement, unusable
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Hurdle
from resolvetui.resolver.clause import (
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
    base_name,
)
from resolvetui.resolver.domain import ABSENT, Domain

_MOST_KNOWN = 20_000
"""Nouns that are kept: a search speaks of the same few sets again and again."""
_MOST_TERMS = 6


class SearchWords:
    """The words of one search, over its packages."""

    def __init__(self, domains: Mapping[PackageName, Domain], target: Target) -> None:
        self._domains = domains
        self._target = target
        self._nouns: dict[tuple[PackageKey, int], str] = {}

    def noun(self, key: PackageKey, mask: int) -> str:
        """Versions of a package: `torch 2.3.0`, `torch>=2`, `every version of torch`."""
        known = self._nouns.get((key, mask))
        if known is None:
            if len(self._nouns) >= _MOST_KNOWN:
                self._nouns.clear()
            known = self._nouns[key, mask] = describe_mask(self._domain(key), mask, name=key)
        return known

    def left(self, key: PackageKey, mask: int) -> str:
        """What a package may still be: as `noun`; a package that may be absent says so."""
        if mask == ABSENT:
            return f"no {key}"
        noun = self.noun(key, mask)
        return f"{noun}, or none" if mask & ABSENT else noun

    def _domain(self, key: PackageKey) -> Domain:
        name = base_name(key)
        return self._domains.get(name) or Domain(name, ())

    def clause(self, clause: Clause) -> str:
        """Why a clause holds, or, of a learned one, what it says. No full stop."""
        match clause.cause:
            case Root():
                return "what you ask for must be there"
            case Asked(requirement=root, override=override):
                return asks(root, override)
            case Constrained(requirement=root):
                return limit(root)
            case Depends(requirements=stated, override=override):
                depender = next(iter(clause.terms))
                texts = list(dict.fromkeys(map(short_requirement, stated)))
                noun = self.noun(depender, clause.terms[depender])
                return requires(noun, join_few(texts, 3, "or"), override)
            case ExtraOf():
                return f"{join(list(clause.terms))} are the same version"
            case Unusable(exclusion=exclusion):
                key = next(iter(clause.terms))
                hurdle = Hurdle(exclusion.reason, exclusion.detail)
                return unusable(self.noun(key, clause.terms[key]), hurdle, self._target)
            case Learned():
                return self.terms(clause.terms)
            case _:
                assert_never(clause.cause)

    def terms(self, terms: Mapping[PackageKey, int]) -> str:
        """What it means that these terms must not all hold: `a 1.0 and b 2.0 exclude each other`.

        A term with absence says "not one of the others": `a 1.0 needs b>=2`.
        """
        told = [(key, mask) for key, mask in terms.items() if key != ROOT]
        if not told:
            return "nothing can be all that is asked for"
        present = [self.noun(key, mask) for key, mask in told if not mask & ABSENT]
        needed = [
            self.noun(key, self._domain(key).full & ~mask & ~ABSENT).removeprefix(
                "every version of "
            )
            for key, mask in told
            if mask & ABSENT
        ]
        who = join_few(present, _MOST_TERMS)
        what = join_few(needed, _MOST_TERMS, "or")
        if not needed:
            if len(present) > 1:
                return f"{who} exclude each other"
            return f"{who} cannot be used"
        if not present:
            return f"{what} is needed"
        if len(present) > 1:
            return f"{who} together need {what}"
        return f"{who} {'need' if is_plural(who) else 'needs'} {what}"
