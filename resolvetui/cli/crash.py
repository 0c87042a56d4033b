"""Where the details of a bug go: a log file, never the user's terminal."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path


def write_log(error: BaseException) -> Path | None:
    """The file that now holds the traceback, or None where nothing can be written.

    The text may name files and packages; credentials are taken out of it.
    """
    from platformdirs import user_log_path

    from resolvetui.inputs.settings import redact

    text = redact("".join(traceback.format_exception(error)))
    folder = user_log_path("resolvetui", appauthor=False)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path
