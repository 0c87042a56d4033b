"""`--cache-info`, `--cache-clear`, `--cache-verify`: the cache itself, and nothing resolved."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from resolvetui.cli.alone import refuse_others
from resolvetui.errors import CacheUnusable, UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import CacheCommand, Interface
from resolvetui.inputs.merge import CACHE_LIMIT_MIB
from resolvetui.inputs.options import environment_settings
from resolvetui.inputs.paths import absolute
from resolvetui.inputs.settings import Layers
from resolvetui.model.visible import visible
from resolvetui.net.cache import default_cache_folder
from resolvetui.net.upkeep import Part, clear, contents, evict

DAMAGED = 1
_UNITS = ("B", "kB", "MB", "GB")


class CacheReport(Struct):
    """The object that `--format json` prints (schema 1)."""

    schema: int
    status: Literal["fine", "damaged"]
    command: CacheCommand
    folder: str
    limit_bytes: int
    """0: none."""
    parts: tuple[Part, ...]
    """What is in the cache; for `cache-clear`, what was."""
    checked: int = 0
    """Rows, files and unpacked wheels that `cache-verify` looked at."""
    damaged: tuple[str, ...] = ()
    """Those that were not as they were written; they are no longer there."""
    dropped_bytes: int = 0
    """What `cache-verify` dropped because the cache was larger than it may be."""


def look_after_cache(arguments: Arguments, interface: Interface) -> int:
    """The exit code: 0, or 1 where `--cache-verify` found damage. Raises `ResolvetuiError`."""
    command = interface.cache
    assert command
    refuse_others(arguments, interface, f"--{command}", ("cache-dir", "cache-limit"))
    layers = Layers(arguments.settings, environment_settings(os.environ)[0])
    folder = _folder(layers)
    limit_bytes = int(layers.text("cache-limit", str(CACHE_LIMIT_MIB))) << 20
    try:
        report = _done(command, folder, limit_bytes)
    except OSError as error:
        raise CacheUnusable(
            f"The cache in {folder} cannot be used: {error.strerror or error}.",
            what_to_do="See to the rights of that folder, or name another with --cache-dir.",
            culprit=str(error.filename or folder),
        ) from error
    _show(report, interface)
    return DAMAGED if report.damaged else 0


def _folder(layers: Layers) -> Path:
    if layers.is_on("no-cache"):
        raise UsageError("With --no-cache there is no cache to look after.", culprit="--no-cache")
    named = layers.text("cache-dir")
    return Path(absolute(named, str(Path.cwd()))) if named else default_cache_folder()


def _done(command: CacheCommand, folder: Path, limit_bytes: int) -> CacheReport:
    report = CacheReport(1, "fine", command, str(folder), limit_bytes, ())
    match command:
        case "cache-info":
            report.parts = contents(folder)
        case "cache-clear":
            report.parts = clear(folder)
        case "cache-verify":
            report.checked, report.damaged = _verified(folder)
            report.status = "damaged" if report.damaged else "fine"
            if limit_bytes:
                report.dropped_bytes = evict(folder, limit_bytes, force=True)
            report.parts = contents(folder)
    return report


def _verified(folder: Path) -> tuple[int, tuple[str, ...]]:
    from resolvetui.install.store_check import verify_unpacked
    from resolvetui.net.verifying import verify_files, verify_rows

    rows, files = verify_rows(folder), verify_files(folder)
    count, damaged = verify_unpacked(folder / "unpacked-1")
    return rows.checked + files.checked + count, (*rows.damaged, *files.damaged, *damaged)


def _show(report: CacheReport, interface: Interface) -> None:
    if interface.format == "json":
        from resolvetui.report.json_report import made_visible

        plain = made_visible(msgspec.to_builtins(report))
        text = msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()
    else:
        text = "\n".join(visible(line) for line in _lines(report))
    sys.stdout.write(text + "\n")


def _lines(report: CacheReport) -> Iterable[str]:
    total = sum(part.size for part in report.parts)
    if report.command == "cache-clear":
        yield f"{report.folder}: {size(total)} removed."
        return
    for text in report.damaged:
        yield f"damaged, and dropped: {text}"
    if report.command == "cache-verify":
        found = f"{len(report.damaged)} damaged" if report.damaged else "nothing damaged"
        yield f"{report.folder}: {report.checked:,} entries checked, {found}."
        if report.dropped_bytes:
            yield f"{size(report.dropped_bytes)} dropped that were not used for longest."
        return
    yield report.folder
    for part in report.parts:
        yield f"  {size(part.size):>9}  {part.entries:>7,}  {part.name}"
    limit = f"of at most {size(report.limit_bytes)}" if report.limit_bytes else "without a limit"
    yield f"  {size(total):>9}  in all, {limit}"


def size(size_bytes: int) -> str:
    """`12.3 MB`."""
    value, unit = float(size_bytes), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{size_bytes} B"
