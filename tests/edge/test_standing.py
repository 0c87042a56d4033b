"""What indexes say of a project: status (PEP 792), and where else it is (PEP 708)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resolvetui.demo.server import LoopbackIndexes, Reply
from tests.edge.conftest import Command
from tests.support.index import World

PYTHON = ("--python-version", "3.12")
UNSAFE = ("--index-strategy", "unsafe-best-match")
JSON_TYPE = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def world() -> World:
    world = World()
    for index in ("main", "plain"):
        world.serve("app", "1.0", index=index)
    world.serve("app", "2.0", needs=["old"])
    world.serve("old", "1.0")
    world.serve("old", "2.0", sdist=True)
    return world


def say(indexes: LoopbackIndexes, name: str, index: str = "main", **keys: Any) -> None:
    """Let an index say more of a project than its files."""
    path = f"/{index}/simple/{name}/"
    kept = path in indexes.canned
    page = json.loads(indexes.canned[path].body) if kept else _page(indexes, path)
    page["meta"] |= keys.pop("meta", {})
    page |= {key.replace("_", "-"): value for key, value in keys.items()}
    indexes.canned[path] = Reply(200, json.dumps(page).encode(), {"Content-Type": JSON_TYPE})


def _page(indexes: LoopbackIndexes, path: str) -> Any:
    from urllib.request import Request, urlopen

    base = indexes.url("main").removesuffix("/main/simple").removesuffix("/main/simple/")
    with urlopen(Request(base + path, headers={"Accept": JSON_TYPE})) as answer:
        return json.load(answer)


def warned(command: Command, *arguments: str) -> str:
    """The warnings about projects."""
    code, report = command.json(*arguments, *PYTHON)
    assert code == 0, report
    return "\n".join(each["text"] for each in report["warnings"] if each["kind"] == "project")


# ---- PEP 792


def test_a_quarantined_project_is_refused_with_its_reason(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "old", project_status={"status": "quarantined", "reason": "steals\x1b[2J keys"})
    code, out, _ = command("app==2.0", "-i", indexes.url("main"), *PYTHON)
    assert code == 1
    assert "quarantined" in out
    assert "steals" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("asked", ["old", "old==1.0", "old==2.0"])
def test_no_pin_and_no_policy_takes_a_quarantine_away(
    command: Command, indexes: LoopbackIndexes, asked: str
) -> None:
    say(indexes, "old", project_status={"status": "quarantined"})
    more = ("--build", "allow", "--no-binary", "old") if asked == "old==2.0" else ()
    code, out, _ = command(asked, *more, "-i", indexes.url("main"), *PYTHON)
    assert code == 1
    assert "quarantined" in out


def test_a_quarantined_project_without_files_is_told_too(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "old", files=[], project_status={"status": "quarantined", "reason": "malware"})
    code, out, _ = command("old", "-i", indexes.url("main"), *PYTHON)
    assert code == 1
    assert "quarantined" in out
    assert "malware" in out


def test_a_quarantine_holds_from_the_cache_and_ends_at_the_index(
    command: Command, indexes: LoopbackIndexes
) -> None:
    arguments = ("old==1.0", "-i", indexes.url("main"), *PYTHON)
    assert command(*arguments)[0] == 0
    say(indexes, "old", project_status={"status": "quarantined"})
    assert command(*arguments, "--refresh")[0] == 1
    assert command(*arguments, "--offline")[0] == 1
    del indexes.canned["/main/simple/old/"]
    assert command(*arguments, "--refresh")[0] == 0


def test_a_quarantined_project_hides_the_later_indexes(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "app", project_status={"status": "quarantined"})
    # An extra index comes first.
    urls = ("-i", indexes.url("plain"), "--extra-index-url", indexes.url("main"))
    assert command("app", *urls, *PYTHON)[0] == 1


def test_nothing_of_a_quarantined_project_is_installed(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "old", project_status={"status": "quarantined"})
    code, _, _ = command.install("app==2.0", "-i", indexes.url("main"))
    assert code == 1
    assert command.installed == []


@pytest.mark.parametrize("status", ["archived", "deprecated"])
def test_other_statuses_are_warnings(
    command: Command, indexes: LoopbackIndexes, status: str
) -> None:
    say(indexes, "old", project_status={"status": status, "reason": "see\x07 new"})
    for _ in range(2):  # from the network, and from the cache
        text = warned(command, "app==2.0", "-i", indexes.url("main"))
        assert f"old is {status} on index" in text
        assert "new" in text
        assert "\x07" not in text
    assert f"old is {status}" in "".join(command("old", "-i", indexes.url("main"), *PYTHON)[1:])


@pytest.mark.parametrize("status", [3, None, ["quarantined"], "active", "nonsense"])
def test_a_status_that_is_none_says_nothing(
    command: Command, indexes: LoopbackIndexes, status: object
) -> None:
    say(indexes, "old", project_status={"status": status, "reason": {}})
    assert warned(command, "old==1.0", "-i", indexes.url("main")) == ""


# ---- PEP 708


def both(indexes: LoopbackIndexes) -> tuple[str, ...]:
    return ("-i", indexes.url("main"), "--extra-index-url", indexes.url("plain"), *UNSAFE)


def place(indexes: LoopbackIndexes, index: str) -> str:
    return f"{indexes.url(index).rstrip('/')}/app/"


def test_a_name_that_counts_on_two_indexes_is_warned_of(
    command: Command, indexes: LoopbackIndexes
) -> None:
    text = warned(command, "app", *both(indexes))
    assert "app is taken from whichever" in text
    assert "PEP 708" in text
    assert "old" not in text


def test_first_index_takes_from_one_and_says_nothing(
    command: Command, indexes: LoopbackIndexes
) -> None:
    assert warned(command, "app", *both(indexes)[:-2]) == ""


def test_an_index_that_tracks_another_is_one_with_it(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "app", "plain", meta={"tracks": [place(indexes, "main")]})
    assert "PEP 708" not in warned(command, "app", *both(indexes))


def test_both_have_to_name_each_other_as_alternate_locations(
    command: Command, indexes: LoopbackIndexes
) -> None:
    say(indexes, "app", "plain", alternate_locations=[place(indexes, "main")])
    assert "PEP 708" in warned(command, "app", *both(indexes))
    say(indexes, "app", alternate_locations=[place(indexes, "plain")])
    text = warned(command, "app", *both(indexes), "--refresh")
    assert "PEP 708" not in text
    assert "is the same project as" in text


def test_where_a_project_is_at_home_is_told_without_a_password(
    command: Command, indexes: LoopbackIndexes
) -> None:
    home = "https://me:s3cr3t@index.example/simple/app/"
    say(indexes, "app", meta={"tracks": [home, 3, "file:///etc/passwd"]})
    text = warned(command, "app", "-i", indexes.url("main"))
    assert "follows https://index.example/simple/app/." in text
    assert "s3cr3t" not in text
    assert "passwd" not in text


@pytest.mark.parametrize("wrong", ["text", 3, {"a": 1}, [[]], None])
def test_places_of_another_shape_say_nothing(
    command: Command, indexes: LoopbackIndexes, wrong: object
) -> None:
    say(indexes, "app", meta={"tracks": wrong}, alternate_locations=wrong)
    assert warned(command, "app", "-i", indexes.url("main")) == ""


def test_a_recording_has_it_all(command: Command, indexes: LoopbackIndexes) -> None:
    say(indexes, "old", project_status={"status": "quarantined", "reason": "malware"})
    asked = ("old", "-i", indexes.url("main"), *PYTHON)
    first = command(*asked, "--record", "r.json")
    again = command("--replay", "r.json")
    assert (first[0], again[0]) == (1, 1)
    assert "malware" in again[1]
