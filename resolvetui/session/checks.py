"""An environment looked at for a session: as `--check` does, for messages."""

from __future__ import annotations

from resolvetui.session.attempts import Session
from resolvetui.session.check_messages import CheckEnvironment, EnvironmentChecked


def checked(session: Session, request: CheckEnvironment) -> EnvironmentChecked:
    """What does not hold there. Raises `ResolvetuiError` where it cannot be said."""
    from resolvetui.install.checking import check  # for whoever asks

    session.forget_target()
    target = session.target(request.target)
    found = check(target)
    return EnvironmentChecked(
        request.id,
        target.environment.prefix if target.environment else "",
        len(found.installed),
        found.files,
        tuple(problem.text for problem in found.problems),
    )
