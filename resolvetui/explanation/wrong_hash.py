"""Files that have another hash than the user's lines want: which, and whose hash that is.

Very common: a lock that was made on another platform has the hashes of that platform's files only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from msgspec import Struct

from resolvetui.explanation import hash_words, wording
from resolvetui.explanation.about import About
from resolvetui.explanation.tag_words import (
    parts_of,
    platform_label,
    platform_words,
    python_words,
)
from resolvetui.model.explanation import Fact, Hint
from resolvetui.model.hashes import HashDemand, standing
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import FileVerdict, Reason, VersionVerdict
from resolvetui.resolver.clause import PackageKey

_MOST = 20
"""Files of which the evidence has the hashes."""


class _Wrong(Struct, frozen=True):
    """A file with the hash that it has."""

    verdict: FileVerdict
    got: str


def why_wrong(
    about: About, name: PackageName, noun: str, verdicts: Sequence[VersionVerdict]
) -> str:
    """Why versions cannot be used whose files all have the wrong hash; "" where it is not known
    which.
    """
    demands = about.demands(name)
    wrong = _wrong(verdicts)
    if not wrong or not demands:
        return ""
    if len({verdict.version for verdict in verdicts}) > 1:
        text = hash_words.none_matches(noun, demands)
    else:
        first = wrong[0]
        text = hash_words.mismatch(
            first.verdict.file.filename, first.verdict.index, first.got, demands, short=True
        )
    owner = _owner(about, name, demands, verdicts)
    return f"{text}; {owner}" if owner else text


def why_url_is_wrong(about: About, name: PackageName, got: str, *, short: bool = True) -> str:
    """Why a direct reference cannot be used whose fragment has another hash than the line."""
    url = about.domain(PackageKey(name)).url
    if not url or not got:
        return ""
    filename = unquote(url.partition("#")[0].rpartition("/")[2])
    return hash_words.url_mismatch(filename, got, about.demands(name), short=short)


def facts_of_hashes(
    about: About, name: PackageName, verdicts: Sequence[VersionVerdict]
) -> Iterator[Fact]:
    """Each file with what it has and what is wanted, in full."""
    demands = about.demands(name)
    for wrong in _wrong(verdicts)[:_MOST]:
        file = wrong.verdict.file
        yield Fact(
            Reason.HASH_MISMATCH.value,
            hash_words.mismatch(
                file.filename, wrong.verdict.index, wrong.got, demands, short=False
            ),
            name,
            file.version,
            wrong.verdict.index or None,
            ", ".join(_wheres(demands)),
        )


def hash_hints(
    about: About, name: PackageName, verdicts: Sequence[VersionVerdict]
) -> Iterator[Hint]:
    """What to do about the lines: nothing that a resolve could try, since it takes hashes away."""
    demands, wrong = about.demands(name), _wrong(verdicts)
    wheres = _wheres(demands)
    if not wrong or not wheres:
        return
    version = wrong[0].verdict.file.version
    if any(owner.file.version == version for owner in _owners(about, name, demands)):
        platform = platform_label(about.evidence.target)
        yield Hint(hash_words.lock_again(wheres, platform), "hash")
    yield Hint(hash_words.add_hash(wrong[0].verdict.file.filename, wrong[0].got, wheres), "hash")


def _wheres(demands: Sequence[HashDemand]) -> list[str]:
    return list(dict.fromkeys(wording.origin_words(demand.origin) for demand in demands))


def _wrong(verdicts: Sequence[VersionVerdict]) -> list[_Wrong]:
    """The files that only a hash keeps out, the best of each version first."""
    return [
        _Wrong(file, hurdle.detail)
        for verdict in verdicts
        for file in verdict.files
        for hurdle in file.hurdles[:1]
        if hurdle.reason is Reason.HASH_MISMATCH and hurdle.detail
    ]


def _owners(about: About, name: PackageName, demands: Sequence[HashDemand]) -> list[FileVerdict]:
    """The files, of any version on any index, that have a wanted hash."""
    return [
        file
        for verdict in about.verdicts(name)
        for file in verdict.files
        if standing(file.file.hashes, demands) == "met"
    ]


def _owner(
    about: About,
    name: PackageName,
    demands: Sequence[HashDemand],
    verdicts: Sequence[VersionVerdict],
) -> str:
    versions = {verdict.version for verdict in verdicts}
    owners = _owners(about, name, demands)
    same = [owner for owner in owners if owner.file.version in versions]
    for found, words in ((same, _of_same_version), (owners, _of_other_version)):
        if found:
            names = list(dict.fromkeys(owner.file.filename for owner in found))
            return hash_words.owner(names, words(found))
    return ""


def _of_same_version(owners: Sequence[FileVerdict]) -> str:
    misfits = [owner.tags for owner in owners if owner.tags and owner.tags.rank is None]
    elsewhere = [tags for tags in misfits if not tags.platform_fits]
    if elsewhere:
        platforms = [platform_words(parts_of(tags.tags)[2][0]) for tags in elsewhere]
        return hash_words.for_platforms(list(dict.fromkeys(platforms)))
    if misfits:
        pythons = [python_words(parts_of(tags.tags)[0][0]) for tags in misfits]
        return hash_words.for_pythons(list(dict.fromkeys(pythons)))
    if any(owner.tags is None for owner in owners):
        return hash_words.A_SOURCE
    return hash_words.of_index(list(dict.fromkeys(owner.index for owner in owners)))


def _of_other_version(owners: Sequence[FileVerdict]) -> str:
    return hash_words.of_versions(list(dict.fromkeys(owner.file.version for owner in owners)))
