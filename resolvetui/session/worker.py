"""The worker process: `python -m resolvetui.session.worker`, one JSON message a line.

The front end draws while this process resolves, so that a key press never waits for a solver. A
thread reads requests, so that `Cancel` arrives while one is being worked on.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, assert_never

import msgspec

from resolvetui.errors import Cancelled, InternalError, ResolvetuiError
from resolvetui.install.plan import Plan
from resolvetui.metadata.built import BuildLog
from resolvetui.model.explanation import Hint
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.resolver.events import Event
from resolvetui.session import protocol, target_messages, trace_messages
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.check_messages import CheckEnvironment
from resolvetui.session.driver import CancelFlag
from resolvetui.session.inbox import Inbox
from resolvetui.session.installation import (
    check_environment,
    install,
    make_environment,
    plan_of,
    roll_back,
)
from resolvetui.session.kept_attempts import KeptAttempts, Telling
from resolvetui.session.protocol import Message, Request
from resolvetui.session.replays import open_session, refuse_replay
from resolvetui.session.runtime import Runtime
from resolvetui.session.tables import candidate_table
from resolvetui.session.targeting import is_borrowed
from resolvetui.session.trace_desk import TraceDesk
from resolvetui.session.watching import Watcher


class Worker:
    """Answers requests one after the other."""

    def __init__(
        self,
        send: Callable[[Message], None],
        question: Callable[[], Request | None] = lambda: None,
    ) -> None:
        """`question`: the next waiting request that can be answered in the middle of another."""
        self._send = send
        self._question = question
        self._session: Session | None = None
        self._opened_with: Runtime | None = None
        self._traces = TraceDesk()
        self._error: ResolvetuiError | None = None
        """What ended the last resolve, where that was an error."""
        self._attempt: Attempt | None = None
        self._kept = KeptAttempts()
        self._plan: Plan | None = None
        self._failed_builds = 0
        """How many there were at the end of the last resolve."""
        self.cancels: dict[int, CancelFlag] = {}
        """The flag of every request that was read and is not done."""

    def handle(self, request: Request) -> None:
        """Work on a request; ends with `Done` whatever happens."""
        flag = self.cancels.setdefault(request.id, CancelFlag())
        try:
            flag.check()
            if isinstance(request, trace_messages.TraceRequest):
                self._about_trace(request)
            else:
                self._dispatch(request, flag)
        except ResolvetuiError as error:
            self._send_failure(request.id, error)
        except Exception as error:  # noqa: BLE001 - the front end must hear of a bug of ours
            self._send_failure(request.id, _internal(error))
        finally:
            self.cancels.pop(request.id, None)
            self._send(protocol.Done(request.id))

    def _dispatch(self, request: protocol.MainRequest, flag: CancelFlag) -> None:
        match request:
            case protocol.Resolve():
                self._resolve(request, flag)
            case (
                protocol.ListCandidates()
                | protocol.ListFiles()
                | protocol.AskWhy()
                | protocol.ListShared()
            ):
                self._answer(request, flag)
            case protocol.FindFixes(id=number):
                self._find_fixes(number, flag)
            case protocol.MakePlan(id=number):
                self._make_plan(number)
            case protocol.Install(id=number):
                self._install(number, flag)
            case protocol.RollBack(id=number, target=target, runtime=runtime):
                self._plan = None
                self._kept.clear()
                session = self._open(runtime)
                refuse_replay(session, "There is no environment to roll back.")
                lines = roll_back(session, target, lambda: bool(flag))
                self._send(protocol.RolledBack(number, lines))
            case protocol.MakeEnvironment(folder=folder, python=python):
                refuse_replay(self._opened, "No environment is made.")
                self._kept.clear()
                request_of = TargetRequest(python=python) if python else self._current.query.target
                make_environment(self._opened, Path(folder), request_of)
            case CheckEnvironment():
                self._check(request)
            case target_messages.RunTarget():
                self._run_target(request, flag)
            case protocol.Cancel():
                pass  # the reader has set the flag already
            case _:
                assert_never(request)

    def _answer(self, request: protocol.Question, flag: CancelFlag) -> None:
        """Answer from the facts of the last resolve."""
        match request:
            case protocol.ListCandidates(id=number, package=package):
                self._candidates(number, package)
            case protocol.ListFiles(id=number, package=package, version=version):
                files = self._current.evidence.files(package, version)
                self._send(protocol.Files(number, package, version, files))
            case protocol.AskWhy(id=number, package=package):
                self._why(number, package, flag)
            case protocol.ListShared(id=number, ask=ask):
                self._shared(number, ask=ask)
            case _:
                assert_never(request)

    @property
    def _current(self) -> Attempt:
        if self._attempt is None:
            raise InternalError("Nothing was resolved yet.")
        return self._attempt

    @property
    def _opened(self) -> Session:
        assert self._session is not None
        return self._session

    def _open(self, runtime: Runtime) -> Session:
        if self._session is None or self._opened_with != runtime:
            self.close()
            self._session = open_session(runtime)
            self._opened_with = runtime
        return self._session

    def close(self) -> None:
        """Write the cache and let go of it."""
        self._kept.clear()
        if self._session is not None:
            self._session.__exit__()
            self._session = None

    def _resolve(self, request: protocol.Resolve, flag: CancelFlag) -> None:
        session, query = self._open(request.runtime), request.query
        self._plan = None
        if request.kept and self._tell_again(request):
            return
        send = Telling(self._send)
        send(protocol.TargetKnown(request.id, _target_view(session, query)))
        shown = tuple((source.name, source.shown_url) for source in query.indexes)
        watcher = Watcher(request.id, session, shown, send)
        trace = self._traces.begin(request.id, session)

        def on_step(doing: str) -> None:
            flag.check()
            trace.wait(doing)
            watcher.step(doing)

        def observe(event: Event) -> None:
            flag.check()  # a long computation has many events and no steps
            trace.observe(event)
            watcher.observe(event)

        if self._attempt is not None and self._attempt.query == query:
            self._try_builds_again(session)
        before = len(session.built.runs)
        self._error = None
        try:
            attempt = session.resolve(query, on_step, observe)
        except ResolvetuiError as error:
            self._error = error
            raise
        finally:
            self._traces.end(trace, session)
            watcher.report()
            self._tell_failures(request.id, session.built.runs[before:], send)
        self._attempt, self._failed_builds = attempt, session.built.failed
        for kind, text in attempt.warnings:
            send(protocol.Warned(request.id, kind, text))
        elapsed_s = attempt.statistics.elapsed_s
        if attempt.resolution is not None:
            send(protocol.Resolved(request.id, attempt.resolution, elapsed_s))
        else:
            assert attempt.explanation is not None
            send(protocol.Unsatisfiable(request.id, attempt.explanation, elapsed_s))
        self._kept.keep(attempt, request.id, send.told)

    def _tell_again(self, request: protocol.Resolve) -> bool:
        """Go back to an attempt that is kept; False when there is none of this query."""
        found = self._kept.find(request.query, request.id)
        if found is None:
            return False
        self._attempt, self._error = found.attempt, None
        self._opened.go_back(found.attempt)
        self._traces.shelf.rename(found.resolve, request.id)
        for message in found.again(request.id):
            self._send(message)
        return True

    def _try_builds_again(self, session: Session) -> None:
        """Who asks the same again hopes for another end, where no build failed in between: then it
        is to be left out.
        """
        if session.built.failed == self._failed_builds:
            session.built.forget_failures()

    def _tell_failures(
        self, number: int, runs: Sequence[BuildLog], send: Callable[[Message], None]
    ) -> None:
        for run in runs:
            if run.failure:
                text = f"{run.name} {run.version} could not be built; the output is in {run.log}."
                send(protocol.Warned(number, "build", text))

    def _candidates(self, number: int, package: PackageName) -> None:
        attempt = self._current
        self._opened.ask_shadowed(attempt.facts, [package])
        self._send(candidate_table(number, attempt, package))

    def _why(self, number: int, package: PackageName, flag: CancelFlag) -> None:
        from resolvetui.session.whys import explain_package

        if self._current.resolution is None:
            return  # its explanation tells all
        for why in explain_package(self._opened, self._current, package, flag.check):
            self._send(protocol.WhyTold(number, why))
            self._answer_questions()  # the rest may take the network's time

    def _shared(self, number: int, *, ask: bool) -> None:
        from resolvetui.session.sharing import sharing  # for who asks only

        attempt = self._current
        if ask:
            self._opened.ask_shadowed(attempt.facts, attempt.facts.listings.names())
        self._send(protocol.SharedNames(number, sharing(attempt)))

    def _answer_questions(self) -> None:
        while (request := self._question()) is not None:
            self.handle(request)

    def _find_fixes(self, number: int, flag: CancelFlag) -> None:
        from resolvetui.session.fixing import with_fixes  # for attempts without a solution only

        def on_news(hints: tuple[Hint, ...], trying: str) -> None:
            self._send(protocol.Fixes(number, hints, trying))
            self._answer_questions()

        try:
            self._attempt = with_fixes(self._opened, self._current, on_news, flag.check)
            self._kept.renew(self._attempt)
        except Cancelled:
            return  # what was found was told

    def _check(self, request: CheckEnvironment) -> None:
        from resolvetui.session.checks import checked  # for whoever asks

        session = self._session or self._open(request.runtime)
        refuse_replay(session, "There is no environment to check.")
        self._send(checked(session, request))

    def _run_target(self, request: target_messages.RunTarget, flag: CancelFlag) -> None:
        from resolvetui.session.target_runs import run_target  # for whoever asks

        # The session of the attempt that counts, also where that one was told to read all anew.
        session = self._session or self._open(request.runtime)
        answer = run_target(session, request.query, flag.check)
        self._send(target_messages.TargetTold(request.id, answer))

    def _about_trace(self, request: trace_messages.TraceRequest) -> None:
        if isinstance(request, trace_messages.SaveSession):
            self._save_session(request)
        else:
            self._send(self._traces.answer(request))

    def _save_session(self, request: trace_messages.SaveSession) -> None:
        from resolvetui.session.saving import save_session  # for whoever asks

        if self._session is None:
            raise InternalError("Nothing was resolved yet.")
        what = save_session(
            self._session,
            self._attempt,
            self._error,
            request.path,
            request.warnings,
            replace=request.replace,
        )
        self._send(trace_messages.Saved(request.id, request.path, what))

    def _make_plan(self, number: int) -> None:
        refuse_replay(self._opened, "There is no environment to plan for.")
        target = self._current.query.target
        if not is_borrowed(target):
            check_environment(self._opened, target)
        self._plan = plan_of(self._opened, self._current)
        self._send(protocol.PlanReady(number, self._plan))

    def _install(self, number: int, flag: CancelFlag) -> None:
        import time

        if self._plan is None:
            raise InternalError("There is no plan to carry out.")
        begun = time.monotonic()

        def on_progress(package: str, state: str, done: int, total: int) -> None:
            self._send(
                protocol.InstallProgress(number, PackageName(package), state, done, total)  # type: ignore[arg-type]
            )

        session, attempt, plan = self._opened, self._current, self._plan
        before = len(session.built.runs)
        try:
            # The app asked, and its question named the source distributions: they may be built.
            done = install(session, attempt, plan, on_progress, lambda: bool(flag), confirmed=True)
        finally:
            self._tell_failures(number, session.built.runs[before:], self._send)
            self._kept.clear()
        self._plan = None
        self._send(protocol.Installed(number, done.lines, time.monotonic() - begun, done.warnings))

    def _send_failure(self, number: int, error: ResolvetuiError) -> None:
        self._send(
            protocol.Failed(
                number, error.kind, error.what, error.why, error.what_to_do, error.culprit
            )
        )


def _target_view(session: Session, query: Query) -> protocol.TargetView:
    target = session.target(query.target)
    paths = None if is_borrowed(query.target) else target.environment
    return protocol.TargetView(
        python=target.python_full,
        platform=target.platform,
        libc=target.libc,
        environment=paths.prefix if paths else "",
        is_virtual=bool(paths and paths.is_virtual),
        tags=target.tags,
        markers=target.markers,
    )


def _internal(error: Exception) -> InternalError:
    import traceback

    traceback.print_exception(error)  # stderr is the front end's log
    return InternalError(
        f"resolvetui made a mistake: {type(error).__name__}.",
        why=str(error),
        what_to_do="Please report it, with the log that is named at exit.",
    )


def _read(stream: BinaryIO, worker: Worker, inbox: Inbox) -> None:
    for line in stream:
        try:
            request = protocol.decode_request(line)
        except msgspec.MsgspecError as error:
            sys.stderr.write(f"unreadable request: {error}\n")
            continue
        if isinstance(request, protocol.Cancel):
            for flag in list(worker.cancels.values()):
                flag.set()
        else:
            worker.cancels[request.id] = CancelFlag()
            inbox.put(request)
    for flag in list(worker.cancels.values()):
        flag.set()  # the front end is gone
    inbox.put(None)


_NEW_OBJECTS = 100_000
"""As many new objects, and Python looks for garbage."""


def main() -> None:
    """Serve until the front end closes the pipe."""
    # The attempts that are kept are hundreds of thousands of objects that live on: to look through
    # them after each 700 new ones made one what-if in ten take four times as long.
    gc.set_threshold(_NEW_OBJECTS)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints by mistake must not end up between the messages
    lock = threading.Lock()

    def send(message: Message) -> None:
        with lock:
            output.write(protocol.encode(message) + b"\n")
            output.flush()

    inbox = Inbox()
    worker = Worker(send, inbox.question)
    threading.Thread(target=_read, args=(sys.stdin.buffer, worker, inbox), daemon=True).start()
    while (request := inbox.get()) is not None:
        worker.handle(request)
    worker.close()
    output.close()


if __name__ == "__main__":
    main()
