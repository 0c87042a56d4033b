"""Files that the app asks for: the trace as text or JSON lines, the session as a recording."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from resolvetui import __version__
from resolvetui.errors import ResolvetuiError, UsageError
from resolvetui.model.visible import visible
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.recording import Notice, record, record_failure
from resolvetui.session.recording_file import check_place, write_recording
from resolvetui.session.trace_messages import TraceStep
from resolvetui.session.tracing import TraceShelf

_JSON = (".jsonl", ".ndjson", ".json")


def place_of(text: str) -> Path:
    """The path that a user typed. Raises UsageError for one that cannot be a file."""
    try:
        path = Path(text).expanduser()
        if not text.strip() or "\0" in text or path.is_dir():
            raise UsageError(f"{text or 'Nothing'} is no name of a file.", culprit=text)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{text} is no name of a file.", why=str(error), culprit=text) from error
    return path


def save_trace(shelf: TraceShelf, resolve: int, text: str, *, replace: bool) -> str:
    """Write the steps of a trace; what was written, in words.

    A name that ends in .jsonl, .ndjson or .json gets JSON lines: a header, then a step a line.
    Raises UsageError where it cannot be written, or is there already and not to be replaced.
    """
    reading = shelf.of(resolve)
    path = place_of(text)
    make = _json_lines if path.suffix.lower() in _JSON else _text_lines
    _write(path, make(reading.all_steps(), len(reading), reading.gap), replace=replace)
    return f"trace of {len(reading):,} steps"


def save_session(
    session: Session,
    attempt: Attempt | None,
    error: ResolvetuiError | None,
    text: str,
    warnings: Sequence[Notice],
    *,
    replace: bool,
) -> str:
    """Write a recording of the attempt, or of what an error ended; what was written, in words.

    Raises UsageError where there is nothing to record, where the file cannot be written, and where
    it is there and `replace` is false, or it is anything else than a recording.
    """
    path = place_of(text)
    if os.path.lexists(path) and not replace:
        raise _is_there(path)
    check_place(path)
    if error is not None and session.facts is not None:
        recording = record_failure(session.facts, error, warnings)
    elif error is None and attempt is not None:
        recording = record(attempt, warnings)
    else:
        raise UsageError(
            "There is nothing to save yet.",
            why="No index was asked before the run ended." if error else "Nothing was resolved.",
            culprit=text,
        )
    write_recording(recording, path, os.path.expanduser("~"))  # noqa: PTH111 - no RuntimeError
    return "session"


def _is_there(path: Path) -> UsageError:
    return UsageError(
        f"{path} is there already; it is left as it is.",
        what_to_do="Give another name, or confirm that it may be replaced.",
        culprit=str(path),
    )


def _write(path: Path, lines: Iterable[bytes], *, replace: bool) -> None:
    """Write a file, whole or not at all."""
    if os.path.lexists(path) and not replace:
        raise _is_there(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("xb") as file:
            file.writelines(lines)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written.", why=error.strerror or str(error), culprit=str(path)
        ) from error


def _json_lines(steps: Iterable[TraceStep], count: int, gap: tuple[int, int]) -> Iterator[bytes]:
    head = {
        "format": "resolvetui trace",
        "schema": 1,
        "version": __version__,
        "steps": count,
        "not_kept_after": gap[0],
        "not_kept": gap[1],
    }
    yield msgspec.json.encode(head) + b"\n"
    for step in steps:
        yield msgspec.json.encode(step) + b"\n"


def _text_lines(steps: Iterable[TraceStep], count: int, gap: tuple[int, int]) -> Iterator[bytes]:
    yield f"{count:,} steps of a search: number, level, ms, what, candidates left\n".encode()
    for step in steps:
        yield (visible(step_line(step)) + "\n").encode("utf-8", "backslashreplace")
        if gap[1] and step.number == gap[0]:
            yield f"        … {gap[1]:,} steps were not kept …\n".encode()


def step_line(step: TraceStep) -> str:
    """A step on one line."""
    left = ""
    if step.after is not None:
        same = step.before in (None, step.after)
        left = f"  [{step.after}]" if same else f"  [{step.before} -> {step.after}]"
    words = " ".join(part for part in (step.subject, step.text) if part)
    return f"{step.number:>7} {step.level:>4} {step.ms:>10.1f}  {step.kind:<13} {words}{left}"
