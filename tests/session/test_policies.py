"""Policies of the query over real pages: cut-off dates, pinned and explicit indexes."""

from __future__ import annotations

import msgspec
import pytest

from resolvetui.demo.server import Reply
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Policies
from resolvetui.model.verdict import Reason
from tests.session.support import pins, query, resolve
from tests.support.index import World


def dated() -> World:
    world = World()
    world.serve("a", "1", upload_time="2024-01-01T00:00:00Z")
    world.serve("a", "2", upload_time="2024-05-07T23:59:59.5Z")
    world.serve("a", "3", upload_time="2024-05-08T00:00:00.000000Z")
    world.serve("undated", "1")
    return world


@pytest.mark.parametrize(
    ("moment", "chosen"),
    [("", "3"), ("2024-05-08T00:00:00Z", "2"), ("2024-05-07T23:59:59Z", "1")],
)
def test_uploads_from_the_cut_off_on_do_not_count(moment: str, chosen: str) -> None:
    with dated().running() as indexes:
        policies = Policies(exclude_newer=moment)
        found = resolve(query("a", urls=[indexes.url("main")], policies=policies))
    assert pins(found) == {"a": chosen}


def test_a_version_hidden_by_the_cut_off_is_named_with_its_reason() -> None:
    with dated().running() as indexes:
        policies = Policies(exclude_newer="2024-05-08T00:00:00Z")
        attempt = resolve(query("a>=3", urls=[indexes.url("main")], policies=policies))
        verdicts = attempt.evidence.verdicts(PackageName("a"))
    hurdles = {verdict.version: verdict.hurdle for verdict in verdicts}
    assert attempt.explanation is not None
    assert hurdles["3"] is not None
    assert hurdles["3"].reason is Reason.EXCLUDE_NEWER


def test_a_file_without_an_upload_time_counts_as_newer() -> None:
    with dated().running() as indexes:
        policies = Policies(exclude_newer="2030-01-01T00:00:00Z")
        attempt = resolve(query("undated", urls=[indexes.url("main")], policies=policies))
    assert attempt.explanation is not None


def two_indexes() -> World:
    world = World()
    world.serve("torch", "2.3.0", index="main")
    world.serve("torch", "2.3.0+cpu", index="cpu")
    world.serve("filelock", "3", index="main")
    world.serve("filelock", "1", index="cpu")
    return world


def test_a_pinned_package_comes_from_its_index_alone() -> None:
    with two_indexes().running() as indexes:
        wanted = query("torch", "filelock", urls=[indexes.url("main"), indexes.url("cpu")])
        pinned = msgspec.structs.replace(
            wanted, pinned_indexes={PackageName("torch"): IndexName("two")}
        )
        assert pins(resolve(pinned)) == {"torch": "2.3.0+cpu", "filelock": "3"}


def test_an_explicit_index_is_asked_only_about_what_is_pinned_to_it() -> None:
    with two_indexes().running() as indexes:
        wanted = query("torch", "filelock", urls=[indexes.url("main")])
        explicit = IndexSource(IndexName("cpu"), indexes.url("cpu"), explicit=True)
        changed = msgspec.structs.replace(
            wanted,
            indexes=(explicit, *wanted.indexes),
            pinned_indexes={PackageName("torch"): IndexName("cpu")},
        )
        assert pins(resolve(changed)) == {"torch": "2.3.0+cpu", "filelock": "3"}
        asked = {path.split("/")[3] for path in indexes.paths() if path.startswith("/cpu/simple/")}
    assert asked == {"torch"}


def test_a_project_of_legacy_versions_alone_is_told_as_such() -> None:
    """Versions that PEP 440 does not know are shown as skipped, with the reason."""
    world = two_indexes()
    with world.running() as indexes:
        page = b'<h1>Links for old</h1><a href="old-1.0-final-of-2004.tar.gz">old</a>'
        indexes.canned["/main/simple/old/"] = Reply(200, page, {"Content-Type": "text/html"})
        attempt = resolve(query("old", urls=[indexes.url("main")]))
    assert attempt.explanation is not None
    assert "one lists old without any version that can be read" in attempt.explanation.cause
    (verdicts,) = attempt.explanation.candidates
    assert [file.filename for file in verdicts.skipped] == ["old-1.0-final-of-2004.tar.gz"]
