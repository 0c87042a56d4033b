"""Which files of an installed package go when it is replaced. Nothing is removed here.

Only what its own RECORD names, inside the environment, and no staying package's RECORD names as
well; and the bytecode of its modules. Packages without a RECORD are refused with a way out.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.errors import InstallFailed
from resolvetui.install.journal import files_below
from resolvetui.install.layout import Layout
from resolvetui.install.ownership import Owners, installed_rows, is_own_path


class OwnFiles(Struct, frozen=True):
    """What goes with a package."""

    files: tuple[str, ...]
    """Sorted real paths of files and links that are there."""
    warnings: tuple[str, ...]
    """Rows of RECORD that are not acted on."""


def files_of(distribution: InstalledDistribution, layout: Layout, staying: Owners) -> OwnFiles:
    """The files that belong to `distribution` alone; `staying` are the packages that stay.

    Raises InstallFailed for editable, external and RECORD-less packages.
    """
    _check_removable(distribution)
    try:
        rows = installed_rows(distribution)
    except FileNotFoundError as error:
        raise _refused(distribution, "It has no RECORD of its files.") from error
    except (OSError, ValueError) as error:
        raise _refused(distribution, f"Its RECORD cannot be read: {error}.") from error
    files: set[str] = set()
    warnings: list[str] = []
    for row in rows:
        if not is_own_path(row.path, layout):
            warnings.append(
                f"{distribution.name}: {row.written!r} in its RECORD is not its own; it stays."
            )
        elif owner := staying.of(row.path):
            warnings.append(f"{distribution.name}: {row.written!r} is {owner}'s too; it stays.")
        elif os.path.lexists(row.path):
            files.update(files_below(row.path))
    files.update(files_below(os.path.realpath(distribution.path)))
    files.update(bytecode_of(files))
    return OwnFiles(tuple(sorted(files)), tuple(warnings))


def _check_removable(distribution: InstalledDistribution) -> None:
    if distribution.external:
        raise _refused(distribution, "It is in a folder that this environment only sees.")
    if distribution.editable and distribution.is_egg:
        raise _refused(distribution, "It is an editable install of a source folder.")
    if distribution.is_egg:
        raise _refused(distribution, "It was installed without a RECORD of its files.")


def _refused(distribution: InstalledDistribution, why: str) -> InstallFailed:
    return InstallFailed(
        f"{distribution.name} {distribution.version} cannot be replaced.",
        why=f"{why} ({distribution.path})",
        what_to_do=f"Remove it with the tool that installed it (such as: python -m pip uninstall "
        f"{distribution.name}), or install into a new environment with --venv.",
        culprit=str(distribution.name),
    )


def bytecode_of(files: Collection[str]) -> Iterator[str]:
    """The `__pycache__/NAME.*.pyc` of modules (PEP 3147), whichever Python made them."""
    modules_by_folder: dict[str, set[str]] = {}
    for path in files:
        if path.endswith(".py"):
            folder, name = os.path.split(path)
            modules_by_folder.setdefault(folder, set()).add(name.removesuffix(".py"))
    for folder, modules in modules_by_folder.items():
        cache = Path(folder, "__pycache__")
        try:
            names = os.listdir(cache)  # noqa: PTH208 - names are all that is needed
        except OSError:
            continue
        for name in names:
            if name.endswith(".pyc") and name.partition(".")[0] in modules:
                yield str(cache / name)
