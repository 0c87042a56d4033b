"""Tiny wheels made in memory, honest by default and hostile where a test asks for it."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

FILE = 0o100644 << 16
EXECUTABLE = 0o100755 << 16


def record_hash(content: bytes) -> str:
    digest = hashlib.sha256(content).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass
class WheelBuilder:
    """`WheelBuilder("flask", "3.0", {"flask/__init__.py": "x = 1"}).save(folder)`."""

    name: str
    version: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)
    """Entry points: name to `module:function`."""
    metadata: str = ""
    """Replaces METADATA."""
    wheel: str = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record_rows: Mapping[str, str] = field(default_factory=dict)
    """Rows of RECORD to replace by path; "" leaves a row out."""
    extra: Mapping[str, str | bytes] = field(default_factory=dict)
    """Members after RECORD."""
    modes: Mapping[str, int] = field(default_factory=dict)
    """External attributes by member."""

    @property
    def filename(self) -> str:
        return f"{self.name}-{self.version}-py3-none-any.whl"

    @property
    def info(self) -> str:
        return f"{self.name}-{self.version}.dist-info"

    def members(self) -> dict[str, bytes]:
        metadata = self.metadata or (
            f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n"
        )
        members: dict[str, str | bytes] = dict(self.files)
        members[f"{self.info}/METADATA"] = metadata
        members[f"{self.info}/WHEEL"] = self.wheel
        if self.scripts:
            lines = (f"{name} = {reference}" for name, reference in self.scripts.items())
            members[f"{self.info}/entry_points.txt"] = "\n".join(("[console_scripts]", *lines))
        content = {name: _bytes(text) for name, text in members.items()}
        content[f"{self.info}/RECORD"] = self._record(content)
        return content | {name: _bytes(text) for name, text in self.extra.items()}

    def _record(self, content: Mapping[str, bytes]) -> bytes:
        rows = {
            name: f"{_quoted(name)},{record_hash(data)},{len(data)}"
            for name, data in content.items()
        }
        rows[f"{self.info}/RECORD"] = f"{self.info}/RECORD,,"
        rows |= self.record_rows
        return "".join(f"{row}\n" for row in rows.values() if row).encode()

    def bytes(self) -> bytes:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.members().items():
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = self.modes.get(name, FILE)
                archive.writestr(info, content)
        return stream.getvalue()

    def save(self, folder: Path) -> Path:
        path = folder / self.filename
        path.write_bytes(self.bytes())
        return path


def package(
    name: str,
    version: str = "1.0",
    *,
    files: Mapping[str, str | bytes] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> WheelBuilder:
    """A package with one module that knows its version, and what else is asked for."""
    code = f"version = '{version}'\ndef main():\n    print('{name} {version}')\n"
    own = {f"{name}/__init__.py": code}
    return WheelBuilder(name, version, own | dict(files or {}), scripts or {})


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
