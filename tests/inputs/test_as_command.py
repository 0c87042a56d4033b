"""A query as a command: what it says comes to the same query."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.inputs.as_command import arguments_of, shown_command
from resolvetui.model.query import Query
from tests.inputs.support import A, B, C, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found = Folder(tmp_path)
    found.write("c.txt", "b<2\n")
    found.write("o.txt", "b==1\n")
    found.write("hashed.txt", f"b==1.0 --hash=sha256:{'a' * 64}\n")
    return found


def meaning(query: Query) -> Query:
    """The query without where and how things were said, which is otherwise in the command."""
    return replace(
        query,
        requirements=tuple(replace(root, text="") for root in query.requirements),
        indexes=tuple(replace(index, origin="") for index in query.indexes),
    )


@pytest.mark.parametrize(
    "words",
    [
        "a",
        "a>=1,<2 b[x] 'c; python_version<\"3.9\"'",
        f"a -i {A}",
        f"a --index cpu={A} --extra-index-url {B} -i {C}",
        f"a --index cpu={A} --find-links {B}",
        f"a --find-links {A} --no-index",
        f"a --index cpu={A} --pin-index a=cpu",
        "a -c c.txt --override o.txt",
        "-r hashed.txt",
        "a --index-strategy unsafe-best-match --prerelease allow --resolution lowest",
        "a --exclude-newer 2024-05-07",
        "a --exclude-newer 2024-05-07T12:00:00+02:00",
        "a --only-binary :all: --no-binary b,c",
        "a --no-binary :all: --only-binary b",
        "a --only-binary b --no-binary c",
        "a --build allow",
        "a --build deny --allow-build b",
        "a --no-deps --upgrade --reinstall --allow-breaking",
        "a --python 3.11",
        "a --python-version 3.12 --python-platform aarch64-manylinux_2_28",
    ],
)
def test_the_command_means_the_query(folder: Folder, words: str) -> None:
    query = folder.query(*shlex.split(words)).query
    again = folder.query(*arguments_of(query)).query
    assert meaning(again) == meaning(query)


def test_what_a_configuration_brings_can_be_shut_out(folder: Folder) -> None:
    folder.pip(f"extra-index-url = {A}")
    query = folder.query("a", "-i", B).query
    without = replace(query, indexes=query.indexes[1:])
    assert len(folder.query(*arguments_of(without)).query.indexes) == 2
    assert [i.url for i in folder.query(*arguments_of(without, isolated=True)).query.indexes] == [B]


def test_credentials_are_not_shown_and_words_are_quoted(folder: Folder) -> None:
    query = folder.query("a>1", "-i", "https://me:secret@index.example/simple").query
    shown = shown_command(query)
    assert shown == "resolvetui 'a>1' --index-url 'https://me:****@index.example/simple'"
