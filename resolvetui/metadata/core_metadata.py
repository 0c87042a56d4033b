"""METADATA and PKG-INFO texts → what a resolve needs of them. Pure.

A hand scan of the header block, ten times faster than `email`: the description after it may be
100 KB. Markers stay as they are; they are evaluated where the target is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.index.filenames import canonical_version
from resolvetui.index.specifiers import mended, usable_specifier
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import ExtraName, PackageName, extra_name, package_name
from resolvetui.model.requirement import Requirement

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_LINE_END = re.compile(r"\r\n|\n|\r")
_FIRST_HEADER = re.compile(rb"\s*[A-Za-z-]+:")
_WANTED = frozenset(
    {
        "metadata-version",
        "name",
        "version",
        "requires-python",
        "requires-dist",
        "provides-extra",
        "dynamic",
        "summary",
    }
)
_BOM = b"\xef\xbb\xbf"


class CoreMetadata(Struct, frozen=True, array_like=True):
    """The parts of a distribution's core metadata that a resolve reads."""

    name: PackageName
    version: str
    """Canonical form (PEP 440)."""
    requires_python: str = ""
    """Specifier set, or "" when any Python will do."""
    requires: tuple[Requirement, ...] = ()
    """In the order of the text; those of extras have `extra` in their marker."""
    provides_extra: tuple[ExtraName, ...] = ()
    """In the order of the text, without repetitions."""
    dynamic: tuple[str, ...] = ()
    """Lower-case field names that a build may change (PEP 643); only of interest for sdists."""
    metadata_version: str = ""
    successor: PackageName | None = None
    """The project that its summary sends its users to, if it does."""


encode_metadata = msgspec.msgpack.Encoder().encode
decode_metadata = msgspec.msgpack.Decoder(CoreMetadata).decode


def parse_metadata(text: bytes | str, source: str) -> CoreMetadata:
    """The core metadata in a text; `source` names it in errors (a file name or URL).

    Raises `UnusableMetadata` when name or version are missing or wrong, or a requirement or
    Requires-Python cannot be read (core metadata specifications, PEP 508, PEP 440).
    """
    fields: dict[str, list[str]] = {}
    for name, value in _headers(text):
        fields.setdefault(name, []).append(value)
    name = package_name(_required(fields, "name", source))
    return CoreMetadata(
        name=name,
        version=_version(_required(fields, "version", source), source),
        requires_python=_requires_python(_first(fields, "requires-python"), source),
        requires=tuple(_requirement(line, source) for line in fields.get("requires-dist", ())),
        provides_extra=_extras(fields.get("provides-extra", ())),
        dynamic=tuple(value.lower() for value in fields.get("dynamic", ())),
        metadata_version=_first(fields, "metadata-version"),
        successor=successor(name, _first(fields, "summary")),
    )


def successor(name: PackageName, summary: str) -> PackageName | None:
    """The project that the summary of another one sends its users to.

    >>> successor("sklearn", "deprecated sklearn package, use scikit-learn instead")
    'scikit-learn'
    >>> successor("dotenv", "Use it instead of variables"), successor("a", "moved to the cloud")
    (None, None)
    """
    match = _SUCCESSOR.search(summary)
    if match is None:
        return None
    found = package_name(next(text for text in match.groups() if text))
    return None if found == name or found in _NO_NAMES else found


_NAMED = r"[`'\"]?([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[`'\"]?"
_SUCCESSOR = re.compile(
    rf"\b(?:use|install) {_NAMED} instead(?! of)|\b(?:renamed|moved) to {_NAMED}\s*(?:[.,;!)]|$)"
    rf"|\b(?:replaced|superseded) by {_NAMED}\s*(?:[.,;!)]|$)|\bdeprecated\W.*\buse {_NAMED}",
    re.IGNORECASE,
)
_NO_NAMES = frozenset({"a", "an", "it", "one", "that", "the", "this"})


def looks_like_metadata(body: bytes) -> bool:
    """Whether a body begins with a header field: servers send HTML pages with status 200, too."""
    return _FIRST_HEADER.match(body.removeprefix(_BOM)[:200]) is not None


def _headers(text: bytes | str) -> Iterator[tuple[str, str]]:
    """Lower-case names and unfolded values of the fields that are read, in order.

    A line that is neither a field nor a continuation is passed over: old tools wrote the second
    line of a licence text without indentation.
    """
    name = value = ""
    for line in _LINE_END.split(_header_block(text)):
        if line[:1] in {" ", "\t"}:
            if name:
                value += "\n" + line.strip()
            continue
        if name:
            yield name, value.strip()
        name, _, value = line.partition(":")
        name = name.strip().lower()
        name = name if name in _WANTED else ""
    if name:
        yield name, value.strip()


def _header_block(text: bytes | str) -> str:
    raw = text.encode() if isinstance(text, str) else text
    raw = raw.removeprefix(_BOM)
    end = _HEADER_END.search(raw)
    return (raw[: end.start()] if end else raw).decode("utf-8", "replace")


def _first(fields: dict[str, list[str]], name: str) -> str:
    values = fields.get(name)
    return values[0] if values else ""


def _required(fields: dict[str, list[str]], name: str, source: str) -> str:
    value = _first(fields, name)
    if not value:
        raise _invalid(source, f"it has no {name.capitalize()} field")
    return value


def _version(text: str, source: str) -> str:
    version = canonical_version(text)
    if version is None:
        raise _invalid(source, f"its version {text!r} is not valid (PEP 440)")
    return version


def _requires_python(text: str, source: str) -> str:
    if not text:
        return ""
    specifier = usable_specifier(text)
    if specifier is None:
        raise _invalid(source, f"its Requires-Python {text!r} is no specifier (PEP 440)")
    return specifier


def _requirement(line: str, source: str) -> Requirement:
    line = " ".join(line.split())
    try:
        return parse_requirement(line)
    except InvalidRequirement:
        specifier, semicolon, marker = line.partition(";")
    try:
        return parse_requirement(mended(specifier) + semicolon + marker)
    except InvalidRequirement:
        raise _invalid(source, f"its requirement {line!r} is not valid (PEP 508)") from None


def _extras(names: list[str] | tuple[()]) -> tuple[ExtraName, ...]:
    return tuple(dict.fromkeys(extra_name(name) for name in names))


def _invalid(source: str, why: str) -> UnusableMetadata:
    return UnusableMetadata(
        f"The metadata of {source} cannot be used.",
        why=f"{source}: {why}.",
        what_to_do="Use another version.",
        culprit=source,
    )
