"""Whether a build runs on this machine, as far as its drivers tell. Pure."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from resolvetui.environment.accelerators import Accelerators

_CUDA = re.compile(r"cu(\d{2,3})")
_DRIVERS = {11: (450, 80), 12: (525, 60), 13: (580, 65)}
"""CUDA's major version to the oldest driver on Linux that runs all of its minor versions
(NVIDIA, "CUDA Compatibility", minor version compatibility). CUDA 10 and older have no such rule."""


class Fit(Struct, frozen=True):
    """A guess about one build, in words."""

    fits: Literal["yes", "no", "unknown"]
    why: str


def cuda_version(label: str) -> tuple[int, int] | None:
    """The version of CUDA in a label.

    >>> cuda_version("cu121"), cuda_version("cu92"), cuda_version("cpu")
    ((12, 1), (9, 2), None)
    """
    found = _CUDA.fullmatch(label)
    return (int(found[1][:-1]), int(found[1][-1])) if found else None


def meaning(label: str) -> str:
    """What the label of a build says.

    >>> meaning("cu121")
    'NVIDIA GPUs, CUDA 12.1'
    """
    if label == "cpu":
        return "the CPU alone; the smallest"
    if label == "xpu":
        return "Intel GPUs"
    if label.startswith("rocm"):
        return f"AMD GPUs, ROCm {label.removeprefix('rocm')}"
    version = cuda_version(label)
    if version is not None:
        return f"NVIDIA GPUs, CUDA {version[0]}.{version[1]}"
    return "a build of its own" if label else "without a label"


def fit(label: str, machine: Accelerators) -> Fit:
    """Whether it runs here.

    >>> fit("cu121", Accelerators()).why
    'no NVIDIA driver found here'
    """
    if label == "cpu":
        return Fit("yes", "runs everywhere")
    if label.startswith("rocm"):
        found = machine.amd
        return Fit("yes", "AMD driver found") if found else Fit("no", "no AMD driver found here")
    version = cuda_version(label)
    if version is None:
        return Fit("unknown", "")
    if not machine.nvidia:
        return Fit("no", "no NVIDIA driver found here")
    oldest = _DRIVERS.get(version[0])
    if machine.driver is None or oldest is None:
        return Fit("unknown", "NVIDIA driver found, of unknown fit")
    shown = f"driver {machine.driver[0]}.{machine.driver[1]}"
    if machine.driver < oldest:
        return Fit("no", f"{shown} is too old, {oldest[0]} is needed")
    return Fit("yes", f"{shown} runs it")


def likeliest(labels: tuple[str, ...], machine: Accelerators) -> str:
    """The label to propose: a GPU's newest build that runs here, else the CPU's, else "".

    >>> likeliest(("cpu", "cu118", "cu121"), Accelerators(nvidia=True, driver=(550, 54)))
    'cu121'
    >>> likeliest(("cpu", "cu118", "cu121"), Accelerators())
    'cpu'
    """
    running = [label for label in labels if fit(label, machine).fits == "yes"]
    cuda = [label for label in running if cuda_version(label)]
    if cuda:
        return max(cuda, key=lambda label: cuda_version(label) or (0, 0))
    others = [label for label in running if label != "cpu"]
    return others[-1] if others else ("cpu" if "cpu" in running else "")
