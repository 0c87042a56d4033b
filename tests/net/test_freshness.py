"""Freshness as RFC 9111 has it."""

from __future__ import annotations

import pytest

from resolvetui.net.freshness import fresh_until, revalidation_headers


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 600),
        ({"cache-control": "max-age=60, public"}, 60),
        ({"cache-control": 'Public, Max-Age="60"'}, 60),
        ({"cache-control": "max-age=60", "age": "20"}, 40),
        ({"cache-control": "max-age=60", "age": "90"}, 0),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=" + "9" * 500}, 365 * 86400),
        ({"cache-control": "public"}, 600),
        ({"cache-control": ",,="}, 600),
    ],
)
def test_lifetimes(headers: dict[str, str], seconds: int) -> None:
    assert fresh_until(headers, now=1000.0) == 1000.0 + seconds


def test_the_default_lifetime_can_be_given() -> None:
    assert fresh_until({}, now=1000.0, default_s=5) == 1005.0


def test_both_validators_are_sent_back() -> None:
    assert revalidation_headers('"abc"', "Mon, 01 Jan 2024 00:00:00 GMT") == {
        "If-None-Match": '"abc"',
        "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT",
    }
    assert revalidation_headers("", "") == {}
