"""Plans and carries out installs for a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from resolvetui.environment.installed import (
    InstalledDistribution,
    read_installed,
    requirements_of,
)
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.writable import check_writable
from resolvetui.errors import BuildFailed, Cancelled, HashMismatch, InstallFailed, UsageError
from resolvetui.index.local import local_path
from resolvetui.install.plan import Action, Plan, make_plan
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile, SdistFile, WheelFile
from resolvetui.model.names import PackageName
from resolvetui.model.query import BuildPolicy, Policies, TargetRequest
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.targeting import is_borrowed

if TYPE_CHECKING:
    from resolvetui.install.installing import Done
    from resolvetui.install.means import Means


def check_environment(session: Session, request: TargetRequest) -> None:
    """Raise `EnvironmentRefused` where an install could not be carried out, before any work."""
    if request.is_environment:
        check_writable(session.target(request), named=not is_borrowed(request))


def preview(session: Session, attempt: Attempt) -> Plan | None:
    """The plan for a report of a run that installs nothing; None where no environment was meant."""
    request = attempt.query.target
    if not request.is_environment or is_borrowed(request):
        return None
    return plan_of(session, attempt, looks=False)


def plan_of(session: Session, attempt: Attempt, *, looks: bool = True) -> Plan:
    """What an install of this attempt would do; changes nothing.

    `looks`: into the wheels that are here, which takes time for large ones. Raises InstallFailed
    then for a wheel that must not be installed.
    """
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
    if borrowed:
        return msgspec.structs.replace(plan, environment="")
    if not looks:
        return plan
    try:
        return _with_contents(session, attempt, installed, plan)
    except (InstallFailed, HashMismatch):
        if not _drop_damaged(session, plan):
            raise
    return plan_of(session, attempt)


def _drop_damaged(session: Session, plan: Plan) -> bool:
    """Whether files of the cache are to blame for a wheel that must not be installed: their bytes
    changed, and their size and time did not. They are fetched, or built, again.
    """
    files = [action.file for action in plan.changes if action.file is not None]
    return session.cache.drop_damaged([file.hashes.get("sha256", "") for file in files])


def _with_contents(
    session: Session, attempt: Attempt, installed: Sequence[InstalledDistribution], plan: Plan
) -> Plan:
    """The plan with what those of its wheels bring that need no download."""
    from resolvetui.install.contents import look_inside
    from resolvetui.install.download import local_files

    wheels, means = local_files(plan, session.cache), _means(session, attempt, plan)
    return look_inside(attempt.target, plan, installed, wheels, means)


def build_sources(
    session: Session, attempt: Attempt, on_step: Callable[[str], None] = lambda _: None
) -> bool:
    """Build what an install of this attempt would have to build; False where that failed.

    A failure is a fact from then on: to resolve again leaves that version out. Raises
    `InstallFailed` where the user did not consent, `BuildFailed` for what does not bear repeating.
    """
    resolution = attempt.resolution
    if resolution is None or not any(isinstance(pin.file, SdistFile) for pin in resolution.pins):
        return True
    failed = session.built.failed
    try:
        with_wheels(session, attempt, plan_of(session, attempt), on_step)
    except BuildFailed:
        if session.built.failed == failed:
            raise  # nothing was learned: to resolve again would come to the same
        return False
    return True


def with_wheels(
    session: Session,
    attempt: Attempt,
    plan: Plan,
    on_step: Callable[[str], None],
    *,
    confirmed: bool = False,
) -> Plan:
    """The plan with wheels in the place of source distributions, which are built.

    `confirmed`: the user said yes to a plan that named them. Raises `InstallFailed` without
    consent, before anything is built, and `BuildFailed`.
    """
    sources = [action for action in plan.changes if isinstance(action.file, SdistFile)]
    if not sources:
        return plan
    for action in sources:
        _check_consent(attempt.query.policies, action, confirmed=confirmed)
    wheels = {action.name: _built(session, attempt, action, on_step) for action in sources}
    actions = tuple(
        msgspec.structs.replace(action, file=wheels[action.name], demands=())
        if action.name in wheels  # the hashes are those of the source, which had them
        else action
        for action in plan.actions
    )
    return msgspec.structs.replace(plan, actions=actions)


def _check_consent(policies: Policies, action: Action, *, confirmed: bool) -> None:
    asked = confirmed and policies.build is BuildPolicy.ASK
    if asked or policies.may_build(action.name):
        return
    assert action.file is not None
    raise InstallFailed(
        f"{action.name} {action.new_version} is a source distribution, and nobody allowed to "
        "build it.",
        why=f"{action.file.filename} has to be built first, which runs its code; --yes is no "
        "consent to that.",
        what_to_do=f"Allow it with --allow-build {action.name}, or take a version with a wheel: "
        f"--only-binary {action.name}.",
        culprit=action.file.filename,
    )


def _built(
    session: Session, attempt: Attempt, action: Action, on_step: Callable[[str], None]
) -> WheelFile:
    from resolvetui.session.building import build_wheel

    file = action.file
    assert isinstance(file, SdistFile)
    try:
        filename, sha256, path = build_wheel(
            session, attempt.facts, action.name, action.new_version, file, on_step
        )
    except UnusableMetadata as error:
        raise BuildFailed(
            error.what,
            why=error.why,
            what_to_do=f"{error.what_to_do} To resolve again leaves this version out.",
            culprit=error.culprit,
        ) from error
    hashes = {"sha256": sha256}
    return WheelFile(filename, path.as_uri(), file.version, hashes, path.stat().st_size)


def _is_cached(session: Session, file: DistributionFile) -> bool:
    digest = file.hashes.get("sha256")
    return digest is not None and session.cache.file(digest) is not None


def install(
    session: Session,
    attempt: Attempt,
    plan: Plan,
    on_progress: Callable[[str, str, int, int], None],
    cancelled: Callable[[], bool],
    *,
    confirmed: bool = False,
) -> Done:
    """Carry out a plan; on any failure the environment is as it was.

    What has to be built is built first; `confirmed` as in `with_wheels`.
    """
    check_environment(session, attempt.query.target)

    def on_step(doing: str) -> None:
        if cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")
        if doing.startswith("building "):
            on_progress(doing.split()[1], "building", 0, 0)

    def carry_out(*, again: bool) -> Done:
        built = with_wheels(session, attempt, plan, on_step, confirmed=confirmed)
        try:
            return _carry_out(session, attempt, built, on_progress, cancelled)
        except (InstallFailed, HashMismatch):
            if again or not _drop_damaged(session, built):
                raise
        return carry_out(again=True)

    done = carry_out(again=False)
    if session.runtime.compile:
        from resolvetui.install.bytecode import compile_packages

        changed = {action.name for action in plan.changes if action.new_version}
        line = compile_packages(attempt.target, changed)
        done = msgspec.structs.replace(done, lines=(*done.lines, line))
    return done


def _carry_out(
    session: Session,
    attempt: Attempt,
    plan: Plan,
    on_progress: Callable[[str, str, int, int], None],
    cancelled: Callable[[], bool],
) -> Done:
    from resolvetui.install.installing import install as install_plan
    from resolvetui.install.installing import install_local

    means, keep = _means(session, attempt, plan), session.runtime.keep_undo
    done = install_local(
        plan, attempt.target, session.cache, on_progress, cancelled, means=means, keep_undo=keep
    )
    if done is not None:
        return done
    import asyncio  # 30 ms, and a transport as much again, which only a download needs

    async def run() -> Done:
        if session.runtime.offline:
            return await install_plan(
                plan,
                attempt.target,
                session.cache,
                None,
                on_progress,
                cancelled,
                means=means,
                keep_undo=keep,
            )
        async with session.open_transport(attempt.query) as transport:
            return await install_plan(
                plan,
                attempt.target,
                session.cache,
                transport,
                on_progress,
                cancelled,
                means=means,
                keep_undo=keep,
            )

    return asyncio.run(run())


def roll_back(
    session: Session, request: TargetRequest, cancelled: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Undo the last install into an environment; a line a package.

    Raises `EnvironmentRefused`, and `InstallFailed` when there is nothing to undo or files were
    changed since.
    """
    check_environment(session, request)
    from resolvetui.install.rollback import roll_back as undo_last

    return undo_last(session.target(request), cancelled)


def _means(session: Session, attempt: Attempt, plan: Plan) -> Means:
    from resolvetui.install.installing import limits_from
    from resolvetui.install.means import Means
    from resolvetui.model.link_mode import LinkMode

    mode = session.runtime.link_mode
    return Means(
        limits=limits_from(),
        store=session.unpacked_wheels,
        digest=session.cache.digest,
        link_mode=LinkMode(mode) if mode else None,
        expected=dict(_read_before(attempt, plan)),
    )


def _read_before(attempt: Attempt, plan: Plan) -> Iterator[tuple[PackageName, CoreMetadata]]:
    """The metadata that the plan was made with; that of a local file is the file's own."""
    for action in plan.changes:
        if action.file is not None and local_path(action.file.url) is None:
            core = attempt.facts.core_of(action.name, action.new_version)
            if core is not None:
                yield action.name, core


def make_environment(session: Session, folder: Path, request: TargetRequest) -> Path:
    """A virtual environment in `folder` with the Python that is meant."""
    from resolvetui.install.venv import make_environment as make

    made = make(folder, session.target(request))
    session.forget_target()
    return made
