"""A grid of cells with a cursor that moves in two directions; its first column never scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from resolvetui.tui import keys
from resolvetui.tui.spans import Role, Span, Spans, fit, role_styles, width

CELL = 18
"""Cells of a column, the gap after it included."""
WIDEST_CELL = 26


class CellGrid(Widget, can_focus=True):
    """Heads above, names at the left, cells between them. Knows nothing of what they mean."""

    CONTEXT: ClassVar[keys.Context] = "grid"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("grid")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--cursor",
        "grid--cursor-blurred",
        "grid--head",
    }
    DEFAULT_CSS = """
    CellGrid { background: $surface; height: auto; }
    CellGrid > .grid--cursor { background: $cursor-row; }
    CellGrid > .grid--cursor-blurred { background: $panel; }
    CellGrid > .grid--head { background: $surface; }
    """

    cursor: reactive[tuple[int, int]] = reactive((0, 0), repaint=True)
    """Row and column."""

    class Highlighted(Message):
        """The cursor came to another cell."""

    class Chosen(Message):
        """The cell under the cursor was chosen."""

    class Toggled(Message):
        """The cell under the cursor is to be switched on or off."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._heads: tuple[tuple[Spans, ...], ...] = ()
        self._names: tuple[Spans, ...] = ()
        self._cells: tuple[tuple[Spans, ...], ...] = ()
        self._left = self._top = 0
        """The first column and row that are seen."""

    def set_cells(
        self,
        heads: Sequence[tuple[Spans, ...]],
        names: Sequence[Spans],
        cells: Sequence[Sequence[Spans]],
    ) -> None:
        """Another content: the lines of each column's head, each row's name, rows of cells."""
        new = (tuple(heads), tuple(names), tuple(map(tuple, cells)))
        if new == (self._heads, self._names, self._cells):
            return
        relaid = (len(new[0]), len(new[1])) != (len(self._heads), len(self._names))
        self._heads, self._names, self._cells = new
        self.refresh(layout=relaid)
        self._move_to(*self.cursor)

    # ---- layout

    @property
    def _head_lines(self) -> int:
        return max((len(head) for head in self._heads), default=0)

    @property
    def _name_cells(self) -> int:
        return max((width(name) for name in self._names), default=0) + 3

    @property
    def _columns_seen(self) -> int:
        room = self.size.width - self._name_cells
        return min(max(room // CELL, 1), max(len(self._heads), 1))

    @property
    def _cell_width(self) -> int:
        room = (self.size.width - self._name_cells) // self._columns_seen
        return min(max(room, CELL), WIDEST_CELL)

    @property
    def _rows_seen(self) -> int:
        return max(self.size.height - self._head_lines, 1)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As high as all rows."""
        return self._head_lines + len(self._names)

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self._move_to(*self.cursor)

    # ---- drawing

    def render_line(self, y: int) -> Strip:
        """One line of the screen (Textual's line API)."""
        if y < self._head_lines:
            return self._strip(self._head(y))
        row = y - self._head_lines + self._top
        if row >= len(self._names):
            return Strip.blank(self.size.width, self.rich_style)
        at_row = row == self.cursor[0]
        parts: list[tuple[Spans, str]] = [
            (fit(((" ", "text"), *self._names[row]), self._name_cells), "")
        ]
        for column in self._seen():
            is_here = at_row and column == self.cursor[1]
            ground = ("grid--cursor" if self.has_focus else "grid--cursor-blurred") * is_here
            mark: Span = ("▌" if is_here and self.has_focus and self.app.no_color else " ", "title")
            cell = fit((mark, *self._cells[row][column]), self._cell_width - 1)
            parts += [(cell, ground), (((" ", "text"),), "")]
        return self._strip(parts)

    def _seen(self) -> range:
        return range(self._left, min(self._left + self._columns_seen, len(self._heads)))

    def _head(self, y: int) -> list[tuple[Spans, str]]:
        before = "←" if y == 0 and self._left else " "
        parts: list[tuple[Spans, str]] = [
            (fit(((" " * (self._name_cells - 2), "text"), (before, "key")), self._name_cells), "")
        ]
        seen = self._seen()
        for column in seen:
            head = self._heads[column]
            text = head[y] if y < len(head) else ()
            more = y == 0 and column == seen[-1] and column + 1 < len(self._heads)
            cells = self._cell_width - 1
            shown = fit((("  ", "text"), *text), cells - 2 * more)
            parts += [((*shown, *(((" →", "key"),) if more else ())), ""), (((" ", "text"),), "")]
        return parts

    def _strip(self, parts: Sequence[tuple[Spans, str]]) -> Strip:
        segments = [
            Segment(text, self._style(role, ground))
            for spans, ground in parts
            for text, role in spans
        ]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, role: Role, ground: str) -> Style:
        style = self.rich_style + role_styles(self.app.theme_variables)[role]
        if ground:
            style += Style(bgcolor=self.get_component_rich_style(ground).bgcolor)
        return style

    # ---- cursor

    def _move_to(self, row: int, column: int) -> None:
        row = min(max(row, 0), max(len(self._names) - 1, 0))
        column = min(max(column, 0), max(len(self._heads) - 1, 0))
        self._left = min(max(self._left, column - self._columns_seen + 1), column)
        self._left = max(min(self._left, len(self._heads) - self._columns_seen), 0)
        self._top = min(max(self._top, row - self._rows_seen + 1), row)
        self._top = max(min(self._top, len(self._names) - self._rows_seen), 0)
        self.cursor = (row, column)
        self.refresh()

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell."""
        self._move_to(row, column)

    def watch_cursor(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        """Tell that the cursor moved."""
        if old != new:
            self.post_message(self.Highlighted())

    def watch_has_focus(self, _focused: bool) -> None:  # noqa: FBT001 - Textual's signature
        """The cursor looks different without focus."""
        super().watch_has_focus(_focused)
        self.refresh()

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move_to(self.cursor[0] - 1, self.cursor[1])

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move_to(self.cursor[0] + 1, self.cursor[1])

    def action_cursor_left(self) -> None:
        """One column to the left."""
        self._move_to(self.cursor[0], self.cursor[1] - 1)

    def action_cursor_right(self) -> None:
        """One column to the right."""
        self._move_to(self.cursor[0], self.cursor[1] + 1)

    def action_first(self) -> None:
        """To the first column."""
        self._move_to(self.cursor[0], 0)

    def action_last(self) -> None:
        """To the last column."""
        self._move_to(self.cursor[0], len(self._heads) - 1)

    def action_choose(self) -> None:
        """Tell that the cell under the cursor was chosen."""
        if self._names:
            self.post_message(self.Chosen())

    def action_toggle_cell(self) -> None:
        """Ask to switch the cell under the cursor."""
        if self._names:
            self.post_message(self.Toggled())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the cell under the cursor it chooses."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self._head_lines or offset.x < self._name_cells:
            return
        row = offset.y - self._head_lines + self._top
        column = (offset.x - self._name_cells) // self._cell_width + self._left
        if row >= len(self._names) or column not in self._seen():
            return
        if (row, column) == self.cursor:
            self.action_choose()
        else:
            self._move_to(row, column)
