"""The filter of the candidate table: `fits !yanked >=2.1 cpu`, all terms must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from resolvetui.model.verdict import TAG_REASONS, FileVerdict, Reason, VersionVerdict


class Line(Struct, frozen=True):
    """One version of the candidate table, as filters and sorting see it."""

    version: str
    uploaded: str
    """ISO date, or ""."""
    cells: tuple[VersionVerdict | None, ...]
    indexes: tuple[str, ...]
    files: tuple[FileVerdict, ...] = ()
    """As far as they were loaded."""

    @property
    def fits(self) -> bool:
        """Whether any index has a usable file of it."""
        # A generator would take twice as long, and this is asked ten thousand times a key.
        for cell in self.cells:  # noqa: SIM110
            if cell is not None and cell.hurdle is None:
                return True
        return False

    def has(self, reasons: Iterable[Reason]) -> bool:
        """Whether any index's verdict is one of these reasons."""
        found = {cell.hurdle.reason for cell in self.cells if cell and cell.hurdle}
        return not found.isdisjoint(reasons)


Test: TypeAlias = Callable[[Line], bool]

_SDIST = frozenset({Reason.ONLY_SDIST, Reason.SDIST_NOT_BUILDABLE, Reason.BUILD_FAILED})
_WORDS: dict[str, Test] = {
    "fits": lambda line: line.fits,
    "tag": lambda line: line.has(TAG_REASONS),
    "python": lambda line: line.has({Reason.REQUIRES_PYTHON}),
    "yanked": lambda line: line.has({Reason.YANKED}),
    "pre": lambda line: line.has({Reason.PRERELEASE}),
    "sdist": lambda line: line.has(_SDIST),
    "shadow": lambda line: line.has({Reason.SHADOWED}),
}
_SPECIFIER = re.compile(r"(===|==|~=|!=|<=|>=|<|>)")


def parse(text: str) -> Test:
    """A test that holds when every term of the filter does; "" always holds."""
    tests = [_term(term) for term in text.split()]
    return lambda line: all(test(line) for test in tests)


def _term(term: str) -> Test:
    if term.startswith("!") and not term.startswith("!="):
        inner = _term(term[1:]) if term != "!" else (lambda _line: False)
        return lambda line: not inner(line)
    if term.lower() in _WORDS:
        return _WORDS[term.lower()]
    if term.startswith("idx:"):
        return _on_index(term[4:].lower())
    if _SPECIFIER.match(term):
        return _in_range(term)
    return _with_text(term.lower())


def _on_index(name: str) -> Test:
    def test(line: Line) -> bool:
        pairs = zip(line.indexes, line.cells, strict=True)
        return any(cell is not None and name in index.lower() for index, cell in pairs)

    return test


def _in_range(text: str) -> Test:
    """A specifier set; while it is still being typed, everything holds."""
    try:
        wanted = SpecifierSet(text)
    except InvalidSpecifier:
        return lambda _line: True

    def test(line: Line) -> bool:
        try:
            return wanted.contains(line.version, prereleases=True)
        except InvalidVersion:
            return False

    return test


def _with_text(text: str) -> Test:
    def test(line: Line) -> bool:
        if text in line.version.lower():
            return True
        hurdles = (cell.hurdle.detail for cell in line.cells if cell and cell.hurdle)
        names = (verdict.file.filename for verdict in line.files)
        return any(text in part.lower() for part in (*hurdles, *names))

    return test
