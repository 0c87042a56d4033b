"""Words about hashes: which file has which, who wants which, and whose that one is.

`short=True` keeps as much of a hash as two people compare; evidence has them whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from resolvetui.explanation.ranges import join, join_few
from resolvetui.explanation.wording import origin_words
from resolvetui.model.hashes import DIGEST_LENGTHS, HashDemand

_SHORT = 12
"""Hex digits that a sentence shows."""
CHANGED = (
    "Nothing of it was kept. Find out who changed the file before you take it: do not just replace "
    "the hash."
)


def shown(text: str, *, short: bool) -> str:
    """A `sha256:HEX`, cut to its first digits where it is to be short.

    >>> shown("sha256:0123456789abcdef", short=True)
    'sha256:0123456789ab...'
    """
    algorithm, _, digest = text.partition(":")
    cut = short and len(digest) > _SHORT
    return f"{algorithm}:{digest[:_SHORT]}..." if cut else text


def wants(demand: HashDemand, *, short: bool) -> str:
    """`requirements.txt:3 wants sha256:ab12...`, or how many hashes it allows."""
    hashes = demand.hashes
    if len(hashes) == 1:
        what = shown(hashes[0], short=short)
    elif short:
        what = f"one of {len(hashes)} others"
    else:
        what = f"one of {join(hashes, 'or')}"
    return f"{origin_words(demand.origin)} wants {what}"


def has(filename: str, index: str, got: str, *, short: bool) -> str:
    """`flask-2.0-py3-none-any.whl on main has sha256:cd34...`."""
    where = f" on {index}" if index else ""
    return f"{filename}{where} has {shown(got, short=short)}"


def mismatch(
    filename: str, index: str, got: str, demands: Iterable[HashDemand], *, short: bool
) -> str:
    """What a file has, and what each line wants instead."""
    wanted = join([wants(demand, short=short) for demand in demands])
    return f"{has(filename, index, got, short=short)}, and {wanted}"


def url_mismatch(filename: str, got: str, demands: Iterable[HashDemand], *, short: bool) -> str:
    """The same of a direct reference, whose URL says what it has."""
    wanted = join([wants(demand, short=short) for demand in demands])
    return f"the URL of {filename} says {shown(got, short=short)}, and {wanted}"


def none_matches(noun: str, demands: Sequence[HashDemand]) -> str:
    """Several versions, none of which has a file with a hash that is wanted."""
    wanted = join([wants(demand, short=True) for demand in demands])
    return f"no file of {noun} has the right hash: {wanted}"


def owner(filenames: Sequence[str], what: str) -> str:
    """Whose hash it is that a line wants: `the line has the hash of FILE, of version 2.1`."""
    of_what = f", {what}" if what else ""
    noun = "the hash" if len(filenames) == 1 else "hashes"
    return f"the line has {noun} of {join_few(list(filenames), 3)}{of_what}"


A_SOURCE = "the source distribution"


def for_platforms(platforms: Sequence[str]) -> str:
    """What wheels of the same version are for: a lock that was made elsewhere."""
    return f"for another platform ({join_few(list(platforms), 3)})"


def for_pythons(pythons: Sequence[str]) -> str:
    """The same where the Python is another one."""
    return f"for another Python ({join_few(list(pythons), 3)})"


def of_index(indexes: Sequence[str]) -> str:
    """Files of the same name elsewhere."""
    return f"as {join(list(indexes))} lists it"


def of_versions(versions: Sequence[str]) -> str:
    """Files of another version."""
    return f"version {join_few(list(versions), 3)}"


# ---- proposals


def lock_again(wheres: Sequence[str], platform: str) -> str:
    """The lines were made on another platform."""
    return f"lock {join(list(wheres))} for {platform} too: make the hashes of all platforms"


def add_hash(filename: str, got: str, wheres: Sequence[str]) -> str:
    """The file as the index has it now is what is wanted."""
    what = f"add --hash={got} ({filename})" if got else f"add the hash of {filename}"
    return f"{what} to {join(list(wheres))}, if you know that the file is right"


# ---- a file that came


def not_wanted(filename: str, demands: Iterable[HashDemand]) -> str:
    """The first sentence about a downloaded file that has another hash."""
    lines = join(list(dict.fromkeys(origin_words(demand.origin) for demand in demands)))
    return f"{filename} is not the file that {lines} asks for."


def not_promised(filename: str, index: str) -> str:
    """The same where the page of an index says what it should be."""
    return f"{filename} is not the file that index {index} promised."


def came(got: Sequence[str], demands: Iterable[HashDemand], index: str, url: str) -> str:
    """Its evidence, hashes in full."""
    wanted = join([wants(demand, short=False) for demand in demands])
    return f"It has {join(list(got))}, and {wanted}. {source(index, url)}"


def source(index: str, url: str) -> str:
    """Where a file came from."""
    return f"It came from index {index}: {url}" if index else f"It came from {url}"


# ---- --require-hashes


def _needed_by(depender: str) -> str:
    return f", which {depender} requires," if depender else ""


def lacks_hash(what: str, where: str, depender: str = "") -> str:
    """A package to install for which nobody states a hash."""
    place = f"{where}: " if where else ""
    return f"{place}{what}{_needed_by(depender)} has no --hash."


def not_pinned(what: str, where: str) -> str:
    """A requirement with a hash that leaves the version open."""
    place = f"{where}: " if where else ""
    return f"{place}{what} is not pinned with ==."


def line_with_hashes(name: str, version: str, hashes: Mapping[str, str]) -> str:
    """A line as requirements files have it; `hashes` are those that an index gives."""
    strong = [f"{each}:{hashes[each]}" for each in DIGEST_LENGTHS if each in hashes]
    options = [f"--hash={each}" for each in strong[:1] or ["sha256:HEX"]]
    return " ".join((f"{name}=={version}", *options))


def unchecked(names: Sequence[str]) -> str:
    """The warning where some have hashes and others do not."""
    verb = "has" if len(names) == 1 else "have"
    return (
        f"{join_few(list(names), 5)} {verb} no --hash, while others do: pip would refuse that "
        "(--require-hashes does so here)."
    )
