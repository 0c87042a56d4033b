"""Which indexes take part for a package."""

from __future__ import annotations

from resolvetui.index.strategy import roles
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, IndexStrategy

ONE = IndexSource(IndexName("one"), "https://one.example/simple")
TWO = IndexSource(IndexName("two"), "https://two.example/simple")
LINKS = IndexSource(IndexName("links"), "https://links.example/page.html", "flat")
FIRST = IndexStrategy.FIRST_INDEX


def test_the_first_index_that_knows_the_name_hides_the_later_ones() -> None:
    part = roles((ONE, TWO), {"one": True}, FIRST)
    assert (part.used, part.shadowed, part.undecided) == ((ONE,), (TWO,), ())


def test_the_next_index_is_asked_only_when_the_first_lacks_it() -> None:
    assert roles((ONE, TWO), {}, FIRST).undecided == (ONE,)
    assert roles((ONE, TWO), {"one": False}, FIRST).undecided == (TWO,)


def test_find_links_take_part_and_hide_nothing() -> None:
    part = roles((LINKS, ONE, TWO), {"links": True, "one": True}, FIRST)
    assert (part.used, part.shadowed) == ((LINKS, ONE), (TWO,))


def test_the_unsafe_strategies_ask_every_index() -> None:
    part = roles((ONE, TWO), {"one": True}, IndexStrategy.UNSAFE_BEST_MATCH)
    assert (part.used, part.undecided) == ((ONE,), (TWO,))


def test_an_index_that_lacks_the_package_is_not_used() -> None:
    part = roles((ONE, TWO), {"one": False, "two": False}, FIRST)
    assert part.used == part.shadowed == part.undecided == ()
