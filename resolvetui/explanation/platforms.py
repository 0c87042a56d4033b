"""Which other platform a file would fit: wheel tags to names of `--python-platform`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.explanation.tag_words import parts_of, platform_order, platform_words, system_of
from resolvetui.model.verdict import FileVerdict, Reason

_LEAST_GLIBC = 17
"""Of glibc 2; no platform with an older one can be named."""
_MANYLINUX = re.compile(r"manylinux_2_(\d+)_(\w+)")
_LEGACY = re.compile(r"manylinux(?:1|2010|2014)_(\w+)")
_BARE_LINUX = re.compile(r"linux_(\w+)")


class OtherPlatform(Struct, frozen=True):
    """A platform that a file would fit."""

    name: str
    """As `--python-platform` takes it."""
    words: str
    """`Linux x86_64 with glibc 2.28+`."""
    is_newer: bool
    """Whether it is the target's own system, only newer."""


def nearest_platform(files: Iterable[FileVerdict], target: Target) -> OtherPlatform | None:
    """The platform closest to the target that one of these files would fit: the oldest of the
    same system that is new enough, else another architecture of it, else another system.

    Only files that fail in nothing else count. None where there is no such file, or its platform
    has no name.
    """
    close = [file for file in files if _fails_by_platform(file)]
    found = [
        (*_distance(tag, file, target), tag)
        for file in close
        if file.tags is not None
        for tag in parts_of(file.tags.tags)[2]
        if name_of(tag)
    ]
    if not found:
        return None
    is_other, _, _, tag = min(found)
    return OtherPlatform(name_of(tag), platform_words(tag), is_newer=not is_other)


def name_of(tag: str) -> str:
    """The platform of a platform tag (PEP 425, 600), or "".

    >>> name_of("manylinux_2_28_x86_64"), name_of("linux_aarch64"), name_of("win_amd64")
    ('x86_64-manylinux_2_28', 'aarch64-unknown-linux-gnu', 'win_amd64')
    """
    if match := _MANYLINUX.fullmatch(tag):
        return f"{match[2]}-manylinux_2_{max(int(match[1]), _LEAST_GLIBC)}"
    if match := _LEGACY.fullmatch(tag):
        return f"{match[1]}-manylinux2014"
    if match := _BARE_LINUX.fullmatch(tag):
        return f"{match[1]}-unknown-linux-gnu"
    is_named = re.fullmatch(r"musllinux_1_\d+_(x86_64|aarch64)|win_\w+|win32", tag)
    if is_named or re.fullmatch(r"macosx_[12]\d_\d+_(x86_64|arm64)", tag):
        return tag
    return ""


def _fails_by_platform(verdict: FileVerdict) -> bool:
    tags = verdict.tags
    if tags is None or not (tags.python_fits and tags.abi_fits):
        return False
    reasons = {hurdle.reason for hurdle in verdict.hurdles}
    return bool(reasons) and reasons <= {Reason.PLATFORM_TAG, Reason.PLATFORM_TOO_NEW}


def _distance(tag: str, file: FileVerdict, target: Target) -> tuple[bool, bool, tuple[object, ...]]:
    """(not just too new, another system, how new)"""
    too_new = file.tags is not None and file.tags.reason is Reason.PLATFORM_TOO_NEW
    machine = target.platform.partition(" ")[2]
    is_other = not (too_new and tag.endswith(machine))
    other_system = not target.platform.startswith(system_of(tag) or "-")
    numbers = tuple(int(part) for part in re.findall(r"\d+", tag.removesuffix(machine)))
    return is_other, other_system, (*platform_order(tag)[:1], *numbers)
