"""Platforms by name (`x86_64-manylinux_2_28`, `macos`), and the platform tags of each.

The names are uv's `--python-platform` values; pip's `--platform` tags are understood too. Nothing
here looks at this machine: `targets.py` uses the same generators for a Python that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from packaging.tags import mac_platforms

from resolvetui.errors import TargetError

_LEGACY_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_LINUX = ("x86_64", "aarch64", "i686", "ppc64le", "s390x", "armv7l", "riscv64")
_MACOS_MINIMUM = (13, 0)  # the oldest macOS that Apple still repairs; uv's choice as well
_GLIBC_DEFAULT = 28
_MUSL_DEFAULT = 2
_TRIPLES = {
    "linux": "x86_64-unknown-linux-gnu",
    "macos": "aarch64-apple-darwin",
    "arm64-apple-darwin": "aarch64-apple-darwin",
    "windows": "x86_64-pc-windows-msvc",
    # As labels and most people write them.
    "linux-x86_64": "x86_64-unknown-linux-gnu",
    "linux-aarch64": "aarch64-unknown-linux-gnu",
    "linux-arm64": "aarch64-unknown-linux-gnu",
    "macos-arm64": "aarch64-apple-darwin",
    "macos-x86_64": "x86_64-apple-darwin",
    "windows-x86_64": "x86_64-pc-windows-msvc",
    "windows-amd64": "x86_64-pc-windows-msvc",
    "windows-arm64": "aarch64-pc-windows-msvc",
}
_WINDOWS = {
    "x86_64": ("win_amd64", "AMD64"),
    "aarch64": ("win_arm64", "ARM64"),
    "i686": ("win32", "x86"),
}


class Platform(Struct, frozen=True):
    """A system that packages are chosen for, as far as its name tells."""

    name: str
    """As it was asked for."""
    tags: tuple[str, ...]
    """Platform tags (PEP 425), best first."""
    sys_platform: str
    os_name: str
    platform_system: str
    platform_machine: str
    label: str
    """For people: `linux x86_64`, `macos arm64`, `windows amd64`."""
    libc: str
    """`glibc 2.28`, `musl 1.2`, or ""."""

    @property
    def markers(self) -> dict[str, str]:
        """The marker values (PEP 508) that a platform decides; release and version are unknown."""
        return {
            "os_name": self.os_name,
            "platform_machine": self.platform_machine,
            "platform_release": "",
            "platform_system": self.platform_system,
            "platform_version": "",
            "sys_platform": self.sys_platform,
        }


def platform_names() -> tuple[str, ...]:
    """Names to offer. `describe` takes more: any glibc from 2.17 to 2.50, any musl 1.N."""
    return (
        "linux",
        "macos",
        "windows",
        *(f"{arch}-unknown-linux-gnu" for arch in _LINUX[:2]),
        *(f"{arch}-unknown-linux-musl" for arch in _LINUX[:2]),
        *(f"{arch}-apple-darwin" for arch in ("x86_64", "aarch64")),
        *(f"{arch}-pc-windows-msvc" for arch in _WINDOWS),
        *(
            f"{arch}-{level}"
            for arch in _LINUX
            for level in ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
        ),
        *(f"{arch}-musllinux_1_{minor}" for arch in _LINUX[:2] for minor in (1, 2)),
    )


def describe(name: str) -> Platform:
    """The platform of a name. Raises TargetError, with the names that are close, for others.

    >>> describe("x86_64-manylinux_2_17").tags[:2]
    ('linux_x86_64', 'manylinux_2_17_x86_64')
    """
    asked = name.strip()
    triple = _TRIPLES.get(asked.lower(), asked.lower())
    for pattern, build in _GRAMMAR:
        if match := re.fullmatch(pattern, triple):
            platform = build(name, match)
            if platform is not None:
                return platform
    raise _unknown(asked)


def linux_tags(
    architectures: Iterable[str],
    *,
    glibc: tuple[int, int] | None = None,
    musl: tuple[int, int] | None = None,
    refused_minors: Iterable[int] = (),
) -> Iterator[str]:
    """Platform tags of a Linux, in packaging's order: native, manylinux, musllinux.

    `glibc` and `musl` are versions, None where there is none of that kind. `refused_minors` of
    glibc 2 are left out (PEP 600, `_manylinux`).
    """
    names = tuple(architectures)
    refused = frozenset(refused_minors)
    yield from (f"linux_{name}" for name in names)
    if glibc is not None:
        for name in names:
            yield from _manylinux_tags(name, names, glibc, refused)
    if musl is not None:
        major, newest = musl
        for name in names:
            yield from (f"musllinux_{major}_{minor}_{name}" for minor in range(newest, -1, -1))


def mac_tags(version: tuple[int, int], architecture: str) -> tuple[str, ...]:
    """Platform tags of a macOS; `architecture` is `arm64` or `x86_64`."""
    return tuple(mac_platforms(version, architecture))


def _manylinux_tags(
    name: str, family: tuple[str, ...], glibc: tuple[int, int], refused: frozenset[int]
) -> Iterator[str]:
    major, newest = glibc
    if major != 2:  # there is no other; a third one would come with rules of its own
        return
    # PEP 600: x86 goes back to manylinux1 (glibc 2.5), the others to manylinux2014.
    oldest = 5 if {"x86_64", "i686"} & set(family) else 17
    for minor in range(newest, oldest - 1, -1):
        if minor in refused:
            continue
        yield f"manylinux_2_{minor}_{name}"
        if minor in _LEGACY_NAMES:
            yield f"{_LEGACY_NAMES[minor]}_{name}"


def _glibc(name: str, architecture: str, minor: int) -> Platform | None:
    if not 17 <= minor <= 50:
        return None
    tags = tuple(linux_tags([architecture], glibc=(2, minor)))
    return _linux(name, architecture, tags, f"glibc 2.{minor}")


def _musl(name: str, architecture: str, minor: int) -> Platform:
    tags = tuple(linux_tags([architecture], musl=(1, minor)))
    return _linux(name, architecture, tags, f"musl 1.{minor}")


def _linux(name: str, architecture: str, tags: tuple[str, ...], libc: str) -> Platform:
    label = f"linux {architecture}"
    return Platform(name, tags, "linux", "posix", "Linux", architecture, label, libc)


def _mac(name: str, architecture: str, version: tuple[int, int]) -> Platform:
    machine = "arm64" if architecture in {"aarch64", "arm64"} else "x86_64"
    tags = mac_tags(version, machine)
    return Platform(name, tags, "darwin", "posix", "Darwin", machine, f"macos {machine}", "")


def _windows(name: str, architecture: str) -> Platform:
    tag, machine = _WINDOWS[architecture]
    label = f"windows {machine.lower()}"
    return Platform(name, (tag,), "win32", "nt", "Windows", machine, label, "")


_ARCH = f"({'|'.join(_LINUX)})"
_Builder = Callable[[str, re.Match[str]], Platform | None]
# Compiled when a name is looked up: most runs have none, and it costs 2 ms.
_GRAMMAR: tuple[tuple[str, _Builder], ...] = (
    (
        rf"{_ARCH}-unknown-linux(-gnu)?",
        lambda name, match: _glibc(name, match[1], _GLIBC_DEFAULT),
    ),
    (
        rf"{_ARCH}-unknown-linux-musl",
        lambda name, match: _musl(name, match[1], _MUSL_DEFAULT),
    ),
    (
        rf"{_ARCH}-manylinux_2_(\d{{1,2}})",
        lambda name, match: _glibc(name, match[1], int(match[2])),
    ),
    (
        rf"manylinux_2_(\d{{1,2}})_{_ARCH}",
        lambda name, match: _glibc(name, match[2], int(match[1])),
    ),
    (rf"{_ARCH}-manylinux2014", lambda name, match: _glibc(name, match[1], 17)),
    (rf"manylinux2014_{_ARCH}", lambda name, match: _glibc(name, match[1], 17)),
    (
        rf"{_ARCH}-musllinux_1_(\d{{1,2}})",
        lambda name, match: _musl(name, match[1], int(match[2])),
    ),
    (
        rf"musllinux_1_(\d{{1,2}})_{_ARCH}",
        lambda name, match: _musl(name, match[2], int(match[1])),
    ),
    (
        r"(x86_64|aarch64)-apple-darwin",
        lambda name, match: _mac(name, match[1], _MACOS_MINIMUM),
    ),
    (
        r"macosx_(1\d|2\d)_(\d{1,2})_(x86_64|arm64)",
        lambda name, match: _mac(name, match[3], (int(match[1]), int(match[2]))),
    ),
    (r"(x86_64|aarch64|i686)-pc-windows-msvc", lambda n, match: _windows(n, match[1])),
    ("win_amd64", lambda name, _: _windows(name, "x86_64")),
    ("win_arm64", lambda name, _: _windows(name, "aarch64")),
    ("win32", lambda name, _: _windows(name, "i686")),
)


def _unknown(name: str) -> TargetError:
    import difflib  # only for the message

    close = difflib.get_close_matches(name.lower(), platform_names(), n=3, cutoff=0.5)
    return TargetError(
        f"{name!r} is no platform that is known here.",
        why="" if not close else f"Close to it: {', '.join(close)}.",
        what_to_do="Give a name such as linux, macos, windows, x86_64-unknown-linux-gnu, "
        "aarch64-manylinux_2_28 (glibc 2.17 to 2.50), x86_64-musllinux_1_2 "
        "or aarch64-apple-darwin.",
        culprit=name,
    )
