"""The same engine without the app: resolve, print the report, install if asked.

Data goes to stdout in one piece at the end; progress and warnings go to stderr as they come.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from resolvetui.cli.environments import in_environment
from resolvetui.cli.printing import show
from resolvetui.cli.progress import ProgressLine
from resolvetui.cli.reporting import NO_REASONS, reasons_for, report_of
from resolvetui.cli.runtime import runtime_of
from resolvetui.errors import INSTALLED, Interrupted, UsageError
from resolvetui.inputs.merge import Effective
from resolvetui.report.model import Report
from resolvetui.session.attempts import Attempt, Session

if TYPE_CHECKING:
    from resolvetui.cli.recorder import Recorder
    from resolvetui.install.plan import Plan

NO_SOLUTION = 1


class Headless:
    """One query, answered on stdout."""

    def __init__(self, effective: Effective, session: Session | None = None) -> None:
        """`session`: where to resolve, by default over indexes and cache as the inputs say."""
        self._effective = effective
        self._session = session
        self._interface = effective.interface
        self._progress = ProgressLine(sys.stderr)
        self._reasons = NO_REASONS
        self._is_changed = False
        """Whether the environment is the new one by now."""

    def run(self) -> int:
        """The exit code; raises `ResolvetuiError` for everything but "no solution"."""
        effective = self._effective
        if not effective.query.requirements:
            raise UsageError(
                "Nothing to resolve.",
                what_to_do="Name packages (`resolvetui flask`) or a file (`-r requirements.txt`).",
            )
        if self._interface.why and self._interface.format == "requirements":
            raise UsageError(
                "--why does not go with --format requirements.",
                what_to_do="Leave the format out, or write --format json.",
                culprit="--why",
            )
        try:
            return self._run()
        except KeyboardInterrupt:
            if self._is_changed:
                raise Interrupted(INSTALLED) from None
            raise

    def _run(self) -> int:
        effective = self._effective
        for warning in effective.warnings:
            self._warn(warning.text)
        recorder = self._recorder()
        with self._session or Session(runtime_of(effective)) as session:
            self._effective = in_environment(self._effective, session)
            if self._interface.install:
                from resolvetui.session.installation import check_environment

                check_environment(session, self._effective.query.target)
            attempt = recorder.run(session, self._resolve) if recorder else self._resolve(session)
            if self._interface.install:
                attempt = self._with_builds(session, attempt)
            for text in (*(text for _, text in attempt.warnings), *self._reasons.mistaken):
                self._warn(text)
            return self._finish(session, attempt)

    def _recorder(self) -> Recorder | None:
        file = self._interface.record
        if not file:
            return None
        from resolvetui.cli.recorder import Recorder

        warnings = [(item.kind, item.text) for item in self._effective.warnings]
        return Recorder(Path(file), warnings, self._say)

    def _resolve(self, session: Session) -> Attempt:
        with self._progress:
            attempt = session.resolve(
                self._effective.query, self._progress.step, self._progress.observe
            )
            if attempt.explanation is None:
                self._reasons = reasons_for(session, attempt, self._interface)
                return attempt
            from resolvetui.session.fixing import with_fixes  # a run with a solution needs none

            return with_fixes(session, attempt, lambda _, trying: self._progress.trying(trying))

    def _with_builds(self, session: Session, attempt: Attempt) -> Attempt:
        """What has to be built is built; where that fails, what is resolved without it."""
        from resolvetui.session.installation import build_sources

        while True:
            with self._progress:
                if build_sources(session, attempt, self._progress.step):
                    return attempt
            attempt = self._resolve(session)

    def _finish(self, session: Session, attempt: Attempt) -> int:
        wanted = self._interface.install
        if self._interface.verbose:
            for log in session.built.logs:
                end = "could not be built" if log.failure else "was built"
                self._say(f"{log.name} {log.version} {end}; the output is in {log.log}.")
        if attempt.resolution is None:
            show(self._report(session, attempt, None), self._interface)
            return NO_SOLUTION
        if not wanted:
            if self._interface.format == "requirements":
                self._print_requirements(attempt)
            else:
                show(
                    self._report(session, attempt, self._preview(session, attempt)), self._interface
                )
            return 0
        from resolvetui.session.installation import install, plan_of

        plan = plan_of(session, attempt)
        if plan.environment and Path(plan.environment).resolve() == Path(sys.prefix).resolve():
            _load_all()
        with self._progress:
            done = install(session, attempt, plan, self._on_progress, lambda: False)
        show(self._report(session, attempt, done.plan, done.warnings), self._interface)
        for line in done.lines:
            self._say(line)
        for text in done.warnings:
            self._warn(text)
        return 0

    def _on_progress(self, name: str, state: str, done: int, total: int) -> None:
        """Packages count as installed when all of them are: signals are held until then."""
        self._is_changed |= state in {"installed", "removed"}
        self._progress.package(name, state, done, total)

    def _preview(self, session: Session, attempt: Attempt) -> Plan | None:
        """What `--install` would do; a recording, which has no environment at hand, tells none."""
        if self._interface.record or self._interface.replay:
            return None
        from resolvetui.session.installation import preview

        return preview(session, attempt)

    def _report(
        self, session: Session, attempt: Attempt, plan: Plan | None, after: Sequence[str] = ()
    ) -> Report:
        """`after`: what is wrong with the environment after an install."""
        warnings = [(item.kind, item.text) for item in self._effective.warnings]
        warnings += [("installed", text) for text in after]
        report = report_of(attempt, plan, warnings, self._reasons)
        return replace(report, builds=session.built.logs)

    def _print_requirements(self, attempt: Attempt) -> None:
        from resolvetui.lock.requirements_txt import requirements_txt

        assert attempt.resolution is not None
        indexes = attempt.query.indexes
        sys.stdout.write(requirements_txt(attempt.resolution, attempt.target, indexes))

    def _warn(self, text: str) -> None:
        self._say(f"warning: {text}")

    def _say(self, text: str) -> None:
        from resolvetui.model.visible import visible

        sys.stderr.write(visible(text) + "\n")


def _load_all() -> None:
    """What the rest of the run needs: the install may replace these very files by others."""
    from importlib import import_module

    reports = ("conflict_text", "json_report", "text_report")
    others = ("resolvetui.model.visible", "rich.console", "rich.text")
    for name in (*others, *(f"resolvetui.report.{report}" for report in reports)):
        import_module(name)
