"""The header block of METADATA and PKG-INFO, and requires.txt of an egg, read by hand.

Only what an installed package tells of itself is needed here, and `email` costs 180 µs a file;
full core metadata with its checks is the business of `metadata/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_SECTION = re.compile(r"\[([^\]:]*)(?::([^\]]*))?\]")


def read_headers(data: bytes) -> dict[str, list[str]]:
    r"""Field name in lower case to its values, in order; the description below is left out.

    Folded lines are joined by a blank (RFC 822, as core metadata has it). Lines that are no field
    are skipped, and what is not UTF-8 is replaced.

    >>> read_headers(b"Name: a\nRequires-Dist: b\n  >=1\n\nVersion: of the text")
    {'name': ['a'], 'requires-dist': ['b >=1']}
    """
    fields: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        if not line:
            break
        if line[0] in " \t":
            if values is not None:
                values[-1] = f"{values[-1]} {line.strip()}"
            continue
        match = _FIELD.match(line)
        values = None
        if match is not None:
            values = fields.setdefault(match[1].lower(), [])
            values.append(match[2].strip())
    return fields


def read_egg_requires(text: str) -> Iterator[str]:
    r"""requires.txt of setuptools as Requires-Dist lines.

    Sections `[extra]`, `[:marker]` and `[extra:marker]` become markers.

    >>> list(read_egg_requires("a\n[x:os_name=='nt']\nb>1"))
    ['a', "b>1 ; (os_name=='nt') and extra == 'x'"]
    """
    marker = ""
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if match := _SECTION.fullmatch(line):
            extra, condition = match[1], match[2]
            parts = [f"({condition})"] if condition else []
            parts += [f"extra == '{extra}'"] if extra else []
            marker = " and ".join(parts)
        else:
            yield f"{line} ; {marker}" if marker else line
