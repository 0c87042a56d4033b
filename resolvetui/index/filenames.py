"""File names of wheels and source distributions, split by hand.

Owns what a name says: project, version, build, tags, or what kind of other file it is. The
largest projects have 15,000 files, so nothing here goes through packaging's slower parsers;
versions are parsed once a distinct text. Judging tags against a target is `environment/tags.py`.
"""

from __future__ import annotations

from functools import lru_cache

from packaging.version import InvalidVersion

from resolvetui.model.names import PackageName, package_name
from resolvetui.resolver.specifiers import parse_version

SDIST_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tgz")
"""Archives that a source distribution may be; `.tar.gz` is the only one of PEP 625."""

LEGACY_SUFFIXES = (".egg", ".exe", ".msi", ".rpm", ".dmg", ".deb")
"""Distributions that no installer of today takes; listed so that a page with them is one."""

DISTRIBUTION_SUFFIXES = (".whl", *SDIST_SUFFIXES, *LEGACY_SUFFIXES)

_canonical_name = lru_cache(maxsize=1 << 12)(package_name)


@lru_cache(maxsize=1 << 16)
def canonical_version(text: str) -> str | None:
    """The canonical form of a version (PEP 440), or None when it is not legal.

    >>> canonical_version("1.0-1"), canonical_version("2.3.0+CPU"), canonical_version("dev")
    ('1.0.post1', '2.3.0+cpu', None)
    """
    try:
        return str(parse_version(text))
    except InvalidVersion:
        return None


def wheel_parts(filename: str) -> tuple[str, str, str, str] | None:
    """Name, version, build tag ("" without) and the three tags of a wheel, all as written.

    None when it is no wheel's name (binary distribution format, "File name convention").

    >>> wheel_parts("torch-2.3.0+cpu-1-cp311-cp311-linux_x86_64.whl")
    ('torch', '2.3.0+cpu', '1', 'cp311-cp311-linux_x86_64')
    """
    parts = filename[:-4].split("-")
    if not filename.endswith(".whl") or "" in parts:
        return None
    if len(parts) == 5:
        name, version, python, abi, platform = parts
        return name, version, "", f"{python}-{abi}-{platform}"
    if len(parts) == 6 and "0" <= parts[2][0] <= "9":
        name, version, build, python, abi, platform = parts
        return name, version, build, f"{python}-{abi}-{platform}"
    return None


def sdist_stem(filename: str) -> str | None:
    """The name without its archive suffix, or None when it is no source archive."""
    for suffix in SDIST_SUFFIXES:
        if filename.endswith(suffix):
            return filename[: -len(suffix)]
    return None


def sdist_version(stem: str, project: PackageName) -> str | None:
    """The version, as written, in the stem of this project's sdist; None if it is another's.

    Old names hold dashes of their own, so the name is found by comparing it with the project.

    >>> sdist_version("typing-extensions-4.8.0", PackageName("typing-extensions"))
    '4.8.0'
    """
    size = len(project)
    if stem[size : size + 1] == "-" and _canonical_name(stem[:size]) == project:
        return stem[size + 1 :]
    position = stem.find("-")
    while position > 0:  # names whose runs of `-_.` are longer than one character
        if package_name(stem[:position]) == project:
            return stem[position + 1 :]
        position = stem.find("-", position + 1)
    return None


def project_of(filename: str) -> PackageName | None:
    """The project that a file belongs to by its name alone, or None when that cannot be said.

    Used where one page lists many projects. An sdist's version is what follows the last dash.
    """
    if filename.endswith(".whl"):
        parts = wheel_parts(filename)
        return _canonical_name(parts[0]) if parts else None
    stem = sdist_stem(filename)
    if stem is None:
        return None
    name, dash, version = stem.rpartition("-")
    if not dash or not name or canonical_version(version) is None:
        return None
    return _canonical_name(name)


def is_project(name: str, project: PackageName) -> bool:
    """Whether a name, as written, is this project's."""
    return _canonical_name(name) == project
