"""What `--exclude-newer` understands."""

from __future__ import annotations

import datetime as dt

import pytest

from resolvetui.errors import UsageError
from resolvetui.inputs.moments import cut_off

NOW = dt.datetime(2024, 5, 8, 14, 35, 59, 7, tzinfo=dt.UTC)


def refused(text: str) -> UsageError:
    with pytest.raises(UsageError) as found:
        cut_off(text, "--exclude-newer", NOW)
    return found.value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-07", "2024-05-08T00:00:00Z"),
        ("2024-02-28", "2024-02-29T00:00:00Z"),
        (" 2024-12-31 ", "2025-01-01T00:00:00Z"),
        ("2024-05-07T12:00:00Z", "2024-05-07T12:00:00Z"),
        ("2024-05-07t12:00:00z", "2024-05-07T12:00:00Z"),
        ("2024-05-07 12:00:00+02:00", "2024-05-07T10:00:00Z"),
        ("2024-05-07T12:00:00.250Z", "2024-05-07T12:00:00.25Z"),
        ("2024-05-07T12:00:00.123456789Z", "2024-05-07T12:00:00.123456Z"),
    ],
)
def test_dates_and_timestamps_become_one_form(text: str, moment: str) -> None:
    assert cut_off(text, "") == moment


@pytest.mark.parametrize("text", ["7 days", "7 DAYS ago", "1 week", "168hours", "P7D", "P1W"])
def test_time_ago_counts_from_the_last_full_hour(text: str) -> None:
    assert cut_off(text, "", NOW) == "2024-05-01T14:00:00Z"


def test_time_ago_may_be_hours() -> None:
    assert cut_off("PT24H", "", NOW) == cut_off("1 day", "", NOW)


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "20240507", "2024-5-7", "07.05.2024", "2024-W19-2", "3 months", "P1M", "P"),
        *("2024-02-30", "2024-05-07T25:00:00Z", "2024-05-07T12:00:00+99:00", "9999-12-31"),
        *("999999 weeks", "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0660\u0667"),
    ],
)
def test_other_text_is_refused_with_the_forms_there_are(text: str) -> None:
    error = refused(text)
    assert error.culprit == "--exclude-newer"
    assert error.what_to_do.startswith("Give 2024-05-07 ")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-05-07T12:00:00", "2024-05-07T12:00:00Z"),
        ("2024-05-07 12:00", "2024-05-07T12:00:00Z"),
    ],
)
def test_timestamp_without_time_zone_is_refused(text: str, written: str) -> None:
    assert refused(text).what_to_do == f"Write {written} for UTC."
