"""The right side of Explore: one package in five tabs, with a filter line and a legend.

Owns what the user looks at (`Look`); what is to be seen of it comes from `tabs.tab_content`.
"""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import ContentSwitcher, Input

from resolvetui.model.verdict import FileVerdict
from resolvetui.tui.state import SessionState
from resolvetui.tui.views.candidates import MARKS, MOST_INDEXES, SORTS, Candidates, FileAt, Shape
from resolvetui.tui.views.detail_lines import FilterLine, Legend, TabLine
from resolvetui.tui.views.filters import Line
from resolvetui.tui.views.tabs import TABS, Look, Tab, TabContent, tab_content
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import VTable

WIDE = 90
"""Cells from which file rows have room for the kind of hash."""


class DetailPane(Pane):
    """One package in five tabs."""

    class Needs(Message):
        """Data is wanted: the files of `version`, or the candidate table when it is ""."""

        def __init__(self, package: str, version: str) -> None:
            super().__init__()
            self.package = package
            self.version = version

    class NeedsWhy(Message):
        """Why the package is as it is, is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    class OpenFile(Message):
        """Everything about one file is wanted."""

        def __init__(self, verdict: FileVerdict) -> None:
            super().__init__()
            self.verdict = verdict

    class GoTo(Message):
        """Another package is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    def __init__(self) -> None:
        super().__init__(id="detail")
        self.look = Look()
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()
        self._seen: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Tabs, filter, contents, legend."""
        yield TabLine()
        with Horizontal(id="filterbar"):
            yield FilterLine()
            yield Input(
                id="filter", compact=True, placeholder="text  fits  !yanked  >=2.1  idx:name"
            )
        with ContentSwitcher(initial="candidates"):
            yield Candidates(id="candidates")
            yield VTable(id="facts")
            yield STree(id="text", wraps=True)
        yield Legend()

    # ---- what is shown

    def show(self, state: SessionState) -> None:
        """Another state."""
        self._state = state
        self._ask(state)
        self._draw()

    def show_package(self, package: str) -> None:
        """Another package; its filter starts empty."""
        if package == self.look.package:
            return
        self.query_one(Input).value = ""
        shape = Shape(mark=self.look.shape.mark, sort=self.look.shape.sort)
        self._set(replace(self.look, package=package, shape=shape, first_index=0, version=""))

    def show_tab(self, tab: Tab) -> None:
        """Another tab; the focus goes along when it was in the tab before."""
        inside = self.query_one(ContentSwitcher).has_focus_within
        self._set(replace(self.look, tab=tab))
        if inside:
            self.focus_content()

    def focus_content(self) -> None:
        """Put the focus on what the tab shows."""
        current = self.query_one(ContentSwitcher).visible_content
        if current is not None:
            current.focus()

    def _set(self, look: Look) -> None:
        self.look = look
        if self._state is not None:
            self.show(self._state)

    def _ask(self, state: SessionState) -> None:
        """Say which data this look needs; what is here or on its way is not asked for again."""
        look = self.look
        if not look.package or not state.answered:
            return
        self._want(look.package, "")
        wanted = set(look.shape.opened)
        if look.tab in ("Files", "Tags"):
            wanted.add(self.version)
        for version in sorted(wanted - {""}):
            self._want(look.package, version)
        if look.tab in ("Why", "Requires"):
            self.post_message(self.NeedsWhy(look.package).set_sender(self))

    def _want(self, package: str, version: str) -> None:
        """Ask for data, in this pane's own name.

        Textual ends a message at the parent when that is its sender, and the parent's timer is
        what calls `show_package`.
        """
        self.post_message(self.Needs(package, version).set_sender(self))

    @property
    def version(self) -> str:
        """The version that Tags and Files are about: under the table's cursor, else the chosen."""
        state, package = self._state, self.look.package
        if state is None:
            return ""
        at_cursor = self.query_one(Candidates).version
        if at_cursor and package in state.tables:
            return at_cursor
        pin = state.pins.get(package)
        return pin.version if pin else ""

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    def _draw(self) -> None:
        """Draw the look again, if anything that it shows is different."""
        state = self._state
        if state is None:
            return
        self.look = replace(self.look, version=self.version)
        sources = (
            state.tables.get(self.look.package), state.files, state.load_failures, state.failure,
            state.resolution, state.explanation, state.target, state.asked, state.whys,
        )  # fmt: skip
        drawn = (self.look, state.phase, self._is_wide, *map(id, sources))
        if drawn != self._drawn:
            self._drawn = drawn
            self._sources = sources  # keeps them alive: an id must not come back
            self._apply(state)

    def _apply(self, state: SessionState) -> None:
        shape = replace(self.look.shape, hashes=self._is_wide)
        content = tab_content(state, replace(self.look, shape=shape))
        self.query_one(TabLine).show(self.look.tab)
        self.query_one(FilterLine).show(self.look)
        self.query_one(Legend).display = content.widget == "candidates"
        pin = state.pins.get(self.look.package)
        title = f"{self.look.package} {pin.version}" if pin else self.look.package
        self.set_titles(title or "Package", content.subtitle)
        switcher = self.query_one(ContentSwitcher)
        had_focus = switcher.has_focus_within
        switcher.current = content.widget
        if content.widget == "text":
            self.query_one("#text", STree).set_nodes(list(content.nodes), notice=content.notice)
        else:
            table = self.query_one(f"#{content.widget}", VTable)
            table.set_columns(content.columns)
            table.set_rows(content.rows, notice=content.notice)
            self._start(table, content)
        if had_focus:
            self.focus_content()

    def _start(self, table: VTable, content: TabContent) -> None:
        """What is seen for the first time has its cursor where it matters most."""
        look = self.look
        version = look.version if look.tab != "Candidates" else ""
        seen = (look.package, look.tab, version)
        if content.start is not None and seen != self._seen:
            self._seen = seen
            table.go_to(content.start)

    def on_resize(self) -> None:
        """File rows have more or fewer parts."""
        super().on_resize()
        self._draw()

    # ---- messages of the parts

    @on(TabLine.Picked)
    def _tab_picked(self, event: TabLine.Picked) -> None:
        self.show_tab(event.tab)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._set(replace(self.look, shape=replace(self.look.shape, filter=event.value)))

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one("#filterbar").remove_class("-typing")
        self.focus_content()

    @on(VTable.Chosen, "#candidates")
    def _candidate_chosen(self, event: VTable.Chosen) -> None:
        data = event.row.data if event.row else None
        if isinstance(data, FileAt):
            self.post_message(self.OpenFile(data.verdict))
        elif isinstance(data, Line):
            self._fold(data.version, unfold=None)

    @on(VTable.Chosen, "#facts")
    def _fact_chosen(self, event: VTable.Chosen) -> None:
        data = event.row.data if event.row else None
        if isinstance(data, FileVerdict):
            self.post_message(self.OpenFile(data))
        elif isinstance(data, str) and data:
            self.post_message(self.GoTo(data))

    @on(VTable.Folded, "#candidates")
    def _folded(self, event: VTable.Folded) -> None:
        data = event.row.data if event.row else None
        if not isinstance(data, Line | FileAt):
            return
        opened = data.version in self.look.shape.opened
        if event.unfold == opened or isinstance(data, FileAt):
            self._scroll_indexes(1 if event.unfold else -1)
            return
        self._fold(data.version, unfold=event.unfold)

    def _fold(self, version: str, *, unfold: bool | None) -> None:
        opened = self.look.shape.opened
        wanted = version not in opened if unfold is None else unfold
        changed = opened | {version} if wanted else opened - {version}
        self._set(replace(self.look, shape=replace(self.look.shape, opened=changed)))

    def _scroll_indexes(self, step: int) -> None:
        """Other index columns, when there are more than fit side by side."""
        table = self._state.tables.get(self.look.package) if self._state else None
        most = max(len(table.indexes) - MOST_INDEXES, 0) if table else 0
        first = min(max(self.look.first_index + step, 0), most)
        self._set(replace(self.look, first_index=first))

    # ---- keys

    def step_tab(self, step: int) -> None:
        """The next tab, or the one before."""
        self.show_tab(TABS[(TABS.index(self.look.tab) + step) % len(TABS)])

    def start_filter(self) -> None:
        """Show the filter's input."""
        self.query_one("#filterbar").add_class("-typing")
        self.query_one(Input).focus()

    def end_filter(self) -> bool:
        """Leave the filter, or clear it; False when there was none."""
        field = self.query_one(Input)
        if not field.has_focus and not field.value:
            return False
        self.query_one("#filterbar").remove_class("-typing")
        field.value = ""
        self.focus_content()
        return True

    def step_mark(self) -> None:
        """All, what fits, problems; in Tags: all, used."""
        if self.look.tab == "Tags":
            self._set(replace(self.look, used_tags=not self.look.used_tags))
            return
        mark = MARKS[(MARKS.index(self.look.shape.mark) + 1) % len(MARKS)]
        self._set(replace(self.look, shape=replace(self.look.shape, mark=mark)))

    def step_sort(self) -> None:
        """The next order."""
        sort = SORTS[(SORTS.index(self.look.shape.sort) + 1) % len(SORTS)]
        self._set(replace(self.look, shape=replace(self.look.shape, sort=sort)))

    def clear_mark(self) -> bool:
        """Show all again; False when all was shown."""
        if self.look.shape.mark == "all":
            return False
        self._set(replace(self.look, shape=replace(self.look.shape, mark="all")))
        return True

    def copied(self) -> str:
        """What `y` copies here: a file's URL, else package and version."""
        for id_ in ("candidates", "facts"):
            table = self.query_one(f"#{id_}", VTable)
            data = table.row_at_cursor.data if table.has_focus and table.row_at_cursor else None
            match data:
                case FileAt(verdict=verdict) | (FileVerdict() as verdict):
                    return verdict.file.url
                case Line(version=version):
                    return f"{self.look.package}=={version}"
                case str():
                    return data
        return self.look.package
