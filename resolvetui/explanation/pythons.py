"""Which Pythons a file is for: wheel tags and `Requires-Python` to minor versions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from resolvetui.environment.target import Target
from resolvetui.explanation.about import takes
from resolvetui.explanation.tag_words import parts_of
from resolvetui.model.files import WheelFile
from resolvetui.model.verdict import FileVerdict, Reason

_KNOWN_MINORS = range(7, 16)
"""Minor versions of Python 3 that are worth proposing."""
_OTHER_PYTHON_HELPS = frozenset({Reason.REQUIRES_PYTHON, Reason.PYTHON_TAG, Reason.ABI_TAG})


def nearest_python(files: Iterable[FileVerdict], target: Target) -> str:
    """The Python closest to the target that one of these files would fit: `3.12`, or "".

    Only files that fail in nothing else count. Of two as close the newer. Where only the patch
    level is too low, that: `3.13.2`.
    """
    if target.implementation != "cpython":
        return ""
    own = minor_of(target.python_version)
    close = [file for file in files if _fails_by_python(file)]
    patches = [patch for file in close for patch in _patches(file, own)]
    if patches:
        return f"3.{own}.{min(patches)}"
    minors = {minor for file in close for minor in python_minors(file)} - {own}
    if not minors:
        return ""
    return f"3.{min(minors, key=lambda minor: (abs(minor - own), -minor))}"


def _fails_by_python(verdict: FileVerdict) -> bool:
    reasons = {hurdle.reason for hurdle in verdict.hurdles}
    platform_fits = verdict.tags is None or verdict.tags.platform_fits
    return bool(reasons) and reasons <= _OTHER_PYTHON_HELPS and platform_fits


def python_minors(verdict: FileVerdict) -> set[int]:
    """The minors of CPython 3 that a file is for, as `X.Y.0` (PEP 425, PEP 440)."""
    minors = set(_KNOWN_MINORS)
    file = verdict.file
    if isinstance(file, WheelFile):
        minors &= _tagged_minors(file.tags)
    if file.requires_python:
        minors = {minor for minor in minors if takes(file.requires_python, f"3.{minor}.0")}
    return minors


def _patches(verdict: FileVerdict, minor: int) -> list[int]:
    """Patch levels of this minor that `Requires-Python` names and takes."""
    bound = verdict.file.requires_python or ""
    if isinstance(verdict.file, WheelFile) and minor not in _tagged_minors(verdict.file.tags):
        return []
    named = re.findall(rf"(?<![\d.])3\.{minor}\.(\d{{1,3}})(?![\d.])", bound)
    return [int(patch) for patch in named if takes(bound, f"3.{minor}.{patch}")]


def _tagged_minors(tags: str) -> set[int]:
    pythons, abis, _ = parts_of(tags)
    found: set[int] = set()
    for python in pythons:
        if python == "py3":
            found |= set(_KNOWN_MINORS)
        match = re.fullmatch(r"(?:cp|py)3(\d{1,3})", python)
        if not match:
            continue
        least = int(match[1])
        exact = python.startswith("cp") and (python in abis or f"{python}m" in abis)
        upwards = "abi3" in abis or (python.startswith("py") and "none" in abis)
        if exact:
            found.add(least)
        if upwards:
            found |= {minor for minor in _KNOWN_MINORS if minor >= least}
    return found


def minor_of(version: str) -> int:
    """12 for 3.12.1."""
    parts = version.split(".")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
