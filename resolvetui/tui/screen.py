"""The one screen: head, the views, foot. It turns keys into calls of the bridge, state into paint.

Messages are coalesced: the newest state is painted ten times a second, results at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from resolvetui.model.query import Query
from resolvetui.session.runtime import Runtime
from resolvetui.tui import keys
from resolvetui.tui.backend import Backend
from resolvetui.tui.bridge import DEBOUNCE_S, Bridge
from resolvetui.tui.change_flow import ChangeFlow
from resolvetui.tui.guide_flow import GuideFlow, GuideStart
from resolvetui.tui.install_flow import InstallFlow
from resolvetui.tui.later import is_there, when_drawn
from resolvetui.tui.open_flow import Make, OpenFlow
from resolvetui.tui.save_flow import NO_RECORD, Record, SaveFlow
from resolvetui.tui.spans import content
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.target_flow import TargetFlow
from resolvetui.tui.view_screen import ViewScreen
from resolvetui.tui.views.conflict import ConflictView
from resolvetui.tui.views.explore import FOLLOW_S, ExploreView
from resolvetui.tui.views.plan import PlanView
from resolvetui.tui.views.targets import TargetsView
from resolvetui.tui.views.trace import TYPING_S, TraceView
from resolvetui.tui.views.whatif import WhatIfView
from resolvetui.tui.widgets.find import FindBar
from resolvetui.tui.widgets.guide_line import GuideLine
from resolvetui.tui.widgets.head import Requirements, TargetLine, TopLine
from resolvetui.tui.widgets.status import KeyLine, StatusLine

if TYPE_CHECKING:
    from textual.timer import Timer

View: TypeAlias = ExploreView | ConflictView | WhatIfView | PlanView | TargetsView | TraceView

TICK_S = 0.1
SMALLEST = (60, 16)


class MainScreen(ViewScreen):
    """Head, the views, foot."""

    CONTEXT: ClassVar[keys.Context] = "everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("everywhere")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012 - Textual's type
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""

    def __init__(
        self,
        backend: Backend,
        query: Query,
        runtime: Runtime,
        *,
        waits: bool = True,
        record: Record = NO_RECORD,
        guide: GuideStart | None = None,
        title: str = "",
        opens: Make | None = None,
    ) -> None:
        """`waits`: whether cursor and queries are debounced and a spinner turns; not in tests.
        `record`: the file that always holds the last attempt. `guide`: how it begins. `title`:
        instead of the app's. `opens`: makes the screen of a session file; None in one.
        """
        super().__init__()
        self.title = title or None
        self._spins = waits
        debounce_s = DEBOUNCE_S if waits else 0.0
        self._follow_s = FOLLOW_S if waits else 0.0
        self.bridge = Bridge(backend, query, runtime, self._changed, debounce_s=debounce_s)
        self.flow = InstallFlow(self, self.bridge)
        self.saves = SaveFlow(self, self.bridge, record)
        self.opening = OpenFlow(self, opens)
        self.targets = TargetFlow(self, self.bridge)
        self.changes = ChangeFlow(self, self.bridge)
        self.guide = GuideFlow(self, self.bridge, guide or GuideStart())
        self._dirty = True
        self._frame = 0
        self._news: frozenset[str] = frozenset()
        self._told: tuple[Phase, int] = (Phase.IDLE, 0)
        self._chosen_view = False
        self._ticker: Timer | None = None

    def compose(self) -> ComposeResult:
        """The frame."""
        yield Static(content((("terminal too small: 60x16 needed", "warn"),)), id="too-small")
        yield TopLine()
        yield Requirements()
        yield TargetLine()
        yield GuideLine()
        with ContentSwitcher(id="views", initial="explore"):
            yield ExploreView(follow_s=self._follow_s)
            yield ConflictView()
            yield WhatIfView(self.bridge.attempts)
            yield PlanView()
            yield TargetsView(self.bridge.targets)
            yield TraceView(self.bridge.trace, typing_s=TYPING_S if self._spins else 0.0)
        yield FindBar()
        yield StatusLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask the first question; then paint ten times a second what is new."""
        self._ticker = self.set_interval(TICK_S, self._tick)
        self.view.focus_first()
        if self.bridge.query.requirements:
            self.bridge.resolve()
        self.paint()

    async def on_unmount(self) -> None:
        """No worker outlives its screen."""
        await self.bridge.close()

    def on_resize(self) -> None:
        """Very small terminals get one line."""
        small = self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]
        self.set_class(small, "-tiny")

    @property
    def view(self) -> View:
        """The view that is seen."""
        return cast("View", self.query_one("#views", ContentSwitcher).visible_content)

    # ---- paint

    def _paint_if_there(self) -> None:
        if is_there(self):
            self.paint_if_new()

    def _changed(self, *, now: bool) -> None:
        self._dirty = True
        if now and self.is_mounted:
            self.call_later(self._paint_if_there)

    def _tick(self) -> None:
        state = self.state
        if self._spins and (state.busy or state.planning or state.fixing or state.matrix.running):
            self._frame += 1
            self.query_one(StatusLine).show(state, self._frame)
            self.query_one(ConflictView).spin(state, self._frame)
        self.paint_if_new()

    def paint_if_new(self) -> None:
        """Paint, if anything changed since the last time."""
        if self._dirty:
            self.paint()

    def paint(self) -> None:
        """Show the state everywhere."""
        self._dirty = False
        state = self.state
        self._follow_outcome(state)
        view = self.view
        if self.targets.follow(state) and view.id != "targets":
            self._news |= {"targets"}
        self.query_one(TopLine).show(state, str(view.id), self._news)
        self.query_one(Requirements).show(state)
        self.query_one(TargetLine).show(state)
        self.query_one(StatusLine).show(state, self._frame)
        if view.id == "plan":
            self.bridge.want_plan()
        elif view.id == "conflict":
            self.bridge.want_fixes()
        view.show(self.state)
        self.flow.follow(self.state)
        self.saves.follow(self.state)
        self.guide.follow(self.state)
        self.follow_tools(self.state)

    def follow_outcome(self) -> None:
        """What comes of the next resolve opens by itself, also where a view was chosen."""
        self._chosen_view = False

    def _follow_outcome(self, state: SessionState) -> None:
        """A view with news opens by itself once; later it only gets a mark."""
        outcome = (state.phase, state.resolve_id)
        if outcome == self._told:
            return
        self._told = outcome
        if state.phase is Phase.UNSATISFIABLE:
            if self._chosen_view:
                self._news |= {"conflict"}
            else:
                self._open("conflict")
        elif state.phase is Phase.SOLVED:
            self._news -= {"conflict"}
            if not self._chosen_view and self.view.id == "conflict":
                self._open("explore")

    def _open(self, name: str) -> None:
        self.query_one("#views", ContentSwitcher).current = name
        self._news -= {name}
        self.view.show(self.state)
        self.view.focus_first()

    def watch_focused(self, focused: Widget | None) -> None:
        """The foot shows the keys of the focused place."""
        if self.is_mounted:
            self.query_one(KeyLine).show(contexts(focused))
            if focused is None:
                when_drawn(self, self._find_focus)

    def _find_focus(self) -> None:
        """What had the focus is hidden now (another size, a failure): keys must go on working."""
        if self.focused is None and not self.has_class("-tiny"):
            self.view.focus_first()

    # ---- actions

    def go_to(self, package: str) -> None:
        """Explore, with the candidates of this package."""
        self.action_view("explore")
        self.explore.go_to(package, "Candidates")

    def action_view(self, name: str) -> None:
        """Another view."""
        self._chosen_view = True
        self._open(name)
        self.paint()

    def action_add_requirement(self) -> None:
        """Ask for a requirement."""
        self.changes.add()

    def action_resolve_again(self) -> None:
        """Resolve the same query again."""
        if self.changes.refuse():
            return
        if isinstance(self.view, TargetsView) and self.view.place is not None:
            self.view.run()
        elif self.bridge.query.requirements:
            self.bridge.resolve()
        else:
            self.say("Nothing is required yet: a adds a requirement.", warn=True)

    def action_resolve_without_cache(self) -> None:
        """Ask the indexes again for everything."""
        if not self.changes.refuse():
            self.bridge.resolve(no_cache=True)

    def action_undo(self) -> None:
        """The attempt before."""
        self.changes.undo()

    def action_redo(self) -> None:
        """The attempt that was undone."""
        self.changes.redo()

    def action_target(self) -> None:
        """Ask for another target, other indexes, policies."""
        if not self.changes.refuse():
            self.targets.ask()

    def action_why(self) -> None:
        """Why the package under the cursor is here."""
        view = self.view
        package = (
            view.package
            if isinstance(view, ConflictView | WhatIfView | PlanView | TraceView)
            else ""
        )
        package = package or self.explore.detail.look.package
        if not package:
            self.say("No package is chosen.")
            return
        self.action_view("explore")
        self.explore.go_to(package, "Why")

    def action_install(self) -> None:
        """The install dialog, when there is a plan."""
        self.flow.begin()

    @on(PlanView.RollBack)
    def action_roll_back(self) -> None:
        """The question whether the last install is to be undone."""
        if not self.changes.refuse():
            self.flow.ask_to_roll_back()

    def action_filter(self) -> None:
        """Filter Explore's table; for clicks."""
        self.explore.action_filter()

    def action_save_session(self) -> None:
        """Write a recording of the last resolve."""
        self.saves.session()

    def action_open_session(self) -> None:
        """Open a session file; in one, go back."""
        self.opening.toggle()

    @property
    def filter_text(self) -> str:
        """Explore's filter, while its table is looked at."""
        detail = self.explore.detail
        inside = self.view is self.explore and detail.has_focus_within
        return detail.look.shape.filter if inside else ""

    def action_copy(self) -> None:
        """Copy what the cursor is on; a plan as the user chooses."""
        if isinstance(self.view, PlanView) and self.choose_copy():
            return
        text = self.view.copied()
        if text:
            self.copy(text)
        else:
            self.say("Nothing to copy here.")

    def action_toggle_maximized(self) -> None:
        """The focused pane alone, and back."""
        if self.maximized:
            self.minimize()
        else:
            self.action_maximize()

    def action_leave(self) -> None:
        """One step back; while an install runs, ask whether to stop it."""
        if self.maximized:
            self.minimize()
        elif self.state.installing:
            self.flow.ask_to_stop()
        elif not self.view.leave():
            self.view.focus_first()

    def action_help(self) -> None:
        """The keys of the focused place."""
        from resolvetui.tui.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog(contexts(self.focused) or ("everywhere",)))

    def action_quit_app(self) -> None:
        """Leave, unless an install runs."""
        if self.state.installing:
            self.say("An install is running; esc stops it.", warn=True)
        else:
            self.app.exit()


def contexts(focused: Widget | None) -> tuple[keys.Context, ...]:
    """The contexts of keys from the focused widget outwards."""
    found: list[keys.Context] = []
    for node in focused.ancestors_with_self if focused else ():
        for kind in type(node).__mro__:
            where = kind.__dict__.get("CONTEXT")
            if where and where not in found:
                found.append(where)
    if focused is not None and "everywhere" not in found:
        found.append("everywhere")
    return tuple(found)
