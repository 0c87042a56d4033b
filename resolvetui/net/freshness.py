"""How long an answer may be used without asking again (RFC 9111), and how to ask again.

Only what indexes really send: `Cache-Control` and the two validators. Where pages are kept is
`cache.py`'s business, the conversation is `transport.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

_LONGEST_S = 365 * 86400
"""A header can promise more; nobody keeps a page that long, and huge numbers overflow floats."""


def fresh_until(headers: Mapping[str, str], now: float, default_s: float = 600.0) -> float:
    """Unix time (seconds) up to which the answer counts as fresh; `now` when it never does.

    `headers` has lower-case keys. `default_s` applies when the server says nothing.
    RFC 9111, sections 4.2.1 (freshness lifetime) and 5.2.2 (response directives).

    >>> fresh_until({"cache-control": "max-age=60, public"}, now=1000.0)
    1060.0
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return now
    max_age = directives.get("max-age")
    if max_age is None:
        return now + default_s
    # A lifetime that is no number counts as stale (RFC 9111, 4.2.1).
    lifetime_s = _seconds(max_age) - _seconds(headers.get("age", "0"))
    return now + max(0, lifetime_s)


def revalidation_headers(etag: str, last_modified: str) -> dict[str, str]:
    """The headers that make the server answer 304 when nothing changed (RFC 9110, 13.1)."""
    headers = {}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def _directives(cache_control: str) -> dict[str, str]:
    """`max-age="60", public` -> {"max-age": "60", "public": ""}; names in lower case."""
    pairs = (part.partition("=") for part in cache_control.split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _seconds(text: str) -> int:
    """Digits as seconds, at most `_LONGEST_S`; anything else is 0."""
    if not (text.isascii() and text.isdigit()):
        return 0
    return _LONGEST_S if len(text) > 9 else min(int(text), _LONGEST_S)
