"""The bytes of a file against the hashes that the user's lines want it to have."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from resolvetui.errors import ErrorDetails, HashMismatch
from resolvetui.explanation import hash_words
from resolvetui.install.plan import Action
from resolvetui.model.files import DistributionFile
from resolvetui.model.hashes import HashDemand, algorithms_of, standing
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.shown import shown_url


def promised(action: Action, file: DistributionFile) -> dict[str, str]:
    """What the index promises of a file. Of a direct reference nobody does: the fragment of its
    URL is what the user wants.
    """
    return {} if action.index is None and action.demands else file.hashes


def check_demands(action: Action, file: DistributionFile, path: Path) -> None:
    """Raise HashMismatch unless the file at `path` has a hash that each line wants.

    It is read as a whole, unless it is known by its SHA-256 that this is so.
    """
    sha256 = promised(action, file).get("sha256")
    is_local = file.url.startswith("file:")
    if sha256 and not is_local and standing({"sha256": sha256}, action.demands) == "met":
        return
    check_bytes(file, path, action.demands, action.name, action.index)


def check_bytes(
    file: DistributionFile,
    path: Path,
    demands: Sequence[HashDemand],
    name: PackageName,
    index: IndexName | None,
) -> None:
    """The same for a file that is read in any case; nothing is demanded of most."""
    algorithms = {each for demand in demands for each in algorithms_of(demand.hashes)}
    known = {algorithm: digest_of(path, algorithm) for algorithm in sorted(algorithms)}
    if standing(known, demands) == "met":
        return
    got = tuple(f"{algorithm}:{digest}" for algorithm, digest in known.items())
    url = shown_url(file.url)
    raise HashMismatch(
        hash_words.not_wanted(file.filename, demands),
        why=hash_words.came(got, demands, index or "", url),
        what_to_do=hash_words.CHANGED,
        culprit=file.filename,
        details=ErrorDetails(
            index=index or "",
            project=name,
            url=url,
            expected=tuple(each for demand in demands for each in demand.hashes),
            got=got,
        ),
    )


def digest_of(path: Path, algorithm: str) -> str:
    """The hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()
