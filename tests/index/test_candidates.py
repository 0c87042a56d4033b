"""From assessed pages to a domain: which versions may be used, from which index, and why not."""

from __future__ import annotations

import pytest

from resolvetui.environment.target import Target
from resolvetui.index.assessment import assess, decode_assessment, encode_assessment
from resolvetui.index.candidates import Candidates, Wishes, merge
from resolvetui.index.judging import FormatPolicy, Judge
from resolvetui.model.files import (
    DistributionFile,
    ProjectPage,
    Release,
    SdistFile,
    WheelFile,
    encode_files,
)
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexStrategy, Policies, PrereleasePolicy
from resolvetui.model.verdict import Reason
from resolvetui.resolver.specifiers import parse_version

LINUX = Target(
    python_version="3.12.0",
    implementation="cpython",
    platform="linux x86_64",
    libc="glibc 2.28",
    markers={},
    tags=("cp312-cp312-linux_x86_64", "cp312-abi3-linux_x86_64", "py3-none-any"),
)
NAME = PackageName("torch")


def wheel(
    version: str,
    tags: str = "py3-none-any",
    *,
    yanked: str | None = None,
    python: str | None = None,
    build: str = "",
) -> WheelFile:
    return WheelFile(
        filename=f"torch-{version}-{build + '-' if build else ''}{tags}.whl",
        url=f"https://index.example/torch-{version}-{tags}.whl",
        version=version,
        hashes={},
        yanked=yanked,
        requires_python=python,
        tags=tags,
        build=build,
    )


def sdist(version: str) -> SdistFile:
    name = f"torch-{version}.tar.gz"
    return SdistFile(name, f"https://index.example/{name}", version, {})


def page(index: str, *files: DistributionFile) -> ProjectPage:
    versions: dict[str, list[DistributionFile]] = {}
    for file in files:
        versions.setdefault(file.version, []).append(file)
    releases = tuple(
        Release(version, encode_files(tuple(versions[version])))
        for version in sorted(versions, key=parse_version)
    )
    return ProjectPage(NAME, IndexName(index), "", releases)


def candidates(
    *pages: ProjectPage, policies: Policies | None = None, wishes: Wishes | None = None
) -> Candidates:
    judge = Judge(LINUX)
    assessed = [
        (part.index, decode_assessment(encode_assessment(assess(part, judge)))) for part in pages
    ]
    return merge(NAME, assessed, policies or Policies(), wishes or Wishes())


def usable(found: Candidates) -> list[str]:
    return list(found.domain.list(found.domain.usable))


def reason(found: Candidates, version: str) -> Reason | None:
    bit = found.domain.bit(version)
    return next((e.reason for e in found.domain.exclusions if e.mask & bit), None)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (wheel("1", "cp313-cp313-linux_x86_64"), Reason.ABI_TAG),
        (wheel("1", "cp312-cp312-win_amd64"), Reason.PLATFORM_TAG),
        (wheel("1", python=">=3.13"), Reason.REQUIRES_PYTHON),
        (wheel("1", yanked="broken"), Reason.YANKED),
        (wheel("1"), None),
    ],
)
def test_a_version_is_ruled_out_by_what_its_file_fails(
    file: WheelFile, expected: Reason | None
) -> None:
    assert reason(candidates(page("i", file)), "1") is expected


def test_the_best_file_gives_the_reason() -> None:
    found = candidates(page("i", wheel("1", python=">=3.13"), wheel("1", "cp312-cp312-win_amd64")))
    assert reason(found, "1") is Reason.PLATFORM_TAG


def test_a_source_distribution_makes_a_version_usable_unless_it_is_unwanted() -> None:
    source = page("i", wheel("1", "cp312-cp312-win_amd64"), sdist("1"))
    assert usable(candidates(source)) == ["1"]
    only_binary = Policies(only_binary=(":all:",))
    assert reason(candidates(source, policies=only_binary), "1") is Reason.ONLY_SDIST


def test_without_wheels_only_source_distributions_count() -> None:
    source = page("i", wheel("1"), sdist("2"))
    found = candidates(source, policies=Policies(no_binary=("torch",)))
    assert usable(found) == ["2"]
    assert reason(found, "1") is Reason.ONLY_WHEEL


def test_a_yanked_version_can_be_had_by_an_exact_pin() -> None:
    source = page("i", wheel("1", yanked=""), wheel("2"))
    assert usable(candidates(source)) == ["2"]
    assert usable(candidates(source, wishes=Wishes(exact=("==1",)))) == ["1", "2"]


def test_a_version_is_taken_from_the_index_that_has_a_fitting_file() -> None:
    """MarkupSafe on the PyTorch index: the same version, one wheel, for another Python."""
    first = page("first", wheel("3", "cp313-cp313-linux_x86_64"))
    second = page("second", wheel("3", "cp312-cp312-linux_x86_64"), wheel("2"))
    found = candidates(first, second)
    assert usable(found) == ["2", "3"]
    assert found.index_of(found.domain.bit("3")) == "second"


def test_the_earlier_index_wins_among_equal_versions() -> None:
    found = candidates(page("first", wheel("1")), page("second", wheel("1")))
    assert found.index_of(found.domain.bit("1")) == "first"


def test_first_match_prefers_versions_of_earlier_indexes() -> None:
    policies = Policies(index_strategy=IndexStrategy.UNSAFE_FIRST_MATCH)
    found = candidates(page("first", wheel("1")), page("second", wheel("2")), policies=policies)
    assert [list(found.domain.list(mask)) for mask in found.domain.preference] == [["1"], ["2"]]


def test_an_installed_version_can_always_be_kept() -> None:
    found = candidates(page("i", wheel("1")), wishes=Wishes(installed="0.9+local"))
    assert usable(found) == ["0.9+local", "1"]
    assert found.index_of(found.domain.bit("0.9+local")) is None


def test_prereleases_can_be_ruled_out_from_the_start() -> None:
    source = page("i", wheel("1"), wheel("2rc1"))
    never = Policies(prerelease=PrereleasePolicy.DISALLOW)
    explicit = Policies(prerelease=PrereleasePolicy.EXPLICIT)
    assert reason(candidates(source, policies=never), "2rc1") is Reason.PRERELEASE
    assert reason(candidates(source, policies=explicit), "2rc1") is Reason.PRERELEASE
    named = Wishes(names_prerelease=True)
    assert usable(candidates(source, policies=explicit, wishes=named)) == ["1", "2rc1"]


def test_a_package_that_no_index_has_is_an_empty_domain() -> None:
    assert candidates().domain.versions == ()


def test_the_best_file_is_the_one_of_the_best_tag_and_the_highest_build() -> None:
    judge = Judge(LINUX)
    files = (
        sdist("1"),
        wheel("1"),
        wheel("1", "cp312-cp312-linux_x86_64"),
        wheel("1", "cp312-cp312-linux_x86_64", build="2"),
        wheel("1", "cp313-cp313-linux_x86_64", build="9"),
    )
    best = judge.best_file(Release("1", encode_files(files)), FormatPolicy(), yanked=False)
    assert best is not None
    assert best.filename == "torch-1-2-cp312-cp312-linux_x86_64.whl"


def test_every_hurdle_of_a_file_is_kept() -> None:
    file = wheel("1", "cp313-cp313-win_amd64", yanked="bad", python=">=3.13")
    verdict = Judge(LINUX).file(file, IndexName("i"), FormatPolicy())
    assert [hurdle.reason for hurdle in verdict.hurdles] == [
        Reason.REQUIRES_PYTHON,
        Reason.ABI_TAG,
        Reason.YANKED,
    ]
