"""The quick way to METADATA: the same bytes as zipfile gives, or none."""

from __future__ import annotations

import io
import zipfile

import pytest

from resolvetui.metadata.archive import SparseFile
from resolvetui.metadata.directory import extract, find_metadata

TEXT = b"Metadata-Version: 2.1\nName: a\nVersion: 1\n" * 50


def archive(*names: str, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> SparseFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        target.comment = comment
        for name in names:
            target.writestr(name, TEXT)
    file = SparseFile(len(buffer.getvalue()))
    file.put(0, buffer.getvalue())
    return file


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_member_is_found_by_its_name(method: int) -> None:
    file = archive("a/__init__.py", "a-1.dist-info/METADATA", "a-1.dist-info/RECORD", method=method)
    member = find_metadata(file)
    assert member is not None
    assert member.name == "a-1.dist-info/METADATA"
    assert extract(file, member, 256) == TEXT


@pytest.mark.parametrize(
    "names",
    [
        ("a/__init__.py",),
        ("a-1.dist-info/METADATA", "b-1.dist-info/METADATA"),
        ("a-1.dist-info/METADATA.bak", "a-1.dist-info/METADATA"),
        ("é-1.dist-info/METADATA",),
    ],
)
def test_what_is_not_plain_is_left_to_zipfile(names: tuple[str, ...]) -> None:
    assert find_metadata(archive(*names)) is None


def test_an_archive_with_a_comment_is_left_to_zipfile() -> None:
    assert find_metadata(archive("a-1.dist-info/METADATA", comment=b"hello")) is None


def test_damaged_bytes_are_left_to_zipfile() -> None:
    file = archive("a-1.dist-info/METADATA", method=zipfile.ZIP_STORED)
    member = find_metadata(file)
    assert member is not None
    content = bytearray(file.slice(0, file.size))
    content[60] ^= 1
    damaged = SparseFile(len(content))
    damaged.put(0, bytes(content))
    assert extract(damaged, member, 256) is None
