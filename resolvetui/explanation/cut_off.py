"""The nearest later `--exclude-newer` that lets a version in, by the uploads of its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from resolvetui.model.verdict import FileVerdict, Reason, VersionVerdict


def next_cut_off(verdicts: Sequence[VersionVerdict], versions: Collection[str]) -> tuple[str, str]:
    """(moment as in `Policies.exclude_newer`, version that it lets in): midnight after the first
    upload that fails in nothing but its date. ("", "") where no upload time is known.
    """
    found = [
        (time, verdict.version)
        for verdict in verdicts
        if verdict.version in versions
        for file in verdict.files
        if (time := file.file.upload_time) and _is_only_too_new(file)
    ]
    if not found:
        return "", ""
    time, version = min(found)
    try:
        day = dt.date.fromisoformat(time[:10]) + dt.timedelta(days=1)
    except (ValueError, OverflowError):  # an index may say anything
        return "", version
    return f"{day.isoformat()}T00:00:00Z", version


def _is_only_too_new(verdict: FileVerdict) -> bool:
    return {hurdle.reason for hurdle in verdict.hurdles} == {Reason.EXCLUDE_NEWER}
