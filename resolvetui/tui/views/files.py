"""One file of a version as a line: verdict, the three tag parts with a sign each, size, reason."""

from __future__ import annotations

from resolvetui.model.files import WheelFile
from resolvetui.model.verdict import FileVerdict
from resolvetui.tui import signs, words
from resolvetui.tui.spans import Span, Spans, clip, fit, width

_PLATFORM_CELLS = 27


def file_lines(
    verdicts: tuple[FileVerdict, ...], chosen: str, *, hashes: bool = True
) -> list[Spans]:
    """The files' lines, columns aligned with one another; `chosen` is a file name or ""."""
    several = len({verdict.index for verdict in verdicts}) > 1
    table = [_cells(verdict, chosen, hashes=hashes, index=several) for verdict in verdicts]
    if not table:
        return []
    widths = [max(width(line[i]) for line in table) for i in range(len(table[0]))]
    return [_aligned(line, widths) for line in table]


def _aligned(cells: list[Spans], widths: list[int]) -> Spans:
    spans: list[Span] = []
    last = len(cells) - 1
    for number, (cell, cells_wide) in enumerate(zip(cells, widths, strict=True)):
        if not cells_wide:
            continue
        right = number == 4  # sizes
        spans += cell if number == last else fit(cell, cells_wide, right=right)
        spans.append((" " if number < 3 else "  ", "text"))
    return tuple(spans[:-1])


def _cells(verdict: FileVerdict, chosen: str, *, hashes: bool, index: bool) -> list[Spans]:
    """Sign, python, ABI, platform, size, hash, reason, index."""
    file = verdict.file
    python, abi, platform = tag_parts(verdict)
    hash_kind = words.hash_kind(file)
    if not hashes and hash_kind.startswith("sha"):
        hash_kind = ""  # where space is short, only what is unusual is said
    return [
        file_sign(verdict, chosen),
        python,
        abi,
        clip(platform, _PLATFORM_CELLS),
        ((words.size(file.size), "text"),),
        ((hash_kind, "muted" if file.hashes else "warn"),),
        reason(verdict),
        ((verdict.index, "muted"),) if index else (),
    ]


def file_sign(verdict: FileVerdict, chosen: str) -> Spans:
    """The one sign of a file."""
    if verdict.file.filename == chosen:
        sign = signs.CHOSEN
    elif not verdict.hurdles:
        sign = signs.FITS
    else:
        hurdle = words.first_hurdle(verdict)
        sign = words.hurdle_cell(hurdle)[0] if hurdle else signs.UNKNOWN
    return ((sign.glyph, sign.role),)


def tag_parts(verdict: FileVerdict) -> tuple[Spans, Spans, Spans]:
    """Python, ABI and platform of a wheel, each with its own sign; an sdist says so."""
    tags = verdict.tags
    if tags is None or not isinstance(verdict.file, WheelFile):
        return ((("source", "warn"),), (), ())
    parts = tags.tags.split("-")
    if len(parts) != 3:
        return (((tags.tags, "muted"),), (), ())
    fits = (tags.python_fits, tags.abi_fits, tags.platform_fits)
    nearest = tags.nearest.split("-") if tags.nearest.count("-") == 2 else ["", "", ""]
    shown = [_part(*pair) for pair in zip(parts, fits, nearest, strict=True)]
    return shown[0], shown[1], shown[2]


def _part(text: str, fits: bool, nearest: str) -> Spans:  # noqa: FBT001 - a row of the table
    """One part of a compressed tag set: the alternative that matters, and how many others."""
    options = text.split(".")
    best = nearest if nearest in options else options[0]
    sign = signs.YES if fits else signs.NO
    more: Spans = ((f" +{len(options) - 1}", "muted"),) if len(options) > 1 else ()
    return ((sign.glyph, sign.role), (" ", "text"), (best, sign.role), *more)


def reason(verdict: FileVerdict) -> Spans:
    """Why it may not be used, or that it fits."""
    hurdle = words.first_hurdle(verdict)
    if hurdle is None:
        return (("fits", "ok"),)
    more = len(verdict.hurdles) - 1
    rest: Spans = ((f" +{more}", "muted"),) if more else ()
    return ((words.hurdle_words(hurdle), "warn"), *rest)


def file_details(verdict: FileVerdict) -> list[Spans]:
    """Everything that is known of a file, a line each."""
    file = verdict.file
    lines: list[tuple[str, str]] = [
        ("file", file.filename),
        ("version", file.version),
        ("index", verdict.index),
        ("kind", words.file_kind(file)),
        ("size", words.size(file.size) + (f" ({file.size:,} bytes)" if file.size else "")),
        ("python", file.requires_python or "not stated"),
        ("uploaded", file.upload_time or "not stated"),
        ("yanked", "no" if file.yanked is None else file.yanked or "yes, without a reason"),
        ("metadata", _metadata(file.metadata_hashes)),
        *((kind, value) for kind, value in sorted(file.hashes.items())),
        ("url", file.url),
    ]
    shown: list[Spans] = [((f"{name:<9} ", "muted"), (value, "text")) for name, value in lines]
    shown.append((("", "text"),))
    if not verdict.hurdles:
        shown.append((("✓ ", "ok"), ("may be used for this target", "text")))
    shown += [(("✗ ", "bad"), (words.hurdle_words(hurdle), "warn")) for hurdle in verdict.hurdles]
    if verdict.tags and verdict.tags.rank is not None:
        shown.append((("tag rank  ", "muted"), (str(verdict.tags.rank), "text")))
    elif verdict.tags and verdict.tags.nearest:
        shown.append((("nearest   ", "muted"), (verdict.tags.nearest, "text")))
    return shown


def _metadata(hashes: dict[str, str] | None) -> str:
    if hashes is None:
        return "not announced: read from the file itself"
    return "announced (PEP 658)" + ("" if hashes else ", without a hash")
