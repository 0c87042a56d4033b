"""Builds by backends of a few lines, without anything that they require."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.errors import Cancelled
from resolvetui.metadata.build import Built, Source, Workshop, build_source
from resolvetui.metadata.build_output import telling_lines
from resolvetui.metadata.build_system import LEGACY_BACKEND, read_build_system
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.hook_process import build_environ
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import Reason
from tests.metadata.worlds import tar_of

PYPROJECT = b"""
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def build(
    tmp_path: Path, backend: str, *, wheel: bool = True, pyproject: bytes = PYPROJECT
) -> tuple[Built, list[str]]:
    """What was built, and the requirements that were asked for."""
    archive = tmp_path / "a-1.0.tar.gz"
    members = {"a-1.0/pyproject.toml": pyproject, "a-1.0/backend.py": backend.encode()}
    archive.write_bytes(tar_of(members))
    asked: list[str] = []

    def fill(folder: Path, requires: Sequence[Requirement]) -> Path:
        asked.extend(each.text for each in requires)
        return Path(sys.executable)

    def keep(wheel: Path, core: CoreMetadata) -> None:
        asked.append(wheel.name)

    workshop = Workshop(describe_interpreter(sys.executable), fill, tmp_path / "log")
    source = Source(PackageName("a"), "1.0", archive.name, archive)
    return build_source(source, workshop, keep, wheel=wheel), asked


def failure(tmp_path: Path, backend: str, pyproject: bytes = PYPROJECT) -> str:
    with pytest.raises(UnusableMetadata) as caught:
        build(tmp_path, backend, pyproject=pyproject)
    assert caught.value.reason is Reason.BUILD_FAILED
    assert str(tmp_path) not in caught.value.why
    assert "resolvetui-build-" not in caught.value.why
    return caught.value.why


def a_wheel(body: str) -> str:
    return f"def build_wheel(folder, config_settings=None, metadata_directory=None):\n    {body}\n"


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (a_wheel("raise ValueError('no\\nmore')"), "build_wheel: ValueError: no"),
        (a_wheel("import missing"), "ModuleNotFoundError: No module named 'missing'"),
        (a_wheel("return '../x.whl'"), "which is no file name"),
        (a_wheel("return 7"), "which is no file name"),
        (a_wheel("return 'a-1.0-py3-none-any.whl'"), "it left no wheel"),
        (a_wheel("import os; os._exit(0)"), "the backend gave no answer"),
        (a_wheel("import os; os._exit(3)"), "build_wheel: it said nothing"),
        ("import missing", "the backend cannot be loaded; ModuleNotFoundError"),
        ("", "build_wheel"),
        (
            "def get_requires_for_build_wheel(c=None): return ['b ===']\n",
            "get_requires_for_build_wheel: a build requirement is not valid",
        ),
        ("def get_requires_for_build_wheel(c=None): return 7\n", "no list of requirements"),
    ],
)
def test_what_a_backend_does_wrong(tmp_path: Path, backend: str, why: str) -> None:
    assert why in failure(tmp_path, backend)


@pytest.mark.parametrize(
    ("pyproject", "why"),
    [
        (b"[build-system", "reading pyproject.toml"),
        (b"[build-system]\nbuild-backend = 'x'\n", "requires"),
        (b"[build-system]\nrequires = ['a ==']\n", "not valid"),
        (PYPROJECT.replace(b'["."]', b'["../.."]'), "backend-path"),
    ],
)
def test_what_a_pyproject_says_wrong(tmp_path: Path, pyproject: bytes, why: str) -> None:
    assert why in failure(tmp_path, "", pyproject)


def test_a_wheel_for_another_python_is_none(tmp_path: Path) -> None:
    name = "a-1.0-cp27-cp27m-win32.whl"
    body = f"open(folder + '/{name}', 'w').close(); return '{name}'"
    assert "does not fit this Python" in failure(tmp_path, a_wheel(body))


def test_an_old_source_is_built_by_setuptools(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("")
    found = read_build_system(tmp_path, "a-1.tar.gz")
    assert (found.backend, found.backend_path) == (LEGACY_BACKEND, ())
    assert [each.text for each in found.requires] == ["setuptools>=40.8.0"]
    (tmp_path / "pyproject.toml").write_text("[build-system]\nrequires = ['cython']\n")
    found = read_build_system(tmp_path, "a-1.tar.gz")
    assert [each.name for each in found.requires] == ["cython", "setuptools"]


def test_nothing_to_build_with(tmp_path: Path) -> None:
    with pytest.raises(UnusableMetadata, match="could not be built") as caught:
        read_build_system(tmp_path, "a-1.tar.gz")
    assert "neither pyproject.toml nor setup.py" in caught.value.why


def test_a_build_sees_neither_our_python_nor_our_configuration(tmp_path: Path) -> None:
    given = {
        "PATH": "/bin",
        "CC": "clang",
        "HOME": "/home/me",
        "PYTHONPATH": "/elsewhere",
        "PIP_INDEX_URL": "https://me:secret@index.example/simple",
        "RESOLVETUI_OFFLINE": "1",
        "VIRTUAL_ENV": "/env",
    }
    assert build_environ(given, Path("/build/bin")) == {
        "PATH": f"/build/bin{os.pathsep}/bin",
        "CC": "clang",
        "HOME": "/home/me",
        "PYTHONNOUSERSITE": "1",
    }


def test_nothing_is_left_behind_by_a_build_that_is_stopped(tmp_path: Path) -> None:
    archive = tmp_path / "a-1.0.tar.gz"
    archive.write_bytes(tar_of({"a-1.0/pyproject.toml": PYPROJECT, "a-1.0/backend.py": b""}))

    folders: list[Path] = []

    def fill(folder: Path, _requires: Sequence[Requirement]) -> Path:
        folders.append(folder.parent)
        return Path(sys.executable)

    def tick() -> None:
        raise Cancelled("Stopped.")

    workshop = Workshop(describe_interpreter(sys.executable), fill, tmp_path / "log", tick)
    with pytest.raises(Cancelled):
        build_source(
            Source(PackageName("a"), "1.0", archive.name, archive),
            workshop,
            lambda _wheel, _core: None,
            wheel=True,
        )
    assert len(folders) == 1
    assert not folders[0].exists()


# ---- the lines that matter

COMPILER = """\
running build_ext
gcc -c a.c
a.c:1:10: fatal error: Python.h: No such file
compilation terminated.
error: command 'gcc' failed with exit code 1
"""
TRACEBACK = """\
Traceback (most recent call last):
  File 'x', line 1
ModuleNotFoundError: No module named 'numpy'
"""


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("", []),
        ("a\nb\nc\n", ["b", "c"]),
        (
            COMPILER,
            [
                "a.c:1:10: fatal error: Python.h: No such file",
                "error: command 'gcc' failed with exit code 1",
            ],
        ),
        (
            TRACEBACK,
            ["ModuleNotFoundError: No module named 'numpy'"],
        ),
        (
            "error: Command '['gcc', '-c', 'a.c']' returned non-zero exit status 1.\n",
            ["error: command 'gcc' failed with exit status 1"],
        ),
        ("\x1b[31merror: red\x1b[0m\n", ["error: red"]),
        (
            "error: one\nerror: two\nerror: three\nerror: four\n",
            ["error: two", "error: three", "error: four"],
        ),
        ("checking for errors... none\nfine", ["checking for errors... none", "fine"]),
        (f"error: {'x' * 300}", [f"error: {'x' * 193} ..."]),
    ],
)
def test_the_lines_that_matter(output: str, lines: list[str]) -> None:
    assert telling_lines(output) == lines
