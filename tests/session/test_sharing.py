"""Which names are on several indexes: parts, hashes, reasons, and what was not asked."""

from __future__ import annotations

from resolvetui.model.query import IndexStrategy, Policies
from resolvetui.model.sharing import SharedName, Sharing
from resolvetui.session import protocol
from resolvetui.session.attempts import Session
from resolvetui.session.sharing import sharing
from resolvetui.session.worker import Worker
from tests.session.support import query, runtime
from tests.support.index import World


def world() -> World:
    """`corp` on two indexes, a higher version on the second; `same` with equal files."""
    world = World()
    world.serve("corp", "1.2", index="main", needs=["same", "alone"])
    world.serve("corp", "99", index="other")
    world.serve("same", "1", index="main")
    world.serve("same", "1", index="other")
    world.serve("alone", "3", index="main")
    return world


def found(strategy: IndexStrategy = IndexStrategy.FIRST_INDEX, *, ask: bool = False) -> Sharing:
    with world().running() as indexes, Session(runtime()) as session:
        urls = [indexes.url("main"), indexes.url("other")]
        attempt = session.resolve(query("corp", urls=urls, policies=Policies(strategy)))
        if ask:
            session.ask_shadowed(attempt.facts, attempt.facts.listings.names())
        return sharing(attempt)


def named(known: Sharing, name: str) -> SharedName:
    return next(each for each in (*known.shared, *known.open) if each.package == name)


def parts(name: SharedName) -> list[str]:
    return [each.part for each in name.listings]


def test_with_first_index_the_later_one_was_not_asked_and_that_is_said() -> None:
    known = found()
    assert known.shared == ()
    assert [each.package for each in known.open] == ["alone", "corp", "same"]
    assert parts(named(known, "corp")) == ["chosen", "not-asked"]


def test_once_asked_a_hidden_higher_version_is_a_risk_that_is_named() -> None:
    known = found(ask=True)
    assert [each.package for each in known.shared] == ["corp", "same"]
    corp = named(known, "corp")
    assert parts(corp) == ["chosen", "hidden"]
    assert [each.newest for each in corp.listings] == [("1.2",), ("99",)]
    assert corp.hashes == "apart"
    assert "two has 99, higher than any on one" in corp.risk
    assert corp.why.startswith("one is the first index that lists it")
    assert known.single == 1


def test_equal_files_are_told_as_equal_and_no_risk() -> None:
    same = named(found(ask=True), "same")
    assert (same.hashes, same.equal, same.risk) == ("equal", 1, "")


def test_where_all_indexes_count_anybody_can_supply_the_name() -> None:
    corp = named(found(IndexStrategy.UNSAFE_BEST_MATCH), "corp")
    assert parts(corp) == ["used", "chosen"]
    assert corp.why == "All indexes count, and the best version wins: 99 of two."
    assert corp.risk == "Whoever can upload to one of one, two can supply it."


def test_files_of_one_name_with_other_contents_are_named() -> None:
    worlds = World(), World()
    worlds[0].serve("a", "1", modules={"a.py": "x = 1"})
    worlds[1].serve("a", "1", modules={"a.py": "x = 2"})
    with worlds[0].running() as one, worlds[1].running() as two, Session(runtime()) as session:
        attempt = session.resolve(query("a", urls=[one.url("main"), two.url("main")]))
        session.ask_shadowed(attempt.facts, attempt.facts.listings.names())
        known = sharing(attempt)
    (name,) = known.shared
    assert (name.hashes, name.differing) == ("differ", ("a-1-py3-none-any.whl",))
    assert "different contents" in name.risk


def test_the_worker_asks_hidden_indexes_only_when_it_is_told_to() -> None:
    messages: list[protocol.Message] = []
    worker = Worker(messages.append)
    with world().running() as indexes:
        urls = [indexes.url("main"), indexes.url("other")]
        worker.handle(protocol.Resolve(1, query("corp", urls=urls), runtime()))
        worker.handle(protocol.ListShared(2))
        worker.handle(protocol.ListShared(3, ask=True))
        worker.close()
    answers = [each.sharing for each in messages if isinstance(each, protocol.SharedNames)]
    assert [len(each.shared) for each in answers] == [0, 2]
