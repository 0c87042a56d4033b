"""`--record` and `--replay`: the same bytes on standard output, without any socket."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from resolvetui.cli.main import main
from resolvetui.model.query import Query
from resolvetui.session.recording_file import read_recording
from resolvetui.session.runtime import Runtime
from tests.support.index import disagreeing

FORMATS = pytest.mark.parametrize("form", ["text", "json"])


@pytest.fixture
def url() -> Iterator[str]:
    with disagreeing().running() as indexes:
        yield indexes.url("main")


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESOLVETUI_NO_CONFIG", "1")
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "0")
    monkeypatch.chdir(tmp_path)


def run(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> tuple[int, bytes, str]:
    """Exit code, stdout, stderr."""
    code = main(["--no-tui", *argv])
    out, err = capfdbinary.readouterr()
    return code, out, err.decode()


def record(
    capfdbinary: pytest.CaptureFixture[bytes], url: str, *argv: str, file: str = "run.json.gz"
) -> tuple[int, bytes, str]:
    described = ("--python-version", "3.12", "--python-platform", "linux", "--no-cache")
    return run(capfdbinary, "-i", url, *described, "--record", file, *argv)


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no socket is made and no process started."""

    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a replay reached out")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(subprocess, "Popen", forbidden)


@FORMATS
@pytest.mark.parametrize(("requirement", "code"), [("a", 0), ("a==2", 1), ("c", 1)])
def test_a_replay_prints_what_the_run_did_and_reaches_out_to_nothing(
    url: str,
    form: str,
    requirement: str,
    code: int,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = record(capfdbinary, url, "--format", form, requirement)
    cut_off(monkeypatch)
    again = run(capfdbinary, "--replay", "run.json.gz", "--format", form)
    assert first[0] == again[0] == code
    assert first[1]
    assert first[1] == again[1]
    assert "The run is recorded in run.json.gz." in first[2]


def test_warnings_about_the_inputs_are_replayed(
    url: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    first = record(capfdbinary, url, "--format", "json", "--yes", "a")
    again = run(capfdbinary, "--replay", "run.json.gz", "--format", "json")
    assert b"yes-without-install" in first[1]
    assert first[1] == again[1]


def test_an_error_is_recorded_and_replayed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    first = record(capfdbinary, "http://127.0.0.1:9/simple", "--format", "json", "a")
    again = run(capfdbinary, "--replay", "run.json.gz", "--format", "json")
    assert b"index-unreachable" in first[1]
    assert first[:2] == again[:2]


def test_a_run_that_fails_before_it_asks_anything_says_that_nothing_is_recorded(
    url: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    _, _, told = run(capfdbinary, "-i", url, "--python", "/no/such", "--record", "r.json", "a")
    assert "Nothing was recorded" in told
    assert not (tmp_path / "r.json").exists()


def test_other_requirements_replace_the_recorded_ones(
    url: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    record(capfdbinary, url, "a")
    code, out, _ = run(capfdbinary, "--replay", "run.json.gz", "b")
    assert code == 0
    assert out.startswith(b"b==1")


def test_what_the_recording_lacks_is_an_error_that_names_it(
    url: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    record(capfdbinary, url, "a")
    code, _, told = run(capfdbinary, "--replay", "run.json.gz", "c")
    assert code == 2
    assert "The recording has no answer of index" in told
    assert "about c" in told


@pytest.mark.parametrize(
    "extra",
    [
        ("--install", "--yes"),
        ("-i", "https://index.example/simple"),
        ("--record", "x"),
        ("--demo",),
    ],
)
def test_what_a_recording_has_decided_cannot_be_given_again(
    url: str, extra: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    record(capfdbinary, url, "a")
    code, _, told = run(capfdbinary, "--replay", "run.json.gz", *extra)
    assert code == 2
    assert "do not go together" in told


@pytest.mark.parametrize("file", ["missing.json", "r.txt"])
def test_a_file_that_is_no_recording_is_named(
    file: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "r.txt").write_text("a==1\n")
    code, _, told = run(capfdbinary, "--replay", file)
    assert code == 2
    assert file in told


def test_only_a_recording_is_written_over(
    url: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "r.txt").write_text("a==1\n")
    code, _, told = record(capfdbinary, url, "a", file="r.txt")
    assert code == 2
    assert "left as it is" in told
    assert (tmp_path / "r.txt").read_text() == "a==1\n"


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """From here on there is a terminal; what the app is started with."""
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    given: dict[str, Any] = {}

    def run(query: Query, runtime: Runtime, **options: Any) -> int:
        given.update(options, query=query, runtime=runtime)
        return 0

    monkeypatch.setattr("resolvetui.tui.app.run", run)
    return given


def test_the_app_opens_a_recording_and_says_of_when_it_is(
    url: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(capfdbinary, url, "a", "b<2")
    app = on_terminal(monkeypatch)
    assert main(["--replay", "run.json.gz"]) == 0
    day = read_recording(Path("run.json.gz")).day
    assert day
    assert app["title"] == f"resolvetui replay {day}"
    assert app["runtime"].replay == "run.json.gz"
    assert app["warnings"][0].startswith(f"A replay of {day}, recorded by resolvetui")
    assert [root.requirement.text for root in app["query"].requirements] == ["a", "b<2"]


def test_the_app_is_told_where_to_record(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = on_terminal(monkeypatch)
    assert main(["-i", url, "--record", "new.json", "a"]) == 0
    assert app["record"].path == "new.json"


@pytest.mark.parametrize("option", ["--record", "--replay"])
def test_the_app_does_not_start_over_a_file_that_is_no_recording(
    option: str,
    url: str,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = on_terminal(monkeypatch)
    Path("r.txt").write_text("a==1\n", encoding="utf-8")
    source = ["-i", url, "a"] if option == "--record" else []
    assert main([option, "r.txt", *source]) == 2
    assert "recording" in capfdbinary.readouterr()[1].decode()
    assert not app
