"""View 3, What-if: all attempts as a tree, and what one has that another has not."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from resolvetui.tui import keys, words
from resolvetui.tui.attempt_link import AttemptLink
from resolvetui.tui.attempt_report import compared, difference_text
from resolvetui.tui.attempt_tree import AttemptTree
from resolvetui.tui.difference import Difference, Differing
from resolvetui.tui.later import when_drawn
from resolvetui.tui.spans import Spans, paragraphs, wrap
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import whatif_rows
from resolvetui.tui.views.whatif_rows import AttemptRows
from resolvetui.tui.widgets.columns import fitted
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.vtable import FixedRows, VTable


class WhatIfView(Container):
    """The tree of attempts; beside it what differs between the one under the cursor and another."""

    CONTEXT: ClassVar[keys.Context] = "whatif"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("whatif")]

    class Go(Message):
        """This attempt is to be the one that counts."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Drop(Go):
        """This attempt and all that came of it are to be forgotten."""

    class ShowPackage(Message):
        """The candidate table of this package is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    def __init__(self, link: AttemptLink) -> None:
        super().__init__(id="whatif")
        self._link = link
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()
        self._current = 0
        self._wanted: bool | None = None
        """Whether packages that are the same are listed, too; None: where there is much room."""
        self.shows_all = False
        """Whether they are listed."""

    def compose(self) -> ComposeResult:
        """The two sides."""
        with Vertical(id="tried"):
            with Pane(id="attempts-pane", title="Attempts"):
                yield VTable(id="attempts")
            with Pane(id="attempt-about", title="Attempt"), VerticalScroll(id="attempt-text"):
                yield Static(id="attempt-lines")
        with Pane(id="difference-pane", title="Difference"):
            yield Static(id="difference-head")
            yield VTable(id="difference")
            yield Static(id="difference-files")

    @property
    def attempts(self) -> VTable:
        """The tree."""
        return self.query_one("#attempts", VTable)

    @property
    def differing(self) -> VTable:
        """The packages that differ."""
        return self.query_one("#difference", VTable)

    @property
    def number(self) -> int:
        """The attempt under the cursor; the one that counts before anything was painted."""
        row = self.attempts.row_at_cursor
        tree = self._link.tree
        return (
            row.data
            if row and isinstance(row.data, int) and row.data in tree.nodes
            else tree.current
        )

    # ---- paint

    def show(self, state: SessionState) -> None:
        """Another state; the cursor goes along when another attempt counts."""
        self._state = state
        drawn = (state.attempts, state.phase is Phase.RESOLVING, bool(state.shown.chips))
        if len(drawn) == len(self._drawn) and all(
            one is other for one, other in zip(drawn, self._drawn, strict=True)
        ):
            return
        self._drawn = drawn
        tree = state.attempts
        self._draw_tree(state)
        if tree.current != self._current:
            self._current = tree.current
            self.attempts.go_to(tree.current)
        self._draw_difference()

    def _draw_tree(self, state: SessionState) -> None:
        tree, table = state.attempts, self.attempts
        pane = self.query_one("#attempts-pane", Pane)
        if len(tree.nodes) == 1 and not state.shown.chips:
            table.set_rows(FixedRows(), notice=_NOTHING)
            pane.set_titles("Attempts")
            return
        rows = AttemptRows(tree, running=state.phase is Phase.RESOLVING)
        table.set_columns(rows.columns)
        table.set_rows(rows)
        ways = "u undo · ctrl+r redo"
        pane.set_titles("Attempts", f"{words.count(len(tree.nodes), 'attempt')} · {ways}")

    def _draw_difference(self) -> None:
        """What the attempt under the cursor has that the one it is compared with has not."""
        state = self._state
        if state is None:
            return
        tree, number = state.attempts, self.number
        node, base = tree.nodes[number], tree.nodes.get(tree.compared_with(number))
        running = number == tree.current and state.phase is Phase.RESOLVING
        table, pane = self.differing, self.query_one("#difference-pane", Pane)
        cells = max(table.size.width - 4, 24)
        notice = self._notice(state, number, cells, running=running)
        found = compared(tree, number) if not notice else Difference(())
        title = f"#{base.number} → #{number}" if base else f"#{number}"
        pane.set_titles(
            f"Difference {title}",
            "" if notice else whatif_rows.difference_totals(found),
        )
        head = wrap(((f"#{number} ", "muted"), (node.change, "strong")), cells)[:2]
        self.query_one("#difference-head", Static).update(paragraphs(head))
        self.query_one("#difference-head").display = not notice or len(tree.nodes) > 1
        self.shows_all = self._shows_all(found)
        shown = found.packages if self.shows_all else found.changed
        rows = whatif_rows.difference_rows(shown)
        old = f"#{base.number}" if base else ""
        columns = whatif_rows.difference_columns(old, f"#{number}", shown)
        table.set_columns(fitted(columns, rows) if rows else columns)
        table.set_rows(FixedRows(rows), notice=notice or _same(found))
        self._draw_about(tree, number, running=running)
        self._draw_files()

    def _shows_all(self, found: Difference) -> bool:
        if self._wanted is not None:
            return self._wanted
        room = self.differing.size.height - 1  # its head
        return bool(found.changed) and (
            len(found.packages) <= room or (len(found.changed) * 2 <= room and room >= _MUCH_ROOM)
        )

    def _notice(
        self, state: SessionState, number: int, cells: int, *, running: bool
    ) -> tuple[Spans, ...]:
        """Why there is nothing to compare; () where there is something."""
        tree = state.attempts
        answer = tree.nodes[number].answer
        if len(tree.nodes) == 1 and not state.shown.chips:
            return _HOW
        if running:
            return ((("resolving …", "muted"),),)
        if answer is None:
            return ((("not run", "strong"),), (("enter", "key"), (" resolves it", "muted")))
        if not answer.solved:
            lines = whatif_rows.ended(answer, cells)
            return (*lines, (), _way_on(state, number))
        if len(tree.nodes) == 1:
            return _HOW
        if tree.base == number:
            return (
                (("the others are compared with this one", "strong"),),
                (("d", "key"), (" ends that; move the cursor to another one", "muted")),
            )
        return ()

    def _draw_about(self, tree: AttemptTree, number: int, *, running: bool) -> None:
        pane = self.query_one("#attempt-about", Pane)
        counts = "the one that counts" if number == tree.current else "enter makes it count"
        pane.set_titles(f"Attempt #{number}", counts)
        cells = max(self.query_one("#attempt-text").size.width - 2, 20)
        lines = whatif_rows.about_lines(tree, number, cells, running=running)
        self.query_one("#attempt-lines", Static).update(paragraphs(lines))
        when_drawn(self, self._let_scroll)

    def _let_scroll(self) -> None:
        """The text has the focus only where there is more of it than is seen."""
        text = self.query_one("#attempt-text", VerticalScroll)
        text.can_focus = text.max_scroll_y > 0

    def _draw_files(self) -> None:
        row = self.differing.row_at_cursor
        each = row.data if row and isinstance(row.data, Differing) else None
        text = self.query_one("#difference-files", Static)
        text.set_class(each is None, "-empty")
        if each is not None:
            cells = max(self.differing.size.width - 2, 20)
            text.update(paragraphs(whatif_rows.files_of(each, cells)))

    def on_resize(self) -> None:
        """Lines are laid out to the width."""
        when_drawn(self, self._draw_difference)

    # ---- what every view has

    @property
    def package(self) -> str:
        """The package under the cursor, or ""."""
        row = self.differing.row_at_cursor if self.differing.has_focus else None
        return row.data.name if row and isinstance(row.data, Differing) else ""

    def focus_first(self) -> None:
        """The focus when the view opens."""
        self.attempts.focus()

    def leave(self) -> bool:
        """From the packages back to the tree."""
        if not self.attempts.has_focus:
            self.attempts.focus()
            return True
        return False

    def copied(self) -> str:
        """What `y` copies: what differs, as text."""
        return difference_text(self._link.tree, self.number)

    # ---- keys

    @on(VTable.Highlighted, "#attempts")
    def _moved(self, event: VTable.Highlighted) -> None:
        if type(event) is VTable.Highlighted:
            self._draw_difference()

    @on(VTable.Highlighted, "#difference")
    def _moved_among_packages(self, event: VTable.Highlighted) -> None:
        if type(event) is VTable.Highlighted:
            self._draw_files()

    @on(VTable.Chosen, "#attempts")
    def _chosen(self) -> None:
        if self.number == self._link.tree.current:
            self._say(f"#{self.number} counts already; 1 shows it, r resolves it again.")
        else:
            self.post_message(self.Go(self.number))

    @on(VTable.Chosen, "#difference")
    def _package_chosen(self) -> None:
        row = self.differing.row_at_cursor
        if row and isinstance(row.data, Differing):
            self.post_message(self.ShowPackage(row.data.name))

    @on(VTable.Folded, "#attempts")
    def _folded(self, event: VTable.Folded) -> None:
        """Left and right walk along the branch, without making another attempt count."""
        tree, node = self._link.tree, self._link.tree.nodes[self.number]
        if event.unfold is None:
            self.action_compare()
        elif event.unfold:
            children = tree.children(node.number)
            self._walk(node.forward or max(children, default=0), "Nothing was changed here yet.")
        else:
            self._walk(node.parent, "This is the first attempt.")

    def _walk(self, number: int, nowhere: str) -> None:
        if number:
            self.attempts.go_to(number)
        else:
            self._say(nowhere)

    @on(VTable.Folded, "#difference")
    def _left(self, event: VTable.Folded) -> None:
        if event.unfold is False:
            self.attempts.focus()
        elif event.unfold is None:
            self.action_form()

    def action_compare(self) -> None:
        """Compare all with the attempt under the cursor, or each with its parent again."""
        number = self.number
        if len(self._link.tree.nodes) == 1:
            self._say("There is only one attempt: p, x, space, t, a make another one.")
            return
        self._link.mark(number)
        is_base = self._link.tree.base == number
        told = f"compared with #{number}" if is_base else "each is compared with its parent"
        self._say(told)

    def action_form(self) -> None:
        """Only what differs, or all."""
        self._wanted = not self.shows_all
        self._draw_difference()
        self._say("all packages" if self.shows_all else "only what differs")

    def action_drop(self) -> None:
        """Forget the attempt under the cursor with all that came of it."""
        if self.number == self._link.tree.root:
            self._say("The first attempt stays: all others came of it.")
        else:
            self.post_message(self.Drop(self.number))

    def _say(self, text: str) -> None:
        self.post_message(Say(text))


_MUCH_ROOM = 20
"""Lines; half of them would look forgotten with nothing on them."""

_NOTHING: tuple[Spans, ...] = (
    (("Nothing is required yet", "strong"),),
    (("a", "key"), (" adds a requirement", "muted")),
)
_WAYS = (
    ("p x", "a version were pinned, or left out (in 1, Candidates)"),
    ("space", "a requirement were switched off (on its chip)"),
    ("t", "Python, indexes, strategy or date were others"),
    ("a", "something were required, too"),
)
_HOW: tuple[Spans, ...] = (
    (("What if …", "strong"),),
    (),
    *(((f"{key:<7}", "key"), (f"{what:<53}", "muted")) for key, what in _WAYS),
    (),
    (("Every change is a line in the tree; nothing is installed.", "muted"),),
)


def _way_on(state: SessionState, number: int) -> Spans:
    if number != state.attempts.current:
        return (("enter", "key"), (" goes there", "muted"))
    if state.phase is Phase.UNSATISFIABLE:
        return (("2", "key"), (" shows why, and ways out", "muted"))
    return (("r", "key"), (" resolves again", "muted"))


def _same(found: Difference) -> tuple[Spans, ...]:
    """What is said where no package differs."""
    count = words.count(len(found.packages), "package")
    return (
        (("The same solution", "strong"),),
        ((f"{count}, at the same versions, from the same files", "muted"),),
        (("m", "key"), (" lists them", "muted")),
    )
