"""Which graphics cards this machine has drivers for, as far as files say; nothing is started."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from msgspec import Struct

_NVIDIA_VERSION = Path("proc/driver/nvidia/version")
_AMD_DEVICE = Path("dev/kfd")
_MODULE = re.compile(r"Kernel Module\s+(?:for \S+\s+)?(\d{2,4})\.(\d+)")


class Accelerators(Struct, frozen=True):
    """What was found."""

    nvidia: bool = False
    """There is an NVIDIA driver."""
    driver: tuple[int, int] | None = None
    """Its version, such as (550, 54); None where it is not known."""
    amd: bool = False
    """There is an AMD driver for computing (ROCm's kernel part)."""


def look_for_accelerators(root: Path = Path("/"), path: str | None = None) -> Accelerators:
    """Look below `root` (Linux), and for NVIDIA's tool on `path` (None: PATH; any system)."""
    try:
        text = (root / _NVIDIA_VERSION).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = _MODULE.search(text)
    driver = (int(found[1]), int(found[2])) if found else None
    nvidia = bool(text) or shutil.which("nvidia-smi", path=path) is not None
    return Accelerators(nvidia, driver, (root / _AMD_DEVICE).exists())
