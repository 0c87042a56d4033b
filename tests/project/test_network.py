"""The real default index, without anything that this machine configures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.network
def test_a_package_with_dependencies_resolves() -> None:
    arguments = ("--no-tui", "--no-config", "--no-cache", "--format", "json", "flask")
    run = subprocess.run(
        [sys.executable, "-m", "resolvetui", *arguments], capture_output=True, check=False
    )
    report = json.loads(run.stdout)
    assert report["error"] is None
    assert {"flask", "werkzeug", "jinja2"} <= {package["name"] for package in report["packages"]}


class Run:
    """Runs the command with a cache and an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = folder / "env"
        self._common = ("--no-tui", "--no-config", "--cache-dir", str(folder / "cache"))
        self._install = ("--venv", str(self.environment), "--install", "--yes")

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        words = [sys.executable, "-m", "resolvetui", *arguments, *self._common, *self._install]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr


@pytest.mark.network
@pytest.mark.parametrize(
    ("package", "code", "printed"),
    [
        ("docopt", "import docopt; print(docopt.__version__)", "0.6.2"),
        ("sgmllib3k", "import sgmllib; print(sgmllib.SGMLParser.__name__)", "SGMLParser"),
        # with an extension in C
        ("crcmod", "import crcmod._crcfunext as c; print(c.__file__.rpartition('.')[2])", "so"),
    ],
)
def test_a_package_without_wheels_is_built_with_consent(
    tmp_path: Path, package: str, code: str, printed: str
) -> None:
    run = Run(tmp_path)
    refused, out, err = run(package)
    assert refused in {1, 2}
    assert f"--allow-build={package}" in out + err or f"--allow-build {package}" in out + err
    assert not list(run.environment.rglob(f"{package}*"))
    done, out, err = run(package, "--allow-build", package)
    assert done == 0, out + err
    python = str(run.environment / "bin" / "python")
    shown = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == printed


@pytest.mark.network
def test_a_build_that_fails_is_explained(tmp_path: Path) -> None:
    """It needs headers of a database, which are not looked for where there is no pkg-config."""
    run = Run(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        code, out, err = run("mysqlclient==2.2.4", "--build", "allow")
    text = " ".join((out + err).split())
    assert code == 1, text
    assert "building it failed at get_requires_for_build_wheel" in text
    assert "pkg-config" in text
