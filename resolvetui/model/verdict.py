"""Why a file or a version may not be used: the closed list of reasons, and verdicts of them."""

from __future__ import annotations

import enum

from msgspec import Struct

from resolvetui.model.files import DistributionFile
from resolvetui.model.names import IndexName


class Reason(enum.StrEnum):
    """Why something may not be used. `explanation/wording.py` has a sentence for each.

    The order is that of the hurdles that a file meets. A version's reason is the *last* hurdle
    that its best file fails, so that the hint is the nearest fix.
    """

    NOT_FOUND = "not-found"
    INDEX_UNREACHABLE = "index-unreachable"
    UNAUTHORIZED = "unauthorized"
    OFFLINE = "offline-not-cached"
    SHADOWED = "shadowed-by-index"
    QUARANTINED = "quarantined"
    EXCLUDE_NEWER = "exclude-newer"
    REQUIRES_PYTHON = "requires-python"
    PYTHON_TAG = "python-tag"
    ABI_TAG = "abi-tag"
    PLATFORM_TAG = "platform-tag"
    PLATFORM_TOO_NEW = "platform-too-new"
    ONLY_SDIST = "only-sdist"
    ONLY_WHEEL = "only-wheel"
    SDIST_NOT_BUILDABLE = "sdist-not-buildable"
    BUILD_FAILED = "build-failed"
    YANKED = "yanked"
    PRERELEASE = "prerelease-disallowed"
    HASH_MISMATCH = "hash-mismatch"
    INVALID_METADATA = "invalid-metadata"
    INCONSISTENT_METADATA = "inconsistent-metadata"


TAG_REASONS = frozenset(
    {Reason.PYTHON_TAG, Reason.ABI_TAG, Reason.PLATFORM_TAG, Reason.PLATFORM_TOO_NEW}
)


BUILD_REASONS = frozenset({Reason.SDIST_NOT_BUILDABLE, Reason.BUILD_FAILED})
"""Those of versions whose only file of use is a source distribution."""


class Hurdle(Struct, frozen=True):
    """One reason that holds, with its evidence as data (`explanation/wording.py` has the words)."""

    reason: Reason
    detail: str = ""
    """The bound, tag, date, index or text that the reason is about: `>=3.12`, `glibc 2.39`."""


class TagVerdict(Struct, frozen=True):
    """A wheel's tag set against a target (PEP 425), part by part."""

    tags: str
    """The tag set that was judged, as in the file name."""
    rank: int | None
    """Position of its best tag in the target's order (0 is best), or None when none fits."""
    python_fits: bool
    abi_fits: bool
    platform_fits: bool
    reason: Reason | None = None
    """None when it fits, else which part fails last."""
    detail: str = ""
    """What the failing part asks for, as data: `cp313`, `win_amd64`, `glibc 2.39`."""
    nearest: str = ""
    """The tag of the target that differs in the fewest parts from this wheel's, or ""."""


class FileVerdict(Struct, frozen=True):
    """One file against target and policies, with *every* hurdle that it fails."""

    file: DistributionFile
    index: IndexName
    hurdles: tuple[Hurdle, ...]
    """Empty when the file may be used."""
    tags: TagVerdict | None = None
    """None for an sdist."""


class VersionVerdict(Struct, frozen=True):
    """One version on one index."""

    version: str
    index: IndexName
    hurdle: Hurdle | None
    """None when a file of it may be used, else the last hurdle of its best file."""
    files: tuple[FileVerdict, ...]
