"""Why a package is as it is, over real indexes: searches in memory, and with the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.errors import Cancelled
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.model.why import NotNewer, Why
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.recording import record
from resolvetui.session.recording_file import read_recording, write_recording
from resolvetui.session.replaying import ReplaySession
from resolvetui.session.whys import explain_package, why_not_newest
from tests.session.support import query, runtime
from tests.support.index import World


@pytest.fixture(scope="module")
def urls() -> Iterator[list[str]]:
    """`b` 2.0 needs a newer `c` than `a` takes; `e` 2.0 was in the way of `f`, decided first."""
    world = World()
    world.serve("a", "1.0", needs=["c<3", "b"])
    world.serve("b", "1.0", needs=["c"])
    world.serve("b", "2.0", needs=["c>=3"])
    world.serve("c", "2.5", needs=["win ; sys_platform == 'win32'"])
    world.serve("c", "3.0")
    world.serve("e", "1.0")
    world.serve("e", "2.0", needs=["f<2"])
    world.serve("f", "1.0", needs=["g<5"])
    world.serve("f", "2.0", needs=["e<2"])
    world.serve("g", "1.0")
    world.serve("c", "9.0", index="other")
    with world.running() as indexes:
        yield [indexes.url("main"), indexes.url("other")]


def answers(session: Session, wanted: Query) -> dict[str, NotNewer]:
    found = why_not_newest(session, session.resolve(wanted))
    return {str(name): answer for name, answer in found.items()}


def asked(session: Session, attempt: Attempt, name: str) -> list[Why]:
    return list(explain_package(session, attempt, PackageName(name)))


def test_the_proof_is_found_in_memory(urls: list[str]) -> None:
    with Session(runtime()) as session:
        found = answers(session, query("a", "b", urls=urls))
        sent = session.traffic.totals
    assert found["b"].text == "2.0 requires c>=3 and a 1.0 requires c<3"
    assert found["b"].kind == "no-solution"
    assert found["c"].text == "3.0 is held back by a's requirement c<3"
    assert session.traffic.totals == sent


def test_a_search_that_is_too_much_work_is_given_up(urls: list[str]) -> None:
    with Session(runtime()) as session:
        found = why_not_newest(session, session.resolve(query("a", "b", urls=urls)), steps=1)
    answer = found[PackageName("b")]
    assert answer.kind == "unknown"
    assert answer.text == "2.0 requires c>=3, and c is at 2.5"


def test_what_memory_cannot_tell_is_not_claimed(urls: list[str]) -> None:
    with Session(runtime()) as session:
        found = answers(session, query("f", "e", urls=urls))
    assert found["e"].text == "2.0 is held back by f's requirement e<2"
    assert found["e"].kind == "held-back"


def test_who_asks_for_one_package_gets_all_of_it(urls: list[str]) -> None:
    """`f` 1.0 was never looked at: the network knows what it requires."""
    with Session(runtime()) as session:
        attempt = session.resolve(query("f", "e", urls=urls))
        first, *_, last = asked(session, attempt, "e")
    (seen,) = first.not_newer
    assert (seen.kind, seen.proof) == ("held-back", "")
    (full,) = last.not_newer
    assert full.text == seen.text
    assert full.proof == "2.0 would fit with f 1.0 instead of 2.0 and g 1.0 as well."
    assert full.kind == "possible"


def test_a_hidden_index_is_asked_in_the_end(urls: list[str]) -> None:
    with Session(runtime()) as session:
        attempt = session.resolve(query("a", urls=urls))
        first, last = asked(session, attempt, "c")
    assert first.elsewhere == ()
    assert [each.text for each in last.elsewhere] == [
        "two has, as its newest for this target, 9.0, which is not what is asked for"
    ]


def test_offline_nothing_is_asked(urls: list[str], tmp_path: Path) -> None:
    with Session(runtime(tmp_path)) as session:
        session.resolve(query("f", "e", urls=urls))
    with Session(runtime(tmp_path, offline=True)) as session:
        attempt = session.resolve(query("f", "e", urls=urls))
        (only,) = asked(session, attempt, "e")
    assert only.not_newer[0].proof == ""


def test_a_package_that_is_not_there(urls: list[str]) -> None:
    with Session(runtime()) as session:
        attempt = session.resolve(query("a", urls=urls))
        *_, found = asked(session, attempt, "win")
    assert found.version == ""
    assert found.inactive[0].stated_by == "c 2.5"
    assert found.inactive[0].value == "sys_platform is 'linux'"


def test_a_search_can_be_cancelled(urls: list[str]) -> None:
    def check() -> None:
        raise Cancelled("Stopped.")

    with Session(runtime()) as session:
        attempt = session.resolve(query("a", "b", urls=urls))
        with pytest.raises(Cancelled):
            list(explain_package(session, attempt, PackageName("b"), check))


def test_a_recording_holds_what_was_found_out(urls: list[str], tmp_path: Path) -> None:
    wanted = query("f", "e", urls=urls[:1])
    with Session(runtime()) as session:
        attempt = session.resolve(wanted)
        *_, before = asked(session, attempt, "e")
        write_recording(record(attempt), tmp_path / "run.json", "")
    with ReplaySession(read_recording(tmp_path / "run.json")) as session:
        *_, after = asked(session, session.resolve(session.recording.query), "e")
    assert after == before
    assert after.not_newer[0].kind == "possible"


def test_a_newer_final_version_is_missed_more_than_a_prerelease() -> None:
    world = World()
    for version in ("1.0", "2.0", "3.0rc1"):
        world.serve("a", version)
    world.serve("b", "1.0")
    world.serve("b", "2.0a1")
    with world.running() as indexes, Session(runtime()) as session:
        found = answers(session, query("a<2", "b<2", urls=[indexes.url("main")]))
    assert found["a"].text == "2.0 is held back by your a<2"
    assert found["b"].text == "2.0a1: it is a pre-release, and a final version is there"
