"""The files that a lock (PEP 751) lists, as an index of their own. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock, PylockValidationError

from resolvetui.index.flat import FlatBuilder, FlatPages
from resolvetui.index.links import BadEntry, LinkBase, PageBuilder
from resolvetui.index.simple_api import bad_page
from resolvetui.model.names import IndexName


def lock_files(index: IndexName, path: Path, body: bytes) -> FlatPages:
    """The files of a lock at `path`, by project. Raises `BadPage` for what is no lock."""
    url = path.absolute().as_uri()
    try:
        lock = Pylock.from_dict(tomllib.loads(body.decode()))
    except (ValueError, PylockValidationError, RecursionError) as error:
        raise bad_page("its files", index, url, str(error)) from None
    builders, base = FlatBuilder(index, url), LinkBase(url)
    for package in lock.packages:
        for file in (*(package.wheels or ()), *((package.sdist,) if package.sdist else ())):
            builder = builders.of(file.filename)
            if builder is None:
                continue
            try:
                _add(builder, base, path.absolute().parent, package, file)
            except BadEntry as error:
                builder.skip(file.filename, str(error))
    return builders.pages()


def _add(
    builder: PageBuilder,
    base: LinkBase,
    folder: Path,
    package: Package,
    file: PackageWheel | PackageSdist,
) -> None:
    place = file.url or (folder / (file.path or "")).as_uri()
    hashes: Mapping[str, str] = {name.lower(): digest for name, digest in file.hashes.items()}
    builder.add(
        file.filename,
        base.absolute(place),
        hashes,
        size=file.size,
        requires_python=str(package.requires_python) if package.requires_python else None,
        upload_time=_moment(file.upload_time),
    )


def _moment(time: datetime | None) -> str | None:
    """As indexes write it (PEP 700); a time without a zone is in UTC (PEP 751)."""
    if time is None:
        return None
    zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
