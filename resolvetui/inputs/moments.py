"""The moment that `--exclude-newer` names, in one form.

What a file's upload time is compared with is a text in UTC (`Policies.exclude_newer`); whoever
compares is `index/`.
"""

from __future__ import annotations

import datetime as dt
import re

from resolvetui.errors import UsageError

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIMESTAMP = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d:\d\d(?:\.\d+)?)"
    r"(?P<zone>[Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_NO_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(:\d\d(\.\d+)?)?)", re.ASCII)
_AGO = re.compile(
    r"(?P<count>\d{1,6})\s*(?P<unit>week|day|hour)s?(?:\s+ago)?", re.ASCII | re.IGNORECASE
)
_ISO_AGO = re.compile(r"P(?:(?P<weeks>\d{1,5})W|(?P<days>\d{1,6})D|T(?P<hours>\d{1,6})H)", re.ASCII)
_FORMS = "2024-05-07 (that day in UTC included), 2024-05-07T12:00:00Z or '7 days'; or none"


def cut_off(text: str, origin: str, now: dt.datetime | None = None) -> str:
    """The first moment that no longer counts, as `2024-05-08T00:00:00Z`.

    `text`: a timestamp (RFC 3339); a date, which counts up to its last moment in UTC; or a
    time ago in weeks, days or hours (`7 days`, ISO 8601 `P7D`), counted from the last full hour
    before `now` (UTC; default: the clock), so that a repeated run asks for the same; `none` is no
    limit, "". Raises UsageError that names `origin`.

    >>> cut_off("2024-05-07", "--exclude-newer"), cut_off("2024-05-07T12:00:00+02:00", "")
    ('2024-05-08T00:00:00Z', '2024-05-07T10:00:00Z')
    """
    stated = text.strip()
    if stated.lower() == "none":
        return ""
    try:
        moment = _moment(stated, now or dt.datetime.now(dt.UTC))
    except (ValueError, OverflowError) as error:
        raise _refused(stated, origin, f"{str(error).capitalize()}.") from error
    if moment is None:
        raise _refused(stated, origin, "")
    shown = moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat()
    return (shown.rstrip("0") if "." in shown else shown) + "Z"


def prior_to(text: str) -> str:
    """The `text` of `cut_off` for a value of pip's `--uploaded-prior-to`: a date's own day does not
    count there.
    """
    stated = text.strip()
    return f"{stated}T00:00:00Z" if _DATE.fullmatch(stated) else stated


def _moment(text: str, now: dt.datetime) -> dt.datetime | None:
    if _DATE.fullmatch(text):
        day = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return day + dt.timedelta(days=1)
    if found := _TIMESTAMP.fullmatch(text):
        return dt.datetime.fromisoformat(f"{found['date']}T{found['time']}{found['zone'].upper()}")
    hours = _hours(text)
    if hours is None:
        return None
    return now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=hours)


def _hours(text: str) -> int | None:
    if found := _AGO.fullmatch(text):
        return int(found["count"]) * {"week": 168, "day": 24, "hour": 1}[found["unit"].lower()]
    if found := _ISO_AGO.fullmatch(text):
        weeks, days, hours = (int(part or 0) for part in found.groups())
        return weeks * 168 + days * 24 + hours
    return None


def _refused(text: str, origin: str, why: str) -> UsageError:
    lacking = _NO_ZONE.fullmatch(text)
    if lacking and not why:
        seconds = "" if lacking[2].count(":") > 1 else ":00"
        why = "It does not say in which time zone."
        way_out = f"Write {lacking[1]}T{lacking[2]}{seconds}Z for UTC."
    else:
        way_out = f"Give {_FORMS}."
    return UsageError(
        f"{origin} is '{text}', which names no moment.", why=why, what_to_do=way_out, culprit=origin
    )
