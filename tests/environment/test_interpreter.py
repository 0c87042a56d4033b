from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import packaging
import pytest
from packaging.markers import default_environment
from packaging.tags import compatible_tags, cpython_tags, platform_tags, sys_tags

from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.errors import TargetError
from tests.environment.helpers import a_virtual_environment, other_pythons

LIST_TAGS = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from packaging.tags import sys_tags; print(*sys_tags())"
)


def a_command(folder: Path, text: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_tags_are_those_of_the_running_python() -> None:
    target = describe_interpreter(sys.executable)
    assert target.tags == tuple(dict.fromkeys(map(str, sys_tags())))


def test_the_markers_are_those_of_the_running_python() -> None:
    assert describe_interpreter(sys.executable).markers == default_environment()


@pytest.mark.parametrize("python", other_pythons((3, 10)))
def test_the_tags_are_those_that_any_python_lists_itself(python: str) -> None:
    packages = str(Path(packaging.__file__).parents[1])
    command = [python, "-c", LIST_TAGS, packages]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert describe_interpreter(python).tags == tuple(dict.fromkeys(listed))


@pytest.mark.parametrize("python", other_pythons((3, 8), (3, 9)))
def test_a_python_that_cannot_list_its_tags_has_them_all_the_same(python: str) -> None:
    """The reference library needs a newer Python, and knows the tags of older ones."""
    target = describe_interpreter(python)
    version = tuple(map(int, target.python_version.split(".")[:2]))
    interpreter = f"cp{version[0]}{version[1]}"
    platforms = list(platform_tags())
    listed = [
        *cpython_tags(version, abis=[interpreter], platforms=platforms),
        *compatible_tags(version, interpreter, platforms),
    ]
    assert target.tags == tuple(dict.fromkeys(map(str, listed)))


@pytest.mark.parametrize("python", other_pythons((2, 0), (3, 7)))
def test_an_older_python_is_refused_as_too_old(python: str) -> None:
    with pytest.raises(TargetError, match="too old"):
        describe_interpreter(python)


def test_what_knows_no_isolated_mode_is_refused_as_too_old(tmp_path: Path) -> None:
    python = a_command(tmp_path, "echo 'Unknown option: -I' >&2; exit 2")
    with pytest.raises(TargetError, match="too old"):
        describe_interpreter(python)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("exit 3", "code 3"),
        ("echo hello", "does not answer"),
        ("echo '{}'", "does not answer"),
        ("printf '\\377'", "does not answer"),
        ("echo dyld: broken >&2; exit 1", "dyld: broken"),
    ],
)
def test_what_is_no_python_is_refused_with_its_path(tmp_path: Path, text: str, why: str) -> None:
    python = a_command(tmp_path, text)
    with pytest.raises(TargetError, match=why) as caught:
        describe_interpreter(python)
    assert caught.value.culprit == str(python)


def test_what_cannot_be_executed_is_refused(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_bytes(b"\0\0")
    with pytest.raises(TargetError, match="cannot be asked"):
        describe_interpreter(python)


def test_a_missing_interpreter_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no Python at") as caught:
        describe_interpreter(tmp_path / "none")
    assert caught.value.culprit == str(tmp_path / "none")


def test_a_virtual_environment_keeps_its_own_paths(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env")
    target = describe_interpreter(python)
    paths = target.environment
    assert paths is not None
    assert paths.is_virtual
    assert paths.prefix == str(tmp_path / "env")
    assert paths.executable == str(python)
    for path in (paths.purelib, paths.platlib, paths.scripts, paths.headers, paths.data):
        assert Path(path).is_relative_to(tmp_path / "env")
    assert not Path(paths.stdlib).is_relative_to(tmp_path)
    assert target.externally_managed is None
    assert paths.external_packages == ()


def test_the_base_packages_are_seen_when_pyvenv_cfg_says_so(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env", "include-system-site-packages = true\n")
    paths = describe_interpreter(python).environment
    assert paths is not None
    assert paths.external_packages


def test_no_code_of_the_environment_runs(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env")
    paths = describe_interpreter(python).environment
    assert paths is not None
    packages = Path(paths.purelib)
    packages.mkdir(parents=True)
    mark = tmp_path / "ran"
    (packages / "x.pth").write_text(f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n")
    (packages / "sitecustomize.py").write_text("raise SystemExit(9)\n")
    describe_interpreter(python)
    assert not mark.exists()


def test_a_cached_answer_starts_no_process(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env")
    cache = tmp_path / "cache"
    target = describe_interpreter(python, cache)
    (row,) = cache.iterdir()
    row.write_text(row.read_text().replace(f'"{target.python_version}"', '"3.99.9"'))
    assert describe_interpreter(python, cache).python_version == "3.99.9"


def test_a_cached_answer_equals_a_fresh_one(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env")
    assert describe_interpreter(python, tmp_path / "c") == describe_interpreter(
        python, tmp_path / "c"
    )


def test_a_changed_environment_is_asked_anew(tmp_path: Path) -> None:
    python = a_virtual_environment(tmp_path / "env")
    describe_interpreter(python, tmp_path / "cache")
    with (tmp_path / "env" / "pyvenv.cfg").open("a") as file:
        file.write("include-system-site-packages = true\n")
    paths = describe_interpreter(python, tmp_path / "cache").environment
    assert paths is not None
    assert paths.external_packages


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"[1]", b'{"state":[],"target":3}'])
def test_a_damaged_cache_is_asked_anew(tmp_path: Path, damage: bytes) -> None:
    python = a_virtual_environment(tmp_path / "env")
    target = describe_interpreter(python, tmp_path / "cache")
    for row in (tmp_path / "cache").iterdir():
        row.write_bytes(damage)
    assert describe_interpreter(python, tmp_path / "cache") == target


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert describe_interpreter(sys.executable, tmp_path / "file" / "cache").tags


def test_a_shim_is_never_cached(tmp_path: Path) -> None:
    shim = a_command(tmp_path, f'exec "{sys.executable}" "$@"')
    describe_interpreter(shim, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_the_warm_path_starts_nothing_and_imports_no_email(tmp_path: Path) -> None:
    describe_interpreter(sys.executable, tmp_path)
    script = (
        "import sys; from pathlib import Path\n"
        "from resolvetui.environment import installed, interpreter, markers, tags, writable\n"
        "target = interpreter.describe_interpreter(sys.argv[1], Path(sys.argv[2]))\n"
        "tags.TagMatcher(target).verdict('py2-none-any')\n"
        "markers.MarkerEvaluator(target).applies('os_name == \"nt\"')\n"
        "installed.read_installed(target)\n"
        "print(*sys.modules)"
    )
    root = str(Path(__file__).parents[2])
    answer = subprocess.run(
        [sys.executable, "-c", script, sys.executable, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    loaded = set(answer.stdout.split())
    assert not loaded & {
        "email",
        "importlib.metadata",
        "asyncio",
        "httpx",
        "configparser",
    }
    assert "resolvetui.environment.probe" not in loaded
