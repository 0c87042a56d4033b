"""Targets and environments made in a line or two."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.environment.targets import described_target, supported_tags

MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": "3.12.1",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0-13-amd64",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.12.1",
    "python_version": "3.12",
    "sys_platform": "linux",
}

BASE = Target(
    python_version="3.12.1",
    implementation="cpython",
    platform="linux x86_64",
    libc="glibc 2.28",
    markers=MARKERS,
    tags=supported_tags("cpython", (3, 12), ["cp312"], ("linux_x86_64",)),
)


def a_target(python: str = "3.12", platform: str = "linux") -> Target:
    """CPython on a platform by name."""
    return described_target(python, platform, BASE)


def an_environment(folder: Path, external: tuple[str, ...] = ()) -> Target:
    """A target whose environment is a folder without Python."""
    packages = folder / "lib"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    packages.mkdir(exist_ok=True)
    paths = EnvironmentPaths(
        executable=str(folder / "bin" / "python"),
        prefix=str(folder),
        base_prefix="/base",
        purelib=str(packages),
        platlib=str(packages),
        scripts=str(folder / "bin"),
        data=str(folder),
        headers=str(folder / "include"),
        stdlib="/base/lib",
        external_packages=external,
    )
    return Target(
        python_version="3.12.1",
        implementation="cpython",
        platform="linux x86_64",
        libc="glibc 2.28",
        markers=MARKERS,
        tags=BASE.tags,
        environment=paths,
    )


def add_dist_info(packages: Path, name: str, version: str, headers: str = "", **files: str) -> Path:
    """A .dist-info folder; `files` are further ones by name."""
    folder = packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{headers}\nThe text.\n"
    (folder / "METADATA").write_text(text)
    for file, content in files.items():
        (folder / file.replace("direct_url", "direct_url.json")).write_text(content)
    return folder


def a_virtual_environment(folder: Path, extra: str = "") -> Path:
    """A virtual environment of the running Python, without packages; its interpreter."""
    base = Path(os.path.realpath(sys.executable))
    scripts = folder / "bin"
    scripts.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\n{extra}")
    (scripts / "python").symlink_to(base)
    return scripts / "python"


def other_pythons(oldest: tuple[int, int], newest: tuple[int, int] = (3, 99)) -> list[str]:
    """Interpreters of pyenv and of PATH within these versions, by their names; may be none."""
    found: dict[str, Path] = {}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = sorted(root.glob("versions/*/bin/python"))
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        if not entry.endswith("shims"):
            candidates += sorted(Path(entry).glob("python[23].*"))
    for path in candidates:
        text = path.parents[1].name if path.name == "python" else path.name
        match = re.fullmatch(r"(?:python)?(\d)\.(\d+)(?:\.\d+)?", text)
        if match and oldest <= (int(match[1]), int(match[2])) <= newest:
            found.setdefault(os.path.realpath(path), path)
    return [str(path) for path in found.values()]
