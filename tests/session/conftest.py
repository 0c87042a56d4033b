"""An environment that builds can be run for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.session.builds import Place


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an empty virtual environment; nothing is installed into it."""
    folder = tmp_path_factory.mktemp("built-for") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a backend which was run leaves."""
    path = tmp_path / "marker"
    monkeypatch.setenv("BUILD_MARKER", str(path))
    return path


@pytest.fixture
def place(python: Path, tmp_path: Path) -> Place:
    """Where builds are resolved."""
    return Place(python, tmp_path / "cache")
