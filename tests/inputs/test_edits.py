"""The form of the target dialog: read by what reads the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from resolvetui.errors import ResolvetuiError
from resolvetui.inputs.edits import added_index, check_python, edited, edits_of
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Policies, Query, TargetRequest

ONE = IndexSource(IndexName("one"), "https://one.example/simple")
TWO = IndexSource(IndexName("two"), "https://two.example/simple")
QUERY = Query(
    (),
    indexes=(ONE, TWO),
    pinned_indexes={PackageName("a"): ONE.name},
    policies=Policies(exclude_newer="2024-05-08T00:00:00Z", only_binary=("a", "b")),
    target=TargetRequest(python_version="3.12"),
)


def change(**fields: Any) -> tuple[Query, dict[str, ResolvetuiError]]:
    return edited(QUERY, replace(edits_of(QUERY), **fields))


def test_a_form_that_nobody_touched_is_the_same_query() -> None:
    assert edited(QUERY, edits_of(QUERY)) == (QUERY, {})
    assert edits_of(QUERY).exclude_newer == "2024-05-07"


def test_each_field_becomes_what_its_option_means() -> None:
    query, errors = change(
        python=" .venv ", python_version="3.11", python_platform="windows",
        exclude_newer="2024-06-01", only_binary=":all:", no_binary="Foo_Bar, b",
    )  # fmt: skip
    assert not errors
    assert query.target == TargetRequest(".venv", "3.11", "windows")
    assert query.policies.exclude_newer == "2024-06-02T00:00:00Z"
    assert query.policies.only_binary == (":all:",)
    assert query.policies.no_binary == ("b", "foo-bar")


def test_who_refuses_wheels_by_name_lets_the_package_be_built() -> None:
    query, _ = change(only_binary="", no_binary="c")
    assert query.policies.allow_build == ("c",)
    back, _ = edited(query, replace(edits_of(query), no_binary=""))
    assert back.policies.allow_build == ()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("python_version", "2.7", "no Python version"),
        ("python_version", "new", "not the version of a Python"),
        ("python_platform", "amiga", "no platform"),
        ("exclude_newer", "yesterday", "names no moment"),
        ("only_binary", "a b!", "--only-binary does not take 'b!'"),
        ("no_binary", "-x", "--no-binary does not take '-x'"),
        ("indexes", (), "No index is left"),
    ],
)
def test_what_cannot_be_used_is_named_and_changes_nothing(field: str, text: Any, said: str) -> None:
    query, errors = change(**{field: text}, resolution=QUERY.policies.resolution)
    assert query == QUERY
    assert list(errors) == [field]
    assert said in errors[field].what


def test_an_empty_field_is_the_default() -> None:
    query, errors = change(python_version="", exclude_newer="", only_binary="")
    assert not errors
    assert query == replace(QUERY, policies=Policies(), target=TargetRequest())


def test_a_pin_goes_with_its_index() -> None:
    query, _ = change(indexes=(TWO,))
    assert query.pinned_indexes == {}
    assert change(indexes=(TWO, ONE))[0].pinned_indexes == QUERY.pinned_indexes


def test_an_index_is_added_as_by_its_option(tmp_path: Path) -> None:
    named = added_index(QUERY.indexes, "cpu=https://index.example/whl/cpu")
    assert (named.name, named.url) == ("cpu", "https://index.example/whl/cpu")
    assert added_index(QUERY.indexes, "https://index.example/whl/cpu").name == "index.example-cpu"
    again = replace(QUERY.indexes[0], name=IndexName("index.example-cpu"))
    assert added_index((again,), "https://index.example/whl/cpu").name == "index.example-cpu-2"
    assert added_index((), str(tmp_path)).url.startswith("file://")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one=https://other.example/simple", "An index is called one already"),
        ("https://two.example/simple/", "two has this URL already"),
        ("ftp://index.example/", "cannot be an index"),
        ("nowhere", "cannot be an index"),
    ],
)
def test_an_index_that_cannot_be_added_says_why(text: str, said: str) -> None:
    with pytest.raises(ResolvetuiError) as found:
        added_index(QUERY.indexes, text)
    assert said in found.value.what


def test_a_python_that_is_not_here_is_refused_by_its_path(tmp_path: Path) -> None:
    check_python("")
    check_python("3.12.1")  # only a resolve looks for it
    with pytest.raises(ResolvetuiError, match=r"no Python at|neither"):
        check_python(str(tmp_path / "nowhere"))
