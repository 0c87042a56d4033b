"""Names on several indexes as rows, and all about the one under the cursor. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.model.sharing import Listing, SharedName, Sharing
from resolvetui.tui import signs, words
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Spans, clip
from resolvetui.tui.widgets.columns import Column, Row

MOST_INDEXES = 5
"""Index columns; the text below the table has all."""
_FILES = 4
"""File names that the text names."""

_PARTS: dict[str, tuple[Sign, str]] = {
    "chosen": (signs.CHOSEN, "chosen"),
    "used": (signs.FITS, "counts as well"),
    "hidden": (signs.SHADOWED, "hidden"),
    "missing": (signs.ABSENT, "does not have it"),
    "not-asked": (signs.UNKNOWN, "not asked"),
    "explicit": (signs.EXCLUDED, "only for what is pinned to it"),
}


_SAID = max(len(said) for part, (_, said) in _PARTS.items() if part in ("chosen", "used", "hidden"))


def shared_columns(sharing: Sharing) -> tuple[Column, ...]:
    """The name, the indexes in order of preference, whether files are the same."""
    some = (*sharing.shared, *sharing.open)[:1]
    names = [each.index for name in some for each in name.listings][:MOST_INDEXES]
    return (
        Column("  name", 16, 0, most=28),
        *(
            Column(name, min(max(len(name), 12), 16), 2 + at, most=24, drop=at and at + 1)
            for at, name in enumerate(names)
        ),
        Column("same files", 12, 1, drop=2),
    )


def shared_rows(sharing: Sharing) -> tuple[Row, ...]:
    """Names on several indexes, then those that were not looked for everywhere."""
    rows = [_row(each, quiet=False) for each in sharing.shared]
    return (*rows, *(_row(each, quiet=True) for each in sharing.open))


def _row(name: SharedName, *, quiet: bool) -> Row:
    sign = signs.YANKED if name.risk else signs.ABSENT
    role: Role = "muted" if quiet else "strong"
    first: Spans = ((f"{sign.glyph} ", sign.role), (name.package, role))
    cells = tuple(_cell(each, name.chosen) for each in name.listings[:MOST_INDEXES])
    return Row(name.package, (first, _files(name), *cells), data=name)


def _cell(listing: Listing, chosen: str) -> Spans:
    sign, _ = _PARTS[listing.part]
    if listing.part == "chosen":
        return ((f"{sign.glyph} ", sign.role), (chosen, sign.role))
    if listing.newest:
        return ((f"{sign.glyph} ", sign.role), (listing.newest[0], "text"))
    word = {"not-asked": "not asked", "explicit": "explicit"}.get(listing.part, "—")
    return ((f"{sign.glyph} ", sign.role), (word, "muted"))


def _files(name: SharedName) -> Spans:
    match name.hashes:
        case "equal":
            return ((f"{signs.YES.glyph} ", "ok"), (f"{name.equal} equal", "text"))
        case "differ":
            return ((f"{signs.NO.glyph} {len(name.differing)} differ", "bad"),)
        case "unknown":
            return ((f"{signs.UNKNOWN.glyph} ", "warn"), (f"{name.unknown} unknown", "text"))
        case "apart":
            return (("· ", "guide"), ("none" if len(name.on) > 1 else "—", "muted"))


def summary(sharing: Sharing) -> str:
    """`3 names on several indexes · 10 not asked everywhere`."""
    parts = [f"{words.count(len(sharing.shared), 'name')} on several indexes"]
    if sharing.open:
        parts.append(f"{len(sharing.open)} not asked everywhere")
    elif sharing.single:
        parts.append(f"{sharing.single} on one at most")
    return " · ".join(parts)


def about(name: SharedName, cells: int) -> Iterator[Spans]:
    """All about one name: risk, reason, versions on each index, files; lists cut to the width."""
    if name.risk:
        yield ((f"{signs.YANKED.glyph} ", "warn"), (name.risk, "warn"))
    if name.why:
        yield ((name.why, "text"),)
    longest = max((len(each.index) for each in name.listings), default=0)
    for each in name.listings:
        yield clip(_about_listing(each, min(longest, 20)), cells)
    yield from _about_files(name)


def _about_listing(each: Listing, cells: int) -> Spans:
    sign, said = _PARTS[each.part]
    head: Spans = (
        (f"{sign.glyph} ", sign.role),
        (f"{each.index:<{cells}}  ", "strong"),
        (f"{said:<{_SAID}}" if each.count else said, "muted"),
    )
    if not each.count:
        return head
    more = ", …" if each.count > len(each.newest) else ""
    versions = words.count(each.count, "version")
    return (*head, (f"  {versions}: {', '.join(each.newest)}{more}", "text"))


def _about_files(name: SharedName) -> Iterator[Spans]:
    if len(name.on) < 2:
        return
    if name.differing:
        shown = ", ".join(name.differing[:_FILES])
        more = len(name.differing) - _FILES
        rest = f" and {more} more" if more > 0 else ""
        yield ((f"{signs.NO.glyph} ", "bad"), (f"other contents: {shown}{rest}", "text"))
    if name.equal:
        files = words.count(name.equal, "file")
        yield ((f"{signs.YES.glyph} ", "ok"), (f"{files} with the same hash on each", "text"))
    if name.unknown:
        files = words.count(name.unknown, "file")
        yield ((f"{signs.UNKNOWN.glyph} ", "warn"), (f"{files} without hashes to compare", "text"))
    if name.hashes == "apart":
        yield (("· ", "guide"), ("no file name is on two of them", "muted"))
