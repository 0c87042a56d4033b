"""How old a version is beside the newest that could be used: a fix with a relic is a poor one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from resolvetui.explanation.about import is_shadowed
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import VersionVerdict
from resolvetui.resolver.specifiers import parse_version

OLD_YEARS = 3
"""From here on its age is a fault."""
OLD_RELEASES = 40
"""The same, where no upload times are known."""
_MOST = 6
_DAYS = 365.25


class Age(Struct, frozen=True):
    """How far a version is behind."""

    penalty: int = 0
    """In the currency of costs (`proposals.py`)."""
    text: str = ""
    """`docutils 0.4 is 14 years older than 0.21`, where that is a fault; else ""."""


def age_of(name: PackageName, version: str, verdicts: Sequence[VersionVerdict]) -> Age:
    """The age of a version; `verdicts` are all of its package, newest first.

    Beside the newest with an upload time, which one on an index that is not asked may be.
    """
    usable = [
        verdict
        for verdict in verdicts
        if (verdict.hurdle is None or is_shadowed(verdict))
        and not parse_version(verdict.version).is_prerelease
    ]
    newer = [each for each in usable if parse_version(each.version) > parse_version(version)]
    if not newer:
        return Age()
    newest = next((each for each in newer if _uploaded([each])), newer[0])
    mine = _uploaded([each for each in verdicts if each.version == version])
    then = _uploaded([newest])
    if mine and then:
        years = int((then - mine).days / _DAYS)
        if years >= OLD_YEARS:
            text = f"{name} {version} is {years} years older than {newest.version}"
            return Age(min(_MOST, 1 + years - OLD_YEARS), text)
    elif len(newer) >= OLD_RELEASES:
        return Age(3, f"{name} {version} is {len(newer)} releases older than {newest.version}")
    return Age()


def _uploaded(verdicts: Sequence[VersionVerdict]) -> dt.date | None:
    times = [file.file.upload_time for verdict in verdicts for file in verdict.files]
    known = [time for time in times if time]
    try:
        return dt.date.fromisoformat(min(known)[:10]) if known else None
    except ValueError:  # an index may say anything
        return None
