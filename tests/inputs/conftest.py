"""Fixtures that several modules of this folder use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inputs.support import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
