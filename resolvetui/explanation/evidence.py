"""What an explanation may look at beside the proof: facts that the session holds."""

from __future__ import annotations

from typing import Protocol

from resolvetui.environment.target import Target
from resolvetui.model.files import SkippedFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Query
from resolvetui.model.verdict import VersionVerdict


class Evidence(Protocol):
    """The facts behind a failed search. Pure look-ups: nothing is fetched for an explanation."""

    @property
    def target(self) -> Target:
        """The target that was resolved for."""

    @property
    def query(self) -> Query:
        """The question."""

    def verdicts(self, package: PackageName) -> tuple[VersionVerdict, ...]:
        """Every version on every index with its files, newest first; () when none lists it."""

    def index_url(self, index: IndexName) -> str:
        """The URL of an index in the form that may be shown."""

    def listed_on(self, package: PackageName) -> tuple[IndexName, ...]:
        """The indexes that list the project, in order of preference."""

    def skipped(self, package: PackageName) -> tuple[SkippedFile, ...]:
        """Links on the project's pages that are no files of it, in page order."""

    def doubtful(self) -> tuple[IndexName, ...]:
        """The indexes that lack every project asked for and whose URL is that of no index."""

    def successor(self, package: PackageName) -> PackageName | None:
        """The project that a package whose metadata is of no use sends its users to."""

    def known_names(self) -> tuple[PackageName, ...]:
        """Names that exist, as far as known: for "did you mean"."""
