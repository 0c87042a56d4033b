"""The head of the screen: views and verdict, requirements, target. Three lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from resolvetui.tui import keys, words
from resolvetui.tui.spans import Span, Spans, width
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.widgets.line import Ground, Part, SpanLine

VIEWS = (
    ("explore", "1", "Explore"),
    ("conflict", "2", "Conflict"),
    ("plan", "4", "Plan"),
    ("targets", "5", "Targets"),
    ("trace", "6", "Trace"),
)


def verdict(state: SessionState) -> Spans:
    """How the resolve ended, or that it runs: sign, words, time."""
    match state.phase:
        case Phase.SOLVED:
            number = len(state.resolution.pins) if state.resolution else 0
            return (
                (f"✓ {words.count(number, 'package')}", "ok-strong"),
                (f" {words.seconds(state.elapsed_s)}", "muted"),
            )
        case Phase.UNSATISFIABLE:
            return (
                ("✗ no solution", "bad-strong"),
                (f" {words.seconds(state.elapsed_s)}", "muted"),
            )
        case Phase.FAILED:
            return (("✗ failed", "bad-strong"),)
        case Phase.RESOLVING:
            return (("resolving", "accent"),)
        case Phase.IDLE:
            return ()


class TopLine(SpanLine):
    """The product, the views, the verdict."""

    DEFAULT_CSS = "TopLine { background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._view = "explore"
        self._news: frozenset[str] = frozenset()
        self._verdict: Spans = ()

    def show(self, state: SessionState, view: str, news: frozenset[str]) -> None:
        """Another state or view; views with news get a `!`."""
        new = (view, news, verdict(state))
        if new != (self._view, self._news, self._verdict):
            self._view, self._news, self._verdict = new
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """The product's name and the views."""
        name = f" {self._name_of(cells)} "
        parts = [Part(((name, "title"),))]
        for view, key, title in VIEWS:
            active = view == self._view
            mark = "!" if view in self._news and not active else " "
            label: Spans = (
                (f" {key}", "key"),
                (f" {title}", "strong" if active else "muted"),
                (mark, "warn"),
            )
            parts.append(Part(label, f"screen.view('{view}')", "active" if active else ""))
        return parts

    def _name_of(self, cells: int) -> str:
        """The app's title: it says so when this is a demo."""
        title = self.screen.title or self.app.title
        if cells < 100 and title.count(" ") > 1:  # the date of a replay; a toast tells it as well
            title = " ".join(title.split()[:2]).replace("resolvetui", "rt")
        views = sum(len(name) + 4 for _, _, name in VIEWS)
        room = cells - views - width(self._verdict) - 3
        return title if room >= len(title) else title.replace("resolvetui", "rt")

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002 - the same at any width
        """The verdict."""
        return [Part((*self._verdict, (" ", "text")))]


class Requirements(SpanLine, can_focus=True):
    """The requirements as chips; left and right choose one, delete drops it."""

    CONTEXT: ClassVar[keys.Context] = "requirements"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("requirements")]
    DEFAULT_CSS = "Requirements > .line--active { background: $cursor-row; }"

    class Edit(Message):
        """The requirement at this place of the query is to be changed."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Remove(Edit):
        """The requirement at this place of the query is to be dropped."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: tuple[str, ...] = ()
        self._at = 0

    def show(self, state: SessionState) -> None:
        """The requirements of another query."""
        if state.shown.requirements != self._texts:
            self._texts = state.shown.requirements
            self._at = min(self._at, max(len(self._texts) - 1, 0))
            self.refresh()

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
            parts.append(Part(((f" {text} ", "strong"),), f"choose({number})", ground))
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
        self._at = min(self._at + 1, max(len(self._texts) - 1, 0))
        self.refresh()

    def action_edit(self) -> None:
        """Ask for another text."""
        if self._texts:
            self.post_message(self.Edit(self._at))

    def action_remove(self) -> None:
        """Ask to drop it."""
        if self._texts:
            self.post_message(self.Remove(self._at))


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
