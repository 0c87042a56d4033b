"""`--record FILE`: keeps what a run came across, also that of a run that fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from resolvetui.errors import Cancelled, ResolvetuiError, UsageError
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.recording import Notice, Recording, record, record_failure
from resolvetui.session.recording_file import check_place, write_recording


class Recorder:
    """Writes one recording; `warnings` are those about the inputs, `say` is for standard error.

    Raises UsageError where `file` cannot be written or is something else.
    """

    def __init__(self, file: Path, warnings: Sequence[Notice], say: Callable[[str], None]) -> None:
        check_place(file)
        self._file = file
        self._warnings = warnings
        self._say = say

    def run(self, session: Session, resolve: Callable[[Session], Attempt]) -> Attempt:
        """What `resolve` gives or raises, after it was written."""
        try:
            attempt = resolve(session)
        except Cancelled:
            raise
        except ResolvetuiError as error:
            self._keep_failure(session, error)
            raise
        self._write(record(attempt, self._warnings))
        return attempt

    def _keep_failure(self, session: Session, error: ResolvetuiError) -> None:
        if session.facts is None:
            self._say("Nothing was recorded: the run ended before any index was asked.")
            return
        try:
            self._write(record_failure(session.facts, error, self._warnings))
        except UsageError as failure:  # the error of the run is the one to tell
            self._say(f"Nothing was recorded: {failure.what} {failure.why}")

    def _write(self, recording: Recording) -> None:
        write_recording(recording, self._file, os.path.expanduser("~"))  # noqa: PTH111 - no RuntimeError
        self._say(f"The run is recorded in {self._file}.")
