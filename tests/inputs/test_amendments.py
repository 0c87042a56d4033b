"""`--instead`, `--without` and `--lift`: edits of files, said on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.cli.arguments import parse_arguments
from resolvetui.errors import UsageError
from resolvetui.inputs.merge import build_query
from resolvetui.model.query import Query


def query(folder: Path, *words: str) -> Query:
    return build_query(parse_arguments(["--no-config", *words]), {}, str(folder)).query


def asked(found: Query) -> list[str]:
    return [root.requirement.text for root in found.requirements]


def test_a_requirement_stands_in_the_place_of_all_of_its_package(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("b\nA<2\nc\n")
    found = query(tmp_path, "-r", "r.txt", "a>=1", "--instead=a>=3", "--instead", "a<4")
    assert asked(found) == ["a>=3", "a<4", "b", "c"]


def test_a_package_is_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("a\nb_c>=2\n")
    assert asked(query(tmp_path, "-r", "r.txt", "--without", "B.C")) == ["a"]


def test_constraints_and_overrides_are_lifted_by_name_or_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("a<2\na!=1.5\nb<2\n")
    (tmp_path / "o.txt").write_text("b==3\n")
    files = ("x", "-c", "c.txt", "--override", "o.txt")
    one = query(tmp_path, *files, "--lift=A<2")
    assert [each.requirement.text for each in one.constraints] == ["a!=1.5", "b<2"]
    all_of_b = query(tmp_path, *files, "--lift=b")
    assert [each.requirement.text for each in all_of_b.constraints] == ["a<2", "a!=1.5"]
    assert all_of_b.overrides == ()


@pytest.mark.parametrize(
    ("words", "what", "way_out"),
    [
        (["numpy", "--instead=nunpy<2"], "Nothing asks for nunpy", "Did you mean numpy?"),
        (["a", "--instead=zzz<2"], "nobody's place", "Write zzz<2 as a requirement"),
        (["a", "--without=zzz"], "so it cannot be left out", "Leave it out."),
        (["a", "--lift=a<9"], "no constraint or override a<9", "Leave it out."),
    ],
)
def test_what_nobody_asks_for_is_refused(
    tmp_path: Path, words: list[str], what: str, way_out: str
) -> None:
    with pytest.raises(UsageError) as caught:
        query(tmp_path, *words)
    assert what in caught.value.what
    assert way_out in caught.value.what_to_do


def test_a_constraint_that_is_written_otherwise_is_shown(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("a<2\n")
    with pytest.raises(UsageError) as caught:
        query(tmp_path, "a", "-c", "c.txt", "--lift=a<3")
    assert caught.value.what_to_do == "There is a<2; write it like that."
