"""The files of a plan on this disk, each with the bytes that its index promised.

Cached and local files need no network; `local_files` finds them without an event loop. Retries,
ranges and credentials are `net.transport`'s, places of files `net.cache`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import structs

from resolvetui.errors import (
    ErrorDetails,
    HashMismatch,
    IndexFailure,
    InstallFailed,
    OfflineError,
)
from resolvetui.explanation.hash_words import not_promised
from resolvetui.index.local import local_path
from resolvetui.install.demanded import check_demands, digest_of, promised
from resolvetui.install.plan import Action, Plan
from resolvetui.model.files import DistributionFile, SourceTree
from resolvetui.model.names import PackageName

OnProgress: TypeAlias = Callable[[PackageName, str, int, int], None]
"""Package, state (as in `session.protocol.InstallProgress`), bytes done, bytes in all."""

_STRONGEST_FIRST = ("sha512", "sha384", "sha256", "blake2b", "sha224", "sha1", "md5")


class FileCache(Protocol):
    """Where files are kept by their SHA-256 (`net.cache.Cache`)."""

    def file(self, sha256: str) -> Path | None:
        """The file, checked, or None."""

    def file_slot(self, sha256: str) -> Path:
        """Where the file is to be put."""


class Downloads(Protocol):
    """What fetches files (`net.transport.Transport`)."""

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        """Fetch to `path`, which appears only when size and hashes are right."""


def local_files(plan: Plan, cache: FileCache) -> dict[PackageName, Path]:
    """Those files of the plan that are cached or local, by package.

    Raises InstallFailed for a local file that is gone, HashMismatch for one that was changed.
    """
    found: dict[PackageName, Path] = {}
    for action in plan.changes:
        is_file = action.file is not None and not isinstance(action.file, SourceTree)
        path = _local_file(action, action.file, cache) if action.file and is_file else None
        if path is not None:
            found[action.name] = path
    return found


async def download_all(
    plan: Plan, cache: FileCache, transport: Downloads | None, on_progress: OnProgress
) -> dict[PackageName, Path]:
    """All files of the plan, by package; what is not here is fetched concurrently.

    Without a transport (offline) a missing file is an OfflineError. Raises HashMismatch and what
    the transport raises; the other downloads are stopped then.
    """
    import asyncio  # only a run that downloads needs it

    files = local_files(plan, cache)
    missing = [a for a in plan.changes if a.file is not None and a.name not in files]
    for name, path in files.items():
        size = path.stat().st_size
        on_progress(name, "verified", size, size)
    if missing and transport is None:
        raise _offline(missing)
    assert transport is not None or not missing
    tasks = [
        asyncio.create_task(_fetch(action, action.file, cache, transport, on_progress))
        for action in missing
        if action.file is not None and transport is not None
    ]
    try:
        fetched = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return files | dict(zip((action.name for action in missing), fetched, strict=True))


async def _fetch(
    action: Action,
    file: DistributionFile,
    cache: FileCache,
    transport: Downloads,
    on_progress: OnProgress,
) -> Path:
    import asyncio

    name, total = action.name, file.size or 0
    on_progress(name, "queued", 0, total)
    hashes = promised(action, file)
    sha256 = hashes.get("sha256", "")
    slot = cache.file_slot(sha256) if sha256 else _provisional_slot(file, cache)
    try:
        await transport.download(
            file.url,
            slot,
            hashes=hashes,
            size=file.size,
            on_bytes=lambda done: on_progress(name, "downloading", done, total),
        )
    except (HashMismatch, IndexFailure) as error:
        error.details = structs.replace(error.details, index=action.index or "", project=name)
        if action.index and isinstance(error, HashMismatch):
            error.what = not_promised(file.filename, action.index)
        raise
    if not sha256:
        slot = await asyncio.to_thread(_place_unhashed, action, file, slot, cache)
    else:
        await asyncio.to_thread(check_demands, action, file, slot)
    size = slot.stat().st_size
    on_progress(name, "verified", size, size)
    return slot


def _provisional_slot(file: DistributionFile, cache: FileCache) -> Path:
    """A place in the cache for a file whose hash is only known once it is here."""
    slot = cache.file_slot(hashlib.sha256(file.url.encode()).hexdigest())
    return slot.with_name(f"{slot.name}.unhashed")


def _place_unhashed(action: Action, file: DistributionFile, slot: Path, cache: FileCache) -> Path:
    """Where a file belongs whose hash was not known, once it is known to be wanted."""
    try:
        check_demands(action, file, slot)
    except HashMismatch:
        slot.unlink(missing_ok=True)
        raise
    return slot.replace(cache.file_slot(digest_of(slot, "sha256")))


def _local_file(action: Action, file: DistributionFile, cache: FileCache) -> Path | None:
    path = local_path(file.url)
    if path is None:
        sha256 = file.hashes.get("sha256", "")
        cached = cache.file(sha256) if sha256 else None
        if cached is not None:
            check_demands(action, file, cached)
        return cached
    if not path.is_file():
        raise InstallFailed(
            f"{file.filename} is no longer there.",
            why=f"There is no file {path}.",
            what_to_do="Resolve again.",
            culprit=str(path),
        )
    _check_hash(promised(action, file), file, path)
    check_demands(action, file, path)
    return path


def _check_hash(hashes: Mapping[str, str], file: DistributionFile, path: Path) -> None:
    """Compare with the strongest hash that the page of a local folder gives, if any."""
    algorithm = next((known for known in _STRONGEST_FIRST if known in hashes), "")
    if not algorithm:
        return
    expected, found = hashes[algorithm].lower(), digest_of(path, algorithm)
    if expected != found:
        raise HashMismatch(
            f"{file.filename} is not the file that its index lists.",
            why=f"Its {algorithm} is {found}; {expected} was promised.",
            what_to_do="Find out who changed it; do not install it.",
            culprit=str(path),
            details=ErrorDetails(
                url=file.url, expected=(f"{algorithm}:{expected}",), got=(f"{algorithm}:{found}",)
            ),
        )


def _offline(missing: list[Action]) -> OfflineError:
    names = [action.file.filename for action in missing if action.file is not None]
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return OfflineError(
        f"The cache lacks {', '.join(names[:3])}{rest}.",
        why="--offline was given, so nothing can be downloaded.",
        what_to_do="Leave out --offline.",
        culprit=names[0],
    )
