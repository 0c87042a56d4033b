"""Answers from a recording alone: no cache, no network, no interpreter.

The search runs as it did; only the sources of its facts are other ones. A question that needs a
fact which was not recorded is an `OfflineError` that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import assert_never

from msgspec.structs import replace

from resolvetui import __version__
from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.environment.targets import described_target
from resolvetui.errors import OfflineError, RequirementSyntaxError, ResolvetuiError
from resolvetui.index.client import Failed, Found, IndexStatistics, Missing, PageReply, Refused
from resolvetui.index.seams import Fetcher, Getter
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Query, TargetRequest
from resolvetui.model.requirement import RootRequirement
from resolvetui.model.shown import shown_url
from resolvetui.resolver.events import Observer
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.direct import SOURCE, Prepared, direct_kind
from resolvetui.session.recording import (
    Answer,
    Errored,
    FoundProject,
    MissingProject,
    RecordedMetadata,
    RecordedTree,
    Recording,
    RefusedProject,
    ending_of,
)
from resolvetui.session.refusals import remember_serving
from resolvetui.session.runtime import Runtime


class ReplaySession(Session):
    """A session over the facts of a recording."""

    can_build = False

    def __init__(self, recording: Recording) -> None:
        super().__init__(Runtime(no_cache=True, offline=True), RecordedSources(recording))
        self.recording = recording
        self.references = RecordedReferences(recording.trees)
        for source in recording.query.indexes:
            if source.name in recording.serving:
                remember_serving(self.cache, source)

    def resolve(
        self,
        query: Query,
        on_step: Callable[[str], None] | None = None,
        observe: Observer = None,
    ) -> Attempt:
        """Resolve a query; that of the recording ends as recorded, figures and errors included."""
        if query != self.recording.query:
            return super().resolve(query, on_step, observe)
        ending, statistics = self.recording.ending, self.recording.statistics
        if isinstance(ending, Errored):
            raise _as_error(ending)
        attempt = super().resolve(query, on_step, observe)
        warnings = self.recording.warnings
        if ending_of(attempt) != ending:
            warnings = (*warnings, ("replay", _differs(self.recording.version)))
        return replace(attempt, warnings=warnings, statistics=statistics or attempt.statistics)


class RecordedReferences:
    """Implements `direct.SourceReader`."""

    def __init__(self, trees: Sequence[RecordedTree]) -> None:
        self._trees = {(each.url, each.editable): each for each in trees}

    def of(
        self,
        session: Session,  # noqa: ARG002
        query: Query,  # noqa: ARG002
        target: Target,  # noqa: ARG002 - what sources say of themselves holds everywhere
        stated: Iterable[RootRequirement],
        on_step: Callable[[str], None] = lambda _: None,  # noqa: ARG002
    ) -> dict[PackageName, Prepared]:
        """The recorded ones. Raises `OfflineError` for others."""
        found: dict[PackageName, Prepared] = {}
        for root in stated:
            if direct_kind(root.requirement) != SOURCE:
                continue
            known = self._trees.get((root.requirement.url, root.editable))
            if known is None:
                shown = shown_url(root.requirement.url)
                raise _lacking(f"not the sources at {shown}", shown)
            found[root.requirement.name] = Prepared(known.tree, known.core)
        return found

    def forget_folders(self) -> None:
        """Nothing changes."""

    def close(self) -> None:
        """Nothing was fetched."""


class RecordedSources:
    """Implements `sources.Sources`."""

    def __init__(self, recording: Recording) -> None:
        self.client = RecordedPages(recording.answers, recording.listing_all, recording.doubtful)
        self.metadata = RecordedCores(recording.metadata)
        self._recording = recording

    def target(self, request: TargetRequest) -> Target:
        """The recorded target, or what it would be with another Python or platform."""
        target = self._recording.target
        if request == self._recording.query.target:
            return target
        return described_target(request.python_version, request.python_platform, target)

    def installed(
        self,
        target: Target,  # noqa: ARG002
        query: Query,
    ) -> tuple[Sequence[InstalledDistribution], Sequence[str]]:
        """The recorded packages, and what was said of their environment; none for another one."""
        if query.target != self._recording.query.target:
            return (), ()
        warnings = self._recording.warnings
        return self._recording.installed, [text for kind, text in warnings if kind == "environment"]


class RecordedPages:
    """Implements `sources.PageSource`."""

    def __init__(
        self,
        answers: Sequence[Answer],
        listing_all: Sequence[PackageName],
        doubtful: Sequence[IndexName],
    ) -> None:
        self.statistics: dict[IndexName, IndexStatistics] = {}
        self._replies = {(each.index, each.project): _reply(each) for each in answers}
        self._listing_all = set(listing_all)
        self._doubtful = set(doubtful)

    def cached(self, source: IndexSource, project: PackageName) -> PageReply:
        """The recorded answer; `Failed` where there is none."""
        reply = self._replies.get((source.name, project))
        if reply is None:
            return Failed(_lacking(f"no answer of index {source.name} about {project}", project))
        self.statistics.setdefault(source.name, IndexStatistics()).count(
            project, reply, cached=True
        )
        return reply

    async def fetch(
        self,
        source: IndexSource,
        project: PackageName,
        transport: Getter,  # noqa: ARG002 - nothing is fetched
    ) -> PageReply:
        """The same as `cached`."""
        return self.cached(source, project)

    def flat_names(self) -> set[PackageName]:
        """The projects of sources that list everything they have."""
        return set(self._listing_all)

    def is_index_now(self, source: IndexSource) -> bool:
        """As it was found out then."""
        return source.name not in self._doubtful

    async def fetch_is_index(
        self,
        source: IndexSource,
        transport: Getter,
    ) -> None:
        """Nothing is left to find out."""


class RecordedCores:
    """Implements `sources.CoreSource`."""

    def __init__(self, metadata: Sequence[RecordedMetadata]) -> None:
        self._by_url = {each.url: each for each in metadata}

    def cached(self, file: DistributionFile) -> CoreMetadata:
        """The recorded metadata. Raises `UnusableMetadata` as recorded, `OfflineError` if none."""
        known = self._by_url.get(file.url)
        if known is None:
            raise _lacking(f"no metadata of {file.filename}", file.filename)
        if known.unusable is not None:
            reason, detail = known.unusable
            raise UnusableMetadata(
                detail, reason=reason, culprit=file.filename, successor=known.successor
            )
        assert known.core is not None
        return known.core

    async def fetch(
        self,
        file: DistributionFile,
        transport: Fetcher,  # noqa: ARG002 - nothing is fetched
    ) -> CoreMetadata:
        """The same as `cached`."""
        return self.cached(file)


def _reply(answer: Answer) -> PageReply:
    match answer:
        case FoundProject():
            return Found(f"recorded:{answer.index}:{answer.project}", "", answer.page)
        case MissingProject():
            return Missing(answer.status)
        case RefusedProject():
            return Refused(
                answer.status, answer.had_challenge, answer.url, answer.login, answer.realm
            )
        case _:
            assert_never(answer)


def _lacking(what: str, culprit: str) -> OfflineError:
    return OfflineError(
        f"The recording has {what}.",
        why="It holds only what was needed to answer its own requirements.",
        what_to_do="Ask without --replay, or record these requirements anew.",
        culprit=culprit,
    )


def _differs(version: str) -> str:
    return (
        f"This resolvetui ({__version__}) comes to another end than the one that made the "
        f"recording ({version})."
    )


def _as_error(ending: Errored) -> ResolvetuiError:
    """The error again, of its own class."""
    classes = (kind for kind in _kinds(ResolvetuiError) if kind.kind == ending.error)
    return next(classes, ResolvetuiError)(
        ending.what,
        why=ending.why,
        what_to_do=ending.what_to_do,
        culprit=ending.culprit,
        details=ending.details,
    )


def _kinds(above: type[ResolvetuiError]) -> Iterator[type[ResolvetuiError]]:
    """The classes of the hierarchy, those above first; a resolve ends in no syntax error."""
    yield above
    for below in above.__subclasses__():
        if below is not RequirementSyntaxError:
            yield from _kinds(below)
