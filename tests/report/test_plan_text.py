"""The plan as text."""

from __future__ import annotations

import textwrap

from resolvetui.install.plan import (
    Action,
    ActionKind,
    Blocked,
    FileConflict,
    LostCommand,
    Plan,
    StartupFile,
)
from resolvetui.model.names import PackageName
from resolvetui.report.layout import plain
from resolvetui.report.plan_text import plan_lines
from tests.report.reports import CPU, TORCH_FILE


def test_a_plan_says_what_goes_and_what_stands_against_it() -> None:
    def action(kind: ActionKind, old: str, new: str, hides: str = "") -> Action:
        name = PackageName("torch")
        return Action(kind, name, old, new, TORCH_FILE if new else None, CPU, False, hides=hides)

    torch = PackageName("torch")
    plan = Plan(
        "/env",
        (
            action(ActionKind.DOWNGRADE, "2.4", "2.3"),
            action(ActionKind.REPLACE, "2.3", "2.3+cpu"),
            action(ActionKind.REPLACE, "2.3", "2.3"),
            action(ActionKind.UPGRADE, "2.2", "2.3", "/base/torch-2.2.dist-info"),
            action(ActionKind.REMOVE, "2.3", ""),
        ),
        (),
        0,
        ("Plain http: torch 2.3.",),
        conflicts=(
            FileConflict(torch, "2.3", "/env/x.py", "other 1.0"),
            FileConflict(torch, "2.3", "/env/y.py", ""),
        ),
        blocked=(Blocked(torch, "2.3", "It is editable.", "Use --venv."),),
        startup=(StartupFile(torch, "2.3", "torch.pth"),),
        lost_commands=(LostCommand(torch, "2.3", "run"),),
    )
    assert (
        plain(plan_lines(plan, 100))
        == textwrap.dedent("""\
        plan: 1 to downgrade, 2 to replace, 1 to upgrade, 1 to remove
          torch 2.4 is downgraded to 2.3
          torch 2.3 is replaced by 2.3+cpu
          torch 2.3 is installed anew
          torch 2.3 hides 2.2 in /base/torch-2.2.dist-info, which stays
          torch 2.3 is removed
          the command run of torch 2.3 goes
        Plain http: torch 2.3.
        torch 2.3 brings torch.pth, which Python runs at every start.
        torch 2.3 cannot be replaced: It is editable.
        torch 2.3 brings /env/x.py, which belongs to other 1.0
        torch 2.3 brings /env/y.py, which belongs to no package
    """).rstrip()
    )
