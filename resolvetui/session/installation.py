"""Plans and carries out installs for a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from resolvetui.environment.installed import read_installed, requirements_of
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.writable import check_writable
from resolvetui.errors import UsageError
from resolvetui.install.plan import Plan, make_plan
from resolvetui.model.files import DistributionFile
from resolvetui.model.query import TargetRequest
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.targeting import is_borrowed


def check_environment(session: Session, request: TargetRequest) -> None:
    """Raise `EnvironmentRefused` where an install could not be carried out, before any work."""
    if request.is_environment:
        check_writable(session.target(request), named=not is_borrowed(request))


def plan_of(session: Session, attempt: Attempt) -> Plan:
    """What an install of this attempt would do; changes nothing."""
    if attempt.resolution is None:
        raise UsageError("There is nothing to install: the query has no solution.")
    if attempt.target.environment is None:
        raise UsageError(
            "Nothing can be installed for a described target.",
            why="--python-version and --python-platform describe a Python that is not here.",
            what_to_do="Leave them out, or name an environment with --python.",
        )
    borrowed = is_borrowed(attempt.query.target)
    installed = () if borrowed else read_installed(attempt.target)[0]
    plan = make_plan(
        attempt.target,
        installed,
        attempt.resolution,
        cached=lambda file: _is_cached(session, file),
        requirements_of=requirements_of,
        applies=MarkerEvaluator(attempt.target).applies,
        reinstall=attempt.query.policies.reinstall,
    )
    return msgspec.structs.replace(plan, environment="") if borrowed else plan


def _is_cached(session: Session, file: DistributionFile) -> bool:
    digest = file.hashes.get("sha256")
    return digest is not None and session.cache.file(digest) is not None


def install(
    session: Session,
    attempt: Attempt,
    plan: Plan,
    on_progress: Callable[[str, str, int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[str, ...]:
    """Carry out a plan; on any failure the environment is as it was. A line a package."""
    import asyncio

    check_environment(session, attempt.query.target)
    from resolvetui.install.installing import install as install_plan

    async def run() -> tuple[str, ...]:
        if session.runtime.offline:
            return await install_plan(
                plan, attempt.target, session.cache, None, on_progress, cancelled
            )
        async with session.open_transport(attempt.query) as transport:
            return await install_plan(
                plan, attempt.target, session.cache, transport, on_progress, cancelled
            )

    return asyncio.run(run())


def make_environment(session: Session, folder: Path, attempt: Attempt) -> Path:
    """A virtual environment in `folder` with the Python of an attempt's target."""
    from resolvetui.install.venv import make_environment as make

    made = make(folder, attempt.target)
    session.forget_target()
    return made
