"""Small wheels, sdists and a file server for the tests of this room."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from resolvetui.errors import BadPage, HashMismatch, IndexFailure, IndexUnreachable
from resolvetui.model.files import SdistFile, WheelFile

HOST = "https://files.example/"
NAME = "torch-2.3.0+cpu-cp311-cp311-linux_x86_64.whl"
INFO = "torch-2.3.0+cpu.dist-info"


def metadata(*lines: str, name: str = "torch", version: str = "2.3.0+cpu") -> bytes:
    head = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}")
    return "\n".join([*head, *lines, "", "A description.\n"]).encode()


TEXT = metadata("Requires-Dist: filelock")


def wheel(
    text: bytes = TEXT, *, before: int = 100_000, after: int = 0, members: int = 0, info: str = INFO
) -> bytes:
    """A wheel with `before` and `after` incompressible bytes around its METADATA."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("torch/before.bin", b"x" * before)
        for number in range(members):
            archive.writestr(f"torch/{number:0100}.py", b"")
        archive.writestr(f"{info}/METADATA", text, zipfile.ZIP_DEFLATED)
        archive.writestr("torch/after.bin", b"x" * after)
    return out.getvalue()


def wheel_file(content: bytes = b"", **keys: object) -> WheelFile:
    hashes = {"sha256": hashlib.sha256(content).hexdigest()} if content else {}
    values: dict[str, object] = {
        "filename": NAME,
        "url": HOST + NAME.replace("+", "%2B"),
        "version": "2.3.0+cpu",
        "hashes": hashes,
        "tags": "cp311-cp311-linux_x86_64",
    }
    return WheelFile(**{**values, **keys})  # type: ignore[arg-type]


def sdist_file(filename: str = "torch-1.0.tar.gz", **keys: object) -> SdistFile:
    values: dict[str, object] = {
        "filename": filename,
        "url": HOST + filename,
        "version": "1.0",
        "hashes": {},
    }
    return SdistFile(**{**values, **keys})  # type: ignore[arg-type]


def tar_of(members: Mapping[str, bytes], compression: str = "gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_of(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@dataclass(slots=True)
class FakeAnswer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    login: str = ""


class FileServer:
    """Serves a dict of files by URL; its habits are switches."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        suffix_ranges: bool = True,
        ranges: bool = True,
        without_ranges: int = 200,
        missing: int = 404,
        spoil: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self.files = {HOST + name.replace("+", "%2B"): body for name, body in files.items()}
        self.suffix_ranges = suffix_ranges
        self.ranges = ranges
        self.without_ranges = without_ranges
        """Status of the answer to a range request where there are none: 200, 403, 416 or 501."""
        self.missing = missing
        self.spoil = spoil
        """Applied to the bodies of ranges."""
        self.log: list[str] = []
        """`metadata`, `range -65536`, `whole` or `download`, in order."""

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 1 << 30,
        what: str = "",
    ) -> FakeAnswer:
        wanted = (headers or {}).get("Range", "").removeprefix("bytes=")
        self.log.append("metadata" if url.endswith(".metadata") else f"range {wanted}".strip())
        body = self.files.get(url)
        if body is None:
            return FakeAnswer(self.missing)
        answer = self._range(body, wanted) if wanted else FakeAnswer(200, body)
        if len(answer.body) > limit_bytes:
            raise BadPage("too large")
        return answer

    def _range(self, body: bytes, wanted: str) -> FakeAnswer:
        if not self.ranges:
            if self.without_ranges >= 500:
                why = f"the server answered {self.without_ranges}"
                raise IndexUnreachable("no ranges", why=why)
            return FakeAnswer(self.without_ranges, body if self.without_ranges == 200 else b"")
        match = re.fullmatch(r"(\d*)-(\d+)", wanted)
        assert match
        size = len(body)
        start = int(match[1]) if match[1] else max(0, size - int(match[2]))
        end = min(size, int(match[2]) + 1) if match[1] else size
        if start >= size or (not match[1] and not self.suffix_ranges):
            return FakeAnswer(416, b"", {"content-range": f"bytes */{size}"})
        part = self.spoil(body[start:end])
        return FakeAnswer(206, part, {"content-range": f"bytes {start}-{end - 1}/{size}"})

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        self.log.append("download")
        body = self.files.get(url)
        if body is None:
            raise IndexFailure("not there", why=f"the server answered {self.missing}")
        if hashes and hashlib.sha256(body).hexdigest() != hashes["sha256"]:
            raise HashMismatch("other bytes")
        path.write_bytes(body)  # noqa: ASYNC240 - a few bytes
