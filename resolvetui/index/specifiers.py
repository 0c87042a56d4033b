"""Specifiers of real pages and metadata: taken as they are, mended, or refused.

Owns the few repairs that old releases need, so that their files are not lost. Whether a Python
fits is decided in `candidates.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet

_STAR_AFTER_ORDER = re.compile(r"([<>]=?|~=)(\s*\d+(?:\.\d+)*)\.\*")
_MISSING_COMMA = re.compile(r"(\d|\*)\s+([<>=!~])")
_TRAILING_DOT = re.compile(r"(\d)\.(?=\s*(?:,|\)|$))")


@lru_cache(maxsize=1 << 12)
def usable_specifier(text: str) -> str | None:
    """The specifier set, mended if it has to be, or None when it cannot be read (PEP 440).

    >>> usable_specifier(">=3.6.*"), usable_specifier(">=2.7 !=3.0.*"), usable_specifier("three")
    ('>=3.6', '>=2.7,!=3.0.*', None)
    """
    if _is_legal(text):
        return text
    mended_text = mended(text.strip().strip("\"'"))
    return mended_text if _is_legal(mended_text) else None


def mended(text: str) -> str:
    """The specifiers in a text without the slips that old tools let through.

    Also for whole requirements (without marker).

    >>> mended("foo (>=1.0.* <2)")
    'foo (>=1.0,<2)'
    """
    text = _STAR_AFTER_ORDER.sub(r"\1\2", text)
    text = _MISSING_COMMA.sub(r"\1,\2", text)
    return _TRAILING_DOT.sub(r"\1", text)


def _is_legal(text: str) -> bool:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True
