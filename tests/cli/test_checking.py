"""`--check` as scripts use it: exit codes, output, and what it does not touch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from resolvetui.cli.main import main
from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.install.disk import Disk
from resolvetui.install.layout import layout_of
from resolvetui.install.locking import environment_lock
from tests.environment.helpers import add_dist_info
from tests.project.test_headless_imports import UNWANTED
from tests.project.test_headless_imports import run as run_apart


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def library(made: Path) -> Path:
    """The package folder of an environment that is empty."""
    (folder,) = made.glob("lib/python*/site-packages")
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return folder


def add(library: Path, name: str, version: str, headers: str = "") -> Path:
    """A package of metadata alone."""
    info = f"{name}-{version}.dist-info"
    return add_dist_info(library, name, version, headers, RECORD=f"{info}/METADATA,,\n")


def check(made: Path, *arguments: str) -> int:
    return main(["--check", "--no-cache", "--python", str(made), *arguments])


def test_an_environment_in_order(
    made: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(library, "one", "1.0")
    assert check(made) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith("no problems.\n")
    assert printed.err == ""


def test_problems_are_exit_code_1(
    made: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(library, "one", "1.0", "Requires-Dist: two<2\n")
    add(library, "two", "2.0")
    before = sorted(library.rglob("*"))
    assert check(made) == 1
    out = capsys.readouterr().out
    assert "  one 1.0 requires two<2, but two 2.0 is installed.\n" in out
    assert "resolvetui 'two<2' --install --python" in out
    assert sorted(library.rglob("*")) == before


def test_json_is_one_object(made: Path, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(library, "one", "1.0", "Requires-Dist: two<2\n")
    assert check(made, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["status"], found["environment"]) == (1, "problems", str(made))
    assert [each["name"] for each in found["packages"]] == ["one"]
    assert found["problems"] == [
        {
            "kind": "not-installed",
            "text": "one 1.0 requires two<2, but two is not installed",
            "package": "two",
            "version": "",
            "required_by": "one 1.0",
            "requirement": "two<2",
            "path": "",
        }
    ]
    (repair,) = found["repairs"]
    assert repair["args"] == ["two<2", "--install", "--python", str(made)]
    assert repair["verified"] is False


def test_verbose_lists_what_nobody_owns(
    made: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (library / "mine.py").write_text("")
    assert check(made) == 0
    assert "mine.py" not in capsys.readouterr().out
    assert check(made, "-v") == 0
    assert str(library / "mine.py") in capsys.readouterr().out


def test_an_interrupted_install_is_undone_first(
    made: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (made / ".resolvetui" / "txn-1" / "new").mkdir(parents=True)
    assert check(made) == 0
    assert "an interrupted install left" in capsys.readouterr().err
    assert not (made / ".resolvetui").exists()
    assert library.is_dir()


def test_an_install_that_has_not_changed_anything_yet_is_told(
    made: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(library, "one", "1.0")
    layout = layout_of(describe_interpreter(made / "bin" / "python"))
    with environment_lock(layout, Disk()):
        assert check(made) == 0
    assert "It has not changed anything yet" in capsys.readouterr().err


def test_what_cannot_be_checked_is_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path / "nowhere") == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (["flask"], "flask"),
        (["--install"], "--install"),
        (["-r", "a.txt"], "--requirement"),
        (["--python-version", "3.12"], "--python-version"),
        (["--format", "requirements"], "--format requirements"),
    ],
)
def test_what_resolves_does_not_go_with_it(
    made: Path, arguments: list[str], culprit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(made, *arguments) == 2
    assert culprit in capsys.readouterr().err


def test_it_loads_neither_network_nor_terminal(made: Path, library: Path) -> None:
    add(library, "one", "1.0")
    for form in ("text", "json"):
        code, modules = run_apart("--check", "--python", str(made), "--no-cache", "--format", form)
        assert code == 0
        assert modules & UNWANTED == set()
