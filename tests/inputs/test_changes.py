"""Queries from queries, and the arguments that do the same."""

from __future__ import annotations

from msgspec.structs import replace

from resolvetui.inputs.changes import apply, arguments, asked
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import (
    AddIndex,
    AddRequirement,
    AllowBuild,
    AllowSdist,
    AllowWheel,
    Change,
    DropConstraint,
    DropRequirement,
    ExcludeVersion,
    IndexSource,
    IndexStrategy,
    PinVersion,
    Policies,
    PrereleasePolicy,
    Query,
    ReplaceRequirement,
    SetExcludeNewer,
    SetPrerelease,
    SetPythonVersion,
    SetStrategy,
    UpgradeInstalled,
    UsePinnedIndex,
)
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement

TORCH = PackageName("torch")


def stated(text: str, where: str = "") -> RootRequirement:
    kind = OriginKind.FILE if where else OriginKind.ARGUMENT
    return parse_root_requirement(text, Origin(kind, where, 3))


def texts(query: Query) -> list[str]:
    return [root.requirement.text for root in query.requirements]


ARGUMENT, FILED = stated("torch>=2"), stated("numpy<2", "r.txt")
QUERY = Query((ARGUMENT, FILED), (stated("jinja2<4", "c.txt"),))


def test_a_replacement_keeps_place_and_origin() -> None:
    found = apply(QUERY, [ReplaceRequirement(FILED, Requirement(PackageName("numpy")))])
    assert texts(found) == ["torch>=2", "numpy"]
    assert found.requirements[1].origin.where == "r.txt:3"


def test_what_is_not_there_is_not_changed() -> None:
    gone = stated("jinja2", "x.txt")
    assert apply(QUERY, [DropRequirement(gone), DropConstraint(gone)]) == QUERY


def test_a_pin_takes_the_place_of_an_earlier_one() -> None:
    once = apply(QUERY, [PinVersion(TORCH, "2.2.0")])
    assert texts(apply(once, [PinVersion(TORCH, "2.3.0")])) == [
        "torch>=2",
        "numpy<2",
        "torch==2.3.0",
    ]
    assert texts(apply(QUERY, [ExcludeVersion(TORCH, "2.3.0")]))[-1] == "torch!=2.3.0"


def test_policies_target_and_indexes_are_changed_alone() -> None:
    found = apply(
        QUERY,
        [
            SetStrategy(IndexStrategy.UNSAFE_BEST_MATCH),
            SetPrerelease(PrereleasePolicy.ALLOW),
            SetExcludeNewer("2024-05-08T00:00:00Z"),
            AllowSdist(TORCH),
            SetPythonVersion("3.11"),
            UsePinnedIndex(TORCH, IndexName("cpu")),
        ],
    )
    assert found.policies == Policies(
        index_strategy=IndexStrategy.UNSAFE_BEST_MATCH,
        prerelease=PrereleasePolicy.ALLOW,
        exclude_newer="2024-05-08T00:00:00Z",
        no_binary=("torch",),
        allow_build=("torch",),
    )
    assert found.target.python_version == "3.11"
    assert found.pinned_indexes == {"torch": "cpu"}
    assert found.requirements == QUERY.requirements
    assert apply(found, [AllowWheel(TORCH)]).policies.no_binary == ()


def test_changes_as_arguments() -> None:
    changes: list[Change] = [
        ReplaceRequirement(ARGUMENT, Requirement(TORCH)),
        UpgradeInstalled(PackageName("six")),
        SetExcludeNewer("2024-05-08T00:00:00Z"),
        UsePinnedIndex(TORCH, IndexName("cpu")),
    ]
    assert arguments(QUERY, changes) == (
        "--instead=torch",
        "six",
        "--exclude-newer=2024-05-07",
        "--pin-index=torch=cpu",
    )


def test_all_that_is_asked_of_a_package_is_said_again() -> None:
    query = Query((stated("a==1"), stated("a==2"), stated("b")))
    assert arguments(query, [DropRequirement(query.requirements[0])]) == ("--instead=a==2",)
    added = AddRequirement(asked(PackageName("a"), "<3"))
    assert arguments(query, [added]) == ("--instead=a==1", "--instead=a==2", "--instead=a<3")


def test_what_stands_in_files_is_changed_by_arguments_too() -> None:
    assert arguments(QUERY, [DropConstraint(QUERY.constraints[0])]) == ("--lift=jinja2<4",)
    assert arguments(QUERY, [DropRequirement(FILED)]) == ("--without=numpy",)
    renamed = ReplaceRequirement(FILED, Requirement(PackageName("scipy"), (), ">=1"))
    assert arguments(QUERY, [renamed]) == ("--without=numpy", "scipy>=1")
    assert arguments(QUERY, [SetExcludeNewer(""), AllowWheel(TORCH)]) == (
        "--exclude-newer=none",
        "--only-binary=torch",
    )


def test_arguments_never_show_credentials() -> None:
    query = Query((stated("a @ https://me:secret@files.example/a-1.0-py3-none-any.whl"), FILED))
    added = AddRequirement(asked(PackageName("a"), "<3"))
    assert arguments(query, [added, DropRequirement(FILED)]) == ()


def test_consent_to_a_build_is_for_one_package_and_given_once() -> None:
    found = apply(QUERY, [AllowBuild(TORCH), AllowBuild(TORCH)])
    assert found.policies == Policies(allow_build=("torch",))
    assert found.policies.may_build(TORCH)
    assert not found.policies.may_build(PackageName("numpy"))
    assert arguments(QUERY, [AllowBuild(TORCH)]) == ("--allow-build=torch",)


def test_an_index_is_added_before_the_default_and_once() -> None:
    default = IndexSource(IndexName("pypi"), "https://index.example/simple")
    added = AddIndex(IndexSource(IndexName("wheels"), "https://wheels.example/whl"))
    found = apply(replace(QUERY, indexes=(default,)), [added, added])
    assert found.indexes == (added.index, default)
    assert arguments(QUERY, [added]) == ("--index=wheels=https://wheels.example/whl",)
