"""`--rollback` as scripts use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resolvetui.cli.main import main
from tests.install.wheels import package
from tests.install.worlds import tree_of


class Environment:
    """An environment, and the command over a folder of wheels."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.prefix = folder / "env"
        self._wheels = folder / "wheels"
        self._wheels.mkdir()
        self._capsys = capsys
        command = [sys.executable, "-m", "venv", "--without-pip", str(self.prefix)]
        subprocess.run(command, check=True)

    def install(self, name: str, version: str, *options: str) -> tuple[int, str, str]:
        package(name, version).save(self._wheels)
        words = [f"{name}=={version}", "--install", "--yes", "--no-cache", "--no-index"]
        return self(*words, "--find-links", str(self._wheels), *options)

    def __call__(self, *words: str) -> tuple[int, str, str]:
        python = str(self.prefix / "bin" / "python")
        code = main([*words, "--python", python, "--no-config"])
        printed = self._capsys.readouterr()
        return code, printed.out, " ".join(printed.err.split())  # lines are as wide as the terminal

    def tree(self) -> dict[str, str]:
        found = tree_of(self.prefix)
        return {path: what for path, what in found.items() if not path.startswith(".resolvetui")}


@pytest.fixture
def environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Environment:
    return Environment(tmp_path, capsys)


def test_the_last_install_is_undone_and_done_again(environment: Environment) -> None:
    environment.install("flask", "2.0")
    old = environment.tree()
    environment.install("flask", "3.0")
    new = environment.tree()
    assert environment("--rollback") == (0, "downgraded flask 3.0 -> 2.0\n", "")
    assert environment.tree() == old
    assert environment("--rollback") == (0, "upgraded flask 2.0 -> 3.0\n", "")
    assert environment.tree() == new


def test_nothing_to_roll_back_is_told(environment: Environment) -> None:
    code, out, err = environment("--rollback")
    assert (code, out) == (2, "")
    assert f"There is nothing to roll back in {environment.prefix}." in err


def test_nothing_is_kept_where_that_is_asked_for(environment: Environment) -> None:
    environment.install("flask", "2.0")
    assert (environment.prefix / ".resolvetui").exists()
    environment.install("flask", "3.0", "--no-undo")
    assert not (environment.prefix / ".resolvetui").exists()


def test_changed_files_are_named(environment: Environment) -> None:
    environment.install("flask", "2.0")
    (changed,) = environment.prefix.glob("lib/*/site-packages/flask/__init__.py")
    changed.write_text("mine = True")
    before = environment.tree()
    code, _, err = environment("--rollback")
    assert code == 2
    assert f"{changed} was changed" in err
    assert environment.tree() == before


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (("flask",), "flask"),
        (("--install",), "--install"),
        (("-r", "x.txt"), "--requirement"),
        (("--format", "json"), "--format json"),
    ],
)
def test_it_goes_with_nothing_else(
    words: tuple[str, ...], culprit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--rollback", *words]) == 2
    assert f"--rollback does not go with {culprit}." in "".join(capsys.readouterr())


def test_the_python_that_runs_us_is_not_rolled_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert main(["--rollback"]) == 2
    assert "No environment was named" in capsys.readouterr().err
