from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resolvetui.environment.finding import find_python, found_pythons, is_running_python
from resolvetui.errors import TargetError


def a_python(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_without_anything_it_is_the_running_python(tmp_path: Path) -> None:
    assert find_python("", {}, tmp_path) == Path(sys.executable)
    assert is_running_python("", {}, tmp_path)


def test_the_active_environment_comes_before_the_folders_own(tmp_path: Path) -> None:
    active = a_python(tmp_path / "active" / "bin" / "python")
    own = a_python(tmp_path / ".venv" / "bin" / "python")
    assert find_python("", {"VIRTUAL_ENV": str(tmp_path / "active")}, tmp_path) == active
    assert find_python("", {"VIRTUAL_ENV": ""}, tmp_path) == own
    assert not is_running_python("", {}, tmp_path)
    assert not is_running_python("", {"VIRTUAL_ENV": "x"}, tmp_path / "active")
    assert not is_running_python("3.12", {}, tmp_path / "active")


@pytest.mark.parametrize("name", ["bin/python", "bin/python3", "Scripts/python.exe"])
def test_a_folder_stands_for_its_interpreter(tmp_path: Path, name: str) -> None:
    python = a_python(tmp_path / "env" / name)
    assert find_python("env", {}, tmp_path) == python
    assert find_python(str(tmp_path / "env"), {}, tmp_path / "env") == python
    assert find_python("~/env", {"HOME": str(tmp_path)}, tmp_path / "env") == python


def test_a_path_is_taken_as_it_is_and_links_are_kept(tmp_path: Path) -> None:
    python = a_python(tmp_path / "real" / "python")
    link = tmp_path / "env" / "python"
    link.parent.mkdir()
    link.symlink_to(python)
    assert find_python("./env/python", {}, tmp_path) == link


def test_a_folder_named_like_a_version_is_a_path(tmp_path: Path) -> None:
    python = a_python(tmp_path / "3.12" / "bin" / "python")
    assert find_python("3.12", {}, tmp_path) == python


def test_a_version_is_looked_for_on_path_first(tmp_path: Path) -> None:
    on_path = a_python(tmp_path / "a" / "python3.12")
    a_python(tmp_path / "pyenv" / "versions" / "3.12.7" / "bin" / "python")
    environ = {
        "PATH": f"{tmp_path / 'none'}:{tmp_path / 'a'}",
        "PYENV_ROOT": str(tmp_path / "pyenv"),
    }
    assert find_python("3.12", environ, tmp_path) == on_path
    assert find_python("python3.12", environ, tmp_path) == on_path


def test_pyenvs_shims_are_passed_over_for_its_newest_version(tmp_path: Path) -> None:
    root = tmp_path / "pyenv"
    a_python(root / "shims" / "python3.12")
    a_python(root / "versions" / "3.12.7" / "bin" / "python")
    newest = a_python(root / "versions" / "3.12.10" / "bin" / "python")
    a_python(root / "versions" / "3.12.11t" / "bin" / "python")
    a_python(root / "versions" / "3.1.2" / "bin" / "python")
    environ = {"PATH": str(root / "shims"), "PYENV_ROOT": str(root)}
    assert find_python("3.12", environ, tmp_path) == newest
    environ = {"PATH": "", "HOME": str(tmp_path)}
    (tmp_path / ".pyenv").symlink_to(root)
    assert find_python("3.12", environ, tmp_path).samefile(newest)


def test_uvs_pythons_are_found_too(tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "share" / "uv" / "python"
    plain = a_python(folder / "cpython-3.13.0-linux-x86_64-gnu" / "bin" / "python3")
    threaded = a_python(folder / "cpython-3.13.2+freethreaded-linux-x86_64-gnu" / "bin" / "python3")
    environ = {"HOME": str(tmp_path)}
    assert find_python("3.13", environ, tmp_path) == plain
    assert find_python("3.13.0", environ, tmp_path) == plain
    assert find_python("3.13t", environ, tmp_path) == threaded
    assert find_python("3", environ, tmp_path) == plain


def test_an_exact_version_on_path_is_asked_for_its_own(tmp_path: Path) -> None:
    major_minor, exact = (".".join(map(str, sys.version_info[:n])) for n in (2, 3))
    python = a_python(tmp_path / f"python{major_minor}", f'exec "{sys.executable}" "$@"')
    environ = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    assert find_python(exact, environ, tmp_path) == python
    with pytest.raises(TargetError):
        find_python(f"{major_minor}.99", environ, tmp_path)


def test_a_command_name_is_looked_for_on_path(tmp_path: Path) -> None:
    pypy = a_python(tmp_path / "bin" / "pypy3")
    assert find_python("pypy3", {"PATH": str(tmp_path / "bin")}, tmp_path) == pypy


def test_a_missing_version_says_where_it_was_looked_for(tmp_path: Path) -> None:
    environ = {"PATH": "/nowhere", "PYENV_ROOT": str(tmp_path), "UV_PYTHON_INSTALL_DIR": "/uv"}
    with pytest.raises(TargetError, match="no Python 3") as caught:
        find_python("3.99", environ, tmp_path)
    for place in ("python3.99", "PATH", str(tmp_path / "versions"), "/uv"):
        assert place in caught.value.why
    assert "--python-version" in caught.value.what_to_do


@pytest.mark.parametrize("request_", ["nothing", "./nothing", "/nothing/python"])
def test_a_missing_path_or_command_is_named(tmp_path: Path, request_: str) -> None:
    with pytest.raises(TargetError, match="nothing"):
        find_python(request_, {"PATH": ""}, tmp_path)


def test_a_dangling_interpreter_is_named_with_its_aim(tmp_path: Path) -> None:
    link = tmp_path / ".venv" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to("/gone/python3")
    for request in ("", ".venv", ".venv/bin/python"):
        with pytest.raises(TargetError, match="broken") as caught:
            find_python(request, {}, tmp_path)
        assert caught.value.culprit == str(link)
        assert "/gone/python3" in caught.value.why


def test_an_environment_without_interpreter_is_named(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    with pytest.raises(TargetError, match="is no environment"):
        find_python("", {}, tmp_path)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    with pytest.raises(TargetError, match="is broken"):
        find_python("", {}, tmp_path)


def test_an_active_environment_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no environment at") as caught:
        find_python("", {"VIRTUAL_ENV": str(tmp_path / "gone")}, tmp_path)
    assert "VIRTUAL_ENV" in caught.value.why


def test_what_is_here_is_listed_once_without_starting_it(tmp_path: Path) -> None:
    python = a_python(tmp_path / "bin" / "python3.12", "exit 1")
    (tmp_path / "bin" / "python3.11").symlink_to(python)
    a_python(tmp_path / "bin" / "python3.12-config")
    newer = a_python(tmp_path / "pyenv" / "versions" / "3.13.1" / "bin" / "python")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    environ = {
        "PATH": f"{tmp_path / 'none'}:{tmp_path / 'bin'}",
        "PYENV_ROOT": str(tmp_path / "pyenv"),
        "HOME": str(tmp_path),
    }
    assert found_pythons(environ, tmp_path) == (
        tmp_path / ".venv",
        tmp_path / "bin" / "python3.11",
        newer,
    )
