"""What a message of the worker makes of the state: `merge(state, message)`. Pure.

Everything from outside is made safe here, where messages enter.
"""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from resolvetui.session import protocol, trace_messages
from resolvetui.session.check_messages import EnvironmentChecked
from resolvetui.session.protocol import Message
from resolvetui.session.target_answers import answer_of_conflict, answer_of_solution
from resolvetui.session.target_messages import TargetTold
from resolvetui.tui import attempt_answers
from resolvetui.tui.safe import is_plain, made_safe
from resolvetui.tui.state import InstallPhase, Phase, SessionState


def merge(state: SessionState, message: Message) -> SessionState:
    """The state after a message; messages of requests that were given up change nothing."""
    return _merged(state, message if is_plain(protocol.encode(message)) else made_safe(message))


def _merged(state: SessionState, message: Message) -> SessionState:
    match message:
        case protocol.Failed():
            return _merge_failed(state, message)
        case protocol.Done():
            return _merge_done(state, message.id)
        case protocol.CandidateTable() | protocol.Files() | protocol.SharedNames():
            return _merge_answer(state, message)
        case protocol.WhyTold() | EnvironmentChecked():
            return _merge_told(state, message)
        case TargetTold():
            return replace(state, matrix=state.matrix.told(message))
        case (
            trace_messages.TracePage()
            | trace_messages.TraceFound()
            | trace_messages.TraceState()
            | trace_messages.Saved()
        ):
            return replace(state, trace=state.trace.told(message))
        case protocol.Fixes():
            return _merge_fixes(state, message)
        case protocol.PlanReady() | protocol.InstallProgress() | protocol.Installed():
            return _merge_install(state, message)
        case protocol.RolledBack():
            return replace(state, install=InstallPhase.NONE, rolled_back=message)
        case protocol.TargetKnown():
            if message.id == state.resolve_id:
                seen = state.matrix.seen(state.query.target, message.target)
                return replace(state, target=message.target, matrix=seen)
            known = message.id == state.environment_id
            return replace(state, target=message.target) if known else state
        case _:
            return _merge_resolve(state, message) if message.id == state.resolve_id else state


def _merge_resolve(
    state: SessionState,
    message: protocol.Progress
    | protocol.Decided
    | protocol.Indexes
    | protocol.Warned
    | protocol.Resolved
    | protocol.Unsatisfiable,
) -> SessionState:
    match message:
        case protocol.Progress():
            return replace(state, progress=message, elapsed_s=message.elapsed_s)
        case protocol.Decided():
            return replace(state, decided=message.packages)
        case protocol.Indexes():
            return replace(state, indexes=message.indexes)
        case protocol.Warned():
            return replace(state, warnings=(*state.warnings, message))
        case protocol.Resolved():
            answer = answer_of_solution(message.resolution, message.elapsed_s)
            solved = attempt_answers.solved(message.resolution, message.elapsed_s)
            return replace(
                state,
                attempts=state.attempts.answered(solved),
                phase=Phase.SOLVED,
                resolution=message.resolution,
                elapsed_s=message.elapsed_s,
                matrix=state.matrix.answered(state.query.target, answer),
            )
        case protocol.Unsatisfiable():
            answer = answer_of_conflict(message.explanation, message.elapsed_s)
            conflict = attempt_answers.conflict(message.explanation, message.elapsed_s)
            return replace(
                state,
                attempts=state.attempts.answered(conflict),
                phase=Phase.UNSATISFIABLE,
                explanation=message.explanation,
                elapsed_s=message.elapsed_s,
                matrix=state.matrix.answered(state.query.target, answer),
            )
        case never:
            assert_never(never)


def _merge_fixes(state: SessionState, message: protocol.Fixes) -> SessionState:
    if message.id != state.fixes_id or state.explanation is None:
        return state
    explanation = replace(state.explanation, hints=message.hints)
    return replace(state, explanation=explanation, trying=message.trying)


def _merge_told(
    state: SessionState, message: protocol.WhyTold | EnvironmentChecked
) -> SessionState:
    if isinstance(message, EnvironmentChecked):
        return replace(state, check=state.check.told(message))
    return replace(state, whys=state.whys.told(message))


def _merge_answer(
    state: SessionState, message: protocol.CandidateTable | protocol.Files | protocol.SharedNames
) -> SessionState:
    """An answer is kept under what was asked, so that it is not asked again."""
    if isinstance(message, protocol.SharedNames):
        known = message.id == state.sharing_id
        return replace(state, sharing=message.sharing) if known else state
    question = state.asked.get(message.id)
    if question is None:
        return state
    if isinstance(message, protocol.CandidateTable):
        return replace(state, tables={**state.tables, question[0]: message})
    return replace(state, files={**state.files, question: message})


def _merge_install(
    state: SessionState,
    message: protocol.PlanReady | protocol.InstallProgress | protocol.Installed,
) -> SessionState:
    match message:
        case protocol.PlanReady():
            return replace(state, plan=message.plan) if message.id == state.plan_id else state
        case protocol.InstallProgress():
            if message.id != state.install_id:
                return state
            return replace(state, steps={**state.steps, message.package: message})
        case protocol.Installed():
            if message.id != state.install_id:
                return state
            return replace(state, install=InstallPhase.DONE, installed=message)
        case never:
            assert_never(never)


def _merge_failed(state: SessionState, failed: protocol.Failed) -> SessionState:
    """A failure belongs to the request that it names."""
    if failed.id == 0:
        return _merge_lost(state, failed)
    if failed.id in state.asked:
        question = state.asked[failed.id]
        return replace(state, load_failures={**state.load_failures, question: failed})
    if failed.id in state.whys.asked:
        return replace(state, whys=state.whys.failing(failed))
    if failed.id in state.trace.asked:
        return replace(state, trace=state.trace.failing(failed))
    if failed.id in state.matrix.asked:
        return replace(state, matrix=state.matrix.failing(failed))
    if failed.id == state.check.id:
        return replace(state, check=state.check.failing(failed))
    if failed.id == state.install_id:
        return replace(state, install=InstallPhase.FAILED, install_failure=failed)
    if failed.id == state.fixes_id:
        return replace(state, trying="")
    if failed.id in (state.plan_id, state.environment_id):
        return replace(state, plan_failure=failed)
    if failed.id == state.resolve_id:
        matrix = state.matrix.answered(state.query.target, failed)
        attempts = state.attempts.answered(attempt_answers.failed(failed))
        return replace(state, phase=Phase.FAILED, failure=failed, matrix=matrix, attempts=attempts)
    return state


def _merge_lost(state: SessionState, failed: protocol.Failed) -> SessionState:
    """The worker is gone: all that ran has failed, and no answer will come."""
    lost = dict.fromkeys(state.asked.values(), failed)
    failures = {**state.load_failures, **lost}
    whys = state.whys.failing(failed).done(0)
    trace = state.trace.failing(failed).done(0)
    state = replace(
        state,
        load_failures=failures,
        asked={},
        whys=whys,
        trace=trace,
        trying="",
        sharing_id=0,
        matrix=state.matrix.failing(failed),
        check=state.check.failing(failed),
    )
    if state.installing:
        state = replace(state, install=InstallPhase.FAILED, install_failure=failed)
    if state.planning or state.environment_id:
        state = replace(state, plan_failure=failed, environment_id=0)
    if state.phase is Phase.RESOLVING:
        attempts = state.attempts.answered(attempt_answers.failed(failed))
        state = replace(state, phase=Phase.FAILED, failure=failed, attempts=attempts)
    return state


def _merge_done(state: SessionState, request: int) -> SessionState:
    if request in state.asked:
        asked = {key: value for key, value in state.asked.items() if key != request}
        return replace(state, asked=asked)
    if request in state.whys.asked:
        return replace(state, whys=state.whys.done(request))
    if request in state.trace.asked:
        return replace(state, trace=state.trace.done(request))
    if request in state.matrix.asked:
        return replace(state, matrix=state.matrix.ended(request))
    if request == state.resolve_id and state.phase is Phase.RESOLVING:
        attempts = state.attempts.answered(attempt_answers.CANCELLED)
        return replace(state, phase=Phase.IDLE, attempts=attempts)
    if request == state.fixes_id:
        return replace(state, trying="")
    if request == state.sharing_id:
        return replace(state, sharing_id=0)
    if request == state.install_id and state.installing:
        return replace(state, install=InstallPhase.FAILED)
    if request == state.environment_id:
        return replace(state, environment_id=0)
    return state


RESULTS = (
    protocol.TargetKnown,
    protocol.Resolved,
    protocol.Unsatisfiable,
    protocol.CandidateTable,
    protocol.Files,
    protocol.WhyTold,
    protocol.SharedNames,
    protocol.PlanReady,
    protocol.Installed,
    protocol.RolledBack,
    protocol.Failed,
    protocol.Done,
    EnvironmentChecked,
    TargetTold,
    trace_messages.TracePage,
    trace_messages.TraceFound,
    trace_messages.TraceState,
    trace_messages.Saved,
)
"""Messages that are painted at once; all others wait for the next tick."""
