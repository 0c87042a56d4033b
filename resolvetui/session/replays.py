"""Which session a worker opens: over the indexes, or over a recording."""

from __future__ import annotations

from pathlib import Path

from resolvetui.errors import OfflineError
from resolvetui.session.attempts import Session
from resolvetui.session.runtime import Runtime


def open_session(runtime: Runtime) -> Session:
    """The session of these settings. Raises UsageError for a recording that cannot be read."""
    if not runtime.replay:
        return Session(runtime)
    from resolvetui.session.recording_file import read_recording
    from resolvetui.session.replaying import ReplaySession

    return ReplaySession(read_recording(Path(runtime.replay)))


def refuse_replay(session: Session, what: str) -> None:
    """Raise `OfflineError` where a session is a replay, which touches no environment."""
    if session.can_build:
        return
    raise OfflineError(
        what,
        why="This is a replay: it has the answers of indexes, and nothing that could be installed.",
        what_to_do="Ask without --replay.",
    )
