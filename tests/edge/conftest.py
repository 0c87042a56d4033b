"""The command, run here over loopback indexes, with nothing of this machine's configuration."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from resolvetui.cli.main import main
from resolvetui.demo.server import LoopbackIndexes
from tests.support.index import World


class Command:
    """Runs the command in a folder of its own, with a cache that its runs share."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.environment = folder / "env"
        self._capsys = capsys

    def __call__(self, *arguments: str, cached: bool = True) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        cache = ("--cache-dir", str(self.cache)) if cached else ()
        return self.bare("--no-tui", "--no-config", *cache, *arguments)

    def bare(self, *arguments: str) -> tuple[int, str, str]:
        """The same with these arguments alone."""
        code = main(list(arguments))
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        """Exit code and report."""
        code, out, _ = self(*arguments, "--format", "json")
        return code, json.loads(out)

    def pins(self, *arguments: str) -> dict[str, str]:
        """What is resolved."""
        code, report = self.json(*arguments)
        assert code == 0, report
        return {package["name"]: package["version"] for package in report["packages"]}

    def error(self, *arguments: str) -> dict[str, Any]:
        """The error of a run that could not be carried out."""
        code, report = self.json(*arguments)
        assert (code, report["status"]) == (2, "error"), report
        error: dict[str, Any] = report["error"]
        return error

    def install(self, *arguments: str) -> tuple[int, str, str]:
        """Install into an environment that is made first."""
        return self(*arguments, "--venv", str(self.environment), "--install", "--yes")

    @property
    def installed(self) -> list[str]:
        """The packages of that environment: `a-1.0`."""
        found = self.environment.rglob("*.dist-info")
        return sorted(path.name.removesuffix(".dist-info") for path in found)

    def python(self, code: str) -> str:
        """What that environment's Python prints."""
        words: Sequence[str] = [str(self.environment / "bin" / "python"), "-I", "-c", code]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """A run of the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "1")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    return Command(tmp_path, capsys)


@pytest.fixture
def indexes(world: World) -> Iterator[LoopbackIndexes]:
    """The indexes of the `world` of a test file, at work."""
    with world.running() as running:
        yield running
