"""Session files in the running app: each is a main screen of its own on top of the first one.

It has its own worker and history, so that what is under it is there again, as it was, when the
session is left.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from resolvetui.session.runtime import Runtime

if TYPE_CHECKING:
    from resolvetui.session.recording import Recording
    from resolvetui.tui.screen import MainScreen

Opened: TypeAlias = "tuple[Path, Recording]"
Make: TypeAlias = "Callable[[Recording, Runtime, str], MainScreen]"
"""A main screen over a recording: (what was recorded, how it is read, title)."""


class OpenFlow:
    """What `O` does: asks for a file and opens it; in a session that was opened, leaves it."""

    def __init__(self, screen: MainScreen, make: Make | None) -> None:
        """`make`: None where nothing is opened from: in a session that was opened itself."""
        self._screen = screen
        self._make = make

    @property
    def is_opened(self) -> bool:
        """Whether the screen is over a file that was opened in the app."""
        return self._make is None

    def toggle(self) -> None:
        """Ask for a file, or go back to what is under it."""
        if self.is_opened:
            self._screen.app.pop_screen()
        elif self._screen.state.installing:
            self._screen.say("An install is running; esc stops it.", warn=True)
        else:
            self._ask()

    def _ask(self) -> None:
        from resolvetui.tui.dialogs.open import OpenDialog

        saved = self._screen.state.trace.saved
        path = saved.path if saved and saved.what == "session" else "session.json.gz"
        self._screen.app.push_screen(OpenDialog(path), self._open)

    def _open(self, opened: Opened | None) -> None:
        if opened is None or self._make is None:
            return
        path, recording = opened
        runtime = Runtime(no_cache=True, offline=True, replay=str(path))
        title = f"resolvetui replay {recording.day}".rstrip()
        self._screen.app.push_screen(self._make(recording, runtime, title))
        day = f" of {recording.day}" if recording.day else ""
        self._screen.say(f"A replay{day}: no index is asked. O goes back to where you were.")
