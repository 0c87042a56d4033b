"""`--show-settings`, `--test-indexes` and `--keyring`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from resolvetui.demo.server import LoopbackIndexes, Reply
from tests.edge.conftest import Command
from tests.support.index import World

SECRET = "s3cr3t-word"
PAGE = "/main/simple/app/"


@pytest.fixture
def indexes() -> Iterator[LoopbackIndexes]:
    world = World()
    world.serve("app", "1.0", upload_time="2024-01-01T00:00:00Z")
    world.serve("app", "2.0")
    world.serve("app", "1.0", index="plain")
    world.index("plain", json=False, hashes=False, metadata=False, details=False, ranges=False)
    world.serve("app", "1.0", index="locked")
    world.index("locked", credentials=("me", SECRET))
    with world.running() as running:
        yield running


# ---- settings


def settings(command: Command, *arguments: str) -> dict[str, tuple[str, str]]:
    code, report = command.json("--show-settings", *arguments)
    assert code == 0
    return {each["name"]: (each["value"], each["origin"]) for each in report["settings"]}


def test_each_setting_has_its_origin(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "r.txt").write_text("app\n--pre\n")
    monkeypatch.setenv("RESOLVETUI_HTTP_TIMEOUT", "7")
    found = settings(command, "-r", "r.txt", "--index-strategy", "unsafe-best-match")
    assert found["http-timeout"] == ("7", "RESOLVETUI_HTTP_TIMEOUT")
    assert found["index-strategy"] == ("unsafe-best-match", "--index-strategy")
    assert found["prerelease"] == ("allow", "r.txt:2")
    assert found["resolution"] == ("highest", "default")


def test_no_setting_shows_a_password(command: Command) -> None:
    url = f"https://me:{SECRET}@index.example/simple"
    for form in ("text", "json"):
        code, out, err = command("--show-settings", "-i", url, "--format", form)
        assert code == 0
        assert "index.example" in out
        assert SECRET not in out + err


def test_settings_are_aligned_for_people(command: Command) -> None:
    _, out, _ = command("--show-settings", "--resolution", "lowest")
    (line,) = [line for line in out.splitlines() if line.startswith("resolution")]
    assert line.split() == ["resolution", "lowest", "--resolution"]


# ---- indexes


def trial(command: Command, *arguments: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Exit code, the first index, and its checks by name."""
    code, report = command.json("--test-indexes", *arguments)
    index = report["indexes"][0]
    return code, index, {check["name"]: check["state"] for check in index["checks"]}


def test_an_index_that_can_everything(command: Command, indexes: LoopbackIndexes) -> None:
    code, index, checks = trial(command, "app", "-i", indexes.url("main"))
    assert (code, index["is_usable"], index["project"]) == (0, True, "app")
    assert checks == {
        "reachable": "yes",
        "project": "yes",
        "json": "yes",
        "hashes": "yes",
        "upload-times": "partly",
        "sizes": "yes",
        "metadata": "yes",
        "ranges": "yes",
    }


def test_an_index_of_plain_links(command: Command, indexes: LoopbackIndexes) -> None:
    code, _, checks = trial(command, "app", "-i", indexes.url("plain"))
    assert code == 0
    assert checks == {
        "reachable": "yes",
        "project": "yes",
        **dict.fromkeys(["json", "hashes", "upload-times", "sizes", "metadata", "ranges"], "no"),
    }


def test_an_index_that_lacks_the_project_can_be_used(
    command: Command, indexes: LoopbackIndexes
) -> None:
    code, index, checks = trial(command, "other", "app", "-i", indexes.url("main"))
    assert (code, index["project"], checks["project"]) == (0, "app", "yes")
    code, _, checks = trial(command, "other", "-i", indexes.url("main"))
    assert (code, checks) == (0, {"reachable": "yes", "project": "no"})


def test_an_index_that_wants_a_password(command: Command, indexes: LoopbackIndexes) -> None:
    url = indexes.url("locked")
    code, index, checks = trial(command, "app", "-i", url)
    assert (code, index["is_usable"], checks) == (1, False, {"reachable": "no"})
    assert "401" in index["checks"][0]["text"]
    code, index, _ = trial(command, "app", "-i", url.replace("//", f"//me:{SECRET}@"))
    assert (code, index["login"]) == (0, "url")
    assert SECRET not in json.dumps(index)


def test_an_address_where_nobody_is(command: Command) -> None:
    code, out, err = command("--test-indexes", "app", "-i", "http://127.0.0.1:1/simple")
    assert code == 1
    assert "cannot be used" in out
    assert "refused the connection" in out
    assert err == ""


def test_metadata_files_that_lie(command: Command, indexes: LoopbackIndexes) -> None:
    path = "/main/files/app-2.0-py3-none-any.whl.metadata"
    indexes.canned[path] = Reply(200, b"Metadata-Version: 2.1\nName: app\n")
    assert trial(command, "app", "-i", indexes.url("main"))[2]["metadata"] == "no"
    indexes.canned[path] = Reply(404)
    assert trial(command, "app", "-i", indexes.url("main"))[2]["metadata"] == "partly"


def test_a_status_of_the_project_is_told(command: Command, indexes: LoopbackIndexes) -> None:
    page = {"meta": {"api-version": "1.4"}, "name": "app", "files": [],
            "project-status": {"status": "archived"}}  # fmt: skip
    kind = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
    indexes.canned[PAGE] = Reply(200, json.dumps(page).encode(), kind)
    _, out, _ = command("--test-indexes", "app", "-i", indexes.url("main"))
    assert "it is archived" in out


def test_a_folder_of_wheels(command: Command, tmp_path: Path) -> None:
    world = World()
    world.serve("app", "1.0")
    folder = world.write_files(tmp_path / "wheels")
    code, index, checks = trial(command, "app", "--no-index", "-f", str(folder))
    assert (code, index["latency_ms"], checks["project"]) == (0, None, "yes")


# ---- keyring


class Login(NamedTuple):
    username: str
    password: str


def keyring_with(monkeypatch: pytest.MonkeyPatch, login: Login | None) -> list[str]:
    """A keyring as far as we use it; the services that it was asked about."""
    asked: list[str] = []

    def get_credential(service: str, _: object) -> Login | None:
        asked.append(service)
        return login

    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    keyring.get_credential = get_credential  # type: ignore[attr-defined]
    keyring.errors = errors  # type: ignore[attr-defined]
    keyring.__spec__ = ModuleType("x").__spec__ or __spec__
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return asked


def test_the_keyring_is_asked_where_the_user_says_so(
    command: Command, indexes: LoopbackIndexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = keyring_with(monkeypatch, Login("me", SECRET))
    arguments = ("app", "-i", indexes.url("locked"), "--python-version", "3.12")
    assert command(*arguments)[0] == 2
    assert asked == []
    code, out, err = command(*arguments, "--keyring")
    assert code == 0
    assert asked
    assert SECRET not in out + err


def test_a_keyring_that_is_not_installed_is_said(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    code, _, err = command("app", "--keyring")
    assert code == 2
    assert "resolvetui[keyring]" in err
