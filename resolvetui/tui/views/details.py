"""What the tabs beside the candidates show: Tags, Requires, Files. Pure: values to rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from resolvetui.model.files import WheelFile
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin
from resolvetui.model.verdict import FileVerdict
from resolvetui.model.why import Inactive
from resolvetui.tui import signs, words
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.views.files import file_sign, reason
from resolvetui.tui.widgets.columns import Column, Row

REQUIRES_COLUMNS = (
    Column("  package", 16, 0, most=30),
    Column("asked for", 12, 1, most=30),
    Column("chosen", 8, 2, most=20),
    Column("when", 14, 3, most=70, drop=1),
)

TAGS_COLUMNS = (
    Column("rank", 5, 0, right=True),
    Column("tag", 24, 1, most=48),
    Column("files of this version", 20, 2, most=60),
)

FILES_COLUMNS = (
    Column("  file", 44, 0, most=90),
    Column("size", 9, 1, right=True),
    Column("hash", 7, 2, drop=3),
    Column("uploaded", 10, 3, drop=2),
    Column("python", 8, 4, most=14, drop=4),
    Column("metadata", 8, 5, drop=5),
    Column("verdict", 12, 6, most=40, drop=1),
)


def requires_rows(
    pin: Pin, pins: dict[str, Pin], inactive: Sequence[Inactive] = ()
) -> tuple[Row, ...]:
    """Its requirements for the target, then those whose marker is false here, muted, with the
    value that decided as far as `inactive` knows it.
    """
    values = {(str(each.package), each.marker): each.value for each in inactive}
    applicable = [_requirement(item, pins, item.marker) for item in pin.requires]
    others = [_requirement(item, pins, _false(item, values)) for item in pin.inapplicable]
    return tuple(
        Row((number, row.key), row.cells, data=row.data)
        for number, row in enumerate((*applicable, *others))
    )


def _false(item: Requirement, values: Mapping[tuple[str, str], str]) -> str:
    """The value before the marker: the end of a long one is cut."""
    marker = item.marker or "marker"
    value = values.get((item.name, item.marker))
    return f"false: {value}; {marker}" if value else f"{marker} is false here"


def _requirement(item: Requirement, pins: dict[str, Pin], when: str) -> Row:
    applies = when == item.marker
    extras = f"[{','.join(item.extras)}]" if item.extras else ""
    asked = item.url or item.specifier or "any version"
    found = pins.get(item.name)
    sign = signs.YES if applies else signs.ABSENT
    name: Spans = (
        (f"{sign.glyph} ", sign.role),
        (item.name + extras, "text" if applies else "muted"),
    )
    chosen: Spans = ((found.version, "ok"),) if found and applies else (("—", "guide"),)
    cells: tuple[Spans, ...] = (
        name,
        ((asked, "accent" if applies else "muted"),),
        chosen,
        ((when, "muted"),),
    )
    return Row(item.text, cells, data=item.name)


def expand(tags: str) -> frozenset[str]:
    """The single tags of a compressed tag set (PEP 425).

    >>> sorted(expand("py2.py3-none-any"))
    ['py2-none-any', 'py3-none-any']
    """
    parts = tags.split("-")
    if len(parts) != 3:
        return frozenset({tags})
    return frozenset("-".join(choice) for choice in product(*(part.split(".") for part in parts)))


def tag_rows(
    supported: tuple[str, ...], verdicts: tuple[FileVerdict, ...], text: str, *, used: bool
) -> tuple[Row, ...]:
    """The target's tags, best first, with the files that have each; optionally only those."""
    holders: dict[str, list[FileVerdict]] = {}
    for verdict in verdicts:
        if isinstance(verdict.file, WheelFile):
            for tag in expand(verdict.file.tags):
                holders.setdefault(tag, []).append(verdict)
    return tuple(
        _tag_row(rank, tag, holders.get(tag, []))
        for rank, tag in enumerate(supported)
        if text.lower() in tag and (tag in holders or not used)
    )


def _tag_row(rank: int, tag: str, files: list[FileVerdict]) -> Row:
    role: Role = "ok-strong" if files else "muted"
    marks: Spans = ()
    if files:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        marks = ((f"{signs.YES.glyph} ", "ok"), (files[0].file.filename + more, "text"))
    return Row(tag, (((str(rank), "guide"),), ((tag, role),), marks))


def nearest_miss(verdicts: tuple[FileVerdict, ...]) -> str:
    """The wheel that fails in the fewest parts, and what it asks for; "" when one fits."""
    wheels = [verdict for verdict in verdicts if verdict.tags]
    if not wheels or any(verdict.tags and verdict.tags.rank is not None for verdict in wheels):
        return ""
    best = min(wheels, key=_misses)
    hurdle = words.first_hurdle(best)
    return f"{best.file.filename}: {words.hurdle_words(hurdle)}" if hurdle else ""


def _misses(verdict: FileVerdict) -> tuple[int, int]:
    tags = verdict.tags
    assert tags is not None
    fits = (tags.python_fits, tags.abi_fits, tags.platform_fits)
    return fits.count(False), len(verdict.hurdles)


def files_rows(verdicts: tuple[FileVerdict, ...], chosen: str, text: str) -> tuple[Row, ...]:
    """The files of one version as a table."""
    return tuple(
        Row(
            (verdict.index, verdict.file.filename, number),
            _file_cells(verdict, chosen),
            data=verdict,
        )
        for number, verdict in enumerate(verdicts)
        if text.lower() in verdict.file.filename.lower()
    )


def _file_cells(verdict: FileVerdict, chosen: str) -> tuple[Spans, ...]:
    file = verdict.file
    metadata = "PEP 658" if file.metadata_hashes is not None else "in file"
    return (
        (*file_sign(verdict, chosen), (" ", "text"), (file.filename, "text")),
        ((words.size(file.size), "text"),),
        ((words.hash_kind(file), "muted" if file.hashes else "warn"),),
        (((file.upload_time or "—")[:10], "muted"),),
        ((file.requires_python or "—", "muted"),),
        ((metadata, "muted"),),
        reason(verdict),
    )
