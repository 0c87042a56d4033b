"""The parts of compatibility tags in words (PEP 425, 600, 656)."""

from __future__ import annotations

import re

from resolvetui.environment.target import Target
from resolvetui.explanation.ranges import join_few

_IMPLEMENTATIONS = {"cp": "CPython", "pp": "PyPy", "py": "Python", "graalpy": "GraalPy"}
_LEGACY_GLIBC = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
_WINDOWS = {"win_amd64": "64-bit Windows", "win32": "32-bit Windows", "win_arm64": "Windows on ARM"}
_PYTHON_TAG = re.compile(r"(cp|pp|py|graalpy)(\d)(\d*)")


def platform_label(target: Target) -> str:
    """`Linux aarch64`, `macOS x86_64`, `Windows amd64`."""
    system, _, machine = target.platform.partition(" ")
    names = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
    return f"{names.get(system.lower(), system)} {machine}".strip()


def python_words(tag: str) -> str:
    """`CPython 3.13` for cp313, `Python 3` for py3."""
    match = _PYTHON_TAG.fullmatch(tag)
    if not match:
        return tag
    name, major, minor = match.groups()
    return f"{_IMPLEMENTATIONS[name]} {major}" + (f".{minor}" if minor else "")


def abi_words(tag: str) -> str:
    """`CPython 3.13`, `free-threaded CPython 3.13`, `the stable ABI`."""
    if tag == "abi3":
        return "the stable ABI"
    if tag == "none":
        return "any ABI"
    if tag.startswith("cp") and tag.endswith("t"):
        return f"free-threaded {python_words(tag[:-1])}"
    return python_words(tag.rstrip("mud"))


def platform_words(tag: str) -> str:
    """`Apple silicon (macOS 11+)`, `64-bit Windows`, `Linux x86_64 with glibc 2.28+`."""
    if tag in _WINDOWS:
        return _WINDOWS[tag]
    if tag == "any":
        return "any platform"
    return _mac_words(tag) or _linux_words(tag) or tag


def _mac_words(tag: str) -> str:
    match = re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", tag)
    if not match:
        return ""
    major, minor, machine = match.groups()
    least = major if minor == "0" else f"{major}.{minor}"
    machines = {"arm64": "Apple silicon", "x86_64": "Intel Macs", "universal2": "all Macs"}
    return f"{machines.get(machine, machine)} (macOS {least}+)"


def _linux_words(tag: str) -> str:
    match = re.fullmatch(r"(many|musl)linux_(\d+)_(\d+)_(\w+)", tag)
    if match:
        library = "glibc" if match[1] == "many" else "musl"
        return f"Linux {match[4]} with {library} {match[2]}.{match[3]}+"
    family, _, machine = tag.partition("_")
    if family in _LEGACY_GLIBC:
        return f"Linux {machine} with glibc {_LEGACY_GLIBC[family]}+"
    return f"Linux {machine}" if family == "linux" else ""


def short_platform(tag: str, target: Target | None = None) -> str:
    """One word for a table cell: the architecture where that is what differs, else the system."""
    system = system_of(tag)
    own = target.platform.startswith(system) if target else system == "linux"
    if system and not own:
        return system
    match = re.fullmatch(
        r"(?:(?:many|musl)linux_\d+_\d+|manylinux\d+|linux|macosx_\d+_\d+|win)_(\w+)", tag
    )
    return match[1] if match else tag


def parts_of(tags: str) -> tuple[list[str], list[str], list[str]]:
    """Python, ABI and platform tags of a compressed tag set (PEP 425)."""
    python, _, rest = tags.partition("-")
    abi, _, platform = rest.partition("-")
    return python.split("."), abi.split("."), platform.split(".")


def tag_span(tags: list[str]) -> str:
    """Python or ABI tags in a few words: `cp38 to cp312`, `cp312 and pp310`."""
    numbers = sorted({number for tag in tags if (number := _number(tag)) is not None})
    others = sorted({tag for tag in tags if _number(tag) is None})
    words = [f"cp{major}{minor}" for major, minor in numbers]
    if len(words) > 2:
        words = [f"{words[0]} to {words[-1]}"] if _gapless(numbers) else words
    return join_few([*words, *others], 6)


def _number(tag: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"cp(\d)(\d+)m?", tag)
    return (int(match[1]), int(match[2])) if match else None


def _gapless(numbers: list[tuple[int, int]]) -> bool:
    first, last = numbers[0], numbers[-1]
    return first[0] == last[0] and len(numbers) == last[1] - first[1] + 1


_SYSTEMS = {
    "manylinux": "linux",
    "musllinux": "linux",
    "linux": "linux",
    "macosx": "macos",
    "win": "windows",
}


def system_of(tag: str) -> str:
    """`linux`, `macos` or `windows`, as a target's platform begins; "" for others and `any`."""
    return next((name for prefix, name in _SYSTEMS.items() if tag.startswith(prefix)), "")


def platform_order(tag: str) -> tuple[int, str]:
    """A sort key that puts Linux before macOS before Windows, as people list them."""
    names = ("linux", "macos", "windows", "")
    return names.index(system_of(tag)), tag
