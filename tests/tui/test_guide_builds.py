"""Which builds there are to choose from, and what fits a machine."""

from __future__ import annotations

from msgspec.structs import replace

from resolvetui.environment.accelerators import Accelerators
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Query
from resolvetui.model.verdict import Hurdle, Reason, VersionVerdict
from resolvetui.session.protocol import CandidateTable
from resolvetui.tui.guide.builds import builds_of
from resolvetui.tui.guide.fitting import fit, likeliest
from tests.tui import world

LINUX = "linux x86_64"
MAIN = IndexName("main")
GPU = Accelerators(nvidia=True, driver=(550, 54))


def query(*texts: str, indexes: tuple[str, ...] = ("main=https://index.example/simple",)) -> Query:
    sources = (each.partition("=") for each in indexes)
    found = tuple(IndexSource(IndexName(name), url) for name, _, url in sources)
    return replace(world.query(*texts), indexes=found)


def table(name: str, *versions: tuple[str, Hurdle | None]) -> CandidateTable:
    rows = tuple(
        (version, "", (VersionVerdict(version, MAIN, hurdle, ()),)) for version, hurdle in versions
    )
    return CandidateTable(1, PackageName(name), "", None, (MAIN,), rows)


BUILD_INDEXES = (
    "pytorch-cpu=https://index.example/whl/cpu",
    "gpu=https://index.example/whl/cu121",
    "main=https://index.example/simple",
)


def test_indexes_of_several_builds_are_a_choice_between_them() -> None:
    asked = query("torch", indexes=BUILD_INDEXES)
    first, *found = builds_of(asked, {}, LINUX)
    assert first.query == asked
    assert [build.label for build in found] == ["cpu", "cu121"]
    assert [[index.name for index in build.query.indexes] for build in found] == [
        ["pytorch-cpu", "main"],
        ["gpu", "main"],
    ]


def test_for_pytorch_an_index_of_one_build_can_be_added() -> None:
    asked = query("torch>=2", "numpy")
    found = builds_of(asked, {}, LINUX)[1:]
    assert found[0].label == "cpu"
    assert [index.name for index in found[0].query.indexes] == ["pytorch-cpu", "main"]
    assert found[0].query.indexes[0].url.endswith("/cpu")


def test_who_has_said_which_build_is_not_asked() -> None:
    assert builds_of(query("torch==2.3.0+cpu"), {}, LINUX) == ()
    assert builds_of(query("torch", indexes=BUILD_INDEXES[:1]), {}, LINUX) == ()
    pinned = replace(query("torch"), pinned_indexes={PackageName("torch"): MAIN})
    assert builds_of(pinned, {}, LINUX) == ()


def test_other_packages_and_other_systems_are_left_alone() -> None:
    assert builds_of(query("numpy"), {}, LINUX) == ()
    assert builds_of(query("torch"), {}, "macosx arm64") == ()
    flat = IndexSource(MAIN, "https://index.example/files", kind="flat")
    assert builds_of(replace(query("torch"), indexes=(flat,)), {}, LINUX) == ()


def test_local_versions_that_fit_are_a_choice() -> None:
    tag = Hurdle(Reason.PLATFORM_TAG)
    tables = {
        "jaxlib": table(
            "jaxlib", ("0.5+cuda12", tag), ("0.4+cu118", None), ("0.4+cpu", None), ("0.3+cpu", None)
        )
    }
    found = builds_of(query("jaxlib"), tables, LINUX)
    assert [build.label for build in found] == ["", "cu118", "cpu"]
    texts = [root.requirement.text for root in found[2].query.requirements]
    assert texts == ["jaxlib", "jaxlib==0.4+cpu"]
    assert builds_of(found[2].query, tables, LINUX) == ()


def test_versions_without_labels_are_no_choice() -> None:
    tables = {"numpy": table("numpy", ("2.0", None), ("1.0", None))}
    assert builds_of(query("numpy"), tables, LINUX) == ()


def test_what_fits_a_machine() -> None:
    assert fit("cpu", Accelerators()).fits == "yes"
    assert fit("cu121", GPU).fits == "yes"
    assert fit("cu130", GPU).why == "driver 550.54 is too old, 580 is needed"
    assert fit("cu121", Accelerators(nvidia=True)).fits == "unknown"
    assert fit("rocm6.3", GPU).fits == "no"
    assert fit("rocm6.3", Accelerators(amd=True)).fits == "yes"
    assert fit("own", GPU).fits == "unknown"


def test_what_is_proposed() -> None:
    labels = ("cpu", "cu118", "cu126", "cu130", "rocm6.3")
    assert likeliest(labels, GPU) == "cu126"
    assert likeliest(labels, Accelerators()) == "cpu"
    assert likeliest(labels, Accelerators(amd=True)) == "rocm6.3"
    assert likeliest(("cu118",), Accelerators()) == ""
