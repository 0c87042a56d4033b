"""A project page against a target, as a few masks: what a warm run reads instead of the page.

Decoding the file lists of a hundred projects costs more than solving; an assessment decodes in
0.03 ms. It depends on the page, the target and the hashes that are demanded; the user's policies
are applied to it in `candidates.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from resolvetui.index.judging import FormatPolicy, Judge, quarantine
from resolvetui.model.files import ProjectPage, SdistFile
from resolvetui.model.hashes import HashDemand
from resolvetui.model.verdict import FileVerdict, Reason


class Assessment(Struct, frozen=True, array_like=True):
    """Masks over `versions`: bit i is the i-th version. Each as little-endian bytes."""

    versions: str
    """Ascending (PEP 440), joined by newlines; "" for a page without any version."""
    wheel: bytes
    """A wheel fits."""
    sdist: bytes
    """There is a source distribution for this Python."""
    yanked_wheel: bytes
    """A wheel fits, but every one that does is yanked (PEP 592)."""
    yanked_sdist: bytes
    wheel_misses: dict[str, bytes]
    """`Reason` → versions that have wheels, the best of which fails there."""
    sdist_misses: dict[str, bytes]
    """The same for source distributions."""
    status: str = ""
    """As in `ProjectPage`, and so are the others: a warm run warns without the page."""
    status_reason: str = ""
    tracks: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()

    @property
    def version_list(self) -> list[str]:
        """The versions, ascending."""
        return self.versions.split("\n") if self.versions else []


encode_assessment = msgspec.msgpack.Encoder().encode
decode_assessment = msgspec.msgpack.Decoder(Assessment).decode

_FORMATS = FormatPolicy()


class _Masks:
    """The masks of one kind of file while they grow."""

    def __init__(self) -> None:
        self.fits = 0
        self.yanked = 0
        self.misses: dict[str, int] = {}

    def add(self, bit: int, files: list[FileVerdict]) -> None:
        reasons = [tuple(hurdle.reason for hurdle in file.hurdles) for file in files]
        if () in reasons:
            self.fits |= bit
        elif (Reason.YANKED,) in reasons:
            self.yanked |= bit
        elif reasons:
            # Pinned, a yanked file may be used: what keeps it out is the hurdle after that.
            left = [names[1] if names[0] is Reason.YANKED else names[0] for names in reasons]
            best = max(left, key=lambda name: _PLACE[name])
            self.misses[best] = self.misses.get(best, 0) | bit


_PLACE = {reason: place for place, reason in enumerate(Reason)}


def assess(page: ProjectPage, judge: Judge, demands: Sequence[HashDemand] = ()) -> Assessment:
    """Judge every file of a page once; `demands` are the hashes that the user wants."""
    wheels, sdists = _Masks(), _Masks()
    extra = quarantine(page)
    for position, release in enumerate(page.releases):
        verdicts = [judge.file(f, page.index, _FORMATS, extra, demands) for f in release.files]
        bit = 1 << position
        wheels.add(bit, [v for v in verdicts if not isinstance(v.file, SdistFile)])
        sdists.add(bit, [v for v in verdicts if isinstance(v.file, SdistFile)])
    return Assessment(
        "\n".join(release.version for release in page.releases),
        _pack(wheels.fits),
        _pack(sdists.fits),
        _pack(wheels.yanked),
        _pack(sdists.yanked),
        {reason: _pack(mask) for reason, mask in wheels.misses.items()},
        {reason: _pack(mask) for reason, mask in sdists.misses.items()},
        page.status,
        page.status_reason,
        page.tracks,
        page.alternates,
    )


def _pack(mask: int) -> bytes:
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def unpack(mask: bytes) -> int:
    """The mask as a number."""
    return int.from_bytes(mask, "little")
