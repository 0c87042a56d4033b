"""Whether installed packages are as their RECORDs say: every row there, with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from resolvetui.environment.installed import InstalledDistribution, read_installed
from resolvetui.environment.target import Target
from resolvetui.errors import InstallFailed
from resolvetui.install.ownership import installed_rows
from resolvetui.install.wheel import encoded
from resolvetui.model.names import PackageName

_SHOWN = 5


def verify(target: Target, names: Collection[PackageName]) -> None:
    """Check the RECORD of each named package. Raises InstallFailed with the first faults."""
    installed = {dist.name: dist for dist in read_installed(target)[0] if not dist.external}
    faults = [
        fault
        for name in sorted(names)
        for fault in (_faults(installed[name]) if name in installed else (f"{name} is missing",))
    ]
    if faults:
        rest = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InstallFailed(
            "Installed files are not what was installed.",
            why="; ".join(faults[:_SHOWN]) + rest + ".",
            what_to_do="Something else changes this environment; stop it and add --reinstall.",
            culprit=target.environment.prefix if target.environment else None,
        )


def _faults(distribution: InstalledDistribution) -> Iterator[str]:
    try:
        rows = installed_rows(distribution)
    except (OSError, ValueError):
        yield f"{distribution.name} has no readable RECORD"
        return
    for row in rows:
        algorithm, _, digest = row.hash_text.partition("=")
        path = Path(row.path)
        if not path.is_file():
            yield f"{row.written!r} of {distribution.name} is missing"
        elif algorithm == "sha256" and _sha256(path) != digest.rstrip("="):
            yield f"{row.written!r} of {distribution.name} was changed"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return encoded(hashlib.file_digest(file, "sha256").digest())
