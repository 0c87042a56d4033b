"""Words for each `Reason`: as a predicate, as a table cell, as what would take it away."""

from __future__ import annotations

from resolvetui.environment.target import Target
from resolvetui.explanation.tag_words import (
    abi_words,
    platform_label,
    platform_words,
    python_words,
    short_platform,
)
from resolvetui.model.verdict import Hurdle, Reason

_PREDICATES = {
    Reason.NOT_FOUND: "{be} on no index",
    Reason.INDEX_UNREACHABLE: "could not be asked for{because}",
    Reason.UNAUTHORIZED: "{be} behind a login that was refused{because}",
    Reason.OFFLINE: "{be} not in the cache, and --offline forbids asking",
    Reason.SHADOWED: "{be} on an index that is not asked (index strategy first-index){because}",
    Reason.QUARANTINED: "{be} quarantined by the index, which takes it for unsafe{because}",
    Reason.EXCLUDE_NEWER: "{have} no upload time, which --exclude-newer takes for newer",
    Reason.REQUIRES_PYTHON: "{need} another Python",
    Reason.PYTHON_TAG: "{be} built for another Python or ABI",
    Reason.ABI_TAG: "{be} built for another Python or ABI",
    Reason.PLATFORM_TAG: "{be} built for another platform",
    Reason.PLATFORM_TOO_NEW: "{need} a newer system",
    Reason.ONLY_SDIST: (
        "{have} for this target only source distributions, which --only-binary forbids"
    ),
    Reason.ONLY_WHEEL: "{have} only wheels, which --no-binary forbids",
    Reason.SDIST_NOT_BUILDABLE: (
        "{have} for this target only a source distribution whose dependencies are not known "
        "without building it{more}"
    ),
    Reason.BUILD_FAILED: "{have} no wheel that fits, and building failed{because}",
    Reason.YANKED: "{be} yanked{because}",
    Reason.PRERELEASE: "{be} {pre}, not allowed here",
    Reason.HASH_MISMATCH: "{have} none of the required hashes",
    Reason.INVALID_METADATA: "{have} metadata that cannot be used{because}",
    Reason.INCONSISTENT_METADATA: "{have} metadata that contradicts itself{because}",
}
"""What can always be said; `_sharper` says more where the detail is known."""

_CELLS = {
    Reason.NOT_FOUND: "none",
    Reason.INDEX_UNREACHABLE: "unreachable",
    Reason.UNAUTHORIZED: "refused",
    Reason.OFFLINE: "offline",
    Reason.SHADOWED: "shadow",
    Reason.QUARANTINED: "quarantined",
    Reason.EXCLUDE_NEWER: "too new",
    Reason.REQUIRES_PYTHON: "python",
    Reason.PYTHON_TAG: "tag",
    Reason.ABI_TAG: "tag",
    Reason.PLATFORM_TAG: "tag",
    Reason.PLATFORM_TOO_NEW: "system",
    Reason.ONLY_SDIST: "sdist",
    Reason.ONLY_WHEEL: "wheel only",
    Reason.SDIST_NOT_BUILDABLE: "sdist",
    Reason.BUILD_FAILED: "build",
    Reason.YANKED: "yanked",
    Reason.PRERELEASE: "pre",
    Reason.HASH_MISMATCH: "hash",
    Reason.INVALID_METADATA: "metadata",
    Reason.INCONSISTENT_METADATA: "metadata",
}

FREE_TEXT = frozenset(
    {
        Reason.INDEX_UNREACHABLE,
        Reason.UNAUTHORIZED,
        Reason.QUARANTINED,
        Reason.SDIST_NOT_BUILDABLE,
        Reason.BUILD_FAILED,
        Reason.YANKED,
        Reason.INVALID_METADATA,
        Reason.INCONSISTENT_METADATA,
    }
)
"""Reasons whose detail is a text of any length, and of no use within a list."""

_CONDITIONS = {
    Reason.SHADOWED: "if its index were asked",
    Reason.EXCLUDE_NEWER: "with a later --exclude-newer",
    Reason.ONLY_SDIST: "if source distributions were allowed",
    Reason.ONLY_WHEEL: "if wheels were allowed",
    Reason.YANKED: "if it were pinned exactly (it is yanked)",
    Reason.PRERELEASE: "with pre-releases allowed",
}


def predicate(hurdle: Hurdle, target: Target, *, plural: bool = False) -> str:
    """What is the matter with a file or version, to stand after its name: `is yanked`.

    There is one for each `Reason`.
    """
    have, be, need = ("have", "are", "need") if plural else ("has", "is", "needs")
    words = _sharper(hurdle, target, be, need) if hurdle.detail else ""
    if words:
        return words
    pre = "pre-releases" if plural else "a pre-release"
    is_build = hurdle.reason is Reason.BUILD_FAILED
    detail = clause(hurdle.detail, _LONGEST_BUILD if is_build else _LONGEST)
    because, more = (f": {detail}", f"; {detail}") if detail else ("", "")
    return _PREDICATES[hurdle.reason].format(
        have=have, be=be, need=need, because=because, more=more, pre=pre
    )


_LONGEST = 200
"""Characters of a text from outside within a sentence."""
_LONGEST_BUILD = 400
"""The same of a build's output, which is chosen already and says what is missing at its end."""


def clause(detail: str, longest: int = _LONGEST) -> str:
    """A text from outside as the end of a sentence of ours: one line, no full stop, not endless."""
    text = " ".join(detail.split())
    if len(text) > longest:
        return f"{text[:longest].rpartition(' ')[0] or text[:longest]} ..."
    return text.rstrip(" .")


def _sharper(hurdle: Hurdle, target: Target, be: str, need: str) -> str:
    """The predicate where the evidence says what would have been right; else ""."""
    detail = hurdle.detail
    match hurdle.reason:
        case Reason.NOT_FOUND:
            return f"{'has' if be == 'is' else 'have'} no files"
        case Reason.REQUIRES_PYTHON:
            return f"{need} Python {detail}"
        case Reason.PYTHON_TAG:
            return f"{be} built for {python_words(detail)}"
        case Reason.ABI_TAG:
            return f"{be} built for {abi_words(detail)}"
        case Reason.PLATFORM_TAG:
            return f"{be} built for {platform_words(detail)}"
        case Reason.PLATFORM_TOO_NEW:
            return f"{need} {needs_system(detail, target)}"
        case Reason.EXCLUDE_NEWER:
            return f"{be} newer than --exclude-newer allows: {detail}"
        case Reason.PRERELEASE:
            kind = "a pre-release" if be == "is" else "pre-releases"
            return f"{be} {kind}, which --prerelease {detail} rules out"
        case Reason.SHADOWED:
            return f"{be} on an index that is not asked, since {detail} is"
        case _:
            return ""


def needs_system(detail: str, target: Target) -> str:
    """`glibc 2.39, this machine has 2.36`; the second part only where it is the same library."""
    if not detail:
        return "a newer system"
    library = detail.partition(" ")[0]
    known, _, version = target.libc.partition(" ")
    whose = "this machine" if target.environment else "the target"
    return f"{detail}, {whose} has {version}" if known == library else detail


def cell(hurdle: Hurdle | None, *, target: Target | None = None, ascii_only: bool = False) -> str:
    """A few letters for a table's cell: `tag aarch64`, `python ≥3.12`, `yanked`; "" if it fits."""
    if hurdle is None:
        return ""
    word, detail = _CELLS[hurdle.reason], hurdle.detail
    match hurdle.reason:
        case Reason.REQUIRES_PYTHON | Reason.PYTHON_TAG | Reason.ABI_TAG:
            word = f"{word} {detail}".strip()
        case Reason.PLATFORM_TAG:
            word = f"{word} {short_platform(detail, target)}".strip()
        case Reason.PLATFORM_TOO_NEW if detail:
            word = f"needs {detail}"
        case _:
            pass
    return word if ascii_only else word.replace(">=", "≥").replace("<=", "≤")


def condition(hurdle: Hurdle) -> str:
    """What would take a hurdle away: `on CPython 3.12`; "" where nothing simple would."""
    detail = hurdle.detail
    match hurdle.reason:
        case Reason.REQUIRES_PYTHON if detail:
            return f"on Python {detail}"
        case Reason.PYTHON_TAG:
            return f"on {python_words(detail)}"
        case Reason.ABI_TAG:
            return f"on {abi_words(detail)}"
        case Reason.PLATFORM_TAG:
            return f"on {platform_words(detail)}"
        case Reason.PLATFORM_TOO_NEW:
            return f"with {detail}" if detail else "on a newer system"
        case _:
            return _CONDITIONS.get(hurdle.reason, "")


def python_label(target: Target) -> str:
    """`CPython 3.13`: without the patch level, which no tag knows."""
    implementation, _, version = target.python_full.partition(" ")
    return f"{implementation} {'.'.join(version.split('.')[:2])}"


def target_label(reason: Reason, target: Target) -> str:
    """The part of the target that a reason is about."""
    match reason:
        case Reason.PYTHON_TAG | Reason.ABI_TAG:
            return python_label(target)
        case Reason.REQUIRES_PYTHON:
            return target.python_full
        case _:
            return platform_label(target)
