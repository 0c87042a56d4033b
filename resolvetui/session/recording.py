"""A recording: one attempt with every fact that decided it, as a value.

Owns what a recording holds and how it is taken from the facts of an attempt. How it becomes a
file is `recording_file.py`'s business, answering from it that of `replaying.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from resolvetui import __version__
from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.errors import ErrorDetails, ResolvetuiError
from resolvetui.index.client import Failed, Found, Missing, PageReply, Refused
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.model.files import (
    DistributionFile,
    ProjectPage,
    Release,
    SkippedFile,
    SourceTree,
    encode_files,
)
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Query
from resolvetui.model.verdict import Reason
from resolvetui.resolver import Unreadable
from resolvetui.session.attempts import Attempt, Statistics
from resolvetui.session.facts import Facts

FORMAT: Final = "resolvetui recording"
SCHEMA = 1
"""Counts up when an older resolvetui would read a recording wrongly."""

Notice: TypeAlias = tuple[str, str]
"""A warning: (kind, text)."""


class RecordedRelease(Struct, frozen=True):
    """One version on one index."""

    version: str
    files: tuple[DistributionFile, ...]
    """In page order."""


class FoundProject(Struct, frozen=True, tag="found", tag_field="answer"):
    """An index lists the project."""

    project: PackageName
    index: IndexName
    url: str
    releases: tuple[RecordedRelease, ...]
    """Ascending by version."""
    skipped: tuple[SkippedFile, ...] = ()
    status: str = ""
    """Project status marker (PEP 792)."""
    status_reason: str = ""
    tracks: tuple[str, ...] = ()
    """PEP 708, as in `ProjectPage`."""
    alternates: tuple[str, ...] = ()

    def page(self) -> ProjectPage:
        """The page as the rest of the program knows it."""
        return ProjectPage(
            self.project,
            self.index,
            self.url,
            tuple(Release(each.version, encode_files(each.files)) for each in self.releases),
            self.skipped,
            self.status,
            self.status_reason,
            self.tracks,
            self.alternates,
        )


class MissingProject(Struct, frozen=True, tag="missing", tag_field="answer"):
    """An index does not have the project."""

    project: PackageName
    index: IndexName
    status: int


class RefusedProject(Struct, frozen=True, tag="refused", tag_field="answer"):
    """An index answered 401 or 403."""

    project: PackageName
    index: IndexName
    status: int
    had_challenge: bool
    url: str = ""
    login: str = ""
    """Where credentials came from, as in `ErrorDetails`: never what they are."""
    realm: str = ""


Answer: TypeAlias = FoundProject | MissingProject | RefusedProject


class RecordedMetadata(Struct, frozen=True):
    """What the metadata of a file says, or why it was of no use: one of the two."""

    url: str
    """The file's."""
    core: CoreMetadata | None = None
    unusable: tuple[Reason, str] | None = None
    """(reason, detail)."""
    successor: PackageName | None = None
    """As in `CoreMetadata.successor`, where it was of no use."""


class RecordedTree(Struct, frozen=True):
    """What a direct reference to sources led to."""

    url: str
    """The requirement's."""
    editable: bool
    tree: SourceTree
    """Without its folder: the sources themselves are not recorded."""
    core: CoreMetadata


class Resolved(Struct, frozen=True, tag="resolved", tag_field="kind"):
    """There was a solution."""

    versions: dict[PackageName, str]


class Unsatisfiable(Struct, frozen=True, tag="unsatisfiable", tag_field="kind"):
    """There was none."""

    cause: str


class Errored(Struct, frozen=True, tag="error", tag_field="kind"):
    """It went wrong before there was an answer."""

    error: str
    """The error's kind: `index-unreachable`."""
    what: str
    why: str
    what_to_do: str
    culprit: str | None
    details: ErrorDetails = ErrorDetails()


Ending: TypeAlias = Resolved | Unsatisfiable | Errored


class Recording(Struct, frozen=True, kw_only=True):
    """An attempt, its facts and its end. Credentials and home folder go when it is written."""

    format: Literal["resolvetui recording"] = FORMAT
    schema: int = SCHEMA
    version: str = __version__
    """Of the resolvetui that made it."""
    query: Query
    target: Target
    input_warnings: tuple[Notice, ...]
    """Those about the command line and its files."""
    warnings: tuple[Notice, ...]
    """Those of the attempt."""
    ending: Ending
    statistics: Statistics | None
    """None when it ended in an error."""
    installed: tuple[InstalledDistribution, ...]
    """Those that took part."""
    serving: tuple[IndexName, ...]
    """The indexes whose 403 may mean "not there"."""
    listing_all: tuple[PackageName, ...]
    """The projects of sources that list everything they have, sorted."""
    answers: tuple[Answer, ...]
    """What indexes said, by project in the order in which they came up."""
    metadata: tuple[RecordedMetadata, ...]
    doubtful: tuple[IndexName, ...] = ()
    """The indexes that have nothing of what was asked, and whose URL is that of none."""
    trees: tuple[RecordedTree, ...] = ()
    recorded_at: str = ""
    """ISO 8601 in UTC, to the second; "" in recordings of before this was kept."""

    @property
    def day(self) -> str:
        """The date of `recorded_at`, or "" where that is none."""
        try:
            return datetime.fromisoformat(self.recorded_at).date().isoformat()
        except ValueError:
            return ""


def record(attempt: Attempt, input_warnings: Sequence[Notice] = ()) -> Recording:
    """The recording of an attempt that has an answer."""
    return _recording(
        attempt.facts, ending_of(attempt), attempt.warnings, input_warnings, attempt.statistics
    )


def record_failure(
    facts: Facts, error: ResolvetuiError, input_warnings: Sequence[Notice] = ()
) -> Recording:
    """The recording of an attempt that an error ended: the facts up to then."""
    ending = Errored(
        error.kind, error.what, error.why, error.what_to_do, error.culprit, error.details
    )
    return _recording(facts, ending, (), input_warnings, None)


def ending_of(attempt: Attempt) -> Ending:
    """How an attempt ended, in short."""
    if attempt.resolution is not None:
        return Resolved({pin.name: pin.version for pin in attempt.resolution.pins})
    assert attempt.explanation is not None
    return Unsatisfiable(attempt.explanation.cause)


def _recording(
    facts: Facts,
    ending: Ending,
    warnings: Sequence[Notice],
    input_warnings: Sequence[Notice],
    statistics: Statistics | None,
) -> Recording:
    listings = facts.listings
    every = (facts, *facts.further)
    replies = {
        (name, index): reply for each in every for name, index, reply in each.listings.replies()
    }
    answers = (_answer(name, index, reply) for (name, index), reply in replies.items())
    read = {
        file.url: _metadata(file, found)
        for each in reversed(every)  # what the attempt itself made of a file counts
        for file, found in each.known_metadata()
    }
    return Recording(
        query=facts.query,
        target=facts.target,
        input_warnings=tuple(input_warnings),
        warnings=tuple(warnings),
        ending=ending,
        statistics=statistics,
        installed=tuple(facts.installed.values()),
        serving=listings.refusals.serving(),
        listing_all=tuple(sorted(listings.flat_names())),
        answers=tuple(answer for answer in answers if answer is not None),
        metadata=tuple(read.values()),
        doubtful=listings.doubtful(),
        trees=tuple({(each.url, each.editable): each for each in _trees(every)}.values()),
        recorded_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _trees(every: Iterable[Facts]) -> Iterator[RecordedTree]:
    for facts in every:
        for root, found in facts.prepared():
            tree = replace(found.tree, folder="")
            yield RecordedTree(root.requirement.url, root.editable, tree, found.core)


def _answer(project: PackageName, index: IndexName, reply: PageReply) -> Answer | None:
    match reply:
        case Found():
            page = reply.load()
            releases = tuple(RecordedRelease(each.version, each.files) for each in page.releases)
            return FoundProject(
                project,
                index,
                page.url,
                releases,
                page.skipped,
                page.status,
                page.status_reason,
                page.tracks,
                page.alternates,
            )
        case Missing(status=status):
            return MissingProject(project, index, status)
        case Refused():
            return RefusedProject(
                project,
                index,
                reply.status,
                reply.had_challenge,
                reply.url,
                reply.login,
                reply.realm,
            )
        case Failed():
            return None  # the attempt ended there, or the answer decided nothing
        case _:
            assert_never(reply)


def _metadata(file: DistributionFile, found: CoreMetadata | Unreadable) -> RecordedMetadata:
    if isinstance(found, Unreadable):
        unusable = found.reason, found.detail
        return RecordedMetadata(file.url, unusable=unusable, successor=found.successor)
    return RecordedMetadata(file.url, core=found)
