"""The tree of attempts: nothing is lost by undo and redo, and a drop can be taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from resolvetui.model.query import TargetRequest
from resolvetui.tui.attempt_answers import CANCELLED, Answer, Taken
from resolvetui.tui.attempt_graph import MOST_LANES, lines, rows
from resolvetui.tui.attempt_tree import AttemptTree, first_tree
from tests.tui import world

FIRST = first_tree(world.query("a"), "a")
SOLVED = Answer("solved", (Taken("a", "1.0", "main", "a-1.0-py3-none-any.whl", 10),))


def grow(tree: AttemptTree, *names: str) -> AttemptTree:
    """One attempt below another for each name."""
    for name in names:
        tree = tree.grown(world.query(name), (), name)
    return tree


def test_undo_goes_to_the_parent_and_redo_to_the_child_visited_last() -> None:
    tree = grow(FIRST, "b")
    one = tree.undone()
    assert one is not None
    tree = grow(one, "c")  # a second child
    back = tree.undone()
    assert back is not None
    assert back.current == 1
    assert back.children(1) == (2, 3)
    again = back.redone()
    assert again is not None
    assert again.current == 3
    there = back.gone(2).undone()
    assert there is not None
    child = there.redone()
    assert child is not None
    assert child.current == 2


def test_there_is_nothing_before_the_first_and_after_the_last() -> None:
    assert FIRST.undone() is None
    assert FIRST.redone() is None
    assert FIRST.restored() is None


def test_the_same_change_leads_to_the_attempt_that_is_there() -> None:
    tree = grow(FIRST, "b").gone(1)
    assert grow(tree, "b").current == 2
    assert len(grow(tree, "b").nodes) == 2
    assert grow(grow(FIRST, "b"), "a").current == 1, "a change back is a step back"


def test_what_comes_of_a_dropped_attempt_goes_with_it_and_comes_back_with_it() -> None:
    tree = grow(FIRST, "b", "c", "d").gone(1)
    tree = grow(tree, "e").gone(4).marked(3)
    less = tree.dropped(2)
    assert list(less.nodes) == [1, 5]
    assert less.current == 1
    assert less.base == 0
    assert less.nodes[1].forward == 5
    back = less.restored()
    assert back is not None
    assert back.nodes == tree.nodes
    assert (back.current, back.base, back.lost) == (tree.current, tree.base, ())


def test_a_step_ends_that_a_drop_can_be_taken_back() -> None:
    tree = grow(FIRST, "b", "c").dropped(3)
    stepped = tree.undone()
    assert stepped is not None
    assert stepped.restored() is None


def test_numbers_are_given_once() -> None:
    tree = grow(FIRST, "b").dropped(2)
    assert list(grow(tree, "c").nodes) == [1, 3]


def test_an_attempt_that_is_given_up_keeps_what_an_earlier_run_told() -> None:
    tree = FIRST.answered(SOLVED).answered(CANCELLED)
    assert tree.now.answer == SOLVED
    assert FIRST.answered(CANCELLED).now.answer == CANCELLED


def test_packages_that_are_the_same_are_in_memory_once() -> None:
    tree = grow(FIRST.answered(SOLVED), "b")
    taken = Taken("a", "1.0", "main", "a-1.0-py3-none-any.whl", 10)
    other = replace(taken, name="b")
    tree = tree.answered(Answer("solved", (taken, other)))
    assert tree.now.answer is not None
    assert tree.now.answer.packages[0] is SOLVED.packages[0]


def test_each_is_compared_with_its_parent_or_all_with_one() -> None:
    tree = grow(FIRST, "b", "c")
    assert [tree.compared_with(number) for number in (1, 2, 3)] == [0, 1, 2]
    assert [tree.marked(2).compared_with(number) for number in (1, 3)] == [2, 2]
    assert tree.marked(2).marked(2).base == 0


def test_for_another_target_no_answer_is_known() -> None:
    tree = grow(FIRST.answered(SOLVED), "b").retargeted(TargetRequest(python="env"))
    assert {node.query.target.python for node in tree} == {"env"}
    assert {node.answer for node in tree} == {None}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("grow"), st.sampled_from("bcdefg")),
        st.tuples(st.sampled_from(["undo", "redo", "restore"]), st.just("")),
        st.tuples(st.sampled_from(["go", "drop", "mark"]), st.integers(0, 20)),
    ),
    max_size=40,
)


def taken(tree: AttemptTree, step: tuple[str, object]) -> AttemptTree:
    kind, about = step
    some = list(tree.nodes)
    match kind:
        case "grow":
            return grow(tree, str(about))
        case "undo":
            return tree.undone() or tree
        case "redo":
            return tree.redone() or tree
        case "restore":
            return tree.restored() or tree
    assert isinstance(about, int)
    number = some[about % len(some)]
    match kind:
        case "go":
            return tree.gone(number)
        case "mark":
            return tree.marked(number)
        case _:
            return tree if number == tree.root else tree.dropped(number)


@given(steps)
def test_whatever_is_done_it_stays_a_tree(done: list[tuple[str, object]]) -> None:
    tree = FIRST
    for step in done:
        before = tree
        tree = taken(tree, step)
        assert list(tree.nodes) == sorted(tree.nodes)
        assert tree.current in tree.nodes
        assert tree.base == 0 or tree.base in tree.nodes
        for node in tree:
            assert node.parent == 0 if node.number == 1 else node.parent in tree.nodes
            assert node.forward == 0 or node.forward in tree.children(node.number)
            assert tree.path(node.number)[0] == tree.root
        if step[0] in ("undo", "redo", "go", "grow"):
            assert before.nodes.keys() <= tree.nodes.keys(), "a step loses nothing"
        picture = rows(tree)
        assert sorted(row.number for row in picture) == list(tree.nodes)
        place = {row.number: at for at, row in enumerate(picture)}
        assert all(place[node.number] < place[node.parent] for node in tree if node.parent)


def test_deep_lanes_are_drawn_as_the_last_one() -> None:
    assert lines(MOST_LANES, branches=False) == lines(MOST_LANES + 5, branches=False)


def test_the_picture_has_the_newest_at_the_top() -> None:
    tree = grow(FIRST, "b").gone(1)
    tree = grow(tree, "c").gone(1)
    tree = grow(tree, "d", "e").gone(4)
    tree = grow(tree, "f")
    assert [(row.lines, row.number) for row in rows(tree)] == [
        ("", 6),
        ("├─", 5),
        ("", 4),
        ("├─", 3),
        ("├─", 2),
        ("", 1),
    ]
