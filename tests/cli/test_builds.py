"""Builds through the command: consent, what is installed, and what is told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resolvetui.cli.main import main
from tests.session.builds import COPY, DYNAMIC, FAILS, MARK
from tests.support.index import World


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    world = World()
    world.serve("app", "1.0", needs=["source"])
    world.serve("source", "1.0", sdist=True, backend=MARK + COPY)
    world.serve("hidden", "1.0", sdist=True, dynamic=DYNAMIC, needs=["app"], backend=MARK + COPY)
    world.serve("broken", "2.0", sdist=True, backend=FAILS)
    world.serve("broken", "1.0")
    world.serve("hopeless", "1.0", sdist=True, dynamic=DYNAMIC, backend=FAILS)
    with world.running() as indexes:
        yield indexes.url("main")


class Run:
    """One run of the command with an environment of its own; nothing is in it before."""

    def __init__(self, folder: Path, index: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.environment = folder / "env"
        self.marker = folder / "marker"
        cache, environment = str(folder / "cache"), str(self.environment)
        self._common = ("--no-tui", "--no-config", "--cache-dir", cache, "-i", index)
        self._venv = ("--venv", environment)
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, *self._common, *self._venv])
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        code, out, _ = self(*arguments, "--format", "json")
        return code, json.loads(out)

    @property
    def installed(self) -> list[str]:
        return sorted(path.name for path in self.environment.rglob("*.dist-info"))

    def python(self, code: str) -> str:
        command = [str(self.environment / "bin" / "python"), "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout


@pytest.fixture
def run(
    tmp_path: Path,
    index: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUILD_MARKER", str(tmp_path / "marker"))
    return Run(tmp_path, index, capsys)


INSTALL = ("--install", "--yes")


def test_yes_is_no_consent_to_a_build(run: Run) -> None:
    code, out, err = run("app", *INSTALL)
    assert (code, out, run.installed) == (2, "", [])
    assert not run.marker.exists()
    assert "source-1.0.tar.gz" in err
    assert "--allow-build source" in err


@pytest.mark.parametrize(
    "consent", [("--build", "allow"), ("--allow-build", "source"), ("--no-binary", "source")]
)
def test_with_consent_it_is_built_and_installed(run: Run, consent: tuple[str, ...]) -> None:
    code, report = run.json("app", *INSTALL, *consent)
    assert code == 0
    assert run.installed == ["app-1.0.dist-info", "source-1.0.dist-info"]
    assert run.python("import source; print(source.__version__)") == "1.0\n"
    (built,) = report["builds"]
    assert (built["name"], built["version"], built["failure"]) == ("source", "1.0", "")
    assert Path(built["log"]).is_file()


def test_dependencies_that_a_build_tells_are_installed_too(run: Run) -> None:
    code, _, _ = run("hidden", *INSTALL, "--build", "allow")
    assert code == 0
    assert [name.partition("-")[0] for name in run.installed] == ["app", "hidden", "source"]


def test_a_build_that_fails_at_the_install_leaves_out_its_version(run: Run) -> None:
    code, report = run.json("broken", *INSTALL, "--build", "allow")
    assert code == 0
    assert run.installed == ["broken-1.0.dist-info"]
    assert "Python.h" in report["packages"][0]["why_not_newer"]
    assert "build_wheel: " in report["builds"][0]["failure"]


def test_where_nothing_can_be_built_the_environment_is_as_it_was(run: Run) -> None:
    code, out, err = run("broken>=2", "app", *INSTALL, "--build", "allow", "-v")
    assert (code, run.installed) == (1, [])
    text = " ".join(out.split())
    assert "There is no wheel of broken 2.0, and building it failed at build_wheel" in text
    assert "broken==1.0" in text
    assert "broken 2.0 could not be built; the output is in " in err


def test_output_of_a_backend_moves_no_terminal(run: Run) -> None:
    for form in ("text", "json"):
        code, out, err = run("hopeless", "--build", "allow", "-v", "--format", form)
        assert code == 1
        assert "\x1b" not in out + err
        assert "\x07" not in out + err
        assert "x1b]0;title" in out


def test_a_build_that_nobody_allowed_is_a_way_out_that_was_not_checked(run: Run) -> None:
    code, out, _ = run("hidden")
    text = " ".join(out.split())
    assert code == 1
    assert not run.marker.exists()
    assert "nobody was asked (--build ask)" in text
    assert "--allow-build=hidden allow building hidden 1.0 (building it runs its code)" in text
    assert "needs your consent to run its code" in text
