"""The cause and the steps of each kind of conflict, word by word."""

from __future__ import annotations

from resolvetui.model.explanation import Explanation
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Policies
from resolvetui.model.requirement import OriginKind
from resolvetui.model.verdict import Reason
from resolvetui.resolver.domain import Exclusion
from resolvetui.resolver.requests import Unreadable
from tests.explanation.conflicts import NO_PRERELEASES, World, ask, constraint


def steps(explanation: Explanation) -> list[str]:
    return [step.text for step in explanation.steps]


def torch() -> World:
    world = World()
    for version, platforms in {
        "2.3.0": ("manylinux2014_aarch64", "macosx_11_0_arm64"),
        "2.3.0+cpu": ("linux_x86_64", "win_amd64"),
    }.items():
        wheels = [f"cp{m}-cp{m}-{p}" for m in (310, 311, 312) for p in platforms]
        world.serve("torch", version, wheels=wheels, index="pytorch-cpu")
    return world


def test_wheels_for_other_platforms() -> None:
    found = torch().explain("torch==2.3.0+cpu", platform="aarch64-manylinux_2_28")
    assert found.cause == (
        "No wheel of torch 2.3.0+cpu fits Linux aarch64: "
        "its wheels are for linux_x86_64 and win_amd64."
    )
    assert steps(found) == [found.cause, "You ask for torch==2.3.0+cpu."]
    assert [step.kind for step in found.steps] == ["unusable", "requirement"]
    assert found.steps[1].uses == (1,)


def test_wheels_for_other_pythons() -> None:
    found = torch().explain("torch==2.3.0+cpu", python="3.13")
    assert found.cause == (
        "No wheel of torch 2.3.0+cpu fits CPython 3.13: its wheels are for cp310 to cp312 (ABI)."
    )


def test_wheels_for_a_newer_system() -> None:
    world = World()
    world.serve("x", "1.0", wheels=["py3-none-manylinux_2_39_x86_64"])
    assert world.explain("x").cause == (
        "No wheel of x 1.0 fits Linux x86_64: it needs glibc 2.39, the target has 2.28."
    )


def test_another_python_is_required() -> None:
    world = World()
    for minor in (10, 11, 12):
        world.serve("a", f"2.{minor}", requires_python=f">=3.{minor}")
    world.serve("a", "1.0")
    assert world.explain("a>=2", python="3.9").cause == (
        "Every version of a>=2 needs Python >=3.10 at least; the target is CPython 3.9.0."
    )


def test_the_first_index_hides_what_another_has() -> None:
    world = World()
    world.serve("packaging", "22.0", index="pytorch-cu118")
    world.serve("packaging", "24.0", index="pypi")
    found = world.explain("packaging>=23.1")
    assert found.cause == (
        "You ask for packaging>=23.1, but pytorch-cu118, the first index that lists packaging, "
        "has only 22.0; pypi has 24.0 and is not asked (index strategy first-index)."
    )


def test_no_index_has_it() -> None:
    world = World()
    world.serve("flask", "3.0")
    found = world.explain("flaks")
    assert found.cause == "No index has a package named flaks. Did you mean flask?"
    assert [step.kind for step in found.steps] == ["not-found", "requirement"]


def test_no_index_has_what_a_package_requires() -> None:
    world = World()
    world.serve("a", "1.0", ["c"])
    world.serve("b", "1.0", ["a"])
    found = world.explain("b")
    assert found.cause == "No index has a package named c; a 1.0 requires c."
    assert steps(found) == [
        "No index has a package named c.",
        "a 1.0 requires c, so it cannot be used.",
        "b 1.0 requires a, so it cannot be used.",
        "You ask for b.",
    ]


def test_an_index_could_not_say() -> None:
    world = World()
    world.serve("a", "1.0", ["b"])
    world.answers[PackageName("b")] = (Exclusion(Reason.OFFLINE, 0, IndexName("pypi")),)
    assert world.explain("a").cause == (
        "b on pypi is not in the cache, and --offline forbids asking."
    )


def test_no_listed_version_is_in_range() -> None:
    world = World()
    world.serve("a", "1.0")
    assert world.explain("a>=2").cause == "You ask for a>=2, but pypi has only a 1.0."


def test_pep_440_is_named_where_it_surprises() -> None:
    world = World()
    world.serve("a", "1.2.3.post1")
    assert world.explain("a>1.2.3").cause == (
        "You ask for a>1.2.3, but pypi has only a 1.2.3.post1 "
        "(PEP 440: >1.2.3 does not take 1.2.3.post1)."
    )


def test_a_package_and_the_user_want_different_versions() -> None:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    found = world.explain("a", "b>=2")
    assert found.cause == "a 1.0 requires b<2 and you ask for b>=2."
    assert steps(found) == [
        "You ask for b>=2.",
        "a 1.0 requires b<2, so it cannot be used.",
        "You ask for a.",
    ]


def test_the_user_wants_two_versions() -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "2.0")
    assert world.explain("a==1.0", "a==2.0").cause == "You ask for a==1.0 and a==2.0."


def test_a_constraint_is_told_as_a_constraint() -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "2.0")
    found = world.explain("a>=2", constraints=[constraint("a<2", "constraints.txt:4")])
    assert (
        found.cause == "You ask for a>=2, but the constraint a<2 (constraints.txt:4) forbids that."
    )
    assert found.steps[0].kind == "constraint"
    assert found.steps[0].facts[0].where == "constraints.txt:4"


def test_an_extra_is_named_with_its_package() -> None:
    world = World()
    world.serve("a", "1.0", extras={"x": ["b<2"]})
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    assert world.explain("a[x]", "b>=2").cause == "a[x] 1.0 requires b<2 and you ask for b>=2."


def test_an_override_is_named() -> None:
    world = World()
    world.serve("a", "1.0")
    override = ask("a==9", "overrides.txt:1", OriginKind.OVERRIDE)
    found = world.explain("a", overrides=[override])
    assert found.cause == (
        "You ask for a, and the override a==9 (overrides.txt:1) replaces that, "
        "but pypi has only a 1.0."
    )
    assert found.steps[-1].kind == "override"


def test_many_versions_of_a_chain_are_one_line_a_pair() -> None:
    world = World()
    for minor in range(40):
        world.serve("boto3", f"1.{minor}", [f"botocore==1.{minor}"])
        world.serve("botocore", f"1.{minor}", ["urllib3>=1.25"])
    for version in ("1.24", "1.25", "2.0"):
        world.serve("urllib3", version)
    found = world.explain("boto3>=1.30", "urllib3<1.25")
    assert found.cause == "botocore>=1.30 requires urllib3>=1.25 and you ask for urllib3<1.25."
    assert steps(found) == [
        "You ask for urllib3<1.25.",
        "botocore>=1.30 requires urllib3>=1.25, so none can be used.",
        "boto3>=1.30 requires botocore>=1.30, so none can be used.",
        "You ask for boto3>=1.30.",
    ]
    assert len(found.steps[2].facts) == 10


def test_several_reasons_of_one_package_are_one_sentence_with_counts() -> None:
    world = World()
    for minor in range(12):
        world.serve("a", f"2.{minor}", requires_python=">=3.13")
    for minor in range(3):
        world.serve("a", f"3.{minor}", yanked="bad")
    world.serve("a", "4.0", wheels=["cp312-cp312-win_amd64"])
    assert world.explain("a").cause == (
        "No version of a can be used: 3 are yanked, "
        "4.0 has no wheel for Linux x86_64 (win_amd64), 12 need Python >=3.13."
    )


def test_unusable_versions_are_an_aside_where_the_story_is_about_others() -> None:
    world = World()
    world.serve("torchaudio", "2.2.2", wheels=["cp312-cp312-manylinux2014_aarch64"])
    world.serve("torchaudio", "2.2.2+cpu", ["torch==2.2.2"])
    for version in ("2.2.2", "2.3.0"):
        world.serve("torch", version)
    found = world.explain("torch==2.3.0", "torchaudio==2.2.2")
    assert steps(found) == [
        "You ask for torch==2.3.0.",
        (
            "torchaudio 2.2.2+cpu requires torch==2.2.2, so it cannot be used "
            "(plain 2.2.2 has no wheel for Linux x86_64)."
        ),
        "You ask for torchaudio==2.2.2.",
    ]
    assert [fact.kind for fact in found.steps[1].facts] == ["dependency", "platform-tag"]
    assert found.steps[2].uses == (2,)


def test_an_aside_with_several_reasons_counts() -> None:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("a", "1.1", yanked="bad")
    world.serve("a", "1.2", requires_python=">=3.13")
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    assert steps(world.explain("a", "b>=2"))[1] == (
        "a 1.0 requires b<2, so it cannot be used "
        "(as for 1.1 and 1.2, 1 is yanked, 1 needs Python >=3.13)."
    )


def test_prereleases_that_are_not_allowed() -> None:
    world = World()
    world.serve("a", "1.0a1")
    found = world.explain("a", policies=NO_PRERELEASES)
    assert found.cause == "a 1.0a1 is a pre-release, which --prerelease disallow rules out."


def test_source_distributions_that_are_not_allowed() -> None:
    world = World()
    world.serve("a", "1.0", sdist=True)
    found = world.explain("a", policies=Policies(only_binary=(":all:",)))
    assert found.cause == (
        "a 1.0 has for this target only source distributions, which --only-binary forbids."
    )


def test_metadata_that_cannot_be_had() -> None:
    world = World()
    world.serve("a", "1.0", sdist=True)
    why = Unreadable(Reason.SDIST_NOT_BUILDABLE, "that runs its code, and nobody was asked.")
    world.unreadable[PackageName("a"), "1.0"] = why
    assert world.explain("a").cause == (
        "There is no wheel of a 1.0, and its source distribution has to be built to know what it "
        "requires: that runs its code, and nobody was asked."
    )


def test_many_details_of_one_kind_are_summarised() -> None:
    world = World()
    for minor in range(4):
        world.serve("a", f"1.{minor}", sdist=True)
        why = Unreadable(Reason.SDIST_NOT_BUILDABLE, f"a-1.{minor}.tar.gz: it is old.")
        world.unreadable[PackageName("a"), f"1.{minor}"] = why
    world.serve("a", "2.0", requires_python=">=3.13")
    assert world.explain("a").cause == (
        "No version of a can be used: 4 have for this target only a source distribution whose "
        "dependencies are not known without building it, 2.0 needs Python >=3.13."
    )


def test_text_from_outside_ends_a_sentence_without_a_second_full_stop() -> None:
    world = World()
    world.serve("a", "1.0", yanked="broken\non Windows.  ")
    assert world.explain("a").cause == "a 1.0 is yanked: broken on Windows."


def test_one_reason_for_a_range_is_said_of_every_version() -> None:
    world = World()
    world.serve("a", "1.0a1")
    world.serve("a", "1.0a2")
    world.serve("a", "2.0")
    found = world.explain("a<2", policies=NO_PRERELEASES)
    assert (
        found.cause
        == "Every version of a<2 is a pre-release, which --prerelease disallow rules out."
    )


def test_a_package_that_requires_another_version_of_itself() -> None:
    world = World()
    world.serve("a", "1.0", ["a>2"])
    assert world.explain("a").cause == "a 1.0 requires a>2: another version of itself."


def test_a_conflict_that_only_a_search_shows_names_where_it_meets() -> None:
    world = World()
    world.serve("a", "1.0", ["b==1.0"])
    world.serve("a", "2.0", ["b==2.0"])
    world.serve("c", "1.0", ["b==2.0"])
    world.serve("c", "2.0", ["b==1.0"])
    world.serve("d", "1.0", ["a==1.0", "c==1.0"])
    world.serve("d", "2.0", ["a==2.0", "c==2.0"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    found = world.explain("d")
    assert found.cause == (
        "No choice of versions satisfies d: the requirements on b exclude each other."
    )
    assert found.steps[-1].kind == "conclusion"
    assert found.steps[-1].uses == tuple(range(1, len(found.steps)))


def test_candidates_hold_the_versions_in_range_first() -> None:
    found = torch().explain("torch==2.3.0+cpu", platform="aarch64-manylinux_2_28")
    (package,) = found.candidates
    assert package.asked == "torch==2.3.0+cpu"
    assert package.in_range == 1
    assert [verdict.version for verdict in package.versions] == ["2.3.0+cpu", "2.3.0"]
    assert package.nearest == (
        "torch-2.3.0+cpu-cp312-cp312-linux_x86_64.whl would fit on Linux x86_64"
    )


def test_candidates_are_those_around_the_version_that_is_asked_for_where_it_is_not_there() -> None:
    world = World()
    for minor in range(60):
        world.serve("a", f"1.{minor}")
    (package,) = world.explain("a==1.20+cpu").candidates
    shown = [verdict.version for verdict in package.versions]
    assert (shown[0], shown[-1], package.in_range) == ("1.30", "1.11", 0)
    (package,) = world.explain("a==7").candidates
    assert package.versions[0].version == "1.59"


def test_candidates_are_headed_by_what_the_user_asks_for() -> None:
    world = World()
    for minor in range(4):
        world.serve("a", f"1.{minor}", [f"b<{minor + 1}.5"])
    for major in range(1, 9):
        world.serve("b", f"{major}.0")
    (package,) = world.explain("a", "b>=7").candidates
    assert package.asked == "b>=7"
    assert [verdict.version for verdict in package.versions[: package.in_range]] == ["8.0", "7.0"]


def test_candidates_that_only_packages_ask_for_are_headed_by_the_range() -> None:
    world = World()
    for minor in range(4):
        world.serve("a", f"1.{minor}", [f"b!=2.{minor},!=3.{minor},>={minor + 1}"])
    for major in range(1, 9):
        world.serve("b", f"{major}.0", yanked="")
    (package,) = world.explain("a").candidates
    assert package.asked == "b"
    assert len(package.asked) <= 40


def test_candidates_are_cut_with_a_count() -> None:
    world = World()
    for minor in range(30):
        world.serve("a", f"1.{minor}", yanked="")
    (package,) = world.explain("a").candidates
    assert len(package.versions) == 20
    assert package.omitted == 10


def test_a_local_version_that_is_not_there_is_told_with_those_that_are() -> None:
    world = World()
    for label in ("cpu", "cu118", "cu121"):
        world.serve("torch", f"2.3.0+{label}", index="pytorch")
        world.serve("torch", f"2.2.0+{label}", index="pytorch")
    assert world.explain("torch==2.3.0+cu999").cause == (
        "You ask for torch==2.3.0+cu999, but pytorch has 2.3.0 only as +cpu, +cu118 and +cu121."
    )


def test_a_version_that_has_no_local_part_is_told_as_that() -> None:
    world = World()
    world.serve("torch", "2.3.0")
    assert world.explain("torch==2.3.0+cpu").cause == (
        "You ask for torch==2.3.0+cpu, but pypi has 2.3.0 only without a local part."
    )
