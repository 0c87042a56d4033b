"""Whether the guided install is there from the start of the app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from resolvetui.environment.surroundings import has_environment
from resolvetui.inputs.merge import Effective
from resolvetui.tui.guide_flow import GuideStart

_TARGETS = frozenset({"python", "python-version", "python-platform"})


def guide_start(effective: Effective, environ: Mapping[str, str], folder: Path) -> GuideStart:
    """It begins where nobody has said into what, and there is something to install.

    Not in a replay, which installs nothing. The demo's own environment counts as not chosen.
    """
    interface = effective.interface
    named = bool(interface.venv) or any(each.name in _TARGETS for each in effective.settings)
    begins = (
        bool(effective.query.requirements)
        and not named
        and not interface.no_guide
        and not interface.replay
        and not has_environment(environ, folder)
    )
    home = effective.query.target if interface.demo and not named else None
    return GuideStart(begins, home, interface.demo)
