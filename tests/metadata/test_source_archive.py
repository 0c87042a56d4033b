"""Source archives stay in their folder, whatever their members say."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from resolvetui.metadata.source_archive import UnpackLimits, unpack_source
from resolvetui.metadata.unusable import UnusableMetadata
from tests.metadata.worlds import tar_of, zip_of

MEMBERS = {"a-1/setup.py": b"pass", "a-1/src/a.py": b""}


def unpack(tmp_path: Path, content: bytes, limits: UnpackLimits | None = None) -> Path:
    archive, folder = tmp_path / "file", tmp_path / "out"
    archive.write_bytes(content)
    folder.mkdir()
    return unpack_source(archive, "a-1.tar.gz", folder, limits)


def link(kind: bytes, target: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("a-1/link")
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return out.getvalue()


def zipped_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a-1/link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [tar_of(MEMBERS), tar_of(MEMBERS, "bz2"), zip_of(MEMBERS)], ids=["gz", "bz2", "zip"]
)
def test_the_top_folder_is_found(tmp_path: Path, content: bytes) -> None:
    found = unpack(tmp_path, content)
    assert found == tmp_path / "out" / "a-1"
    assert (found / "src" / "a.py").is_file()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (tar_of({"a-1/../../x": b""}), "does not stay"),
        (tar_of({"/tmp/x": b""}), "does not stay"),
        (tar_of({"a-1/b\\x": b""}), "does not stay"),
        (tar_of({"a-1/b\nx": b""}), "does not stay"),
        (zip_of({"a-1/../../x": b""}), "does not stay"),
        (tar_of({"a-1/x": b"", "b-1/x": b""}), "not in its folder"),
        (tar_of({"x": b""}), "no folder at its top"),
        (link(tarfile.SYMTYPE, "/etc"), "link or a device"),
        (link(tarfile.LNKTYPE, "a-1/x"), "link or a device"),
        (link(tarfile.FIFOTYPE, ""), "link or a device"),
        (zipped_link(), "link or a device"),
        (tar_of(MEMBERS)[:80], "cannot be unpacked"),
        (b"hello", "cannot be unpacked"),
        (b"PK" + b"x" * 100, "cannot be unpacked"),
        (tar_of({"a-1": b"", "a-1/x": b""}), "cannot be unpacked"),
    ],
    ids=range(15),
)
def test_what_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(UnusableMetadata) as caught:
        unpack(tmp_path, content)
    assert why in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "out"]


@pytest.mark.parametrize(
    "limits", [UnpackLimits(bytes=1 << 20), UnpackLimits(members=1)], ids=["bytes", "members"]
)
@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_archives_out_of_all_proportion(tmp_path: Path, limits: UnpackLimits, pack: object) -> None:
    content = pack({"a-1/zeros": bytes(2 << 20), "a-1/x": b""})  # type: ignore[operator]
    with pytest.raises(UnusableMetadata, match="proportion"):
        unpack(tmp_path, content, limits)
