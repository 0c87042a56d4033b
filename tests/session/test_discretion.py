"""What is left out of a file that is made to be given away."""

from __future__ import annotations

import pytest

from resolvetui.session.discretion import Discretion

HOME = "/home/me"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/me/src/a.whl", "~/src/a.whl"),
        ("/home/me", "~"),
        ("It stands in /home/me/r.txt.", "It stands in ~/r.txt."),
        ("It stands in /home/me.", "It stands in ~."),
        ("file:///home/me/src/a.whl", "file:///~/src/a.whl"),
        ("a @ file:///home/me/a.whl", "a @ file:///~/a.whl"),
        ("/home/me/code/.venv/lib/a", "/home/me/code/.venv/lib/a"),
        ("/home/me/code/.venv2/lib/a", "~/code/.venv2/lib/a"),
        ("/home/me2/a", "/home/me2/a"),
        ("/home/me.old/a", "/home/me.old/a"),
        ("/srv/home/me/a", "/srv/home/me/a"),
        ("https://index.example/home/me/simple", "https://index.example/home/me/simple"),
    ],
)
def test_the_home_folder_becomes_a_tilde_but_for_the_environment(text: str, shown: str) -> None:
    assert Discretion(HOME, "/home/me/code/.venv").text(text) == shown


@pytest.mark.parametrize("home", ["/", ""])
def test_a_home_that_says_nothing_is_left_alone(home: str) -> None:
    assert Discretion(home).text("/srv/a") == "/srv/a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:secret@index.example/simple", "https://index.example/simple"),
        ("https://token@index.example/simple", "https://index.example/simple"),
        ("git+https://token@code.example/a.git@v1", "git+https://code.example/a.git@v1"),
        ("https://me:se/cret@index.example/simple", "https://index.example/simple"),
        ("https://me:****@index.example/simple", "https://me:****@index.example/simple"),
        ("a @ https://me:secret@i.example/a.whl", "a @ https://i.example/a.whl"),
        ("https://index.example/a@1/b", "https://index.example/a@1/b"),
    ],
)
def test_credentials_go(text: str, shown: str) -> None:
    assert Discretion("").text(text) == shown


def test_all_strings_of_a_json_value_are_rewritten() -> None:
    value = {"a": ["/home/me/x", {"b": ("/home/me/y", 1, None)}]}
    assert Discretion(HOME).applied(value) == {"a": ["~/x", {"b": ["~/y", 1, None]}]}
