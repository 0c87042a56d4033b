"""Requires-Python texts of real pages: taken as they are, mended, or refused.

Owns the few repairs that old releases need, so that their files are not lost. Whether a Python
fits is decided in `candidates.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet

_STAR_AFTER_ORDER = re.compile(r"([<>]=?|~=)(\s*\d+(?:\.\d+)*)\.\*")
_MISSING_COMMA = re.compile(r"(\d|\*)\s+([<>=!~])")
_TRAILING_DOT = re.compile(r"(\d)\.(?=\s*(?:,|$))")


@lru_cache(maxsize=1 << 12)
def usable_specifier(text: str) -> str | None:
    """The specifier set, mended if it has to be, or None when it cannot be read (PEP 440).

    >>> usable_specifier(">=3.6.*"), usable_specifier(">=2.7 !=3.0.*"), usable_specifier("three")
    ('>=3.6', '>=2.7,!=3.0.*', None)
    """
    if _is_legal(text):
        return text
    mended = _STAR_AFTER_ORDER.sub(r"\1\2", text.strip().strip("\"'"))
    mended = _MISSING_COMMA.sub(r"\1,\2", mended)
    mended = _TRAILING_DOT.sub(r"\1", mended)
    return mended if _is_legal(mended) else None


def _is_legal(text: str) -> bool:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True
