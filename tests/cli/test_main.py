"""The command as scripts use it: stdout, stderr, exit codes, and what is on the disk after it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resolvetui.cli.main import main
from tests.support.index import World

TARGET = ("--python-version", "3.12", "--python-platform", "linux")


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    world = World()
    world.serve("app", "1.0", needs=["lib<2"])
    world.serve("lib", "1.0")
    world.serve("lib", "2.0")
    world.serve("locked", "1.0+cpu", wheels=["cp312-cp312-win_amd64"])
    with world.running() as indexes:
        yield indexes.url("main")


class Run:
    """One run of the command in an empty folder."""

    def __init__(self, folder: Path, index: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._common = ("--no-tui", "--no-config", "--no-cache", "-i", index)
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        code = main([*arguments, *self._common])
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        code, out, _ = self(*arguments, "--format", "json")
        return code, json.loads(out)


@pytest.fixture
def run(
    tmp_path: Path,
    index: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return Run(tmp_path, index, capsys)


def test_a_solution_is_printed_a_line_a_package(run: Run) -> None:
    code, out, err = run("app", *TARGET)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[:2]] == ["app==1.0", "lib==1.0"]
    assert err == ""


def test_json_is_one_object_on_stdout(run: Run) -> None:
    code, report = run.json("app", *TARGET)
    assert code == 0
    assert report["status"] == "resolved"
    assert [package["name"] for package in report["packages"]] == ["app", "lib"]


def test_why_is_told_after_the_answer(run: Run) -> None:
    code, out, err = run("app", "--why", "Lib", "--why", "zebra", *TARGET)
    assert (code, err) == (0, "")
    told = out.split("\n\n", 1)[1]
    assert told.startswith("lib 1.0\n  Who asks for it:\n    app 1.0 requires lib<2 (you ask for")
    assert "No other choice of versions makes room for it." in told
    assert told.endswith(
        "zebra is not part of the answer: nothing that is asked for requires it.\n"
    )


def test_why_is_a_field_of_its_package(run: Run) -> None:
    code, report = run.json("app", "--why", "lib", "--why", "zebra", *TARGET)
    assert code == 0
    app, lib = report["packages"]
    assert app["why"] is None
    assert lib["why"]["asked_by"] == [
        {
            "kind": "dependency",
            "requirement": "lib<2",
            "text": "app 1.0 requires lib<2",
            "origin": None,
            "path": [{"name": "app", "version": "1.0"}],
        }
    ]
    (newer,) = lib["why"]["not_newer"]
    assert (newer["version"], newer["kind"]) == ("2.0", "no-solution")
    assert newer["text"] == lib["why_not_newer"]
    assert [step["id"] for step in newer["steps"]] == [1, 2]
    assert [warning["kind"] for warning in report["warnings"]] == ["why"]


def test_a_name_typed_wrong_after_why_is_a_warning(run: Run) -> None:
    code, out, err = run("app", "--why", "apps", *TARGET)
    assert code == 0
    assert "apps" not in out
    assert err.startswith("warning: apps is not part of the answer")
    assert err.endswith("Did you mean app?\n")


def test_why_does_not_go_with_a_requirements_file(run: Run) -> None:
    code, out, err = run("app", "--why", "lib", "--format", "requirements", *TARGET)
    assert (code, out) == (2, "")
    assert "--why does not go with --format requirements." in err


def test_a_replay_tells_the_same_why(run: Run) -> None:
    recorded = run("app", "--why", "lib", *TARGET, "--record", "run.json")[1]
    assert "Why not newer:" in recorded
    assert main(["--no-tui", "--replay", "run.json", "--why", "lib"]) == 0
    assert run._capsys.readouterr().out == recorded


def test_why_takes_names_alone(run: Run) -> None:
    code, _, err = run("app", "--why", "lib==2", *TARGET)
    assert code == 2
    assert "--why does not take 'lib==2'." in err


def test_no_solution_is_exit_code_1_with_an_explanation(run: Run) -> None:
    code, report = run.json("app", "lib>=2", *TARGET)
    assert code == 1
    assert report["status"] == "unsatisfiable"
    assert "app 1.0 requires lib<2" in report["explanation"]["cause"]


def test_a_package_that_no_index_has_is_no_solution(run: Run) -> None:
    code, out, _ = run("nowhere", *TARGET)
    assert code == 1
    assert "nowhere" in out.splitlines()[0]


def test_an_error_is_exit_code_2_for_people_and_programs(run: Run) -> None:
    code, out, err = run("locked>=1.0+cpu", *TARGET, "--format", "json")
    report = json.loads(out)
    assert code == 2
    assert report["error"]["kind"] == "requirement"
    assert "local version" in err
    assert "locked>=1.0" in report["error"]["what_to_do"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("app=1.0",), "app==1.0"),
        (("-r", "missing.txt"), "missing.txt"),
        (("app", "--python", "no/such/python"), "no/such/python"),
        (("app", "--python-version", "three"), "three"),
        (("app", "--python-platform", "amiga"), "amiga"),
        (("app", "-i", "ftp://index.example/simple"), "ftp"),
        (("app", "--prerelease", "perhaps"), "perhaps"),
        (("app", "--instal"), "--install"),
        (("app", "--install"), "--yes"),
        ((), "nothing to resolve"),
    ],
)
def test_bad_input_is_an_error_that_names_the_culprit(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    code = main(["--no-tui", "--no-config", "--no-cache", *arguments])
    assert code == 2
    assert list(run.folder.iterdir()) == []
    printed = run._capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert "Traceback" not in printed.err


def test_an_index_that_is_down_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "0")
    code, _, err = run("app", *TARGET, "--index", "down=http://127.0.0.1:9/simple")
    assert code == 2
    assert "http://127.0.0.1:9/simple/app/" in err


def test_an_install_goes_into_the_environment_that_is_named(run: Run) -> None:
    code, report = run.json("app", "--venv", "here", "--install", "--yes")
    assert code == 0
    assert [action["name"] for action in report["plan"]["actions"]] == ["app", "lib"]
    shown = subprocess.run(
        [run.folder / "here" / "bin" / "python", "-c", "import app, lib; print(app.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "1.0\n"


def test_without_an_install_the_plan_is_told_where_an_environment_is_meant(run: Run) -> None:
    code, report = run.json("app==1.0", "--venv", "here")
    assert code == 0
    assert [action["action"] for action in report["plan"]["actions"]] == ["install", "install"]
    assert report["plan"]["unseen"] == ["app", "lib"]
    code, report = run.json("app", *TARGET)
    assert report["plan"] is None


def test_an_install_tells_what_is_wrong_afterwards_and_a_second_one_that_nothing_is_to_do(
    run: Run,
) -> None:
    install = ("app", "--no-deps", "--venv", "here", "--install", "--yes")
    code, report = run.json(*install)
    assert code == 0
    assert report["warnings"] == [
        {"kind": "installed", "text": "app 1.0 requires lib<2, but lib is not installed."}
    ]
    code, out, _err = run(*install)
    assert code == 0
    assert out.endswith("plan: nothing to do: everything is installed already\n")


def test_nothing_is_installed_into_the_python_that_runs_us(run: Run) -> None:
    code, _, err = run("app", "--install", "--yes")
    assert code == 2
    assert "--venv" in err


def test_a_folder_that_is_no_environment_is_refused(run: Run) -> None:
    (run.folder / "plain").mkdir()
    code, _, err = run("app", "--install", "--yes", "--python", "plain")
    assert code == 2
    assert "plain" in err


def test_ctrl_c_ends_with_a_line_and_no_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resolvetui.cli.main._run", interrupted)
    code, _, err = run("app")
    assert code == 130
    assert err == "error: Stopped; nothing was changed.\n"


def test_a_bug_of_ours_is_one_line_and_a_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("resolvetui.cli.main._run", broken)
    code, _, err = run("app")
    assert code == 2
    assert "resolvetui made a mistake" in err
    (log,) = (tmp_path / "state").rglob("*.log")
    assert "ZeroDivisionError: boom" in log.read_text()


def test_a_requirements_file_is_data_and_a_conflict_is_not(run: Run) -> None:
    code, out, _ = run("app", *TARGET, "--format", "requirements")
    assert code == 0
    assert "app==1.0 \\\n    --hash=sha256:" in out
    code, out, err = run("app", "lib>=2", *TARGET, "--format", "requirements")
    assert (code, out) == (1, "")
    assert "app 1.0 requires lib<2" in err
