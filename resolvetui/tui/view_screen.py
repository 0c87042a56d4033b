"""What the views ask for, handed on to who does it.

The main screen is one of these; what is here uses the screen only through its public face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from resolvetui.tui.dialogs.text import TextDialog
from resolvetui.tui.spans import Spans
from resolvetui.tui.tool_screen import ToolScreen
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.conflict import ConflictView
from resolvetui.tui.views.detail import DetailPane
from resolvetui.tui.views.evidence import EvidencePane
from resolvetui.tui.views.explore import ExploreView
from resolvetui.tui.views.files import file_details
from resolvetui.tui.views.plan import PlanView
from resolvetui.tui.views.targets import TargetsView
from resolvetui.tui.views.trace import TraceView
from resolvetui.tui.views.whatif import WhatIfView
from resolvetui.tui.views.why_pane import WhyPane
from resolvetui.tui.widgets.head import Requirements
from resolvetui.tui.widgets.say import Say

if TYPE_CHECKING:
    from resolvetui.tui.change_flow import ChangeFlow
    from resolvetui.tui.save_flow import SaveFlow
    from resolvetui.tui.target_flow import TargetFlow


class ViewScreen(ToolScreen):
    """Messages of views, and where they lead."""

    saves: SaveFlow
    targets: TargetFlow
    changes: ChangeFlow

    @property
    def explore(self) -> ExploreView:
        """View 1."""
        return self.query_one(ExploreView)

    def go_to(self, package: str) -> None:
        """Show the candidates of a package."""
        raise NotImplementedError

    def follow_outcome(self) -> None:
        """What comes of the next resolve opens by itself, also where a view was chosen."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Copy what the cursor is on."""
        raise NotImplementedError

    @on(DetailPane.Needs)
    def _needs(self, event: DetailPane.Needs) -> None:
        if event.version:
            self.bridge.want_files(event.package, event.version)
        else:
            self.bridge.want_candidates(event.package)

    @on(EvidencePane.Needs)
    def _needs_table(self, event: EvidencePane.Needs) -> None:
        self.bridge.want_candidates(event.package)

    @on(WhyPane.Needs)
    @on(DetailPane.NeedsWhy)
    def _needs_why(self, event: DetailPane.NeedsWhy | WhyPane.Needs) -> None:
        self.bridge.want_why(event.package)

    @on(DetailPane.OpenFile)
    def _open_file(self, event: DetailPane.OpenFile) -> None:
        self._show_text("File", file_details(event.verdict))

    def _show_text(self, title: str, lines: list[Spans]) -> None:
        dialog = TextDialog(title, lines)
        self.app.push_screen(dialog, lambda text: self.copy(text) if text else None)

    @on(ConflictView.ShowPackage)
    def _show_package(self, event: ConflictView.ShowPackage) -> None:
        self.go_to(event.package)

    @on(PlanView.ShowPackage)
    @on(WhatIfView.ShowPackage)
    def _show_listed(self, event: PlanView.ShowPackage | WhatIfView.ShowPackage) -> None:
        self.go_to(event.package)

    @on(TargetsView.Use)
    def _use_target(self, event: TargetsView.Use) -> None:
        if not self.changes.refuse():
            self.targets.use(event)

    @on(Say)
    def _told_by_view(self, event: Say) -> None:
        self.say(event.text)

    @on(TraceView.Save)
    def _save_trace(self) -> None:
        self.saves.trace()

    @on(ConflictView.CopyHint)
    def _copy_hint(self) -> None:
        self.action_copy()

    @on(ConflictView.TryFix)
    def _try_fix(self, event: ConflictView.TryFix) -> None:
        """What comes of it opens by itself; so does the conflict again when it is undone."""
        if not self.changes.refuse():
            self.follow_outcome()
            self.changes.try_fix(event.hint)

    @on(Candidates.Pin)
    def _pin(self, event: Candidates.Pin) -> None:
        self.changes.pin(self.explore.detail.look.package, event)

    @on(WhatIfView.Go)
    def _go_to_attempt(self, event: WhatIfView.Go) -> None:
        self.changes.go(event)

    @on(Requirements.Edit)
    def _edit(self, event: Requirements.Edit) -> None:
        self.changes.edit(event)
