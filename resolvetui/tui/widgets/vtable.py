"""A table that draws only the lines that are seen, from rows that a source makes on demand.

It owns columns, cursor, scrolling, mouse and a cache of drawn lines. It leaves rows, filters and
sorting to the source, and what Enter means to whoever handles its messages. Outside text comes
as spans; nothing is parsed as markup.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from resolvetui.tui import keys
from resolvetui.tui.spans import Role, Spans, clip, fit, role_styles, width
from resolvetui.tui.widgets.columns import Column, Row, lay_out


class RowSource(Protocol):
    """Rows on demand. `row(i)` is called for visible rows only; `key(i)` must be cheap."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row:
        """The row at this place."""
        ...

    def key(self, index: int) -> Hashable:
        """What the row keeps when it moves to another place."""
        ...


class FixedRows:
    """A source of rows that exist already."""

    def __init__(self, rows: tuple[Row, ...] = ()) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, index: int) -> Row:
        """The row itself."""
        return self._rows[index]

    def key(self, index: int) -> Hashable:
        """The key of the row."""
        return self._rows[index].key


class VTable(ScrollView, can_focus=True):
    """Line-API table: header on line 0, then the rows, with a cursor."""

    CONTEXT: ClassVar[keys.Context] = "list"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("list")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "vtable--header",
        "vtable--cursor",
        "vtable--cursor-blurred",
    }
    DEFAULT_CSS = """
    VTable { height: 1fr; overflow-x: hidden; }
    VTable { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    VTable > .vtable--header { background: $panel; color: $muted; text-style: bold; }
    VTable > .vtable--cursor { background: $cursor-row; }
    VTable > .vtable--cursor-blurred { background: $cursor-row-blurred; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor is on another row, or the row under it changed."""

        def __init__(self, table: VTable, row: Row | None) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> VTable:
            """The table that sent it."""
            return self.table

    class Chosen(Highlighted):
        """Enter, or a click on the row under the cursor."""

    class Folded(Highlighted):
        """Left, right or space: `unfold` is True to open, False to close, None to switch."""

        def __init__(self, table: VTable, row: Row | None, *, unfold: bool | None) -> None:
            super().__init__(table, row)
            self.unfold = unfold

    def __init__(
        self,
        columns: tuple[Column, ...] = (),
        *,
        header: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._header = header
        self._source: RowSource = FixedRows()
        self._notice: tuple[Spans, ...] = ()
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._styles: dict[tuple[Role, str], Style] = {}
        self._announced: Hashable = None

    # ---- contents

    @property
    def source(self) -> RowSource:
        """Where the rows come from."""
        return self._source

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Other columns over the same rows."""
        if columns != self._columns:
            self._columns = columns
            self._redraw()

    def set_rows(self, source: RowSource, *, notice: tuple[Spans, ...] = ()) -> None:
        """Other rows; the cursor stays on the row with the same key, if there is one.

        `notice` is shown in the middle when there are no rows.
        """
        key = self.key_at_cursor
        self._source = source
        self._notice = notice
        size = len(source)
        found = next((i for i in range(size) if source.key(i) == key), None) if key else None
        self.virtual_size = Size(self.cells, size + self._top)
        self._redraw()
        self.cursor = found if found is not None else min(self.cursor, max(size - 1, 0))
        self._scroll_to_cursor()
        self._announce()

    @property
    def key_at_cursor(self) -> Hashable:
        """The key of the row under the cursor, None without rows."""
        return self._source.key(self.cursor) if self.cursor < len(self._source) else None

    @property
    def row_at_cursor(self) -> Row | None:
        """The row under the cursor, None without rows."""
        return self._source.row(self.cursor) if self.cursor < len(self._source) else None

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with this key; False when there is none."""
        for index in range(len(self._source)):
            if self._source.key(index) == key:
                self.cursor = index
                self._scroll_to_cursor()
                return True
        return False

    def move_to(self, index: int) -> None:
        """Put the cursor on the row at this place, or on the last one."""
        self.cursor = min(max(index, 0), max(len(self._source) - 1, 0))
        self._scroll_to_cursor()

    def refresh_rows(self) -> None:
        """Draw the rows again: their source changed in place, but not in number."""
        self._strips.clear()
        self.refresh()

    # ---- drawing

    @property
    def cells(self) -> int:
        """The width of a line: room for the scroll bar is always kept free."""
        return self.scrollable_content_region.width

    @property
    def _top(self) -> int:
        return 1 if self._header else 0

    def _redraw(self) -> None:
        self._strips.clear()
        self._styles.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Textual's hook: theme or CSS changed."""
        super().notify_style_update()
        self._redraw()

    def on_resize(self) -> None:
        """Columns depend on the width."""
        self.virtual_size = Size(self.cells, len(self._source) + self._top)
        self._redraw()
        self._scroll_to_cursor()

    def watch_has_focus(self, _focused: bool) -> None:  # noqa: FBT001 - Textual's signature
        """The cursor row looks different without focus."""
        super().watch_has_focus(_focused)
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """One line of the screen (Textual's line API)."""
        if not len(self._source):
            return self._notice_line(y)
        if self._header and y == 0:
            return self._header_line()
        index = y - self._top + self.scroll_offset.y
        if index >= len(self._source):
            return Strip.blank(self.cells, self.rich_style)
        ground = self._ground(index)
        key = (index, ground, self.cells)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._row_line(index, ground)
        return strip

    def _ground(self, index: int) -> str:
        """The component class of the row's background, "" for the plain one."""
        if index != self.cursor and not self._continues_cursor(index):
            return ""
        return "vtable--cursor" if self.has_focus else "vtable--cursor-blurred"

    def _continues_cursor(self, index: int) -> bool:
        while index > self.cursor and self._source.row(index).continues:
            index -= 1
        return index == self.cursor

    def _style(self, role: Role, ground: str) -> Style:
        style = self._styles.get((role, ground))
        if style is None:
            style = self.rich_style + role_styles(self.app.theme_variables)[role]
            if ground and self.app.current_theme.ansi:
                style = self._ansi_style(style, ground)
            elif ground:
                style += Style(bgcolor=self.get_component_rich_style(ground).bgcolor)
            self._styles[role, ground] = style
        return style

    def _ansi_style(self, style: Style, ground: str) -> Style:
        """The cursor row where the terminal has its own colours, of which nobody knows whether one
        can be read on another: reversed, in one colour; without the focus only the margin tells.
        """
        if ground == "vtable--cursor":
            return self.rich_style + Style(bold=style.bold, reverse=True)
        return style

    def _strip(self, spans: Spans, ground: str) -> Strip:
        spans = fit(spans, self.cells)
        return Strip([Segment(text, self._style(role, ground)) for text, role in spans])

    def _row_line(self, index: int, ground: str) -> Strip:
        row = self._source.row(index)
        marked = bool(ground) and (
            self.app.current_theme.ansi or (self.app.no_color and ground == "vtable--cursor")
        )
        margin: Spans = (("▌" if marked else " ", "title"),)
        if row.wide is not None:
            return self._strip((*margin, *row.wide), ground)
        spans = list(margin)
        for column, cells in self._layout():
            cell = row.cells[column.position] if column.position < len(row.cells) else ()
            spans += fit(cell, cells, right=column.right)
            spans.append(("  ", "text"))
        return self._strip(tuple(spans[:-1]), ground)

    def _header_line(self) -> Strip:
        style = self.get_component_rich_style("vtable--header")
        text = " "
        for column, cells in self._layout():
            title = clip(((column.title, "text"),), cells)
            gap = " " * (cells - width(title))
            label = "".join(part for part, _ in title)
            text += (gap + label if column.right else label + gap) + "  "
        line = fit(((text.rstrip(), "text"),), self.cells)
        return Strip([Segment(part, style) for part, _ in line])

    def _notice_line(self, y: int) -> Strip:
        first = max((self.size.height - len(self._notice)) // 3, 0)
        if not first <= y < first + len(self._notice):
            return Strip.blank(self.cells, self.rich_style)
        line = clip(self._notice[y - first], self.cells)
        indent = max((self.cells - width(line)) // 2, 0)
        return self._strip(((" " * indent, "text"), *line), "")

    def _layout(self) -> tuple[tuple[Column, int], ...]:
        return lay_out(self._columns, self.cells - 1)

    # ---- cursor

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both rows again and tell that the cursor moved."""
        if old != new:
            self.refresh()
            self._announce()

    def _announce(self) -> None:
        """Post `Highlighted` once for each row that the cursor comes to rest on."""
        key = self.key_at_cursor
        if key != self._announced:
            self._announced = key
            self.post_message(self.Highlighted(self, self.row_at_cursor))

    def _move(self, step: int) -> None:
        """Move by rows; lines that continue another row are passed over."""
        last = len(self._source) - 1
        target = min(max(self.cursor + step, 0), last)
        direction = 1 if step > 0 else -1
        while 0 < target <= last and self._source.row(target).continues:
            target += direction
        if target > last:  # the last row has several lines: to its first
            target = last
            while target > 0 and self._source.row(target).continues:
                target -= 1
        self.cursor = max(target, 0)
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        """Scroll just as far as the cursor (with the lines that continue it) needs."""
        page = max(self.size.height - self._top, 1)
        top = self.scroll_offset.y
        end = self.cursor
        while end + 1 < len(self._source) and self._source.row(end + 1).continues:
            end += 1
        wanted = min(max(top, end - page + 1), self.cursor)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move(-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move(1)

    def action_page_up(self) -> None:
        """A page up."""
        self._move(-max(self.size.height - self._top - 1, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._move(max(self.size.height - self._top - 1, 1))

    def action_first(self) -> None:
        """To the first row."""
        self._move(-len(self._source))

    def action_last(self) -> None:
        """To the last row."""
        self._move(len(self._source))

    def action_choose(self) -> None:
        """Tell that the row under the cursor was chosen."""
        if self.row_at_cursor is not None:
            self.post_message(self.Chosen(self, self.row_at_cursor))

    def action_unfold(self) -> None:
        """Ask to open the row under the cursor."""
        self.post_message(self.Folded(self, self.row_at_cursor, unfold=True))

    def action_fold(self) -> None:
        """Ask to close the row under the cursor."""
        self.post_message(self.Folded(self, self.row_at_cursor, unfold=False))

    def action_toggle_row(self) -> None:
        """Ask to open or close the row under the cursor."""
        self.post_message(self.Folded(self, self.row_at_cursor, unfold=None))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the row under the cursor it chooses."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = offset.y - self._top + self.scroll_offset.y
        if offset.y < self._top or not 0 <= index < len(self._source):
            return
        while index and self._source.row(index).continues:
            index -= 1
        if index == self.cursor:
            self.action_choose()
        else:
            self.cursor = index
