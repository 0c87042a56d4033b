"""What makes a script start: shebangs for any path, and the scripts of entry points.

The launchers for Windows are `installer`'s (pypa). On other systems the same text is made here,
with shebangs by the same rule: importing `installer` takes as long as linking twenty packages.
"""

from __future__ import annotations

import os
import shlex

from resolvetui.install.entry_points import EntryPoint

_PLACEHOLDER = b"#!python"
_TEMPLATE = """\
# -*- coding: utf-8 -*-
import re
import sys
from {module} import {name}
if __name__ == "__main__":
    sys.argv[0] = re.sub(r"(-script\\.pyw|\\.exe)?$", "", sys.argv[0])
    sys.exit({function}())
"""
_LONGEST_SHEBANG = 127
"""Bytes with `#!` and newline that every kernel takes."""


def generate(point: EntryPoint, executable: str) -> tuple[str, bytes]:
    """File name and content of an entry point's script, for the system that this runs on."""
    if os.name != "nt":
        return point.name, shebang(executable) + b"\n" + _text(point).encode()
    from installer.scripts import Script
    from installer.utils import get_launcher_kind

    script = Script(point.name, point.module, point.attribute, point.section)
    return script.generate(executable, get_launcher_kind())


def _text(point: EntryPoint) -> str:
    name = point.attribute.partition(".")[0]
    return _TEMPLATE.format(module=point.module, name=name, function=point.attribute)


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
