"""`merge` against what it means, file by file, over small random pages of up to three indexes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from resolvetui.index.assessment import assess, decode_assessment, encode_assessment
from resolvetui.index.candidates import Candidates, Wishes, merge
from resolvetui.index.judging import FormatPolicy, Judge
from resolvetui.index.strategy import roles
from resolvetui.model.files import (
    DistributionFile,
    ProjectPage,
    Release,
    SdistFile,
    WheelFile,
    encode_files,
)
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, IndexStrategy, Policies, PrereleasePolicy
from resolvetui.model.verdict import Reason
from tests.index.test_candidates import LINUX, NAME

VERSIONS = ("1.0", "1.0+cpu", "1.1rc1", "1.1", "1.1.post1", "2.0.dev1", "2.0")
TAGS = ("py3-none-any", "cp312-cp312-linux_x86_64", "cp313-cp313-linux_x86_64", "py3-none-win32")
EARLY, LATE = "2024-01-01T00:00:00Z", "2024-06-01T00:00:00.5Z"
CUT_OFF = "2024-03-01T00:00:00Z"
ORDER = list(Reason)
INDEXES = [IndexName(name) for name in ("one", "two", "three")]


@dataclass
class Case:
    """One project on some indexes, and what the user says of it."""

    pages: dict[IndexName, dict[str, list[DistributionFile]]]
    policies: Policies
    wishes: Wishes

    @property
    def judge(self) -> Judge:
        return Judge(LINUX, self.policies.exclude_newer)

    @property
    def formats(self) -> FormatPolicy:
        return FormatPolicy.of(self.policies, NAME)

    def merged(self) -> Candidates:
        """What the code makes of it."""
        pages = []
        for index in self.used():
            releases = tuple(
                Release(version, encode_files(tuple(self.pages[index][version])))
                for version in sorted(self.pages[index], key=Version)
            )
            page = ProjectPage(NAME, index, "", releases)
            pages.append((index, decode_assessment(encode_assessment(assess(page, self.judge)))))
        return merge(NAME, pages, self.policies, self.wishes)

    def used(self) -> list[IndexName]:
        """The indexes that count, in order."""
        sources = [IndexSource(index, f"https://{index}.example") for index in INDEXES]
        has = {str(index): index in self.pages for index in INDEXES}
        part = roles(sources, has, self.policies.index_strategy)
        assert part.undecided == ()
        return [source.name for source in part.used]

    # -- what it means

    def versions(self) -> list[str]:
        listed = {version for index in self.used() for version in self.pages[index]}
        return sorted(listed | ({self.wishes.installed} - {""}), key=Version)

    def stops(self, version: str, index: IndexName) -> Iterator[Reason | None]:
        """Where each file of a version stops: at its first hurdle, or at none."""
        pinned = any(
            SpecifierSet(text).contains(version, prereleases=True) for text in self.wishes.exact
        )
        for file in self.pages[index].get(version, ()):
            hurdles = [
                hurdle.reason
                for hurdle in self.judge.file(file, index, self.formats).hurdles
                if not (pinned and hurdle.reason is Reason.YANKED)
            ]
            yield min(hurdles, key=ORDER.index) if hurdles else None

    def source(self, version: str) -> IndexName | None:
        """The first index with a file that can be used."""
        fitting = (index for index in self.used() if None in set(self.stops(version, index)))
        return next(fitting, None)

    def is_held_back(self, version: str) -> bool:
        if version == self.wishes.installed or not Version(version).is_prerelease:
            return False
        match self.policies.prerelease:
            case PrereleasePolicy.DISALLOW:
                return True
            case PrereleasePolicy.EXPLICIT:
                return not self.wishes.names_prerelease
            case PrereleasePolicy.ALLOW | PrereleasePolicy.IF_NECESSARY:
                return False

    def is_usable(self, version: str) -> bool:
        can_be_had = version == self.wishes.installed or self.source(version) is not None
        return can_be_had and not self.is_held_back(version)

    def reason(self, version: str) -> tuple[Reason, IndexName | None]:
        """The latest hurdle that any file gets to, at the first index where one does."""
        if self.source(version) is not None:
            return Reason.PRERELEASE, None
        reached = [
            (ORDER.index(reason), -INDEXES.index(index))
            for index in self.used()
            for reason in self.stops(version, index)
            if reason is not None
        ]
        place, index_place = max(reached)
        return ORDER[place], INDEXES[-index_place]


def a_case(rng: random.Random) -> Case:
    listing = rng.sample(INDEXES, rng.randint(1, 3))
    versions = rng.sample(VERSIONS, rng.randint(1, 5))
    pages = {
        index: {version: _files(rng, version) for version in versions if rng.random() < 0.7}
        for index in listing
    }
    named = rng.random() < 0.5
    return Case(
        pages,
        Policies(
            index_strategy=rng.choice(list(IndexStrategy)),
            prerelease=rng.choice(list(PrereleasePolicy)),
            only_binary=rng.choice(((), (), (":all:",), (NAME,), ("other",))),
            no_binary=rng.choice(((), (), (), (NAME,), ("other",))),
            exclude_newer=rng.choice(("", CUT_OFF)),
        ),
        Wishes(
            exact=(f"{rng.choice(('==', '==='))}{rng.choice(VERSIONS)}",) if named else (),
            names_prerelease=named and rng.random() < 0.5,
            installed=rng.choice(("", "", rng.choice(VERSIONS), "0.9+mine")),
        ),
    )


def _files(rng: random.Random, version: str) -> list[DistributionFile]:
    return [_file(rng, version, number) for number in range(rng.choice((1, 1, 2, 3)))]


def _file(rng: random.Random, version: str, number: int) -> DistributionFile:
    common = {
        "requires_python": rng.choice((None, None, None, ">=3.9", ">=3.13")),
        "yanked": rng.choice((None, None, None, "", "broken")),
        "upload_time": rng.choice((EARLY, EARLY, LATE, None)),
    }
    stem = f"{NAME}-{version}"
    if rng.random() < 0.3:
        return SdistFile(f"{stem}.tar.gz", "", version, {}, **common)  # type: ignore[arg-type]
    tags = rng.choice(TAGS)
    name = f"{stem}-{number}-{tags}.whl"
    return WheelFile(name, "", version, {}, tags=tags, build=f"{number}", **common)  # type: ignore[arg-type]


def cases(count: int) -> Sequence[tuple[Case, Candidates]]:
    made = [a_case(random.Random(seed)) for seed in range(count)]
    return [(case, case.merged()) for case in made]


CASES = cases(600)


def test_all_versions_of_all_used_indexes_are_listed_once_in_order() -> None:
    for case, found in CASES:
        assert list(found.domain.versions) == case.versions()


def test_usable_is_what_has_a_file_that_passes_every_hurdle() -> None:
    for case, found in CASES:
        usable = set(found.domain.list(found.domain.usable))
        assert usable == {version for version in case.versions() if case.is_usable(version)}


def test_a_version_comes_from_the_first_index_with_a_file_that_can_be_used() -> None:
    for case, found in CASES:
        for version in case.versions():
            assert found.index_of(found.domain.bit(version)) == case.source(version)


def test_every_other_version_has_one_reason_its_latest_hurdle() -> None:
    for case, found in CASES:
        for version in case.versions():
            bit = found.domain.bit(version)
            reasons = [(e.reason, e.index) for e in found.domain.exclusions if e.mask & bit]
            assert reasons == ([] if case.is_usable(version) else [case.reason(version)])


def test_only_first_match_prefers_indexes_each_version_to_where_it_is_listed() -> None:
    for case, found in CASES:
        listed = [set(found.domain.list(mask)) for mask in found.domain.preference]
        used = case.used()
        if case.policies.index_strategy is IndexStrategy.UNSAFE_FIRST_MATCH and len(used) > 1:
            assert listed == [set(case.pages[index]) for index in used]
        else:
            assert listed == []


def test_sources_are_disjoint() -> None:
    for _, found in CASES:
        masks = [mask for _, mask in found.sources]
        assert sum(masks).bit_count() == sum(mask.bit_count() for mask in masks)


def test_the_cases_are_of_all_kinds() -> None:
    reasons = {e.reason for _, found in CASES for e in found.domain.exclusions}
    assert len(reasons) >= 8
