"""How long an install of many cached wheels takes, beside uv and pip where they are on PATH.

    python -m tests.bench.install [--wheels FOLDER | --count N] [--runs N] [--link-mode MODE ...]

Every run installs the same wheels, by their paths, into a new environment; one run of each tool
comes before those that are measured, so that all have unpacked what they keep unpacked. The tools
take turns. Prints the median and the best of each in milliseconds, and ratios of the medians.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.install.wheels import WheelBuilder

Command: TypeAlias = Callable[[Path], list[str]]
"""From the environment to install into to the words of a command."""

_MODULES = 100
_LINES = 60


def synthetic(folder: Path, count: int) -> None:
    """Wheels of 100 modules in five packages each, with a script and some data."""
    for number in range(count):
        name = f"bench_{number:03}"
        line = f"value_{number} = '{{}} of {name}'\n"
        files = {
            f"{name}/part_{module % 5}/module_{module}.py": "".join(
                line.format(at) for at in range(_LINES)
            )
            for module in range(_MODULES)
        }
        files |= {f"{name}/part_{part}/__init__.py": "" for part in range(5)}
        files[f"{name}/__init__.py"] = "def main():\n    print('bench')\n"
        WheelBuilder(name, "1.0", files, {f"bench-{number}": f"{name}:main"}).save(folder)


def commands(wheels: Sequence[Path], cache: Path, modes: Sequence[str]) -> dict[str, Command]:
    """What is compared, by the name that is shown."""
    paths = [str(path) for path in wheels]
    found: dict[str, Command] = {}
    for mode in modes:
        words = ["--no-deps", "--no-index", f"--cache-dir={cache / 'resolvetui'}"]
        found[f"resolvetui, {mode}"] = _ours(mode, [*words, *paths])
        if uv := shutil.which("uv"):
            words = ["--no-deps", "--no-index", "--offline", f"--cache-dir={cache / 'uv'}"]
            found[f"uv, {mode}"] = _uv(uv, mode, [*words, *paths])
    if pip := shutil.which("pip"):
        words = ["install", "-q", "--no-compile", "--no-deps", "--no-index"]
        found["pip"] = lambda env: [pip, f"--python={_python(env)}", *words, *paths]
    return found


def _ours(mode: str, words: list[str]) -> Command:
    fixed = ["--no-config", "--no-tui", "--install", "--yes", "--offline"]
    start = [sys.executable, "-m", "resolvetui"]
    return lambda env: [*start, *fixed, f"--link-mode={mode}", f"--python={env}", *words]


def _uv(uv: str, mode: str, words: list[str]) -> Command:
    start = [uv, "pip", "install", "-q", f"--link-mode={mode}"]
    return lambda env: [*start, f"--python={_python(env)}", *words]


def _python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def measured(command: Command, template: Path, folder: Path) -> float:
    """Milliseconds of one install into a new environment.

    Environments are removed at the end: some file systems are slow where much was removed just
    before.
    """
    environment = Path(tempfile.mkdtemp(dir=folder)) / "env"
    shutil.copytree(template, environment, symlinks=True)
    variables = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
    begun = time.perf_counter()
    done = subprocess.run(command(environment), capture_output=True, env=variables, check=False)
    taken = (time.perf_counter() - begun) * 1000
    if done.returncode:
        raise SystemExit(f"{command(environment)[:4]} failed:\n{done.stderr.decode()}")
    return taken


def main() -> None:
    """Print a line a tool, and how they compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, help="a folder of wheels for this Python")
    parser.add_argument("--count", type=int, default=100, help="wheels to make without --wheels")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--link-mode", action="append", choices=("clone", "hardlink", "copy"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels = options.wheels or folder / "wheels"
        if not options.wheels:
            wheels.mkdir()
            synthetic(wheels, options.count)
        template = folder / "template"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", template], check=True)
        found = commands(
            sorted(wheels.glob("*.whl")), folder / "cache", options.link_mode or ["hardlink"]
        )
        times: dict[str, list[float]] = {tool: [] for tool in found}
        for turn in range(options.runs + 1):
            for tool, command in found.items():
                taken = measured(command, template, folder)
                if turn:
                    times[tool].append(taken)
    medians = {tool: statistics.median(taken) for tool, taken in times.items()}
    for tool, all_taken in times.items():
        print(f"{tool:24} median {medians[tool]:8.1f} ms   best {min(all_taken):8.1f} ms")
    for tool, median in medians.items():
        if tool.startswith("resolvetui"):
            mode = tool.partition(", ")[2]
            for other in (f"uv, {mode}", "pip"):
                if other in medians:
                    print(f"{tool} takes {median / medians[other]:.2f} times as long as {other}")


if __name__ == "__main__":
    main()
