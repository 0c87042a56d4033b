from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.sdist import read_sdist, require_static
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason
from tests.metadata.worlds import tar_of, zip_of

TEXT = b"Metadata-Version: 2.2\nName: torch\nVersion: 1.0\n\n"
MEMBERS = {
    "torch-1.0/torch.egg-info/PKG-INFO": b"not this one",
    "torch-1.0/setup.py": b"",
    "torch-1.0/PKG-INFO": TEXT,
}


def read(tmp_path: Path, content: bytes) -> bytes:
    path = tmp_path / "file"
    path.write_bytes(content)
    return read_sdist(path, "torch-1.0.tar.gz")


@pytest.mark.parametrize(
    "content",
    [tar_of(MEMBERS), tar_of(MEMBERS, "bz2"), tar_of(MEMBERS, ""), zip_of(MEMBERS)],
    ids=["gz", "bz2", "tar", "zip"],
)
def test_pkg_info_of_the_top_folder(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == TEXT


def test_names_with_a_leading_dot(tmp_path: Path) -> None:
    assert read(tmp_path, tar_of({"./torch-1.0/PKG-INFO": TEXT})) == TEXT


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "tar archive"),
        (b"hello", "tar archive"),
        (tar_of(MEMBERS)[:60], "torch-1.0.tar.gz"),
        (b"\x1f\x8b" + b"x" * 100, "torch-1.0.tar.gz"),
        (b"PK" + b"x" * 100, "ZIP"),
        (tar_of({"PKG-INFO": TEXT}), "no PKG-INFO"),
        (zip_of({"a/b/PKG-INFO": TEXT}), "no PKG-INFO"),
        (tar_of({"a/PKG-INFO": b"x" * (17 << 20)}), "would take"),
        (zip_of({"a/PKG-INFO": b"x" * (17 << 20)}), "would take"),
    ],
    ids=range(9),
)
def test_what_is_no_sdist(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(UnusableMetadata) as caught:
        read(tmp_path, content)
    assert why in str(caught.value)
    assert caught.value.reason is Reason.INVALID_METADATA


def test_archive_that_unpacks_out_of_proportion(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(tar_of({"a/zeros": bytes(2 << 20), "a/PKG-INFO": TEXT}))
    with pytest.raises(UnusableMetadata) as caught:
        read_sdist(path, "a-1.tar.gz", unpacked_limit_bytes=1 << 20)
    assert "proportion" in str(caught.value)


@pytest.mark.parametrize(
    ("version", "dynamic"),
    [
        ("2.1", ()),
        ("", ()),
        ("new", ()),
        ("2.2", ("requires-dist",)),
        ("2.4", ("requires-python", "summary")),
        ("2.4", ("provides-extra",)),
    ],
)
def test_what_a_build_may_change_is_not_static(version: str, dynamic: tuple[str, ...]) -> None:
    core = CoreMetadata(PackageName("a"), "1", dynamic=dynamic, metadata_version=version)
    with pytest.raises(UnusableMetadata) as caught:
        require_static(core, "a-1.tar.gz")
    assert caught.value.reason is Reason.SDIST_NOT_BUILDABLE
    assert "building" in str(caught.value)


@pytest.mark.parametrize("version", ["2.2", "2.10", "3.0"])
def test_static_metadata(version: str) -> None:
    core = CoreMetadata(PackageName("a"), "1", dynamic=("summary",), metadata_version=version)
    require_static(core, "a-1.tar.gz")
