"""Targets made of plain facts: those that a Python told, or a version and a platform by name.

Tags come from packaging's generators, run here rather than in the target, so that one version of
the rules holds for every Python. `interpreter.py` gets the facts.
"""

from __future__ import annotations

import re

from msgspec import Struct, structs
from packaging import tags

from resolvetui.environment.platforms import Platform, describe, linux_tags, mac_tags
from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.errors import TargetError, UsageError

_VERSION = re.compile(r"3\.(0|[1-9]\d?)(?:\.(0|[1-9]\d{0,2}))?((?:a|b|rc)\d{1,3})?")
_NUMBERS = re.compile(r"(\d{1,4})\.(\d{1,4})")
_32_BIT_LINUX = {"x86_64": "i686", "aarch64": "armv8l"}


class InterpreterFacts(Struct, frozen=True):
    """What `query_script.py` prints. Names are those of sysconfig and PEP 508."""

    version_info: tuple[int, int, int]
    version_nodot: str
    extension_suffix: str
    debug: bool
    free_threaded: bool
    platform: str
    """sysconfig's, such as `linux-x86_64`."""
    bits: int
    multiarch: str
    macos: str
    """macOS version, or ""."""
    glibc: str
    musl: str
    """What musl's loader prints of itself, or ""."""
    refused_manylinux: tuple[int, ...]
    markers: dict[str, str]
    executable: str
    prefix: str
    base_prefix: str
    paths: dict[str, str]
    configuration: str
    """Text of pyvenv.cfg, or ""."""
    system_packages: tuple[str, ...]
    """Package folders of the base interpreter."""


def target_from(facts: InterpreterFacts) -> Target:
    """The target that an interpreter is; PEP 668 is left to the caller, who looks each time."""
    implementation = facts.markers["implementation_name"]
    platforms, libc = _platforms(facts)
    return Target(
        python_version=facts.markers["python_full_version"].rstrip("+"),
        implementation=implementation,
        platform=_label(facts),
        libc=libc,
        markers=facts.markers,
        tags=supported_tags(
            implementation, facts.version_info[:2], _abis(facts), platforms, facts.version_nodot
        ),
        environment=_paths(facts),
    )


def described_target(python_version: str, python_platform: str, base: Target) -> Target:
    """The target for a Python and a platform that need not be here; "" takes the base's own.

    `python_version` is `X.Y` (meaning X.Y.0) or `X.Y.Z`. The result has no environment, unless
    both are "", when it is `base` itself. Raises UsageError for a version that is none, and
    TargetError for an unknown platform.
    """
    if not python_version and not python_platform:
        return base
    version = full_version(python_version) if python_version else base.python_version
    platform = describe(python_platform) if python_platform else None
    minor_version = _major_minor(version)
    abis = _described_abis(base, minor_version, keep=not python_version)
    platforms = platform.tags if platform else _platforms_of(base)
    return Target(
        python_version=version,
        implementation=base.implementation,
        platform=platform.label if platform else base.platform,
        libc=platform.libc if platform else base.libc,
        markers=_described_markers(base, version, platform),
        tags=supported_tags(base.implementation, minor_version, abis, platforms),
    )


def supported_tags(
    implementation: str,
    version: tuple[int, int],
    abis: list[str],
    platforms: tuple[str, ...],
    nodot: str = "",
) -> tuple[str, ...]:
    """All tags of a Python, best first, as `packaging.tags.sys_tags` lists them in it."""
    short = tags.INTERPRETER_SHORT_NAMES.get(implementation, implementation)
    interpreter = short + (nodot or "".join(map(str, version)))
    if short == "cp":
        specific = list(tags.cpython_tags(version, abis, platforms))
        compatible: str | None = interpreter
    else:
        specific = list(tags.generic_tags(interpreter, abis, platforms))
        compatible = "pp3" if short == "pp" else None
    general = tags.compatible_tags(version, compatible, platforms)
    return tuple(dict.fromkeys(str(tag) for tag in (*specific, *general)))


def _abis(facts: InterpreterFacts) -> list[str]:
    """The ABIs of an interpreter besides the stable one (PEP 3149, PEP 703)."""
    if facts.markers["implementation_name"] != "cpython":
        return _abis_of_suffix(facts.extension_suffix)
    version = facts.version_info[:2]
    threads = "t" if facts.free_threaded and version >= (3, 13) else ""
    abi = f"cp{version[0]}{version[1]}{threads}"
    return [f"{abi}d", abi] if facts.debug else [abi]


def _abis_of_suffix(suffix: str) -> list[str]:
    """`.pypy310-pp73-x86_64-linux-gnu.so` → `pypy310_pp73`; of others the first part."""
    soabi = suffix.split(".")[1] if suffix.count(".") > 1 else ""
    words = soabi.split("-")
    kept = {"pypy": 2, "graalpy": 3}.get(words[0].rstrip("0123456789"), len(words))
    return ["_".join(words[:kept]).replace(" ", "_")] if soabi else []


def _described_abis(base: Target, version: tuple[int, int], *, keep: bool) -> list[str]:
    if keep or version == _major_minor(base.python_version):
        return _own_abis(base)
    digits = "".join(map(str, version))
    if base.implementation == "pypy":
        return [f"pypy{digits}_pp73"]
    if base.implementation == "cpython":
        return [f"cp{digits}m" if version < (3, 8) else f"cp{digits}"]
    return []


def _own_abis(base: Target) -> list[str]:
    """The ABIs of the interpreter's own tag, best first, without the stable ABI and `none`."""
    own = base.tags[0].partition("-")[0]
    abis = dict.fromkeys(tag.split("-")[1] for tag in base.tags if tag.startswith(f"{own}-"))
    return [abi for abi in abis if abi not in {"abi3", "abi3t", "none"}]


def _platforms_of(base: Target) -> tuple[str, ...]:
    platforms = dict.fromkeys(tag.rpartition("-")[2] for tag in base.tags)
    return tuple(platform for platform in platforms if platform != "any")


def _described_markers(base: Target, version: str, platform: Platform | None) -> dict[str, str]:
    markers = dict(base.markers)
    if version != base.python_version:
        markers["python_full_version"] = version
        markers["python_version"] = ".".join(map(str, _major_minor(version)))
        if base.implementation == "cpython":
            markers["implementation_version"] = version
    if platform is not None:
        markers.update(platform.markers)
    return markers


def full_version(text: str) -> str:
    """`3.12` as `3.12.0`. Raises UsageError for what is no version of a Python 3."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{text!r} is no Python version.",
            what_to_do="Give it as X.Y or X.Y.Z, such as 3.12 (taken as 3.12.0) or 3.12.1.",
            culprit="--python-version",
        )
    minor, micro, pre = match.groups()
    return f"3.{minor}.{micro or 0}{pre or ''}"


def _major_minor(version: str) -> tuple[int, int]:
    match = _NUMBERS.match(version)
    if match is None:
        raise TargetError(f"{version!r} is no Python version.")
    return int(match[1]), int(match[2])


def _platforms(facts: InterpreterFacts) -> tuple[tuple[str, ...], str]:
    """Platform tags, best first, and the libc for people."""
    system = facts.markers["platform_system"]
    if system == "Darwin" and (version := _NUMBERS.match(facts.macos)):
        machine = facts.markers["platform_machine"]
        return mac_tags((int(version[1]), int(version[2])), machine), ""
    native = re.sub(r"[.\- ]", "_", facts.platform)
    if system != "Linux" or not native.startswith("linux_"):
        return (native,), ""
    return _linux_platforms(facts, native.removeprefix("linux_"))


def _linux_platforms(facts: InterpreterFacts, machine: str) -> tuple[tuple[str, ...], str]:
    if facts.bits == 32:  # a 32-bit Python on a 64-bit kernel
        machine = _32_BIT_LINUX.get(machine, machine)
    architectures = ["armv8l", "armv7l"] if machine == "armv8l" else [machine]
    musl = re.search(r"^Version (\d{1,3})\.(\d{1,3})", facts.musl, re.MULTILINE)
    glibc = _NUMBERS.match(facts.glibc)
    # manylinux on 32-bit ARM means hard float (PEP 599).
    hard_float = "armv7l" not in architectures or facts.multiarch.endswith("gnueabihf")
    tags = linux_tags(
        architectures,
        glibc=(int(glibc[1]), int(glibc[2])) if glibc and hard_float else None,
        musl=(int(musl[1]), int(musl[2])) if musl else None,
        refused_minors=facts.refused_manylinux,
    )
    if glibc:
        return tuple(tags), f"glibc {glibc[0]}"
    return tuple(tags), f"musl {musl[1]}.{musl[2]}" if musl else ""


def _label(facts: InterpreterFacts) -> str:
    names = {"Darwin": "macos"}
    system = facts.markers["platform_system"]
    machine = facts.markers["platform_machine"]
    return f"{names.get(system, system.lower())} {machine.lower()}".strip()


def _paths(facts: InterpreterFacts) -> EnvironmentPaths:
    paths = facts.paths
    is_virtual = facts.prefix != facts.base_prefix
    headers = paths["include"]
    if is_virtual:  # sysconfig names the base's folder, which belongs to nobody here; as pip does
        version = ".".join(map(str, facts.version_info[:2]))
        headers = f"{facts.prefix}/include/site/python{version}"
    known = EnvironmentPaths(
        executable=facts.executable,
        prefix=facts.prefix,
        base_prefix=facts.base_prefix,
        purelib=paths["purelib"],
        platlib=paths["platlib"],
        scripts=paths["scripts"],
        data=paths["data"],
        headers=headers,
        stdlib=paths["stdlib"],
    )
    if is_virtual and not _sees_system_packages(facts.configuration):
        return known
    own = {known.purelib, known.platlib}
    others = tuple(path for path in dict.fromkeys(facts.system_packages) if path not in own)
    return structs.replace(known, external_packages=others)


def _sees_system_packages(configuration: str) -> bool:
    """Whether a pyvenv.cfg lets the base's packages in (PEP 405)."""
    for line in configuration.splitlines():
        key, separator, value = line.partition("=")
        if separator and key.strip().lower() == "include-system-site-packages":
            return value.strip().lower() == "true"
    return False
