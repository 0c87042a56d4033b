"""What builds gave, remembered: metadata and wheels by the source's bytes and the Python.

Cheap to ask, and asked on the warm path; what builds is `build.py`. A failure is remembered only
as long as the program runs, since what a build lacked may be there next time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.index.local import local_path
from resolvetui.index.seams import RowStore
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.placing import place, sha256_of
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import SdistFile
from resolvetui.model.query import Query

_ROWS = "built-1"
"""Kind of the rows; to be raised when `CoreMetadata` changes."""


class BuildLog(Struct, frozen=True):
    """One build that was run."""

    name: str
    version: str
    log: str
    """The file with its whole output."""
    failure: str = ""
    """The step that failed and the lines that matter, or ""."""


class _Row(Struct, frozen=True, array_like=True):
    core: CoreMetadata
    wheel: str = ""
    """File name, or "" where only metadata was needed."""
    sha256: str = ""
    """Of the wheel."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Row).decode


def build_key(target: Target, query: Query) -> str:
    """What a build depends on besides the source: the `python` of a `BuiltStore`."""
    if not query.build_constraints:
        return target.key
    lines = sorted(
        " ".join((each.requirement.text, *each.hashes)) for each in query.build_constraints
    )
    return f"{target.key}/{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:32]}"


class BuiltStore:
    """What is known of builds."""

    def __init__(self, cache: RowStore) -> None:
        self.runs: list[BuildLog] = []
        """Every build that was run."""
        self._cache = cache
        self._digests: dict[str, str] = {}
        self._failures: dict[str, UnusableMetadata] = {}

    @property
    def logs(self) -> tuple[BuildLog, ...]:
        """The builds that were run, the last one of each file."""
        return tuple({run.log: run for run in self.runs}.values())

    def note_digest(self, file: SdistFile, sha256: str) -> None:
        """The SHA-256 of a file whose index states none, and that was fetched."""
        self._digests[file.url] = sha256

    def digest(self, file: SdistFile) -> str | None:
        """What was noted so."""
        return self._digests.get(file.url)

    def metadata(self, file: SdistFile, python: str) -> CoreMetadata | None:
        """What a build gave, or None; raises `UnusableMetadata` where it failed.

        `python`: `build_key`.
        """
        self.check(file, python)
        row = self._row(file, python)
        return row.core if row else None

    def wheel(self, file: SdistFile, python: str) -> tuple[str, str, Path] | None:
        """File name, SHA-256 and path of the wheel that was built, if it is still there."""
        row = self._row(file, python)
        path = self._cache.file(row.sha256) if row and row.sha256 else None
        return (row.wheel, row.sha256, path) if row and path else None

    def check(self, file: SdistFile, python: str) -> None:
        """Raise the `UnusableMetadata` of a build that failed."""
        if self._failures and (failure := self._failures.get(self._key(file, python))):
            raise failure

    def put(self, file: SdistFile, python: str, core: CoreMetadata) -> None:
        """Keep metadata; what is known of a wheel stays."""
        known = self._row(file, python)
        if known is None or not known.sha256:
            self._cache.put_row(_ROWS, self._key(file, python), _encode(_Row(core)))

    def put_wheel(self, file: SdistFile, python: str, core: CoreMetadata, wheel: Path) -> None:
        """Keep a wheel, by its content, and its metadata. Raises OSError."""
        sha256 = sha256_of(wheel)
        place(wheel, self._cache.file_slot(sha256))
        row = _Row(core, wheel.name, sha256)
        self._cache.put_row(_ROWS, self._key(file, python), _encode(row))

    @property
    def failed(self) -> int:
        """How many files could not be built."""
        return len(self._failures)

    def fail(self, file: SdistFile, python: str, failure: UnusableMetadata) -> None:
        """Remember that it cannot be built."""
        self._failures[self._key(file, python)] = failure

    def forget_failures(self) -> None:
        """Build again what failed, when it is needed."""
        self._failures.clear()

    def _row(self, file: SdistFile, python: str) -> _Row | None:
        value = self._cache.row(_ROWS, self._key(file, python))
        try:
            return None if value is None else _decode(value)
        except msgspec.MsgspecError:
            return None

    def _key(self, file: SdistFile, python: str) -> str:
        """By the bytes of the source: one file's build is never taken for another's."""
        sha256 = file.hashes.get("sha256") or self._digests.get(file.url)
        path = None if sha256 else local_path(file.url)
        if path is not None and path.is_file():
            sha256 = sha256_of(path)  # each time: it may be edited meanwhile
        return f"{sha256 or file.url}/{python}"
