from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused
from resolvetui.install.venv import make_environment


def with_python(template: Target, path: Path, text: str) -> Target:
    """The target with an interpreter that only runs `text`."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    assert template.environment is not None
    environment = structs.replace(template.environment, executable=str(path))
    return structs.replace(template, environment=environment)


def test_environment_is_made_and_its_python_runs(template: Target, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "new", template)
    told = subprocess.run(
        [python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(tmp_path / "new")


def test_existing_environment_is_taken_as_it_is(template: Target) -> None:
    assert template.environment is not None
    prefix = Path(template.environment.prefix)
    assert make_environment(prefix, template) == prefix / "bin" / "python"


def test_folder_with_other_files_is_refused(template: Target, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(EnvironmentRefused, match="other files"):
        make_environment(tmp_path, template)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_file_in_place_of_the_folder_is_refused(template: Target, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentRefused, match="cannot be read as a folder"):
        make_environment(tmp_path / "file", template)


def test_environment_without_its_python_is_refused(template: Target, tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    with pytest.raises(EnvironmentRefused, match="no Python"):
        make_environment(tmp_path, template)


def test_python_without_venv_is_told_with_a_way_out(template: Target, tmp_path: Path) -> None:
    target = with_python(template, tmp_path / "python", "echo No module named venv >&2; exit 1")
    with pytest.raises(EnvironmentRefused, match="No module named venv") as caught:
        make_environment(tmp_path / "new", target)
    assert "python3-venv" in caught.value.what_to_do
    assert not (tmp_path / "new").exists()


def test_failure_leaves_nothing_behind(template: Target, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    target = with_python(template, tmp_path / "python", 'echo x > "$5/half"; exit 1')
    with pytest.raises(EnvironmentRefused, match="failed"):
        make_environment(tmp_path / "new", target)
    assert not list((tmp_path / "new").iterdir())


def test_dead_python_is_refused(template: Target, tmp_path: Path) -> None:
    assert template.environment is not None
    dead = structs.replace(template.environment, executable=str(tmp_path / "gone"))
    with pytest.raises(EnvironmentRefused, match="could not be run"):
        make_environment(tmp_path / "new", structs.replace(template, environment=dead))
