from __future__ import annotations

import pytest

from resolvetui.metadata.core_metadata import (
    decode_metadata,
    encode_metadata,
    looks_like_metadata,
    parse_metadata,
)
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.verdict import Reason
from tests.metadata.worlds import metadata


def requires(*lines: str) -> list[str]:
    return [item.text for item in parse_metadata(metadata(*lines), "x.whl").requires]


def test_all_fields() -> None:
    core = parse_metadata(
        metadata(
            "requires-python: >=3.8",
            "Requires-Dist: Jinja2[I18N] >=3",
            'REQUIRES-DIST: opt-einsum ; extra == "opt_einsum"',
            "Provides-Extra: Opt_Einsum",
            "Provides-Extra: opt-einsum",
            "Dynamic: Requires-Dist",
            "Summary: anything: at all",
            name="My_Torch",
            version="1.0-RC1",
        ),
        "x.whl",
    )
    assert (core.name, core.version, core.metadata_version) == ("my-torch", "1.0rc1", "2.1")
    assert core.requires_python == ">=3.8"
    assert [item.name for item in core.requires] == ["jinja2", "opt-einsum"]
    assert core.requires[0].extras == ("i18n",)
    assert core.provides_extra == ("opt-einsum",)
    assert core.dynamic == ("requires-dist",)
    assert decode_metadata(encode_metadata(core)) == core


def test_description_after_the_blank_line_is_no_header() -> None:
    text = metadata() + b"Requires-Dist: evil\n"
    assert parse_metadata(text, "x").requires == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_folded_lines_of_every_line_end(line_end: str) -> None:
    lines = ["Name: a", "Version: 1", "Requires-Dist: foo", "   >=1,", "\t<2", "", "Name: b"]
    core = parse_metadata(line_end.join(lines).encode(), "x")
    assert [item.text for item in core.requires] == ["foo>=1,<2"]
    assert core.name == "a"


def test_unindented_second_line_of_a_licence_loses_no_requirement() -> None:
    assert requires("License: MIT", "see the file LICENSE", "Requires-Dist: foo") == ["foo"]


def test_odd_separators_within_a_value_are_no_line_ends() -> None:
    assert requires("Summary: a\x0bRequires-Dist: no\u2028x", "Requires-Dist: foo") == ["foo"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("foo (>=1)", "foo>=1"),
        ("foo (>=1.0.*)", "foo>=1.0"),
        ("foo >=1.0.* <2 ; python_version > '3'", 'foo>=1.0,<2 ; python_version > "3"'),
        ("foo>=1.", "foo>=1"),
    ],
)
def test_legacy_specifiers(line: str, text: str) -> None:
    assert requires(f"Requires-Dist: {line}") == [text]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no Name"),
        (b"Name: a\n", "no Version"),
        (b"Name: a\nVersion: latest\n", "'latest'"),
        (metadata("Requires-Dist: foo (>dev)"), "foo (>dev)"),
        (metadata("Requires-Dist: "), "''"),
        (metadata("Requires-Python: three"), "'three'"),
        (b"<html><body>Name: a</body></html>", "no Name"),
    ],
)
def test_unusable_metadata_names_file_and_evidence(text: bytes, why: str) -> None:
    with pytest.raises(UnusableMetadata) as caught:
        parse_metadata(text, "x-1.whl")
    assert "x-1.whl" in str(caught.value)
    assert why in str(caught.value)
    assert caught.value.reason is Reason.INVALID_METADATA


def test_byte_order_mark_and_wrong_bytes() -> None:
    assert parse_metadata(b"\xef\xbb\xbf" + metadata("Author: \xff"), "x").name == "torch"


def test_what_looks_like_metadata() -> None:
    assert looks_like_metadata(b"\xef\xbb\xbfMetadata-Version: 2.1\n")
    assert not looks_like_metadata(b"<!DOCTYPE html><html>")
    assert not looks_like_metadata(b"")
