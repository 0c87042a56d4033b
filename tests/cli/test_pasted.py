"""`resolvetui -- pip install …` from end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.cli.main import main
from tests.support.index import World

OWN = ("--no-tui", "--no-config", "--no-cache")
TARGET = ("--python-version", "3.12", "--python-platform", "linux")


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    world = World()
    world.serve("app", "1.0", needs=["lib<2"])
    world.serve("lib", "1.0")
    world.serve("lib", "2.0")
    with world.running() as indexes:
        yield indexes.url("main")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def test_pip_install_is_resolved_and_the_rest_is_told(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pasted = ("pip", "install", "app", "-i", index, "--user")
    code = main([*OWN, *TARGET, "--format", "json", "--", *pasted])
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert code == 0
    assert [package["name"] for package in report["packages"]] == ["app", "lib"]
    assert [warning["kind"] for warning in report["warnings"]] == ["pasted-command"]
    assert printed.err.startswith("warning: --user of the pasted command")


def test_a_conflict_of_a_uv_command_is_explained(
    index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "req.txt").write_text("app\nlib>=2\n")
    target = ("--python-version", "3.12", "--python-platform", "linux")
    code = main([*OWN, "--", "uv", "pip", "install", "-rreq.txt", "--index-url", index, *target])
    printed = capsys.readouterr()
    assert code == 1
    assert "app 1.0 requires lib<2" in printed.out
    assert printed.err == ""


def test_an_amendment_before_the_dashes_mends_it(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pasted = ("pip", "install", "app", "lib>=2", "-i", index)
    code = main([*OWN, *TARGET, "--instead", "lib", "--", *pasted])
    assert code == 0
    assert "lib==1.0" in capsys.readouterr().out


def test_a_secret_of_the_command_is_not_printed(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"TOKEN=secret pip install app -i {index} --instead=app==1.0 --format json && x"
    assert main([*OWN, *TARGET, "--", line]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["warnings"]) == 4
    assert "TOKEN" in printed.err
    assert "secret" not in printed.out + printed.err


def test_plain_requirements_after_the_dashes_stay_such(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*OWN, *TARGET, "-i", index, "--", "app"]) == 0
    assert "app==1.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["--", "pip", "list"], "pip list"),
        (["--"], "othing to resolve"),
        (["--", "pip", "install"], "pip install asks for nothing"),
        (["--", "poetry", "add", "x"], "resolvetui --project . x"),
        (["pip", "install", "x", "--user"], "--no-cache -- pip install x --user"),
        (["--replay", "x.json", "--", "pip", "install", "x", "--pre"], "pip install --pre"),
        (["--", "pip", "install", "requirements.txt"], "-r requirements.txt"),
        (["--", "pip", "install", "https://me:x@a.example/r.txt"], "-r https://me:****@a.example"),
    ],
)
def test_what_is_no_use_is_an_error(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*OWN, *argv]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in " ".join(printed.err.split())
