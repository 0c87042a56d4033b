"""The default index is pip's own constant; its host is written down nowhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pip._internal.models.index import PyPI

ROOT = Path(__file__).parents[2]


def project_files() -> list[Path]:
    """What git tracks; in an unpacked archive, everything."""
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    tracked = [ROOT / name for name in run.stdout.decode().split("\0") if name]
    return [file for file in tracked or ROOT.rglob("*") if file.is_file()]


@pytest.mark.parametrize("host", [PyPI.netloc, PyPI.file_storage_domain], ids=["pages", "files"])
def test_no_file_names_the_default_registry(host: str) -> None:
    naming = [str(f.relative_to(ROOT)) for f in project_files() if host.encode() in f.read_bytes()]
    assert naming == []
