"""What the screen offers beside its views: lists in dialogs, jumps, find, files, the copy menu.

The main screen is one of these; what is here uses the screen only through its public face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from resolvetui.tui import exports
from resolvetui.tui.message_log import MessageLog
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.widgets.find import FindBar
from resolvetui.tui.widgets.vtable import VTable
from resolvetui.tui.write_flow import WriteFlow

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge
    from resolvetui.tui.dialogs.jump import Place
    from resolvetui.tui.guide_flow import GuideFlow


class ToolScreen(Screen[None]):
    """Actions that belong to no view."""

    bridge: Bridge
    guide: GuideFlow

    @property
    def state(self) -> SessionState:
        """The session's state."""
        return self.bridge.state

    @property
    def messages(self) -> MessageLog:
        """All that was said in this run."""
        log = getattr(self.app, "messages", None)
        assert isinstance(log, MessageLog)
        return log

    def say(self, text: str, *, warn: bool = False) -> None:
        """A toast. Never markup."""
        self.notify(text, severity="warning" if warn else "information", markup=False, timeout=4)

    def copy(self, text: str) -> None:
        """To the clipboard, and say so: some terminals ignore it."""
        self.app.copy_to_clipboard(text)
        if self.app.is_web:  # whose clipboard may be closed to a page
            self._show_copied(text)
        first, _, rest = text.partition("\n")
        shown = first if len(first) <= 160 else first[:159] + "…"
        self.say(f"copied: {shown}" + (f" (+{rest.count(chr(10)) + 1} lines)" if rest else ""))

    def _show_copied(self, text: str) -> None:
        from resolvetui.tui.dialogs.text import CopiedDialog

        lines: list[Spans] = [((line, "text"),) for line in text.split("\n")]
        self.app.push_screen(CopiedDialog("Copied; shift and the mouse select it, too", lines))

    def follow_tools(self, state: SessionState) -> None:
        """Another state: warnings are kept, and an open dialog goes along."""
        from resolvetui.tui.dialogs.indexes import IndexesDialog
        from resolvetui.tui.dialogs.shared import SharedDialog

        self.messages.follow(state)
        top = self.app.screen
        if isinstance(top, IndexesDialog | SharedDialog):
            top.show(state)

    # ---- lists

    def action_messages(self) -> None:
        """All that was said, newest last."""
        from resolvetui.tui.dialogs.listing import ListDialog

        self.app.clear_notifications()  # what the list has as well
        nothing: tuple[Spans, ...] = ((("Nothing was said yet.", "muted"),),)
        dialog = ListDialog("Messages of this run", self.messages.nodes(), nothing)
        self.app.push_screen(dialog, lambda text: self.copy(text) if text else None)

    async def action_indexes(self) -> None:
        """How every index has answered."""
        from resolvetui.tui.dialogs.indexes import IndexesDialog

        async def answered(action: str | None) -> None:
            if action:
                await self.run_action(action)

        self.app.push_screen(IndexesDialog(self.state), answered)

    def action_shared(self) -> None:
        """Names that several indexes have."""
        from resolvetui.tui.dialogs.shared import SharedDialog

        self.bridge.want_shared()
        dialog = SharedDialog(self.state, lambda: self.bridge.want_shared(ask=True))
        self.app.push_screen(dialog, lambda name: self.go_to(name) if name else None)

    def go_to(self, package: str) -> None:
        """The candidates of a package."""
        raise NotImplementedError

    # ---- the guided install

    def action_guide_on(self) -> None:
        """Begin it, or go on with its next step."""
        self.guide.go_on()

    def action_guide_over(self) -> None:
        """Skip the step that it is at."""
        self.guide.step_over()

    def action_guide_leave(self) -> None:
        """Leave it."""
        self.guide.leave()

    # ---- jumps

    def places(self) -> list[Place]:
        """What can have the focus now, with its pane, top left first."""
        from resolvetui.tui.dialogs.jump import Place
        from resolvetui.tui.widgets.pane import Pane

        found: list[Place] = []
        for widget in self.query("*").results(Widget):
            if widget.focusable and widget.region.area and not isinstance(widget, Input):
                pane = next((each for each in widget.ancestors if isinstance(each, Pane)), None)
                name = pane.name_shown if pane else "Requirements"
                found.append(Place(widget, name, (pane or widget).region))
        return sorted(found, key=lambda each: (each.region.y, each.region.x))

    def action_jump(self) -> None:
        """Letters over the panes; the one that is pressed gets the focus."""
        from resolvetui.tui.dialogs.jump import JumpScreen

        def answered(widget: Widget | None) -> None:
            if widget is not None and widget.focusable:
                widget.focus()

        self.app.push_screen(JumpScreen(self.places()), answered)

    # ---- find

    def action_find(self) -> None:
        """Look for a text in the focused list."""
        table = self.focused
        if isinstance(table, VTable):
            self.query_one(FindBar).begin(table)
        else:
            self.say("There is no list here to look in.")

    def action_find_next(self, step: int) -> None:
        """The next place with the text that was looked for, or the one before."""
        bar = self.query_one(FindBar)
        table = self.focused if isinstance(self.focused, VTable) else None
        if not bar.text and not self.filter_text:
            self.say("Nothing to look for: / takes a text.")
        elif table is None:
            self.say("There is no list here to look in.")
        elif not bar.step(table, step, self.filter_text):
            self.say(f"not found: {bar.text or self.filter_text}")

    @property
    def filter_text(self) -> str:
        """The filter of the view that is seen, "" without one."""
        return ""

    @on(FindBar.Left)
    def _found(self, event: FindBar.Left) -> None:
        event.table.focus()

    # ---- files and copies

    def action_write(self, what: str) -> None:
        """Ask where to write the solution, the explanation or the plan."""
        WriteFlow(self).begin(what)

    def choose_copy(self) -> bool:
        """Let the user choose how the plan is copied; False when there is nothing to choose."""
        from resolvetui.tui.dialogs.choose import ChooseDialog

        state = self.state
        if state.phase is not Phase.SOLVED or state.installed is not None:
            return False
        found = exports.copies(state)
        if not found:
            return False
        dialog = ChooseDialog("Copy as", found)
        self.app.push_screen(dialog, lambda text: self.copy(text) if text else None)
        return True
