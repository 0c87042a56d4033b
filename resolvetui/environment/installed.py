"""What an environment holds: its distributions, read from their metadata folders.

Reads names and headers only, without importlib.metadata; who owns which file (RECORD) is the
business of `install/`. Damage that others left is reported and stops nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from packaging.version import InvalidVersion, Version

from resolvetui.environment.header_block import read_egg_requires, read_headers
from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.errors import TargetError
from resolvetui.model.names import ExtraName, PackageName, extra_name, package_name
from resolvetui.model.requirement import Requirement

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")


class InstalledDistribution(Struct, frozen=True):
    """One package of an environment."""

    name: PackageName
    version: str
    """Canonical form (PEP 440)."""
    path: str
    """Its .dist-info (or .egg-info) folder or file."""
    requires_text: tuple[str, ...] = ()
    """Requires-Dist as written; `requirements_of` parses them."""
    provides_extra: tuple[ExtraName, ...] = ()
    requires_python: str = ""
    """Specifier set, or ""."""
    installer: str = ""
    """What installed it (`pip`, `uv`, `conda`), or ""."""
    requested: bool = False
    """Whether somebody asked for it by name (REQUESTED, PEP 376)."""
    editable: bool = False
    direct_url: str = ""
    """Where it was installed from when not from an index (PEP 610), without credentials; as a
    requirement has it: `git+https://…@COMMIT`."""
    external: bool = False
    """In a folder that it only sees, such as the base's: never changed."""
    is_egg: bool = False
    """Metadata of an older form, without a RECORD."""


class Damage(Struct, frozen=True):
    """What others left in a package folder that is no whole distribution."""

    kind: Literal["left-over", "damaged", "twice"]
    path: str
    text: str
    """A sentence that names the path."""


class _Damaged(Exception):  # noqa: N818 - not raised past this module
    """A metadata folder that says neither name nor version; the text says why."""


class _DirectoryInfo(Struct):
    editable: bool = False


class _VcsInfo(Struct):
    vcs: str = ""
    commit_id: str = ""


class _DirectUrl(Struct):
    url: str = ""
    dir_info: _DirectoryInfo | None = None
    vcs_info: _VcsInfo | None = None
    subdirectory: str = ""


_DIRECT_URL = msgspec.json.Decoder(_DirectUrl)


def read_installed(target: Target) -> tuple[tuple[InstalledDistribution, ...], tuple[str, ...]]:
    """As `read_environment`, with the damage as sentences."""
    found, damages = read_environment(target)
    return found, tuple(damage.text for damage in damages)


def read_environment(
    target: Target,
) -> tuple[tuple[InstalledDistribution, ...], tuple[Damage, ...]]:
    """The distributions of a target's environment by name, and what is damaged.

    Empty for a target without environment. Of two that bear one name the newer is listed; one of
    the environment itself hides one that it only sees. Raises TargetError for folders that may
    not be read.
    """
    if target.environment is None:
        return (), ()
    paths = target.environment
    damages: list[Damage] = []
    found: dict[PackageName, InstalledDistribution] = {}
    for folder in _own_folders(paths):
        for distribution in _read_folder(folder, damages):
            _add(found, distribution, damages)
    for folder in paths.external_packages:
        for distribution in _read_folder(folder, []):  # whose repair is not ours to ask for
            found.setdefault(
                distribution.name, msgspec.structs.replace(distribution, external=True)
            )
    return tuple(found[name] for name in sorted(found)), tuple(damages)


def metadata_folders(target: Target, names: Collection[PackageName]) -> list[str]:
    """The .dist-info folders of a target's environment that are called after `names`, unread.

    Paths as in `InstalledDistribution`. What is in them may be something else.
    """
    if target.environment is None:
        return []
    found: list[str] = []
    for folder in _own_folders(target.environment):
        with suppress(OSError):
            found += (
                f"{folder}/{entry}"
                for entry in os.listdir(folder)  # noqa: PTH208 - 10 times faster than pathlib's
                if entry.endswith(".dist-info") and package_name(entry.partition("-")[0]) in names
            )
    return found


def requirements_of(distribution: InstalledDistribution) -> tuple[Requirement, ...]:
    """Its requirements, all markers included; lines that are no requirement are left out."""
    parsed = map(_parse_or_none, distribution.requires_text)
    return tuple(requirement for requirement in parsed if requirement is not None)


def unreadable_requirements(distribution: InstalledDistribution) -> tuple[str, ...]:
    """The lines that `requirements_of` leaves out."""
    return tuple(text for text in distribution.requires_text if _parse_or_none(text) is None)


def _parse_or_none(text: str) -> Requirement | None:
    try:
        return parse_requirement(text)
    except InvalidRequirement:
        return None


def _own_folders(paths: EnvironmentPaths) -> Collection[str]:
    """The package folders of an environment itself, each once."""
    # lib64 is often a link to lib: one folder, known by the name that comes first.
    return {os.path.realpath(folder): folder for folder in (paths.platlib, paths.purelib)}.values()


def _add(
    found: dict[PackageName, InstalledDistribution],
    distribution: InstalledDistribution,
    damages: list[Damage],
) -> None:
    other = found.get(distribution.name)
    if other is None:
        found[distribution.name] = distribution
        return
    kept, hidden = distribution, other
    if Version(other.version) >= Version(distribution.version):
        kept, hidden = other, distribution
    found[distribution.name] = kept
    text = f"{kept.name} is installed twice: {kept.path} is used, {hidden.path} is not."
    damages.append(Damage("twice", hidden.path, text))


def _read_folder(folder: str, damages: list[Damage]) -> Iterator[InstalledDistribution]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - 10 times faster than pathlib's
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise TargetError(
            f"The packages in {folder} cannot be read.",
            why=error.strerror or str(error),
            what_to_do="Check the rights of the folder, or name another Python with --python.",
            culprit=folder,
        ) from error
    for name in names:
        path = f"{folder}/{name}"
        if name.startswith("~"):
            text = f"{path} is a left-over of an interrupted install."
            damages.append(Damage("left-over", path, text))
            continue
        try:
            distribution = _read_entry(folder, name, path)
        except _Damaged as error:
            damages.append(Damage("damaged", path, f"{path} is damaged: {error}."))
            continue
        if distribution is not None:
            yield distribution


def _read_entry(folder: str, name: str, path: str) -> InstalledDistribution | None:
    """The distribution that an entry of site-packages stands for, or None for any other entry."""
    if name.endswith(".dist-info"):
        return _read_dist_info(path)
    if name.endswith(".egg-info"):
        return _read_egg_info(path, editable=False)
    if name.endswith(".egg-link"):
        return _read_egg_link(folder, path)
    return None


def _read_dist_info(path: str) -> InstalledDistribution:
    try:
        files = set(os.listdir(path))  # noqa: PTH208 - one call in place of one for each file
    except OSError as error:
        raise _Damaged(error.strerror or str(error)) from error
    if "METADATA" not in files:
        raise _Damaged("it has no METADATA")
    headers = read_headers(_read(f"{path}/METADATA"))
    installer = _read(f"{path}/INSTALLER") if "INSTALLER" in files else b""
    url, editable = "", False
    if "direct_url.json" in files:
        url, editable = _read_direct_url(f"{path}/direct_url.json")
    return InstalledDistribution(
        name=_name(headers),
        version=_version(headers),
        path=path,
        requires_text=tuple(headers.get("requires-dist", ())),
        provides_extra=_extras(headers),
        requires_python=headers.get("requires-python", [""])[0],
        installer=installer.decode("utf-8", "replace").strip(),
        requested="REQUESTED" in files,
        editable=editable,
        direct_url=url,
    )


def _read_egg_info(path: str, *, editable: bool, url: str = "") -> InstalledDistribution:
    """Metadata of setuptools (a folder with PKG-INFO) or of distutils (that file alone)."""
    is_folder = Path(path).is_dir()
    headers = read_headers(_read(f"{path}/PKG-INFO" if is_folder else path))
    requires = tuple(headers.get("requires-dist", ()))
    if is_folder and not requires and Path(path, "requires.txt").is_file():
        text = _read(f"{path}/requires.txt").decode("utf-8", "replace")
        requires = tuple(read_egg_requires(text))
    return InstalledDistribution(
        name=_name(headers),
        version=_version(headers),
        path=path,
        requires_text=requires,
        provides_extra=_extras(headers),
        requires_python=headers.get("requires-python", [""])[0],
        editable=editable,
        direct_url=url,
        is_egg=True,
    )


def _read_egg_link(folder: str, path: str) -> InstalledDistribution:
    """A `setup.py develop` install: the link's first line is the folder with the .egg-info."""
    lines = _read(path).decode("utf-8", "replace").splitlines()
    source = Path(folder, lines[0].strip()) if lines else Path(folder)
    try:
        found = sorted(source.glob("*.egg-info")) if lines else []
    except (OSError, ValueError):
        found = []
    if not found:
        raise _Damaged(f"there is no .egg-info in {source}")
    return _read_egg_info(str(found[0]), editable=True, url=source.as_uri())


def _read_direct_url(path: str) -> tuple[str, bool]:
    """URL and whether it is editable (PEP 610); a file that is no such JSON counts as absent."""
    try:
        known = _DIRECT_URL.decode(_read(path))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", False
    editable = known.dir_info is not None and known.dir_info.editable
    url = _CREDENTIALS.sub("", known.url)
    if known.vcs_info is not None and known.vcs_info.vcs:
        url = f"{known.vcs_info.vcs}+{url}@{known.vcs_info.commit_id}"
        url += f"#subdirectory={known.subdirectory}" if known.subdirectory else ""
    return url, editable


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _Damaged(f"{os.path.basename(path)}: {error.strerror or error}") from error  # noqa: PTH119


def _name(headers: dict[str, list[str]]) -> PackageName:
    name = headers.get("name", [""])[0]
    if not _NAME.fullmatch(name):
        raise _Damaged(f"its Name {name!r} is none" if name else "its metadata has no Name")
    return package_name(name)


def _version(headers: dict[str, list[str]]) -> str:
    text = headers.get("version", [""])[0]
    try:
        return str(Version(text))
    except (InvalidVersion, ValueError) as error:
        raise _Damaged(f"its version {text!r} is none (PEP 440)") from error


def _extras(headers: dict[str, list[str]]) -> tuple[ExtraName, ...]:
    return tuple(extra_name(extra) for extra in headers.get("provides-extra", ()))
