"""The wheels of a plan as final files in the staging folder, unpacked or taken from the store.

A wheel is read and checked in full before it is kept unpacked; what is kept is staged after cheap
checks of every file. What cannot be kept, or was damaged since, is unpacked for this install.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from resolvetui.errors import Cancelled, InstallFailed
from resolvetui.install.agreement import check_agreement
from resolvetui.install.helping import Shared, is_worthwhile
from resolvetui.install.journal import NEW
from resolvetui.install.layout import Layout
from resolvetui.install.linking import Damaged, Linker
from resolvetui.install.means import Means, label_of
from resolvetui.install.plan import Action, Plan
from resolvetui.install.staging import Request, StagedWheel, stage
from resolvetui.install.store import Unpacked
from resolvetui.install.strict_zip import refused
from resolvetui.install.unpack import unpack
from resolvetui.install.wheel import Wheel
from resolvetui.model.link_mode import LinkMode
from resolvetui.model.names import PackageName

if TYPE_CHECKING:
    from concurrent.futures import Future

OnProgress: TypeAlias = Callable[[PackageName, str, int, int], None]

_UNPACKED = "unpacked"
"""Beside the staged `NAME.SCHEME`, so that it goes with them: what is kept for a rollback, and what
a killed install leaves, has no second copy of new files.
"""
_PATIENCE_S = 0.05
_THREADS = 2 * (os.cpu_count() or 1)


class Preparing(Struct):
    """The staging of one install; `folder` is its transaction folder."""

    layout: Layout
    folder: Path
    means: Means
    on_progress: OnProgress
    cancelled: Callable[[], bool]
    notes: list[str] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    """Set when the work of the threads is of no use any more."""

    def stage_all(self, plan: Plan, wheels: Mapping[PackageName, Path]) -> list[StagedWheel]:
        """Every wheel of the plan, in its order; the first fault stops it.

        Raises InstallFailed, Cancelled, OSError.
        """
        actions = [action for action in plan.changes if action.file is not None]
        new = self.folder / NEW
        new.mkdir()
        mode = new.stat().st_mode & 0o777
        store = Linker(self.means.link_mode, mode)
        direct = Linker(LinkMode.HARDLINK, mode)
        jobs = [
            _Job(self, action, path, store, direct, self.means.key(action, path))
            for action, path in ((action, wheels[action.name]) for action in actions)
        ]
        for job in jobs:
            self.check_cancelled()
            job.find()
        self._check_space(jobs)
        staged = self._run(jobs)
        if jobs and self.means.link_mode and store.way is not self.means.link_mode:
            self.notes.append(
                f"--link-mode {self.means.link_mode} does not work between the cache and "
                f"{self.layout.prefix}; files were copied."
            )
        return staged

    def check_cancelled(self) -> None:
        """Raise Cancelled when the user wants no more."""
        if self.cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")

    def _run(self, jobs: list[_Job]) -> list[StagedWheel]:
        """What is unpacked is staged by processes: a link is too short to gain by a thread."""
        fresh = [job for job in jobs if job.unpacked is None]
        if not fresh:
            if is_worthwhile(len(jobs), sum(job.files for job in jobs)):
                return self._share(jobs)
            return [self._staged(job, None) for job in jobs]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_THREADS) as threads:
            futures = {job.action.name: threads.submit(job.run) for job in fresh}
            try:
                return [self._staged(job, futures.get(job.action.name)) for job in jobs]
            except BaseException:
                self.stopped.set()
                threads.shutdown(wait=True, cancel_futures=True)
                raise

    def _share(self, jobs: list[_Job]) -> list[StagedWheel]:
        """What the other process could not stage is staged here, where errors are told."""
        staged: dict[int, StagedWheel] = {}
        with Shared[_Job, StagedWheel | None](jobs, _Job.stage_kept, StagedWheel | None) as shared:
            for number, wheel in shared.run():
                self.check_cancelled()
                if wheel is not None:
                    staged[number] = wheel
                    self._tell(jobs[number])
        for number, job in enumerate(jobs):
            if number not in staged:
                job.clear()
                staged[number] = self._staged(job, None)
        return [staged[number] for number in range(len(jobs))]

    def _tell(self, job: _Job) -> None:
        self.on_progress(job.action.name, "unpacked", job.size, job.size)

    def _staged(self, job: _Job, future: Future[StagedWheel] | None) -> StagedWheel:
        """The result of one; whether the user wants no more is asked in this thread alone."""
        self.check_cancelled()
        while True:
            try:
                staged = future.result(_PATIENCE_S) if future else job.run()
            except TimeoutError:
                self.check_cancelled()
            else:
                self._tell(job)
                return staged

    def _check_space(self, jobs: list[_Job]) -> None:
        """Links need no room; that clones or links work is known only when they were tried."""
        copies = self.means.link_mode is LinkMode.COPY
        needed = sum(job.size for job in jobs if copies or job.unpacked is None)
        free = shutil.disk_usage(self.folder).free
        if needed > free:
            raise InstallFailed(
                f"There is no room for the new files in {self.layout.prefix}.",
                why=f"They need {needed:,} bytes; {free:,} are free.",
                what_to_do="Make room, or name an environment on another disk.",
                culprit=self.layout.prefix,
            )


class _Job(Struct):
    """One package."""

    preparing: Preparing
    action: Action
    path: Path
    """The archive."""
    store_linker: Linker
    direct_linker: Linker
    key: str
    """Its SHA-256, or "" when nothing is kept."""
    unpacked: Unpacked | None = None
    size: int = 0
    """Bytes when unpacked."""

    def find(self) -> None:
        """Look for it in the store; what is not there is opened, which checks most of it."""
        self.unpacked = self.preparing.means.find(self.action, self.key)
        if self.unpacked is not None:
            self.size = self.unpacked[1].unpacked_bytes
            return
        with self._opened() as wheel:
            self.size = wheel.archive.unpacked_size

    @property
    def files(self) -> int:
        """How many it brings, as far as it is unpacked."""
        return sum(len(folder.files) for folder in self.unpacked[1].folders) if self.unpacked else 0

    def stage_kept(self, is_unwanted: Callable[[], bool]) -> StagedWheel | None:
        """Stage what is unpacked; None where it was damaged since."""
        assert self.unpacked is not None
        try:
            return self._stage(self.unpacked, self.store_linker, is_unwanted)
        except Damaged:
            return None

    def run(self) -> StagedWheel:
        """Unpack it where that was not done, and stage it."""
        unpacked = self.unpacked
        if unpacked is None and self.key:
            unpacked = self._keep()
        if unpacked is not None:
            try:
                return self._stage(unpacked, self.store_linker)
            except Damaged:
                assert self.preparing.means.store is not None
                self.preparing.means.store.drop(self.key)
                self.clear()
                unpacked = self._keep()
        if unpacked is not None:
            try:
                return self._stage(unpacked, self.store_linker)
            except Damaged:  # somebody is at it just now: without the store, then
                self.clear()
        return self._stage(self._unpack_here(), self.direct_linker)

    @property
    def staging(self) -> Path:
        """What the names of its folders begin with."""
        return self.preparing.folder / NEW / self.action.name

    def clear(self) -> None:
        """Remove what was staged of it."""
        for path in self.staging.parent.glob(f"{self.action.name}.*"):
            shutil.rmtree(path)

    def _keep(self) -> Unpacked | None:
        """Unpack it into the store; None when that cannot be written to."""
        means = self.preparing.means
        assert means.store is not None
        with self._opened() as wheel:
            try:
                unpacked = means.store.add(self.key, wheel, self.preparing.stopped.is_set)
            except OSError:  # a store costs speed when it does not work, and nothing else
                return None
        if means.key(self.action, self.path) != self.key:
            means.store.drop(self.key)
            raise refused(label_of(self.action), "It was changed while it was read.")
        return unpacked

    def _unpack_here(self) -> Unpacked:
        folder = self.preparing.folder / NEW / _UNPACKED / self.action.name
        folder.mkdir(parents=True)
        with self._opened() as wheel:
            return folder, unpack(wheel, folder, self.preparing.stopped.is_set)

    def _stage(
        self, unpacked: Unpacked, linker: Linker, is_unwanted: Callable[[], bool] | None = None
    ) -> StagedWheel:
        source, tree = unpacked
        action = self.action
        expected = self.preparing.means.expected.get(action.name)
        if expected is not None:
            metadata = source / tree.library / tree.dist_info / "METADATA"
            check_agreement(label_of(self.action), metadata.read_bytes(), expected)
        request = Request(
            label=label_of(self.action),
            requested=action.requested,
            reference=action.reference,
        )
        return stage(
            tree,
            source,
            self.staging,
            self.preparing.layout,
            linker,
            request,
            is_unwanted or self.preparing.stopped.is_set,
        )

    def _opened(self) -> Wheel:
        return self.preparing.means.open(self.action, self.path)
