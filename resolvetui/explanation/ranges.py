"""Sets of versions in words: masks to text.

A set is told in a requirement's own words where those mean the same here, else by versions that
the indexes really list. Sentences around it are made in `wording.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from resolvetui.resolver.domain import ABSENT, Domain
from resolvetui.resolver.specifiers import parse_version

_FEW = 3
_PIN = re.compile(r"==[^*,=]+")
_MANY_RUNS = 4


def describe_mask(
    domain: Domain,
    mask: int,
    requirement_texts: Iterable[str] = (),
    *,
    name: str = "",
    last: str = "and",
) -> str:
    """A set of versions as a noun: `torch 2.3.0`, `torch>=2`, `every version of torch`.

    `requirement_texts` are specifier sets that may serve as words for it; `name` replaces the
    domain's own (`torch[opt]`); `last` joins the last of several. Holes of versions that cannot
    be used anyway are passed over.
    """
    name = name or domain.name
    versions = mask & ~ABSENT
    if not versions:
        return f"no version of {name}"
    if not versions & (versions - 1):
        return f"{name} {domain.version(versions)}"  # of hundreds of facts each is about one
    labels = public_labels(domain, versions)
    if len(labels) == 1:
        return f"{name} {labels[0]}"
    own_words = _in_own_words(domain, versions, requirement_texts)
    if own_words is not None and _PIN.fullmatch(own_words):
        return f"{name} {own_words.removeprefix('==')}"
    if own_words is not None:
        return f"{name}{own_words}" if own_words else f"every version of {name}"
    if not (domain.usable or domain.full ^ ABSENT) & ~versions:
        return f"every version of {name}"
    if len(labels) <= _FEW:
        return f"{name} {join(labels, last)}"
    return name + _runs_text(_runs(domain, versions), last)


def is_plural(noun: str) -> bool:
    """Whether a noun of `describe_mask` takes "require" rather than "requires"."""
    return not noun.startswith("every ") and (" and " in noun or " to " in noun)


def _in_own_words(domain: Domain, versions: int, texts: Iterable[str]) -> str | None:
    """The first text that takes the same versions, those aside that cannot be used anyway."""
    known = domain.usable | versions
    for text in texts:
        try:
            taken = domain.specifier_mask(text)
        except InvalidSpecifier:
            continue
        if taken & known == versions:
            return text
    return None


def public_labels(domain: Domain, versions: int) -> list[str]:
    """Versions in words, ascending: `V`, `V+a` and `V+b` as `V` when all of V's are in the set."""
    labels: list[str] = []
    for public, members in _by_public(domain):
        inside = members & versions
        if not inside:
            continue
        listed = list(domain.list(inside))
        whole = inside == members and len(listed) > 1
        if whole and (public in listed or len(listed) > _FEW):
            labels.append(public)
        else:
            labels.extend(listed)
    return labels


def _by_public(domain: Domain) -> list[tuple[str, int]]:
    """Each public version with the mask of its local versions (PEP 440), ascending."""
    groups: list[tuple[str, int]] = []
    for position, text in enumerate(domain.versions):
        public = text.partition("+")[0]
        if groups and groups[-1][0] == public:
            groups[-1] = (public, groups[-1][1] | (2 << position))
        else:
            groups.append((public, 2 << position))
    return groups


def _runs(domain: Domain, versions: int) -> list[tuple[str, str, bool, bool]]:
    """(lowest, highest, reaches the bottom, reaches the top) of each run, ascending."""
    universe = list(domain.list((domain.usable | versions) & ~ABSENT))
    inside = set(domain.list(versions))
    runs: list[tuple[str, str, bool, bool]] = []
    start = None
    for position, text in enumerate(universe):
        if text not in inside:
            start = None
            continue
        if start is None:
            start = position
            runs.append((text, text, False, False))
        top = position == len(universe) - 1
        runs[-1] = (universe[start], text, start == 0, top)
    return runs


def _runs_text(runs: Sequence[tuple[str, str, bool, bool]], last: str) -> str:
    if len(runs) == 1:
        low, high, bottom, top = runs[0]
        if top:
            return f">={low}"
        if bottom:
            return f"<={high}"
    words = [low if low == high else f"{low} to {high}" for low, high, _, _ in runs]
    if len(words) > _MANY_RUNS:
        words = [*words[: _MANY_RUNS - 1], f"{len(words) - _MANY_RUNS + 1} more ranges"]
    return f" {join(words, last)}"


def surprise(specifier: str, versions: Iterable[str]) -> tuple[str, str] | None:
    """An ordered comparison of a specifier set and a version that it does not take although it
    sorts on that side (PEP 440, "Exclusive ordered comparison").

    >>> surprise(">1.2.3", ["1.2.3.post1"]), surprise("<2.0", ["2.0rc1"])
    (('>1.2.3', '1.2.3.post1'), ('<2.0', '2.0rc1'))
    """
    try:
        parts = [part for part in SpecifierSet(specifier) if part.operator in ("<", ">")]
    except InvalidSpecifier:
        return None
    for part in parts:
        bound = parse_version(part.version)
        for text in versions:
            version = parse_version(text)
            inside = version > bound if part.operator == ">" else version < bound
            if inside and not part.contains(version, prereleases=True):
                return str(part), text
    return None


def join(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def join_few(words: Sequence[str], limit: int = 8, last: str = "and") -> str:
    """Like `join`, but not more than `limit` of them: `a, b and 12 more`."""
    if len(words) <= limit:
        return join(words, last)
    return join([*words[: limit - 1], f"{len(words) - limit + 1} more"], last)


def version_span(versions_ascending: Sequence[str]) -> str:
    """Listed versions in a few words: `1.0`, `1.0 and 1.1`, `1.0 to 2.4 (17 versions)`."""
    if len(versions_ascending) <= _FEW:
        return join(versions_ascending)
    first, last = versions_ascending[0], versions_ascending[-1]
    return f"{first} to {last} ({len(versions_ascending)} versions)"
