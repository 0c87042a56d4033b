"""What `--hash` and the fragment of a URL may say (pip, "Secure installs")."""

from __future__ import annotations

import re

from resolvetui.errors import UsageError
from resolvetui.inputs.settings import redact
from resolvetui.model.hashes import DIGEST_LENGTHS

_HEX = re.compile(r"[0-9a-f]+")


def checked_hash(value: str, where: str) -> str:
    """`sha256:HEX` in lower case; raises UsageError with `where` (file and line) for all else."""
    algorithm, _, digest = value.strip().lower().partition(":")
    _check(algorithm, digest, f"{where} gives --hash={redact(value)}", where)
    return f"{algorithm}:{digest}"


def fragment_hashes(url: str, where: str) -> tuple[str, ...]:
    """The hashes in the fragment of a URL, such as `#sha256=HEX`; raises UsageError for bad ones.

    Fragments hold other things too (`subdirectory`, `egg`), and hashes that prove nothing (`md5`).
    """
    found = []
    for part in url.partition("#")[2].split("&"):
        algorithm, _, digest = part.lower().partition("=")
        if algorithm in DIGEST_LENGTHS:
            said = f"{where or redact(url)} gives #{redact(part)}"
            _check(algorithm, digest, said, where or redact(url))
            found.append(f"{algorithm}:{digest}")
    return tuple(dict.fromkeys(found))


def _check(algorithm: str, digest: str, said: str, culprit: str) -> None:
    length = DIGEST_LENGTHS.get(algorithm)
    if length is None:
        *others, last = DIGEST_LENGTHS
        why = f"The algorithm must be {', '.join(others)} or {last}."
    elif not _HEX.fullmatch(digest) or len(digest) != length:
        why = (
            f"A {algorithm} digest has {length} hex digits; this one has {len(digest)} characters."
        )
    else:
        return
    raise UsageError(
        f"{said}, which is no hash that can be checked.",
        why=why,
        what_to_do="Copy it again from where it comes from.",
        culprit=culprit,
    )
