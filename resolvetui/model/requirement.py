"""Requirements, and who asked for them."""

from __future__ import annotations

import enum

from msgspec import Struct

from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.shown import shown_url


class OriginKind(enum.StrEnum):
    """What stated a requirement. Sentences name it so: a constraint is no dependency."""

    ARGUMENT = "argument"
    FILE = "file"
    CONSTRAINT = "constraint"
    OVERRIDE = "override"
    CONFIGURATION = "configuration"
    PROMPT = "prompt"
    INSTALLED = "installed"
    """An installed package that stays as it is requires it."""
    SUPPOSED = "supposed"
    """Nobody: it is looked at as if it were asked for, to say what would come of it."""


class Origin(Struct, frozen=True):
    """Where a requirement of the user stands."""

    kind: OriginKind
    file: str = ""
    """Path as the user wrote it; "" for an argument; for an installed package `torch 2.3.0`."""
    line: int = 0
    """1-based line in `file`; for an argument its 1-based position; 0 when neither is known."""

    @property
    def where(self) -> str:
        """`requirements.txt:3`, or "" for an argument."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file


class Requirement(Struct, frozen=True, array_like=True):
    """One requirement (PEP 508) with its parts already split; cached and compared as a value."""

    name: PackageName
    extras: tuple[ExtraName, ...] = ()
    """Sorted, canonical."""
    specifier: str = ""
    """PEP 440 specifier set as written, without spaces; "" takes any version."""
    marker: str = ""
    """PEP 508 marker; "" always applies."""
    url: str = ""
    """Direct reference (PEP 440, PEP 508), or ""."""

    @property
    def text(self) -> str:
        """The requirement in PEP 508 form, marker included, for showing: credentials are masked."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        body = f"{self.name}{extras}"
        body += f" @ {shown_url(self.url)}" if self.url else self.specifier
        return f"{body} ; {self.marker}" if self.marker else body


class RootRequirement(Struct, frozen=True):
    """A requirement, constraint or override that the user stated."""

    requirement: Requirement
    origin: Origin
    text: str = ""
    """As the user wrote it, for quoting."""
    hashes: tuple[str, ...] = ()
    """What its file must have one of, each `sha256:HEX`; () where nothing is demanded."""
    editable: bool = False
    """Of a folder: the environment is to use the folder itself (`-e`)."""
