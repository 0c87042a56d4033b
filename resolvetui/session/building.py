"""Builds for a session: what is built with whose consent, from which bytes, and filled by whom.

The build itself is `metadata/build.py`. What it requires is resolved and installed by a session of
its own, over the same cache and indexes, into the environment of the build.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.environment.target import Target
from resolvetui.errors import (
    BuildFailed,
    HashMismatch,
    InstallFailed,
    OfflineError,
    TargetError,
    UsageError,
)
from resolvetui.index.local import local_path
from resolvetui.install.demanded import check_bytes
from resolvetui.install.venv import make_environment
from resolvetui.metadata.build import Built, Source, Workshop, build_source
from resolvetui.metadata.build_output import build_failed
from resolvetui.metadata.built import BuildLog, build_key
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.placing import sha256_of
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.metadata.whole_file import fetch_whole
from resolvetui.model.files import SdistFile, SourceTree
from resolvetui.model.names import PackageName
from resolvetui.model.query import Policies, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.session.attempts import Session, refreshed
from resolvetui.session.build_logs import log_file
from resolvetui.session.facts import Facts
from resolvetui.session.sources import LiveSources

MOST_NESTED = 5
"""Builds that wait for each other."""
_STEP = "its build requirements"

OnStep = Callable[[str], None]


def build_metadata(
    session: Session, facts: Facts, name: PackageName, version: str, on_step: OnStep
) -> None:
    """Build a version that the facts wait for, and tell them what came of it."""
    file, _ = facts.listings.file_of(name, version)
    assert isinstance(file, SdistFile)
    job = _job(session, facts, name, version, file, on_step)
    try:
        core = job.run(wheel=False).core
    except UnusableMetadata as failure:
        facts.learn_build(name, version, failure)
    else:
        facts.learn_build(name, version, core)


def build_wheel(
    session: Session,
    facts: Facts,
    name: PackageName,
    version: str,
    file: SdistFile,
    on_step: OnStep,
) -> tuple[str, str, Path]:
    """File name, SHA-256 and path of the wheel of a version; built unless it was before.

    Raises `UnusableMetadata`, also where the wheel requires something else than what was resolved.
    """
    python = build_key(facts.target, facts.query)
    known = session.built.wheel(file, python)
    if known is None:
        job = _job(session, facts, name, version, file, on_step)
        job.run(wheel=True, expected=facts.core_of(name, version))
        known = session.built.wheel(file, python)
    assert known is not None
    return known


def build_tree(
    session: Session,
    query: Query,
    target: Target,
    name: PackageName,
    tree: SourceTree,
    on_step: OnStep,
) -> CoreMetadata:
    """What a folder of sources comes to. Raises `UnusableMetadata`, and what stops a resolve."""
    return _Job(session, query, target, name, "", tree, on_step).run(wheel=False).core


def _job(
    session: Session,
    facts: Facts,
    name: PackageName,
    version: str,
    file: SdistFile,
    on_step: OnStep,
) -> _Job:
    _, index = facts.listings.file_of(name, version)
    demands = facts.listings.demands(name)

    def check(archive: Path) -> None:
        check_bytes(file, archive, demands, name, index)

    return _Job(session, facts.query, facts.target, name, version, file, on_step, check)


class _Job(Struct):
    """One build."""

    session: Session
    query: Query
    """The question that it is built for."""
    target: Target
    """What it is built for."""
    name: PackageName
    version: str
    """"" where the build is to tell."""
    file: SdistFile
    on_step: OnStep
    check: Callable[[Path], None] = lambda _: None
    """Raises where the bytes of the file are not those that were asked for."""

    @property
    def _key(self) -> str:
        return build_key(self.target, self.query)

    @property
    def label(self) -> str:
        """Name and version, as far as known."""
        return f"{self.name} {self.version}".strip()

    def run(self, *, wheel: bool, expected: CoreMetadata | None = None) -> Built:
        """Build; a failure is remembered. Raises `UnusableMetadata`, and what stops a resolve."""
        store, python = self.session.built, self._key
        try:
            archive = self._archive()  # before anything is looked up: its bytes are what counts
            if not archive.is_dir():
                self.check(archive)
        except UnusableMetadata as failure:
            store.fail(self.file, python, failure)
            raise
        store.check(self.file, python)
        digest = store.digest(self.file) or "" if archive.is_dir() else sha256_of(archive)
        log = log_file(self.session.runtime, self.label.replace(" ", "-"), digest or self._commit)
        try:
            self._check_nesting()
            source = Source(
                self.name, self.version, self.file.filename, archive, editable=self._is_editable
            )
            made = self._build(source, log, expected, wheel=wheel)
        except UnusableMetadata as failure:
            store.fail(self.file, python, failure)
            store.runs.append(BuildLog(self.name, self.version, str(log), failure.why))
            raise
        store.put(self.file, python, made.core)
        store.runs.append(BuildLog(self.name, self.version, str(log)))
        return made

    @property
    def _is_editable(self) -> bool:
        return isinstance(self.file, SourceTree) and self.file.editable

    @property
    def _commit(self) -> str:
        return self.file.commit if isinstance(self.file, SourceTree) else ""

    def _build(
        self, source: Source, log: Path, expected: CoreMetadata | None, *, wheel: bool
    ) -> Built:
        try:
            return build_source(source, self._workshop(log), self._keep(expected), wheel=wheel)
        except OSError as error:  # a disk that is full, a folder that takes no files
            why = f"{error.strerror or error}: {error.filename or 'its folder'}"
            raise build_failed(source.filename, "its temporary files", [why]) from error

    def _workshop(self, log: Path) -> Workshop:
        return Workshop(
            target=self.target,
            fill=self._fill,
            log=log,
            tick=self._tick,
            time_limit_s=self.session.runtime.build_timeout_s,
        )

    def _tick(self) -> None:
        self.on_step(f"building {self.label}")

    def _keep(self, expected: CoreMetadata | None) -> Callable[[Path, CoreMetadata], None]:
        def keep(wheel: Path, core: CoreMetadata) -> None:
            if expected is not None and _needs(core) != _needs(expected):
                line = "the wheel requires something else than what was read before"
                raise build_failed(self.file.filename, "build_wheel", [line])
            self.session.built.put_wheel(self.file, self._key, core, wheel)

        return keep

    # ---- its bytes

    def _archive(self) -> Path:
        """The source distribution here, with the bytes that its index promised."""
        cache, file = self.session.cache, self.file
        if isinstance(file, SourceTree):
            return Path(file.folder)
        path = local_path(file.url)
        if path is None:
            sha256 = file.hashes.get("sha256") or self.session.built.digest(file)
            path = cache.file(sha256) if sha256 else None
        elif (sha256 := file.hashes.get("sha256")) and sha256 != sha256_of(path):
            raise HashMismatch(
                f"{file.filename} is not the file that its index lists.",
                what_to_do="Find out who changed it; do not build it.",
                culprit=str(path),
            )
        if path is None:
            path = asyncio.run(self._fetch())
            self.session.built.note_digest(file, sha256_of(path))
        return path

    async def _fetch(self) -> Path:
        if self.session.runtime.offline:
            raise OfflineError(
                f"The cache lacks {self.file.filename}, which has to be built.",
                what_to_do="Run it once without --offline.",
                culprit=self.file.url,
            )
        async with self.session.open_transport(self.query) as transport:
            return await fetch_whole(self.file, transport, self.session.cache)

    # ---- its environment

    def _check_nesting(self) -> None:
        above = self.session.building
        label = self.label
        if label in above or len(above) >= MOST_NESTED:
            needs = " needs ".join((*above, label))
            why = "which is a circle" if label in above else "which is too deep"
            raise build_failed(self.file.filename, _STEP, [f"{needs}, {why}"])

    def _fill(self, folder: Path, requires: Sequence[Requirement]) -> Path:
        """Implements `metadata.build.Fill` by our own resolver and install."""
        try:
            python = make_environment(folder, self.target)
        except TargetError as error:
            raise build_failed(
                self.file.filename, "its environment", [error.why or error.what]
            ) from None
        if requires:
            try:
                self._install(python, requires)
            except (BuildFailed, InstallFailed, UsageError, TargetError) as error:
                lines = [part for part in (error.what, error.why) if part]
                raise build_failed(self.file.filename, _STEP, lines) from None
        return python

    def _install(self, python: Path, requires: Sequence[Requirement]) -> None:
        from resolvetui.session.installation import install, plan_of

        outer = self.session
        sources = LiveSources(
            outer.cache,
            None,
            offline=outer.runtime.offline,
            refresh=refreshed(outer.runtime),
        )
        session = Session(outer.runtime, sources, within=outer)
        session.building = (*outer.building, self.label)
        attempt = session.resolve(self._query(python, requires), lambda _: self._tick())
        if attempt.resolution is None:
            assert attempt.explanation is not None
            raise build_failed(self.file.filename, _STEP, [attempt.explanation.cause])
        plan = plan_of(session, attempt)
        install(session, attempt, plan, lambda *_: self._tick(), lambda: False)

    def _query(self, python: Path, requires: Sequence[Requirement]) -> Query:
        """The same indexes and consents, nothing of what the user asks for."""
        origin = Origin(OriginKind.FILE, f"{self.file.filename} [build-system]")
        mine = self.query.policies
        return Query(
            tuple(RootRequirement(each, origin, each.text) for each in requires),
            indexes=self.query.indexes,
            pinned_indexes=self.query.pinned_indexes,
            policies=replace(
                Policies(),
                index_strategy=mine.index_strategy,
                prerelease=mine.prerelease,
                only_binary=mine.only_binary,
                no_binary=mine.no_binary,
                build=mine.build,
                allow_build=mine.allow_build,
                exclude_newer=mine.exclude_newer,
            ),
            target=TargetRequest(python=str(python)),
            constraints=self.query.build_constraints,
            build_constraints=self.query.build_constraints,
        )


def _needs(core: CoreMetadata) -> frozenset[tuple[str, tuple[str, ...], frozenset[str], str, str]]:
    """The requirements without their order and spelling."""
    return frozenset(
        (
            each.name,
            tuple(each.extras),
            frozenset(part.strip() for part in each.specifier.split(",")),
            _marker_form(each.marker),
            each.url,
        )
        for each in core.requires
    )


def _marker_form(marker: str) -> str:
    """The marker without spaces, quotes and parentheses that mean nothing: backends write their
    own, most of all around that of an extra.
    """
    from packaging.markers import InvalidMarker, Marker

    try:
        text = str(Marker(marker)) if marker else ""
    except InvalidMarker:
        text = marker
    return "".join(text.split()).replace('"', "'")
