"""Local paths, `file:` URLs and text files named by the user.

`urllib.request` and `pathlib` would do the first two at the price of their imports.
"""

# pathlib would cost every warm start 4 ms.
# ruff: noqa: PTH100, PTH111, PTH113, PTH118, PTH123, PTH208

from __future__ import annotations

import codecs
import os
import re
from urllib.parse import quote, unquote_to_bytes

from resolvetui.errors import MissingFileError, UsageError
from resolvetui.inputs.options import near

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def scheme_of(text: str) -> str:
    """`https`, `file`, `git+ssh`, lower case; "" for a path (drive letters are paths)."""
    found = _SCHEME.match(text)
    return found[0][:-1].lower() if found else ""


def absolute(path: str, folder: str) -> str:
    """`path` with `~` expanded, relative to `folder` ("" is the current one)."""
    return os.path.abspath(os.path.join(folder, os.path.expanduser(path)))


def file_url(path: str, folder: str) -> str:
    """The `file:` URL (RFC 8089) of a local path.

    >>> file_url("wheels/x 1.whl", "/opt")
    'file:///opt/wheels/x%201.whl'
    """
    forward = absolute(path, folder).replace(os.sep, "/")
    return (
        "file://"
        + ("" if forward.startswith("/") else "/")
        + quote(os.fsencode(forward), safe="/:")
    )


def path_of(url: str) -> str:
    """The local path of a `file:` URL on this machine.

    >>> path_of("file:///opt/a%20b"), path_of("file://localhost/opt")
    ('/opt/a b', '/opt')
    """
    rest = url.partition(":")[2]
    if rest.startswith("//"):
        rest = rest[2:].partition("/")[1] + rest[2:].partition("/")[2]
    path = os.fsdecode(unquote_to_bytes(rest.partition("#")[0].partition("?")[0]))
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path


def is_file(path: str) -> bool:
    """Whether a file is there; False for names that no file can have."""
    try:
        return os.path.isfile(path)
    except ValueError:
        return False


def read_text(path: str, folder: str = "") -> str:
    """The text of a file in UTF-8, or in the encoding that its byte order mark names.

    A relative path starts at `folder`; messages have it as it was written.

    Raises MissingFileError with the names nearby that are alike, UsageError for other bytes.
    """
    try:
        with open(absolute(path, folder), "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:
        raise _unreadable(path, folder, error) from error
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(path, data[len(mark) :], encoding)
    return _decoded(path, data, "utf-8")


def _decoded(path: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not text in {encoding.upper()}.",
            why=f"The byte at offset {error.start} does not belong there.",
            what_to_do="Save it as UTF-8.",
            culprit=path,
        ) from error


def _unreadable(path: str, folder: str, error: OSError | ValueError) -> MissingFileError:
    reason = getattr(error, "strerror", None) or str(error)
    if not isinstance(error, FileNotFoundError):
        return MissingFileError(f"{path} cannot be read.", why=f"{reason}.", culprit=path)
    guess = name_nearby(path, folder)
    return MissingFileError(
        f"There is no file {path}.",
        what_to_do=f"Did you mean {guess}?" if guess else "Check its path.",
        culprit=path,
    )


def name_nearby(path: str, folder: str = "") -> str:
    """The path in the same folder whose name is most like this one's, or ""."""
    parent, name = os.path.split(path)
    try:
        names = os.listdir(absolute(parent, folder))
    except (OSError, ValueError):
        return ""
    guess = near(name, sorted(names), cutoff=0.7)
    return os.path.join(parent, guess) if guess else ""
