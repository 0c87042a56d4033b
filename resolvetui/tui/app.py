"""The app: themes, the palette, the first screen. All else is in the screen and its views."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.content import Content
from textual.filter import LineFilter
from textual.notifications import SeverityLevel

from resolvetui.model.query import Query
from resolvetui.session.runtime import Runtime
from resolvetui.tui import themes
from resolvetui.tui.backend import Backend, WorkerBackend
from resolvetui.tui.commands import Commands, Palette
from resolvetui.tui.endings import end_on_signals
from resolvetui.tui.guide_flow import GuideStart
from resolvetui.tui.heartbeat import Heartbeat
from resolvetui.tui.message_log import Clock, MessageLog
from resolvetui.tui.plain_terminal import AsciiFilter, is_plain_terminal
from resolvetui.tui.safe import safe
from resolvetui.tui.save_flow import NO_RECORD, Record
from resolvetui.tui.screen import MainScreen

if TYPE_CHECKING:
    from resolvetui.session.recording import Recording

SERVER_CHECK_S = 2.0
MEASURE_VARIABLE = "RESOLVETUI_PERF"
SHORT = 36
"""Rows; with fewer, one toast stands for those before it, unless one of them warns."""
MOST_WARNINGS = 5
"""About the inputs, in one toast."""


class ResolvetuiApp(App[int]):
    """Theme, palette, first screen."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath]] = ["app.tcss", "dialogs/dialogs.tcss"]
    COMMANDS = App.COMMANDS | {Commands}
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        backend: Backend,
        query: Query,
        runtime: Runtime,
        *,
        ascii_only: bool = False,
        theme: str = "",
        title: str = "resolvetui",
        waits: bool = True,
        warnings: Sequence[str] = (),
        record: Record = NO_RECORD,
        clock: Clock | None = None,
        heartbeat: Heartbeat | None = None,
        guide: GuideStart | None = None,
        another: Callable[[], Backend] = WorkerBackend,
    ) -> None:
        """`warnings`: about the inputs, told once at the start. `record`, `guide`: as for the
        screen. `clock`: for the message list. `heartbeat` beats as long as the app runs. `another`:
        makes a backend for a session file.
        """
        super().__init__()
        self.messages = MessageLog(clock) if clock else MessageLog()
        self._warnings = tuple(warnings)
        self._warned_until = 0.0
        """When the last toast with a warning goes, on the monotonic clock."""
        self._heartbeat = heartbeat
        self.title = safe(title, 100)
        self._filter = AsciiFilter(enabled=ascii_only)
        self._waits = waits
        self._another = another
        self._main = MainScreen(
            backend,
            query,
            runtime,
            waits=waits,
            record=record,
            guide=guide,
            opens=self._over_recording,
        )
        for ours in themes.THEMES:
            self.register_theme(ours)
        self.theme = theme if theme in self.available_themes else themes.DARK.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and ours for `--ascii`."""
        filters = super().get_line_filters()
        return [*filters, self._filter] if self._filter.enabled else filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that lack them."""
        return themes.defaults(self.current_theme)

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return self._main

    def _over_recording(self, recording: Recording, runtime: Runtime, title: str) -> MainScreen:
        """A main screen over a session file."""
        texts = [text for _, text in recording.input_warnings]
        self.messages.warn_once(texts)
        return MainScreen(
            self._another(), recording.query, runtime, waits=self._waits, title=safe(title, 100)
        )

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def _watch_server(self) -> None:
        """In a browser there is no terminal whose end would be told: follow the server's."""
        server = os.getppid()
        self.set_interval(SERVER_CHECK_S, lambda: None if os.getppid() == server else self.exit())

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """A toast (Textual's signature); it is kept for the message list."""
        text = Content.from_markup(message).plain if markup else message
        self.messages.add(text, severity)
        lasts_s = timeout if timeout is not None else self.NOTIFICATION_TIMEOUT
        now = time.monotonic()
        if self.size.height < SHORT and now >= self._warned_until:
            self.clear_notifications()  # a pile of them would hide what the keys do
        if severity != "information":
            self._warned_until = now + lasts_s
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def on_mount(self) -> None:
        """One toast of the warnings, long enough to be read; all of them are in the list."""
        end_on_signals(self)
        if self._heartbeat is not None:
            self.run_worker(self._heartbeat.run())
        if self.is_web:
            self._watch_server()
        self.messages.warn_once(self._warnings)
        told = [safe(text, 300) for text in self._warnings[:MOST_WARNINGS]]
        more = len(self._warnings) - len(told)
        lines = [*told, *([f"and {more} more: M shows all"] if more else [])]
        if lines:
            text = "\n".join(lines)
            lasts_s = 5.0 * len(lines)
            self._warned_until = time.monotonic() + lasts_s
            super().notify(text, severity="warning", markup=False, timeout=lasts_s)

    async def on_unmount(self) -> None:
        """No worker outlives the app."""
        await self._main.bridge.close()


def run(
    query: Query,
    runtime: Runtime,
    *,
    backend: Backend | None = None,
    ascii_only: bool = False,
    no_color: bool = False,
    theme: str = "",
    title: str = "",
    demo: bool = False,
    warnings: Sequence[str] = (),
    record: Record = NO_RECORD,
    guide: GuideStart | None = None,
) -> int:
    """Show the query's answer until the user leaves; the exit code.

    `ascii_only` also holds by itself where the terminal's encoding is not UTF-8. `no_color` adds
    to the NO_COLOR variable, which Textual reads. `demo` only changes the title. `warnings`
    are about the inputs, and are shown at the start. `record` names the file for the last attempt.
    `guide`: how the guided install begins.
    With RESOLVETUI_PERF set, how late the event loop was is written to stderr at the end.
    """
    if no_color:
        os.environ["NO_COLOR"] = "1"
    heartbeat = Heartbeat() if os.environ.get(MEASURE_VARIABLE) else None
    app = ResolvetuiApp(
        backend or WorkerBackend(),
        query,
        runtime,
        ascii_only=ascii_only or is_plain_terminal(),
        theme=theme,
        title=title or ("resolvetui demo" if demo else "resolvetui"),
        warnings=warnings,
        record=record,
        heartbeat=heartbeat,
        guide=guide,
    )
    app.run()
    if heartbeat is not None:
        sys.stderr.write(f"{heartbeat.told()}\n")
    return app.return_code or 0
