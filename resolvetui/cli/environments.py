"""`--venv DIR`: a virtual environment that is made first, and is the target from then on."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from resolvetui.inputs.merge import Effective
from resolvetui.session.attempts import Session


def in_environment(effective: Effective, session: Session) -> Effective:
    """The same inputs with `--venv`'s folder as the target; unchanged without that option.

    Made with the Python of the query's own target. Raises `EnvironmentRefused` for a folder that
    holds something else.
    """
    if not effective.interface.venv:
        return effective
    from resolvetui.install.venv import make_environment

    query = effective.query
    python = make_environment(Path(effective.interface.venv), session.target(query.target))
    session.forget_target()
    return replace(
        effective, query=replace(query, target=replace(query.target, python=str(python)))
    )
