"""Two environments with the same wheels, one filled by pip and one by resolvetui, and what differs.

What may differ is written here, with its reason; all else is a fault.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_OWN = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")
"""What each installer writes about itself: compared apart."""
_MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
_PIPS = frozenset({f"bin/pip{_MINOR}"})
"""A script that no wheel asks for: pip makes it where it installs itself."""
_LAUNCHER = re.compile(rb"(?ms)^from (\S+) import (\S+)$.*^    sys\.exit\((\S+)\(\)\)$")
"""The text around it is of the installer's choice."""
_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_METADATA = """
import importlib.metadata, json
print(json.dumps({
    dist.name: [
        dist.version,
        sorted(dist.requires or ()),
        sorted(map(str, dist.entry_points)),
        sorted(dist.metadata.items()),
    ]
    for dist in importlib.metadata.distributions()
}))
"""


@dataclass(frozen=True, slots=True)
class Twin:
    """One of the two environments."""

    prefix: Path

    @property
    def python(self) -> Path:
        return self.prefix / "bin" / "python"

    def paths(self) -> dict[str, Path]:
        """Every file and link below the environment, by relative path."""
        return {
            str(Path(folder, name).relative_to(self.prefix)): Path(folder, name)
            for folder, _, names in os.walk(self.prefix)
            for name in names
            if not name.endswith(".pyc")
        }

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, **_QUIET}
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=environ, timeout=120
        )

    def pip(self, *words: str) -> str:
        """Output of the pip that runs the tests, for this environment."""
        done = self.run(sys.executable, "-m", "pip", f"--python={self.python}", *words)
        return done.stdout.replace(str(self.prefix), "PREFIX")

    def metadata(self) -> dict[str, list[object]]:
        done = self.run(self.python, "-I", "-c", _METADATA)
        assert done.returncode == 0, done.stderr
        found: dict[str, list[object]] = json.loads(done.stdout)
        return found


def make(folder: Path, wheels: Sequence[Path]) -> tuple[Twin, Twin]:
    """The environment of pip and ours, each with all of the wheels."""
    pips, ours = Twin(folder / "pip" / "env"), Twin(folder / "our" / "env")
    for twin in (pips, ours):
        command = [sys.executable, "-m", "venv", "--without-pip", str(twin.prefix)]
        subprocess.run(command, check=True)
    paths = [str(path) for path in wheels]
    words = ["--no-compile", "--no-deps", "--no-index", "--no-warn-script-location", "-q"]
    done = pips.run(
        sys.executable, "-m", "pip", f"--python={pips.python}", "install", *words, *paths
    )
    assert done.returncode == 0, done.stderr
    words = [
        "--no-config",
        "--no-tui",
        "--install",
        "--yes",
        "--no-deps",
        "--no-index",
        "--no-undo",
    ]
    cache = f"--cache-dir={folder / 'cache'}"
    start = [sys.executable, "-m", "resolvetui", f"--python={ours.prefix}", cache]
    done = ours.run(*start, *words, *paths)
    assert done.returncode == 0, done.stderr
    return pips, ours


def differences(pips: Twin, ours: Twin) -> list[str]:
    """A line for each file that is not the same: there, content, mode, row in RECORD."""
    there, here = pips.paths(), ours.paths()
    there = {path: file for path, file in there.items() if path not in _PIPS}
    faults = [f"only pip has {path}" for path in sorted(there.keys() - here.keys())]
    faults += [f"only resolvetui has {path}" for path in sorted(here.keys() - there.keys())]
    for path in sorted(there.keys() & here.keys()):
        faults += _file_differences(path, (pips, there[path]), (ours, here[path]))
    return faults


def _file_differences(path: str, one: tuple[Twin, Path], two: tuple[Twin, Path]) -> Iterable[str]:
    modes = [oct(file.lstat().st_mode) for _, file in (one, two)]
    if modes[0] != modes[1]:
        yield f"{path}: mode {modes[0]} of pip, {modes[1]} of resolvetui"
    folder, name = os.path.split(path)
    is_metadata = folder.endswith(".dist-info") and "/_vendor/" not in folder
    if is_metadata and name in _OWN:
        yield from _own_differences(path, name, one, two)
    elif _content(*one) != _content(*two):
        yield f"{path}: other content"


def _own_differences(
    path: str, name: str, one: tuple[Twin, Path], two: tuple[Twin, Path]
) -> Iterable[str]:
    match name:
        case "INSTALLER":
            said = [file.read_text().strip() for _, file in (one, two)]
            if said != ["pip", "resolvetui"]:
                yield f"{path}: {said}"
        case "RECORD":
            for row in sorted(_rows(*one) ^ _rows(*two)):
                yield f"{path}: row {row}"
        case "direct_url.json":  # pip repeats one hash in an older form beside `hashes`
            urls = [json.loads(file.read_text()) for _, file in (one, two)]
            if urls[0]["url"] != urls[1]["url"]:
                yield f"{path}: {urls}"
        case _:
            if one[1].read_bytes() != two[1].read_bytes():
                yield f"{path}: other content"


def _content(twin: Twin, file: Path) -> bytes:
    """The content, with one name for both environments."""
    if file.is_symlink():
        return os.fsencode(file.readlink())
    content = file.read_bytes()
    is_script = file.parent == twin.prefix / "bin" and content.startswith(b"#!")
    if is_script and (launcher := _LAUNCHER.search(content)):
        content = content.splitlines()[0] + b" ".join(launcher.groups())
    inside = os.fsencode(twin.prefix)
    return content.replace(inside, b"PREFIX") if inside in content else content


def _rows(twin: Twin, record: Path) -> set[tuple[str, ...]]:
    """The rows of RECORD. The hashes of scripts and of what installers say differ by the path of
    the environment and by who wrote it.
    """
    with record.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    assert len(set(rows)) == len(rows), record
    scripts = os.path.relpath(twin.prefix / "bin", record.parent.parent) + "/"
    return {
        row[:1] if row[0].startswith(scripts) or row[0].rpartition("/")[2] in _OWN else row
        for row in rows
        if row[0].removeprefix(scripts) != f"pip{_MINOR}"
    }
