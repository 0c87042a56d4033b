"""The wheels of a plan as final files in the staging folder, unpacked or taken from the store.

A wheel is read and checked in full before it is kept unpacked; what is kept is staged after cheap
checks of every file. What cannot be kept, or was damaged since, is unpacked for this install.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeAlias

from resolvetui.errors import Cancelled, InstallFailed
from resolvetui.index.local import local_path
from resolvetui.install.agreement import check_agreement
from resolvetui.install.demanded import digest_of
from resolvetui.install.journal import NEW
from resolvetui.install.layout import Layout
from resolvetui.install.linking import Damaged, Linker
from resolvetui.install.plan import Action, Plan
from resolvetui.install.staging import Request, StagedWheel, make_folders, stage
from resolvetui.install.store import Unpacked, UnpackedWheels
from resolvetui.install.strict_zip import Limits, refused
from resolvetui.install.tree import Tree
from resolvetui.install.unpack import unpack
from resolvetui.install.wheel import Wheel, check_identity, open_wheel
from resolvetui.metadata.core_metadata import CoreMetadata
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


@dataclass(frozen=True, slots=True)
class Means:
    """How files get into the staging folder, and what is known of them beforehand."""

    limits: Limits = field(default_factory=Limits)
    store: UnpackedWheels | None = None
    """Where unpacked wheels are kept; None keeps none."""
    digest: Callable[[Path], str] | None = None
    """The SHA-256 of an archive; needed with a store."""
    link_mode: LinkMode | None = None
    """None: the first of clone, hardlink and copy that works."""
    expected: Mapping[PackageName, CoreMetadata] = field(default_factory=dict)
    """The metadata that the plan was made with, where it is not the wheel's own for certain."""


@dataclass(slots=True)
class Preparing:
    """The staging of one install; `folder` is its transaction folder."""

    layout: Layout
    folder: Path
    means: Means
    on_progress: OnProgress
    cancelled: Callable[[], bool]
    notes: list[str] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    """Set when the work of the threads is of no use any more."""
    ahead: Thread | None = None
    """Makes folders while files are linked."""

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
            _Job(self, action, path, store, direct, self.digest(action, path))
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
        """What is unpacked is staged in this thread: links are too short to gain by another."""
        fresh = [job for job in jobs if job.unpacked is None]
        if not fresh:
            return self._staged_from_store(jobs)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_THREADS) as threads:
            futures = {job.action.name: threads.submit(job.run) for job in fresh}
            try:
                return [self._staged(job, futures.get(job.action.name)) for job in jobs]
            except BaseException:
                self.stopped.set()
                threads.shutdown(wait=True, cancel_futures=True)
                raise

    def _staged_from_store(self, jobs: list[_Job]) -> list[StagedWheel]:
        """Another thread makes the folders of packages to come: that is half of the time."""
        self.ahead = Thread(target=self._make_folders, args=(jobs[1:],))
        self.ahead.start()
        try:
            return [self._staged(job, None) for job in jobs]
        finally:
            self.stopped.set()
            self.ahead.join()

    def _make_folders(self, jobs: list[_Job]) -> None:
        for job in jobs:
            if self.stopped.is_set() or job.unpacked is None:
                return
            with suppress(OSError):  # whoever stages it meets the same and tells
                make_folders(job.unpacked[1], job.staging, self.layout)

    def _staged(self, job: _Job, future: Future[StagedWheel] | None) -> StagedWheel:
        """The result of one; whether the user wants no more is asked in this thread alone."""
        self.check_cancelled()
        while True:
            try:
                staged = future.result(_PATIENCE_S) if future else job.run()
            except TimeoutError:
                self.check_cancelled()
            else:
                self.on_progress(job.action.name, "unpacked", job.size, job.size)
                return staged

    def digest(self, action: Action, path: Path) -> str:
        """The SHA-256 that an archive is kept unpacked by; "" when nothing is kept.

        Where a line demands a hash of a local file, that is asked of its bytes (`demanded`), and so
        is this: what is remembered of its size and time must not bring the files of another.
        """
        if self.means.store is None or self.means.digest is None:
            return ""
        is_local = action.file is not None and local_path(action.file.url) is not None
        if is_local and action.demands:
            return digest_of(path, "sha256")
        return self.means.digest(path)

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


@dataclass(slots=True)
class _Job:
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

    @property
    def label(self) -> str:
        assert self.action.file is not None
        return self.action.file.filename

    def find(self) -> None:
        """Look for it in the store; what is not there is opened, which checks most of it."""
        store = self.preparing.means.store
        self.unpacked = store.find(self.key) if store and self.key else None
        if self.unpacked is None:
            with self._opened() as wheel:
                self.size = wheel.archive.unpacked_size
            return
        tree = self.unpacked[1]
        self.size = tree.unpacked_bytes
        self._check_identity(tree)

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
                self._clear()
                unpacked = self._keep()
        if unpacked is not None:
            try:
                return self._stage(unpacked, self.store_linker)
            except Damaged:  # somebody is at it just now: without the store, then
                self._clear()
        return self._stage(self._unpack_here(), self.direct_linker)

    @property
    def staging(self) -> Path:
        """What the names of its folders begin with."""
        return self.preparing.folder / NEW / self.action.name

    def _clear(self) -> None:
        """Remove what was staged of it; nobody else is to put anything there."""
        if self.preparing.ahead is not None:
            self.preparing.ahead.join()
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
        if self.preparing.digest(self.action, self.path) != self.key:
            means.store.drop(self.key)
            raise refused(self.label, "It was changed while it was read.")
        return unpacked

    def _unpack_here(self) -> Unpacked:
        folder = self.preparing.folder / NEW / _UNPACKED / self.action.name
        folder.mkdir(parents=True)
        with self._opened() as wheel:
            return folder, unpack(wheel, folder, self.preparing.stopped.is_set)

    def _stage(self, unpacked: Unpacked, linker: Linker) -> StagedWheel:
        source, tree = unpacked
        action = self.action
        is_direct = action.index is None and action.file is not None
        expected = self.preparing.means.expected.get(action.name)
        if expected is not None:
            metadata = source / tree.library / tree.dist_info / "METADATA"
            check_agreement(self.label, metadata.read_bytes(), expected)
        request = Request(
            label=self.label,
            requested=action.requested,
            direct_url=action.file.url if is_direct and action.file else "",
            hashes=action.file.hashes if action.file else {},
        )
        return stage(
            tree,
            source,
            self.staging,
            self.preparing.layout,
            linker,
            request,
            self.preparing.stopped.is_set,
        )

    @contextmanager
    def _opened(self) -> Iterator[Wheel]:
        action = self.action
        limits = self.preparing.means.limits
        with open_wheel(self.path, self.label, version=action.new_version, limits=limits) as wheel:
            self._check_name(wheel.name)
            yield wheel

    def _check_identity(self, tree: Tree) -> None:
        """What depends on the file's name, which another index may have given otherwise."""
        name, version = tree.name, tree.version
        planned = self.action.new_version
        try:
            check_identity(
                self.label, tree.dist_info, name, version, tree.wheel_tags, planned=planned
            )
        except ValueError as error:
            raise refused(self.label, str(error)) from error
        self._check_name(name)

    def _check_name(self, name: PackageName) -> None:
        if name != self.action.name:
            raise InstallFailed(
                f"{self.label} must not be installed.",
                why=f"It holds {name!r}; the plan is to install {self.action.name!r}.",
                culprit=self.label,
            )
