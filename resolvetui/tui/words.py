"""Short words for the screen: sizes, times, counts, and what a hurdle is called in a cell."""

from __future__ import annotations

from resolvetui.model.files import DistributionFile, SdistFile
from resolvetui.model.verdict import TAG_REASONS, FileVerdict, Hurdle, Reason
from resolvetui.tui import signs
from resolvetui.tui.signs import Sign

_KIB = 1024


def size(count: int | None) -> str:
    """Bytes for people, `190.4 MiB`; `?` when not known.

    >>> size(199_650_000), size(None)
    ('190.4 MiB', '?')
    """
    if count is None:
        return "?"
    if count < _KIB:
        return f"{count} B"
    value = float(count)
    for unit in ("KiB", "MiB", "GiB"):
        value /= _KIB
        if value < 1000 or unit == "GiB":
            break
    return f"{value:.1f} {unit}"


def seconds(elapsed_s: float) -> str:
    """`1.31 s`, `2 min 5 s`."""
    if elapsed_s < 60:
        return f"{elapsed_s:.2f} s"
    return f"{int(elapsed_s // 60)} min {int(elapsed_s % 60)} s"


def count(number: int, noun: str) -> str:
    """`1 package`, `13 packages`.

    >>> count(1, "index"), count(2, "index"), count(0, "dependency")
    ('1 index', '2 indexes', '0 dependencies')
    """
    if number == 1:
        return f"1 {noun}"
    if noun.endswith(("x", "s")):
        return f"{number} {noun}es"
    if noun.endswith("cy"):
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}s"


def hash_kind(file: DistributionFile) -> str:
    """The strongest hash that the index gives, or `no hash`."""
    for name in ("sha512", "sha384", "sha256"):
        if name in file.hashes:
            return name
    return next(iter(sorted(file.hashes)), "no hash")


def file_kind(file: DistributionFile) -> str:
    """`wheel` or `sdist`."""
    return "sdist" if isinstance(file, SdistFile) else "wheel"


_CELLS: dict[Reason, tuple[Sign, str]] = {
    Reason.NOT_FOUND: (signs.ABSENT, "—"),
    Reason.INDEX_UNREACHABLE: (signs.UNKNOWN, "unknown"),
    Reason.UNAUTHORIZED: (signs.UNKNOWN, "no access"),
    Reason.OFFLINE: (signs.UNKNOWN, "offline"),
    Reason.SHADOWED: (signs.SHADOWED, "shadow"),
    Reason.QUARANTINED: (signs.WRONG, "quarantined"),
    Reason.EXCLUDE_NEWER: (signs.EXCLUDED, "excl"),
    Reason.REQUIRES_PYTHON: (signs.WRONG, "python"),
    Reason.PYTHON_TAG: (signs.WRONG, "tag"),
    Reason.ABI_TAG: (signs.WRONG, "abi"),
    Reason.PLATFORM_TAG: (signs.WRONG, "tag"),
    Reason.PLATFORM_TOO_NEW: (signs.WRONG, "needs"),
    Reason.ONLY_SDIST: (signs.SDIST, "sdist"),
    Reason.ONLY_WHEEL: (signs.EXCLUDED, "excl"),
    Reason.SDIST_NOT_BUILDABLE: (signs.SDIST, "sdist"),
    Reason.BUILD_FAILED: (signs.WRONG, "build"),
    Reason.YANKED: (signs.YANKED, "yanked"),
    Reason.PRERELEASE: (signs.PRERELEASE, "pre"),
    Reason.HASH_MISMATCH: (signs.WRONG, "hash"),
    Reason.INVALID_METADATA: (signs.WRONG, "metadata"),
    Reason.INCONSISTENT_METADATA: (signs.WRONG, "metadata"),
}
"""Sign and word of each reason in the matrix."""


def hurdle_cell(hurdle: Hurdle) -> tuple[Sign, str]:
    """Sign and word of a version's hurdle in the matrix, with its detail where that is short."""
    sign, word = _CELLS[hurdle.reason]
    if hurdle.reason not in _WITH_DETAIL or not hurdle.detail:
        return sign, word
    is_platform = hurdle.reason is Reason.PLATFORM_TAG
    return sign, f"{word} {platform(hurdle.detail) if is_platform else hurdle.detail}"


def platform(tag: str) -> str:
    """The part of a platform tag that tells it from others: `manylinux2014_aarch64` → `aarch64`.

    >>> platform("manylinux_2_17_x86_64.manylinux2014_x86_64"), platform("win_amd64")
    ('x86_64', 'win_amd64')
    """
    first = tag.split(".", maxsplit=1)[0]
    for machine in ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64"):
        if first.startswith(("manylinux", "musllinux", "linux")) and first.endswith(machine):
            return machine
    return first


_FILE_WORDS = {
    Reason.NOT_FOUND: "not on this index",
    Reason.INDEX_UNREACHABLE: "index not reachable",
    Reason.UNAUTHORIZED: "index refuses access",
    Reason.OFFLINE: "not in the cache (offline)",
    Reason.SHADOWED: "hidden by an earlier index",
    Reason.QUARANTINED: "quarantined by the index",
    Reason.EXCLUDE_NEWER: "too new for exclude-newer",
    Reason.REQUIRES_PYTHON: "needs Python",
    Reason.PYTHON_TAG: "for",
    Reason.ABI_TAG: "for",
    Reason.PLATFORM_TAG: "for",
    Reason.PLATFORM_TOO_NEW: "needs",
    Reason.ONLY_SDIST: "source only",
    Reason.ONLY_WHEEL: "wheels not allowed",
    Reason.SDIST_NOT_BUILDABLE: "has to be built",
    Reason.BUILD_FAILED: "build failed",
    Reason.YANKED: "yanked",
    Reason.PRERELEASE: "pre-release held back",
    Reason.HASH_MISMATCH: "hash does not match",
    Reason.INVALID_METADATA: "invalid metadata",
    Reason.INCONSISTENT_METADATA: "metadata contradicts the file",
}
_WITH_DETAIL = frozenset(
    {
        Reason.REQUIRES_PYTHON,
        Reason.PLATFORM_TOO_NEW,
        Reason.PYTHON_TAG,
        Reason.ABI_TAG,
        Reason.PLATFORM_TAG,
    }
)


def hurdle_words(hurdle: Hurdle) -> str:
    """A hurdle in a few words, with what it is about: `needs Python >=3.8,<3.12`, `yanked: CVE`."""
    words = _FILE_WORDS[hurdle.reason]
    if hurdle.reason is Reason.SHADOWED and hurdle.detail:
        return f"hidden by {hurdle.detail}"
    if not hurdle.detail:
        return "wrong tag" if hurdle.reason in TAG_REASONS else words
    joint = " " if hurdle.reason in _WITH_DETAIL else ": "
    is_platform = hurdle.reason is Reason.PLATFORM_TAG
    return f"{words}{joint}{platform(hurdle.detail) if is_platform else hurdle.detail}"


_FIRST = (
    Reason.QUARANTINED,
    Reason.REQUIRES_PYTHON,
    Reason.PYTHON_TAG,
    Reason.ABI_TAG,
    Reason.PLATFORM_TAG,
    Reason.PLATFORM_TOO_NEW,
    Reason.EXCLUDE_NEWER,
    Reason.ONLY_WHEEL,
    Reason.ONLY_SDIST,
    Reason.YANKED,
    Reason.PRERELEASE,
    Reason.SHADOWED,
)
_RANK = {reason: rank for rank, reason in enumerate(_FIRST)}


def first_hurdle(verdict: FileVerdict) -> Hurdle | None:
    """The hurdle that is shown when several hold; None when the file may be used."""
    return min(
        verdict.hurdles, key=lambda hurdle: _RANK.get(hurdle.reason, len(_FIRST)), default=None
    )


def reason_word(reason: Reason) -> str:
    """The word of a reason in a cell: `tag`, `abi`, `python`."""
    return _CELLS[reason][1]


def reason_sign(reason: Reason) -> Sign:
    """The sign of a reason."""
    return _CELLS[reason][0]
