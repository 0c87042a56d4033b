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
from resolvetui.tui.changes import Stated
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.whatif import WhatIfView
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
        self._bridge.change(apply(self._bridge.query, hint.changes), by="fix")
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
        stated = self._bridge.attempts.stated
        position = wish.position
        if self.refuse() or position >= len(stated.chips):
            return  # pressed again before the chips were painted anew
        text, is_on = self._bridge.state.shown.chips[position]
        if isinstance(wish, Requirements.Remove):
            self._change(stated.drop(position), f"without {text}: u undoes it")
        elif isinstance(wish, Requirements.Switch):
            told = f"{text} is {'off: space switches it on again' if is_on else 'on again'}"
            self._change(stated.switch(position), told)
        else:
            self._ask("Change the requirement", text, position)

    def _change(self, stated: Stated, told: str) -> None:
        self._bridge.change(stated.query, stated.off)
        self._screen.say(told)

    def _ask(self, title: str, text: str, position: int | None) -> None:
        from resolvetui.tui.dialogs.add import RequirementDialog

        def answered(added: tuple[RootRequirement, ...] | None) -> None:
            if added:
                stated = self._bridge.attempts.stated.put(added, position)
                self._bridge.change(stated.query, stated.off)

        self._screen.app.push_screen(RequirementDialog(title, text), answered)

    def go(self, wish: WhatIfView.Go) -> None:
        """Make another attempt count, or forget one."""
        attempts, number = self._bridge.attempts, wish.number
        if self.refuse() or number not in attempts.tree.nodes:
            return  # or pressed again before the tree was painted anew
        if not isinstance(wish, WhatIfView.Drop):
            attempts.go(number)
            self._screen.say(f"now #{number}: {attempts.tree.now.change}")
            return
        count, before = len(attempts.tree.branch(number)), attempts.tree.current
        attempts.drop(number)
        below = f" and {count - 1} that came of it" if count > 1 else ""
        moved = attempts.tree.current
        now = f"; now #{moved}" if moved != before else ""
        self._screen.say(f"dropped #{number}{below}{now}: u brings back what was dropped")

    def undo(self) -> None:
        """One step back in the tree of attempts."""
        if not self.refuse():
            self._screen.say(self._bridge.attempts.undo() or "Nothing to undo.")

    def redo(self) -> None:
        """One step on, as far as one has been."""
        if not self.refuse():
            self._screen.say(self._bridge.attempts.redo() or "Nothing to redo.")
