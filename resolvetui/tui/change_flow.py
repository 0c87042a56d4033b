"""Changes of the query by single keys: requirements, pins, excluded versions, fixes, undo, redo.

Every change is one step that `u` undoes, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolvetui.inputs.changes import apply
from resolvetui.model.explanation import Hint
from resolvetui.model.names import PackageName
from resolvetui.model.query import ExcludeVersion, PinVersion
from resolvetui.model.requirement import RootRequirement
from resolvetui.tui import changes
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.widgets.head import Requirements

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge
    from resolvetui.tui.screen import MainScreen


class ChangeFlow:
    """What the user wants otherwise."""

    def __init__(self, screen: MainScreen, bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge

    def refuse(self) -> bool:
        """Say that the query cannot change while an install runs."""
        installing = self._bridge.state.installing
        if installing:
            self._screen.say("An install is running; esc stops it.", warn=True)
        return installing

    def try_fix(self, hint: Hint) -> None:
        """Make the changes of a fix."""
        self._bridge.change(apply(self._bridge.query, hint.changes))
        self._screen.say(f"tried: {hint.text}; u undoes it")

    def pin(self, package: str, wish: Candidates.Pin) -> None:
        """Pin a version of a package, or exclude it."""
        if self.refuse():
            return
        excludes = isinstance(wish, Candidates.Exclude)
        kind, word = (ExcludeVersion, "excluded") if excludes else (PinVersion, "pinned")
        change = kind(PackageName(package), wish.version)
        self._bridge.change(apply(self._bridge.query, [change]))
        self._screen.say(f"{word} {package} {wish.version}: u undoes it")

    def add(self) -> None:
        """Ask for a requirement."""
        if not self.refuse():
            self._ask("Add a requirement", "", None)

    def edit(self, wish: Requirements.Edit) -> None:
        """Change the requirement of a chip, or drop it."""
        position = wish.position
        if self.refuse() or position >= len(self._bridge.query.requirements):
            return  # pressed again before the chips were painted anew
        text = self._bridge.state.shown.requirements[position]
        if isinstance(wish, Requirements.Remove):
            self._bridge.change(changes.drop(self._bridge.query, position))
            self._screen.say(f"without {text}: u undoes it")
        else:
            self._ask("Change the requirement", text, position)

    def _ask(self, title: str, text: str, position: int | None) -> None:
        from resolvetui.tui.dialogs.add import RequirementDialog

        def answered(added: tuple[RootRequirement, ...] | None) -> None:
            if added:
                self._bridge.change(changes.put(self._bridge.query, added, position))

        self._screen.app.push_screen(RequirementDialog(title, text), answered)

    def undo(self) -> None:
        """The query before."""
        if not self.refuse() and not self._bridge.undo():
            self._screen.say("Nothing to undo.")

    def redo(self) -> None:
        """The query that was undone."""
        if not self.refuse() and not self._bridge.redo():
            self._screen.say("Nothing to redo.")
