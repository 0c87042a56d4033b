"""The head of the screen: views and verdict, requirements, target. Three lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from resolvetui.tui import keys, words
from resolvetui.tui.spans import Role, Span, Spans, width
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.widgets.line import Ground, Part, SpanLine

VIEWS = (
    ("explore", "1", "Explore"),
    ("conflict", "2", "Conflict"),
    ("whatif", "3", "What-if"),
    ("plan", "4", "Plan"),
    ("targets", "5", "Targets"),
    ("trace", "6", "Trace"),
)


def verdict(state: SessionState) -> tuple[Spans, ...]:
    """How the resolve ended, or that it runs: sign, words, time; then shorter forms of it."""
    match state.phase:
        case Phase.SOLVED:
            number = len(state.resolution.pins) if state.resolution else 0
            said: Span = (f"✓ {words.count(number, 'package')}", "ok-strong")
            return ((said, _time(state)), (said,), ((f"✓ {number} pkgs", "ok-strong"),))
        case Phase.UNSATISFIABLE:
            said = ("✗ no solution", "bad-strong")
            return ((said, _time(state)), (said,))
        case Phase.FAILED:
            return ((("✗ failed", "bad-strong"),),)
        case Phase.RESOLVING:
            return ((("resolving", "accent"),),)
        case Phase.IDLE:
            return ((),)


def _time(state: SessionState) -> Span:
    return (f" {words.seconds(state.elapsed_s)}", "muted")


class TopLine(SpanLine):
    """The product, the views, the verdict."""

    DEFAULT_CSS = "TopLine { background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._view = "explore"
        self._news: frozenset[str] = frozenset()
        self._verdicts: tuple[Spans, ...] = ((),)

    def show(self, state: SessionState, view: str, news: frozenset[str]) -> None:
        """Another state or view; views with news get a `!`."""
        new = (view, news, verdict(state))
        if new != (self._view, self._news, self._verdicts):
            self._view, self._news, self._verdicts = new
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """The product's name and the views."""
        name, _, whole = self._fitting(cells)
        parts = [Part(((f" {name} ", "title"),))]
        for view, key, title in VIEWS:
            active = view == self._view
            mark = "!" if view in self._news and not active else " "
            label: Spans = (
                (f" {key}", "key"),
                (f" {title}" if whole or active else "", "strong" if active else "muted"),
                (mark, "warn"),
            )
            parts.append(Part(label, f"screen.view('{view}')", "active" if active else ""))
        return parts

    def _fitting(self, cells: int) -> tuple[str, Spans, bool]:
        """Name and verdict, as long as there is room for them, and whether all views have titles.

        The views come first: name, then time, then words of the verdict give way to them.
        """
        title = self.screen.title or self.app.title
        if cells < 100 and title.count(" ") > 1:  # the date of a replay; a toast tells it as well
            title = " ".join(title.split()[:2]).replace("resolvetui", "rt")
        views = sum(len(name) + 4 for _, _, name in VIEWS)
        for ended in self._verdicts:
            for name in (title, title.replace("resolvetui", "rt"), "rt"):
                if views + len(name) + 2 + width(ended) + 1 <= cells:
                    return name, ended, True
        return "rt", self._verdicts[min(1, len(self._verdicts) - 1)], False

    def right(self, cells: int) -> list[Part]:
        """The verdict."""
        return [Part((*self._fitting(cells)[1], (" ", "text")))]


class Requirements(SpanLine, can_focus=True):
    """The requirements as chips; left and right choose one, delete drops it."""

    CONTEXT: ClassVar[keys.Context] = "requirements"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("requirements")]
    DEFAULT_CSS = "Requirements > .line--active { background: $cursor-row; }"

    class Edit(Message):
        """The requirement at this place among the chips is to be changed."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Remove(Edit):
        """The requirement at this place is to be dropped."""

    class Switch(Edit):
        """The requirement at this place is to be switched off, or on again."""

    def __init__(self) -> None:
        super().__init__()
        self._chips: tuple[tuple[str, bool], ...] = ()
        self._at = 0

    def show(self, state: SessionState) -> None:
        """The requirements of another query, with those that are switched off."""
        if state.shown.chips != self._chips:
            self._chips = state.shown.chips
            self._at = min(self._at, max(len(self._chips) - 1, 0))
            self.refresh()

    @property
    def _texts(self) -> tuple[str, ...]:
        """The texts of the chips: what is switched off is `~torch~`."""
        return tuple(text if is_on else f"~{text}~" for text, is_on in self._chips)

    def on_focus(self) -> None:
        """The chip under the cursor is marked."""
        self.refresh()

    def on_blur(self) -> None:
        """No chip is marked."""
        self.refresh()

    def left(self, cells: int) -> list[Part]:
        """The chips, from the first that lets the chosen one be seen."""
        parts = [Part(((" require ", "muted"),))]
        first = self._first(cells - 9 - len("  a add "))
        if first:
            parts.append(Part((("← ", "muted"),)))
        for number, text in list(enumerate(self._texts))[first:]:
            chosen = self.has_focus and number == self._at
            ground: Ground = "active" if chosen else "chip"
            role: Role = "strong" if self._chips[number][1] else "muted"
            parts.append(Part(((f" {text} ", role),), f"choose({number})", ground))
            parts.append(Part(((" ", "text"),)))
        return parts

    def _first(self, room: int) -> int:
        first = 0
        while (
            first < self._at and sum(len(t) + 3 for t in self._texts[first : self._at + 1]) > room
        ):
            first += 1
        return first

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002 - the same at any width
        """How to add one."""
        return [Part(((" a", "key"), (" add ", "muted")), "screen.add_requirement")]

    def action_choose(self, number: int) -> None:
        """The chip that was clicked."""
        self._at = number
        self.focus()
        self.refresh()

    def action_previous(self) -> None:
        """One chip to the left."""
        self._at = max(self._at - 1, 0)
        self.refresh()

    def action_next(self) -> None:
        """One chip to the right."""
        self._at = min(self._at + 1, max(len(self._chips) - 1, 0))
        self.refresh()

    def action_edit(self) -> None:
        """Ask for another text."""
        if self._chips:
            self.post_message(self.Edit(self._at))

    def action_remove(self) -> None:
        """Ask to drop it."""
        if self._chips:
            self.post_message(self.Remove(self._at))

    def action_switch(self) -> None:
        """Switch it off, or on again."""
        if self._chips:
            self.post_message(self.Switch(self._at))


class TargetLine(SpanLine):
    """Python, platform, indexes, policies; what differs from the default is bold, with a `*`."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[Spans, ...] = ()

    def show(self, state: SessionState) -> None:
        """Another target or query."""
        groups = tuple(_target_groups(state))
        if groups != self._groups:
            self._groups = groups
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """As many groups as fit, the first ones first."""
        parts: list[Part] = []
        used = 1
        for group in self._groups:
            spans: Spans = ((" " if not parts else "   ", "text"), *group)
            if parts and used + width(spans) > cells:
                break
            used += width(spans)
            parts.append(Part(spans, "screen.target"))
        return parts


def _target_groups(state: SessionState) -> Iterable[Spans]:
    target, shown = state.target, state.shown
    if target is None and state.phase is Phase.RESOLVING:
        yield (("python ", "muted"), ("asking …", "muted"))
    elif target is not None:
        yield (("python ", "muted"), (target.python.removeprefix("CPython "), "strong"))
        yield (("on ", "muted"), (target.platform, "strong"))
    if shown.indexes:
        yield (("index ", "muted"), *_joined(shown.indexes))
    yield _policy("strategy", shown.strategy, "first-index")
    yield _policy("pre", shown.prerelease, "if-necessary")
    if target is not None and target.environment:
        yield (("into ", "muted"), (target.environment, "text"))


def _joined(names: tuple[str, ...]) -> Iterable[Span]:
    for number, name in enumerate(names):
        if number:
            yield " › ", "muted"  # noqa: RUF001
        yield name, "strong"


def _policy(name: str, value: str, default: str) -> Spans:
    if value == default:
        return ((f"{name} ", "muted"), (value, "text"))
    return ((f"{name} ", "muted"), (f"{value}*", "strong"))
