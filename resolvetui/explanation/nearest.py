"""The file that would fit with the fewest changes."""

from __future__ import annotations

from collections.abc import Iterable

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.explanation.pythons import minor_of, python_minors
from resolvetui.explanation.tag_words import parts_of, system_of
from resolvetui.model.verdict import (
    TAG_REASONS,
    FileVerdict,
    Hurdle,
    Reason,
    TagVerdict,
    VersionVerdict,
)

_PLACE = {reason: place for place, reason in enumerate(Reason)}


def nearest_file(verdicts: Iterable[VersionVerdict], target: Target) -> str:
    """`torch-2.3.0-cp312-….whl would fit on CPython 3.12`; "" where a file fits or none is known.

    Of files that miss as many parts the one whose hurdle comes last; then wheels, those for the
    same system, for the closest Python, and of the newest version.
    """
    files = [file for verdict in verdicts for file in verdict.files]
    if not files or not all(file.hurdles for file in files):
        return ""
    best = min(files, key=lambda file: _distance(file, target))
    return wording.would_fit(best.file.filename, conditions(best))


def _distance(verdict: FileVerdict, target: Target) -> tuple[int, int, bool, bool, int]:
    parts = len([hurdle for hurdle in verdict.hurdles if hurdle.reason not in TAG_REASONS])
    if verdict.tags is not None:
        parts += missing_parts(verdict.tags)
    place = -_PLACE[verdict.hurdles[0].reason]
    if verdict.tags is None:
        return parts, place, True, False, 0
    _, _, platforms = parts_of(verdict.tags.tags)
    system = system_of(platforms[0])
    other_system = bool(system) and not target.platform.startswith(system)
    own = minor_of(target.python_version)
    minors = python_minors(verdict)
    return (
        parts,
        place,
        False,
        other_system,
        min((abs(own - minor) for minor in minors), default=99),
    )


def missing_parts(tags: TagVerdict) -> int:
    """How many of the three parts of a wheel's tag do not fit (0 to 3)."""
    return 3 - tags.python_fits - tags.abi_fits - tags.platform_fits


def conditions(verdict: FileVerdict) -> list[str]:
    """What would have to be otherwise for a file to fit, as phrases: `on CPython 3.12`."""
    found = [
        wording.condition(hurdle) for hurdle in verdict.hurdles if hurdle.reason not in TAG_REASONS
    ]
    if verdict.tags is not None and missing_parts(verdict.tags):
        found = [*_tag_conditions(verdict.tags), *found]
    return [text for text in dict.fromkeys(found) if text]


def _tag_conditions(tags: TagVerdict) -> Iterable[str]:
    pythons, abis, platforms = parts_of(tags.tags)
    if not tags.python_fits or not tags.abi_fits:
        threaded = abis[0] if abis[0].endswith("t") else ""
        hurdle = Hurdle(Reason.ABI_TAG if threaded else Reason.PYTHON_TAG, threaded or pythons[0])
        yield wording.condition(hurdle)
    if not tags.platform_fits:
        too_new = tags.reason is Reason.PLATFORM_TOO_NEW
        detail = tags.detail if too_new else platforms[0]
        reason = Reason.PLATFORM_TOO_NEW if too_new else Reason.PLATFORM_TAG
        yield wording.condition(Hurdle(reason, detail))
