"""What makes a script start: shebangs for any path, and the scripts of entry points.

The texts of entry points and the launchers for Windows are `installer`'s (pypa); the shebang of
scripts that a wheel brings is made here by the same rule.
"""

from __future__ import annotations

import os
import shlex

from resolvetui.install.entry_points import EntryPoint

_PLACEHOLDER = b"#!python"
_LONGEST_SHEBANG = 127
"""Bytes with `#!` and newline that every kernel takes."""


def generate(point: EntryPoint, executable: str) -> tuple[str, bytes]:
    """File name and content of an entry point's script, for the system that this runs on."""
    from installer.scripts import Script
    from installer.utils import get_launcher_kind

    script = Script(point.name, point.module, point.attribute, point.section)
    return script.generate(executable, get_launcher_kind())


def has_placeholder(start: bytes) -> bool:
    """Whether a script begins with `#!python`, which the installer replaces (PEP 427)."""
    return start.startswith(_PLACEHOLDER)


def with_shebang(script: bytes, executable: str) -> bytes:
    """The script with its first line replaced by one that starts `executable`."""
    _, _, rest = script.partition(b"\n")
    return shebang(executable) + b"\n" + rest


def shebang(executable: str) -> bytes:
    r"""The first line, or three for a path that a kernel would not take.

    Those are a command to `sh` and a string to Python, as in distlib and installer:

    >>> shebang("/env/bin/python"), shebang("/my env/bin/python").splitlines()[0]
    (b'#!/env/bin/python', b'#!/bin/sh')
    """
    path = os.fsencode(executable)
    if b" " not in path and len(path) + 3 <= _LONGEST_SHEBANG:
        return b"#!" + path
    quoted = os.fsencode(shlex.quote(executable))
    return b"#!/bin/sh\n'''exec' " + quoted + b' "$0" "$@"\n' + b"' '''"
