"""What there is around a folder to install into, and what drivers a machine has."""

from __future__ import annotations

from pathlib import Path

from resolvetui.environment.accelerators import Accelerators, look_for_accelerators
from resolvetui.environment.surroundings import has_environment, look_around


def venv(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    return folder


def python(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    found = folder / name
    found.write_text("#!/bin/sh\n")
    found.chmod(0o755)
    return found


def test_environments_of_the_folder_with_the_usual_one_first(tmp_path: Path) -> None:
    venv(tmp_path / "a-test", "3.10.2")
    venv(tmp_path / ".venv", "3.12.1")
    (tmp_path / "src").mkdir()
    found = look_around({"PATH": ""}, tmp_path).environments
    assert [(each.path, each.version) for each in found] == [
        (".venv", "3.12.1"),
        ("a-test", "3.10.2"),
    ]


def test_the_active_environment_is_the_first_and_only_there_once(tmp_path: Path) -> None:
    active = venv(tmp_path / "env", "3.11.9")
    found = look_around({"PATH": "", "VIRTUAL_ENV": str(active)}, tmp_path).environments
    assert [(each.path, each.is_active) for each in found] == [(str(active), True)]


def test_an_environment_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    environ = {"PATH": "", "VIRTUAL_ENV": str(tmp_path / "gone")}
    assert look_around(environ, tmp_path).environments == ()


def test_pythons_one_a_version_the_usual_one_first(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    python(folder, "python3.10")
    usual = python(folder, "python3.12")
    python(folder, "python3.13")
    (folder / "python3").symlink_to(usual)
    found = look_around({"PATH": str(folder), "HOME": str(tmp_path)}, tmp_path).pythons
    assert [each.version for each in found] == ["3.12", "3.13", "3.10"]


def test_whether_there_is_an_environment(tmp_path: Path) -> None:
    assert not has_environment({}, tmp_path)
    assert has_environment({"VIRTUAL_ENV": "/srv/env"}, tmp_path)
    venv(tmp_path / ".venv", "3.12.1")
    assert has_environment({}, tmp_path)


def test_drivers_by_the_files_of_the_kernel(tmp_path: Path) -> None:
    assert look_for_accelerators(tmp_path, "") == Accelerators()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/kfd").write_text("")
    folder = tmp_path / "proc/driver/nvidia"
    folder.mkdir(parents=True)
    line = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024"
    (folder / "version").write_text(line)
    assert look_for_accelerators(tmp_path, "") == Accelerators(True, (550, 54), True)


def test_an_open_module_and_one_that_does_not_say_its_version(tmp_path: Path) -> None:
    folder = tmp_path / "proc/driver/nvidia"
    folder.mkdir(parents=True)
    (folder / "version").write_text("Open Kernel Module for x86_64  580.65.06  Release")
    assert look_for_accelerators(tmp_path, "").driver == (580, 65)
    (folder / "version").write_text("something else")
    assert look_for_accelerators(tmp_path, "") == Accelerators(nvidia=True)
