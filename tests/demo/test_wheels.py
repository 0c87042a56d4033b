"""The demo's distributions are what the packaging specifications say."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from installer.sources import WheelFile
from packaging.metadata import parse_email

from resolvetui.demo.wheels import build_sdist, build_wheel, wheel_filename


def test_same_arguments_same_bytes() -> None:
    assert build_wheel("a", "1") == build_wheel("a", "1")
    assert build_sdist("a", "1") == build_sdist("a", "1")


def test_installer_finds_the_record_complete(tmp_path: Path) -> None:
    file = tmp_path / wheel_filename("Typing-Extensions", "4.9.0", "py3-none-any")
    file.write_bytes(
        build_wheel(
            "Typing-Extensions",
            "4.9.0",
            entry_points={"console_scripts": {"te": "typing_extensions:main"}},
        )
    )
    with WheelFile.open(file) as source:
        source.validate_record()
        assert "entry_points.txt" in source.dist_info_filenames


def test_module_says_the_full_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(io.BytesIO(build_wheel("tiny-torch", "2.3.0+cpu"))) as archive:
        archive.extractall(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert __import__("tiny_torch").__version__ == "2.3.0+cpu"
    del sys.modules["tiny_torch"]


def test_extra_keeps_the_marker_of_its_requirement() -> None:
    data = build_wheel("a", "1", extras={"gpu": ["b>=2 ; python_version < '3.12'"]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        metadata, unparsed = parse_email(archive.read("a-1.dist-info/METADATA"))
    assert not unparsed
    assert metadata["requires_dist"] == ["b>=2 ; (python_version < '3.12') and extra == \"gpu\""]


def test_platform_wheel_is_not_pure_and_lists_every_tag() -> None:
    data = build_wheel("a", "1", "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("a-1.dist-info/WHEEL").decode()
    assert "Root-Is-Purelib: false" in text
    assert text.count("Tag: cp311-cp311-manylinux") == 2


def test_dynamic_sdist_does_not_state_its_requirements() -> None:
    static = _pkg_info(build_sdist("a", "1", requires=["b"]))
    dynamic = _pkg_info(build_sdist("a", "1", requires=["b"], dynamic=["Requires-Dist"]))
    assert "Requires-Dist: b" in static
    assert "Requires-Dist: b" not in dynamic
    assert "Dynamic: Requires-Dist" in dynamic


def _pkg_info(sdist: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        member = archive.extractfile("a-1/PKG-INFO")
        assert member is not None
        return member.read().decode()
