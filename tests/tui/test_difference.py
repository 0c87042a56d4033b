"""What one solution has that another has not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from resolvetui.tui.attempt_answers import Taken
from resolvetui.tui.difference import Kind, difference

A = Taken("a", "1.10", "main", "a-1.10-py3-none-any.whl", 100)


def kind(old: Taken | None, new: Taken | None) -> Kind:
    found = difference([old] if old else [], [new] if new else [])
    assert len(found.packages) == 1
    return found.packages[0].kind


def test_each_way_to_differ() -> None:
    assert kind(None, A) is Kind.ADDED
    assert kind(A, None) is Kind.REMOVED
    assert kind(A, A) is Kind.SAME
    assert kind(A, replace(A, version="1.9")) is Kind.DOWN
    assert kind(A, replace(A, version="2.0")) is Kind.UP
    assert kind(A, replace(A, version="1.10+cpu")) is Kind.BUILD
    assert kind(A, replace(A, index="mirror")) is Kind.INDEX
    assert kind(A, replace(A, file="a-1.10-1-py3-none-any.whl")) is Kind.FILE
    assert kind(replace(A, version="no version"), A) is Kind.BUILD


def test_sizes_are_the_change_of_the_download() -> None:
    b = replace(A, name="b", size=30)
    found = difference([A], [replace(A, version="2.0", size=150), b])
    assert found.size_change == 80
    assert difference([A], [replace(A, version="2.0", size=None)]).size_change is None
    assert difference([A], []).size_change == -100


names = st.sampled_from("abcdef")
solutions = st.dictionaries(
    names,
    st.builds(
        Taken,
        name=st.just(""),
        version=st.sampled_from(["1.0", "1.0+cpu", "2.0", "10.0"]),
        index=st.sampled_from(["main", "mirror"]),
        file=st.sampled_from(["x.whl", "y.whl"]),
        size=st.sampled_from([None, 1, 2]),
    ),
).map(lambda found: [replace(each, name=name) for name, each in found.items()])
OPPOSITE = {
    Kind.UP: Kind.DOWN,
    Kind.DOWN: Kind.UP,
    Kind.ADDED: Kind.REMOVED,
    Kind.REMOVED: Kind.ADDED,
}


@given(solutions, solutions)
def test_backwards_is_the_opposite(old: list[Taken], new: list[Taken]) -> None:
    there = {each.name: each.kind for each in difference(old, new).packages}
    back = {each.name: each.kind for each in difference(new, old).packages}
    assert there.keys() == {each.name for each in (*old, *new)}
    assert back == {name: OPPOSITE.get(each, each) for name, each in there.items()}


@given(solutions)
def test_nothing_differs_from_itself(solution: list[Taken]) -> None:
    found = difference(solution, solution)
    assert found.changed == ()
    assert found.size_change == 0
