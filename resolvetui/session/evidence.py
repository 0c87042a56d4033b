"""What an explanation and a candidate table look at: the facts, index by index."""

from __future__ import annotations

from functools import cache

from resolvetui.environment.target import Target
from resolvetui.index.judging import FormatPolicy, quarantine
from resolvetui.model.files import Release, SkippedFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, PrereleasePolicy, Query
from resolvetui.model.verdict import FileVerdict, Hurdle, Reason, VersionVerdict
from resolvetui.resolver.specifiers import parse_version
from resolvetui.session.facts import Facts


class SessionEvidence:
    """Implements `explanation.evidence.Evidence` over the facts of an attempt."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._urls = {source.name: source.shown_url for source in facts.query.indexes}
        self.verdicts = cache(self._verdicts)

    @property
    def target(self) -> Target:
        """The target that was resolved for."""
        return self._facts.target

    @property
    def query(self) -> Query:
        """The question."""
        return self._facts.query

    def index_url(self, index: IndexName) -> str:
        """The URL of an index in the form that may be shown."""
        return self._urls.get(index, "")

    def listed_on(self, package: PackageName) -> tuple[IndexName, ...]:
        """The indexes that list the project, in order of preference."""
        return tuple(
            source.name
            for source in self.query.indexes
            if self._facts.listings.has_project(package, source.name)
        )

    def skipped(self, package: PackageName) -> tuple[SkippedFile, ...]:
        """Links on the project's pages that are no files of it, in page order."""
        listings = self._facts.listings
        return tuple(
            file
            for index in self.listed_on(package)
            for file in listings.page(package, index).skipped
        )

    def doubtful(self) -> tuple[IndexName, ...]:
        """The indexes that lack every project and whose URL is that of none."""
        return self._facts.listings.doubtful()

    def successor(self, package: PackageName) -> PackageName | None:
        """The project that a package whose metadata is of no use sends its users to."""
        return self._facts.successor(package)

    def known_names(self) -> tuple[PackageName, ...]:
        """Names of the query, of installed packages, and of sources that list all they have."""
        stated = (*self.query.requirements, *self.query.constraints)
        names = {item.requirement.name for item in stated}
        found = {name for name in self._facts.listings.names() if self.listed_on(name)}
        listed = self._facts.listings.flat_names() | self._facts.listings.guesses()
        return tuple(sorted(names | found | set(self._facts.installed) | listed))

    def verdicts_of(self, package: PackageName, version: str) -> tuple[VersionVerdict, ...]:
        """One version on every index that was asked and lists it, in order of preference."""
        found = []
        for source in self.query.indexes:
            if self._facts.listings.has_project(package, source.name):
                release = self._facts.listings.release(package, source.name, version)
                if release is not None:
                    found.append(self._judge(package, source, release))
        return tuple(found)

    def _verdicts(self, package: PackageName) -> tuple[VersionVerdict, ...]:
        """Every version on every index that was asked, newest first, with files."""
        verdicts = [
            self._judge(package, source, release)
            for source in self.query.indexes
            if self._facts.listings.has_project(package, source.name)
            for release in self._facts.listings.page(package, source.name).releases
        ]
        verdicts.sort(key=lambda verdict: parse_version(verdict.version), reverse=True)
        return tuple(verdicts)

    def _judge(self, package: PackageName, source: IndexSource, release: Release) -> VersionVerdict:
        facts = self._facts
        formats = FormatPolicy.of(self.query.policies, package)
        used = facts.listings.roles_of(package).used
        shadow = () if source in used else (Hurdle(Reason.SHADOWED, used[0].name if used else ""),)
        demands = facts.listings.demands(package)
        held = quarantine(facts.listings.page(package, source.name))
        extra = (*shadow, *held)
        verdict = facts.judge.release(release, source.name, formats, extra, demands)
        return self._with_policies(package, verdict)

    def _with_policies(self, package: PackageName, verdict: VersionVerdict) -> VersionVerdict:
        """Yanked versions that the user pins are free; pre-releases may be ruled out; metadata
        that was read may say no.
        """
        domain = self._facts.listings.candidates(package).domain
        bit = domain.bit(verdict.version)
        hurdle = verdict.hurdle
        if hurdle is not None and hurdle.reason is Reason.YANKED and bit & domain.usable:
            hurdle = None
        if hurdle is None:
            hurdle = self._later_hurdle(package, verdict.version)
        if hurdle is verdict.hurdle:
            return verdict
        return VersionVerdict(verdict.version, verdict.index, hurdle, verdict.files)

    def _later_hurdle(self, package: PackageName, version: str) -> Hurdle | None:
        unreadable = self._facts.unreadable(package, version)
        if unreadable is not None:
            return Hurdle(unreadable.reason, unreadable.detail)
        domain = self._facts.listings.candidates(package).domain
        held_back = self.query.policies.prerelease in (
            PrereleasePolicy.DISALLOW,
            PrereleasePolicy.EXPLICIT,
        )
        bit = domain.bit(version)
        if held_back and bit & domain.prereleases and not bit & domain.usable:
            return Hurdle(Reason.PRERELEASE, self.query.policies.prerelease.value)
        return None

    def files(self, package: PackageName, version: str) -> tuple[FileVerdict, ...]:
        """The files of one version on every index that was asked."""
        return tuple(
            file for verdict in self.verdicts_of(package, version) for file in verdict.files
        )
