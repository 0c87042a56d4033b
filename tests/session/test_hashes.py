"""Hashes that lines demand, from the resolve to what is said about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.demo.server import LoopbackIndexes
from resolvetui.errors import HashesRequired
from resolvetui.inputs.changes import apply
from resolvetui.model.names import PackageName
from resolvetui.model.query import PinVersion, Policies, Query, ReplaceRequirement
from resolvetui.model.requirement import Origin, OriginKind, Requirement
from resolvetui.model.verdict import Hurdle, Reason
from resolvetui.report.conflict_text import conflict_text
from resolvetui.session.attempts import Session
from resolvetui.session.fixing import find_fixes
from resolvetui.session.recording import record
from resolvetui.session.replaying import ReplaySession
from tests.session.support import pins, query, resolve, runtime
from tests.support.index import World

LINUX = "cp312-cp312-manylinux_2_28_x86_64"
WINDOWS = "cp312-cp312-win_amd64"
FLASK = PackageName("flask")
REQUIRED = Policies(require_hashes=True)


@pytest.fixture
def indexes() -> Iterator[LoopbackIndexes]:
    world = World()
    world.serve("flask", "2.0", needs=["click"])
    world.serve("flask", "2.1", needs=["click"])
    world.serve("click", "8.0")
    world.serve("torch", "2.3.0", wheels=[LINUX, WINDOWS])
    world.serve("flask", "2.0", index="bare")
    world.index("bare", hashes=False)
    world.serve("flask", "1.9", index="mirror", yanked="broken")
    world.serve("flask", "2.0", index="mirror", modules={"flask.py": "x = 1"})
    with world.running() as running:
        yield running


def sha256(indexes: LoopbackIndexes, filename: str, index: str = "main") -> str:
    return f"sha256:{indexes.indexes[index].files[filename].sha256}"


def wheel(version: str) -> str:
    return f"flask-{version}-py3-none-any.whl"


def asking(
    indexes: LoopbackIndexes,
    *lines: tuple[str, Sequence[str]],
    index: Sequence[str] = ("main",),
    policies: Policies | None = None,
) -> Query:
    """A query of (requirement, hashes) lines of `r.txt`."""
    urls = [indexes.url(name) for name in index]
    plain = query(*(text for text, _ in lines), urls=urls, policies=policies)
    stated = tuple(
        structs.replace(root, origin=Origin(OriginKind.FILE, "r.txt", line), hashes=tuple(hashes))
        for line, (root, (_, hashes)) in enumerate(
            zip(plain.requirements, lines, strict=True), start=1
        )
    )
    return structs.replace(plain, requirements=stated)


def test_only_versions_with_a_demanded_hash_can_be_chosen(indexes: LoopbackIndexes) -> None:
    old = sha256(indexes, wheel("2.0"))
    assert pins(resolve(asking(indexes, ("flask", [old]))))["flask"] == "2.0"


def test_the_cache_of_judged_pages_tells_demands_apart(
    indexes: LoopbackIndexes, tmp_path: Path
) -> None:
    old, new = sha256(indexes, wheel("2.0")), sha256(indexes, wheel("2.1"))
    versions = [
        pins(resolve(asking(indexes, ("flask", hashes)), tmp_path))["flask"]
        for hashes in ([old], [new], [], [old])
    ]
    assert versions == ["2.0", "2.1", "2.1", "2.0"]


def test_a_wrong_hash_names_file_index_line_and_both_hashes(indexes: LoopbackIndexes) -> None:
    wrong = "sha256:" + "0" * 64
    attempt = resolve(asking(indexes, ("flask==2.0", [wrong])))
    assert attempt.explanation is not None
    got = sha256(indexes, wheel("2.0"))
    assert attempt.explanation.cause == (
        f"{wheel('2.0')} on one has {got[:19]}..., and r.txt:1 wants sha256:{'0' * 12}..."
    )
    whole = conflict_text(attempt.explanation, attempt.target, most_lines=None, width=400)
    assert f"{wheel('2.0')} on one has {got}, and r.txt:1 wants {wrong}" in whole
    (verdict,) = attempt.evidence.verdicts_of(FLASK, "2.0")
    assert verdict.hurdle == Hurdle(Reason.HASH_MISMATCH, got)


def test_the_hash_of_another_platform_is_told_as_that(indexes: LoopbackIndexes) -> None:
    foreign = f"torch-2.3.0-{WINDOWS}.whl"
    attempt = resolve(asking(indexes, ("torch==2.3.0", [sha256(indexes, foreign)])))
    assert attempt.explanation is not None
    assert attempt.explanation.cause.endswith(
        f"the line has the hash of {foreign}, for another platform (64-bit Windows)."
    )
    told = [hint.text for hint in attempt.explanation.hints]
    assert any("lock r.txt:1 for Linux x86_64 too" in text for text in told)


def test_the_hash_of_another_version_leads_to_that_version(indexes: LoopbackIndexes) -> None:
    attempt = resolve(asking(indexes, ("flask==2.0", [sha256(indexes, wheel("2.1"))])))
    assert attempt.explanation is not None
    assert f"the hash of {wheel('2.1')}, version 2.1" in attempt.explanation.cause
    assert "flask==2.1" in attempt.explanation.hints[0].text


def test_the_hash_that_a_hidden_index_has_is_told_with_that_index(
    indexes: LoopbackIndexes,
) -> None:
    hidden = sha256(indexes, wheel("2.0"), "mirror")
    wanted = asking(indexes, ("flask==2.0", [hidden]), index=["main", "mirror"])
    attempt = resolve(wanted)
    assert attempt.explanation is not None
    assert "as two lists it" in attempt.explanation.cause
    assert "index-strategy" in {hint.kind for hint in attempt.explanation.hints}


def test_a_yanked_version_that_is_pinned_is_out_for_its_hash(indexes: LoopbackIndexes) -> None:
    wanted = asking(indexes, ("flask==1.9", ["sha256:" + "0" * 64]), index=["mirror"])
    explanation = resolve(wanted).explanation
    assert explanation is not None
    assert {fact.kind for step in explanation.steps for fact in step.facts} == {
        "requirement",
        "hash-mismatch",
    }


def test_a_file_without_a_known_hash_stays_possible(indexes: LoopbackIndexes) -> None:
    wrong = "sha256:" + "0" * 64
    attempt = resolve(asking(indexes, ("flask==2.0", [wrong]), index=["bare"]))
    assert attempt.resolution is not None
    (pin,) = attempt.resolution.pins
    assert [demand.hashes for demand in pin.demands] == [(wrong,)]


def test_every_line_about_a_package_must_be_met(indexes: LoopbackIndexes) -> None:
    old, new = sha256(indexes, wheel("2.0")), sha256(indexes, wheel("2.1"))
    assert resolve(asking(indexes, ("flask", [old, new]), ("flask", [old]))).resolution
    assert not resolve(asking(indexes, ("flask", [old]), ("flask", [new]))).resolution


def test_packages_without_a_hash_among_others_are_warned_about(indexes: LoopbackIndexes) -> None:
    attempt = resolve(asking(indexes, ("flask==2.0", [sha256(indexes, wheel("2.0"))])))
    assert [kind for kind, _ in attempt.warnings] == ["hashes"]
    assert "click" in attempt.warnings[0][1]


def test_required_hashes_of_what_others_require_are_missed_by_name(
    indexes: LoopbackIndexes,
) -> None:
    hashes = [sha256(indexes, wheel("2.0"))]
    with pytest.raises(HashesRequired) as caught:
        resolve(asking(indexes, ("flask==2.0", hashes), policies=REQUIRED))
    assert caught.value.what == "click==8.0, which flask requires, has no --hash."
    click = sha256(indexes, "click-8.0-py3-none-any.whl")
    assert f"click==8.0 --hash={click}" in caught.value.what_to_do


def test_required_hashes_and_exact_versions_are_missed_by_line(indexes: LoopbackIndexes) -> None:
    hashes = [sha256(indexes, wheel("2.0"))]
    with pytest.raises(HashesRequired) as caught:
        resolve(asking(indexes, ("flask>=2", hashes), ("click==8.0", []), policies=REQUIRED))
    assert caught.value.what == "r.txt:1: flask>=2 is not pinned with ==."
    assert "r.txt:2: click==8.0 has no --hash." in caught.value.why
    assert caught.value.culprit == "r.txt:1"


def test_what_has_all_hashes_is_resolved_under_require_hashes(indexes: LoopbackIndexes) -> None:
    lines = [
        ("flask==2.0", [sha256(indexes, wheel("2.0"))]),
        ("click==8.0", [sha256(indexes, "click-8.0-py3-none-any.whl")]),
    ]
    attempt = resolve(asking(indexes, *lines, policies=REQUIRED))
    assert pins(attempt) == {"flask": "2.0", "click": "8.0"}
    assert not attempt.warnings


def test_changes_of_a_requirement_keep_what_it_demands(indexes: LoopbackIndexes) -> None:
    hashes = (sha256(indexes, wheel("2.0")),)
    wanted = asking(indexes, ("flask==2.0", hashes))
    (old,) = wanted.requirements
    for change in (
        ReplaceRequirement(old, Requirement(FLASK, specifier="==2.1")),
        PinVersion(FLASK, "2.1"),
    ):
        (root,) = apply(wanted, [change]).requirements
        assert (root.requirement.specifier, root.hashes) == ("==2.1", hashes)


def test_a_url_whose_fragment_is_not_what_its_line_wants_is_out(
    indexes: LoopbackIndexes,
) -> None:
    wrong, got = "sha256:" + "0" * 64, sha256(indexes, wheel("2.0"))
    url = f"{indexes.root}/main/files/{wheel('2.0')}#{got.replace(':', '=')}"
    explanation = resolve(asking(indexes, (f"flask @ {url}", [wrong]))).explanation
    assert explanation is not None
    assert explanation.cause.startswith(
        f"The URL of {wheel('2.0')} says {got[:19]}..., and r.txt:1"
    )
    facts = [fact.text for step in explanation.steps for fact in step.facts]
    assert f"the URL of {wheel('2.0')} says {got}, and r.txt:1 wants {wrong}" in facts


@pytest.mark.parametrize(("policies", "verified"), [(Policies(), True), (REQUIRED, False)])
def test_no_way_out_is_verified_that_require_hashes_would_refuse(
    indexes: LoopbackIndexes, policies: Policies, verified: bool
) -> None:
    hashes = [sha256(indexes, wheel("2.1"))]
    wanted = asking(indexes, ("flask==2.0", hashes), policies=policies)
    with Session(runtime()) as session:
        hints = find_fixes(session, session.resolve(wanted))
    assert any(hint.verified for hint in hints) is verified


def test_a_replay_ends_as_the_run_did(indexes: LoopbackIndexes) -> None:
    for hashes in (["sha256:" + "0" * 64], [sha256(indexes, wheel("2.0"))]):
        attempt = resolve(asking(indexes, ("flask==2.0", hashes)))
        recording = record(attempt)
        with ReplaySession(recording) as session:
            again = session.resolve(recording.query)
        assert again.explanation == attempt.explanation
        assert again.resolution == attempt.resolution


def test_facts_of_one_demand_are_not_taken_for_another(indexes: LoopbackIndexes) -> None:
    old, new = sha256(indexes, wheel("2.0")), sha256(indexes, wheel("2.1"))
    with Session(runtime()) as session:
        first = session.resolve(asking(indexes, ("flask", [old])))
        facts, _ = session.facts_for(asking(indexes, ("flask", [new])), first.facts)
        domain = facts.listings.listing_now(FLASK)
    assert domain is not None
    assert list(domain.list(domain.usable)) == ["2.1"]
