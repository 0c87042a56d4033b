"""Whose code runs, and when: never unasked, and never for a mere try."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import HashMismatch
from resolvetui.inputs.changes import apply
from resolvetui.model.names import PackageName
from resolvetui.model.query import AllowBuild, BuildPolicy, Policies, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.attempts import Session
from resolvetui.session.fixing import find_fixes
from resolvetui.session.protocol import Message
from resolvetui.session.worker import Worker
from tests.session.builds import (
    ALLOW,
    DYNAMIC,
    Place,
    asking,
    cause,
    source,
)
from tests.session.support import LINUX, pins, query, runtime
from tests.support.index import World

A = PackageName("a")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (BuildPolicy.ASK, "nobody was asked (--build ask)"),
        (BuildPolicy.DENY, "--build deny forbids"),
    ],
)
def test_without_consent_nothing_runs_and_the_way_out_is_named(
    place: Place, marker: Path, policy: BuildPolicy, said: str
) -> None:
    world = World()
    source(world, "a", "1.0")
    found = place.resolve(world, "a", policies=Policies(build=policy))
    assert not marker.exists()
    assert said in cause(found)
    assert "has to be built to know what it requires" in cause(found)
    assert found.explanation is not None
    (hint,) = found.explanation.hints
    assert hint.text == "allow building a 1.0 (building it runs its code)"
    assert (hint.kind, hint.args, hint.changes) == (
        "build",
        ("--allow-build=a",),
        (AllowBuild(A),),
    )
    assert hint.unchecked == "needs your consent to run its code"


@pytest.mark.parametrize("policies", [ALLOW, Policies(allow_build=("a",))], ids=["all", "one"])
def test_with_consent_a_build_tells_the_dependencies(
    place: Place, marker: Path, policies: Policies
) -> None:
    world = World()
    source(world, "a", "1.0", needs=["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    assert pins(place.resolve(world, "a", policies=policies)) == {"a": "1.0", "b": "1.0"}
    assert marker.exists()


def test_consent_is_for_the_package_that_is_named(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0")
    found = place.resolve(world, "a", policies=Policies(allow_build=("b",)))
    assert not marker.exists()
    assert found.resolution is None


def test_metadata_without_a_wheel_is_enough_to_resolve(place: Place) -> None:
    world = World()
    world.serve("a", "1.0", sdist=True, dynamic=DYNAMIC, needs=["b"])
    world.serve("b", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        found = session.resolve(wanted)
        file, _ = found.facts.listings.file_of(A, "1.0")
        assert session.built.wheel(file, found.target.key) is None  # type: ignore[arg-type]
    assert pins(found) == {"a": "1.0", "b": "1.0"}


def test_versions_that_are_only_fetched_ahead_are_not_built(place: Place, marker: Path) -> None:
    world = World()
    for minor in range(4):
        source(world, "a", f"1.{minor}")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        session.resolve(asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW))
        assert [(log.name, log.version) for log in session.built.logs] == [("a", "1.3")]


def test_the_search_for_fixes_runs_no_code(place: Place, marker: Path) -> None:
    world = World()
    world.serve("a", "2.0", requires_python="<3")
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a==2.0", url=indexes.url("main"), python=place.python, policies=ALLOW)
        hints = find_fixes(session, session.resolve(wanted))
    assert not marker.exists()
    (found,) = [hint for hint in hints if hint.args == ("--instead=a==1.0",)]
    assert not found.verified
    assert found.unchecked == "needs your consent to run its code"


def test_a_fix_that_needs_a_build_stays_unchecked_until_it_is_taken(
    place: Place, marker: Path
) -> None:
    world = World()
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python)
        (hint,) = find_fixes(session, session.resolve(wanted))
        assert not marker.exists()
        assert (hint.verified, hint.kind) == (False, "build")
        allowed = replace(wanted, policies=Policies(allow_build=("a",)))
        assert pins(session.resolve(allowed)) == {"a": "1.0"}
        (again,) = find_fixes(session, session.resolve(wanted))
        assert again == hint  # what the cache knows by now decides nothing


def test_a_described_target_cannot_be_built_for(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = query("a", urls=[indexes.url("main")], policies=ALLOW, target=LINUX)
        found = session.resolve(wanted)
    assert not marker.exists()
    assert "takes a CPython 3.12 on Linux x86_64 (--python PATH" in cause(found)
    assert found.explanation is not None
    assert [hint.kind for hint in found.explanation.hints] == ["build-elsewhere"]


def test_another_version_of_python_is_built_for_on_this_machine(place: Place) -> None:
    world = World()
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        other = TargetRequest(python_version="3.9")
        wanted = query("a", urls=[indexes.url("main")], policies=ALLOW, target=other)
        found = session.resolve(wanted)
    assert "takes a CPython 3.9 on this machine (--python PATH names it)" in cause(found)
    assert found.explanation is not None
    (hint,) = found.explanation.hints
    assert hint.text == (
        "resolve with --python PATH of a CPython 3.9 on this machine, which can build a 1.0 "
        "(building it runs its code)"
    )


def test_the_app_builds_when_the_fix_is_taken(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0")
    messages: list[Message] = []
    worker = Worker(messages.append)
    with world.running() as indexes:
        wanted = asking("a", url=indexes.url("main"), python=place.python)
        worker.handle(protocol.Resolve(1, wanted, runtime(place.cache)))
        worker.handle(protocol.FindFixes(2))
        (hint,) = [m for m in messages if isinstance(m, protocol.Fixes)][-1].hints
        assert not marker.exists()
        taken = apply(wanted, hint.changes)
        worker.handle(protocol.Resolve(3, taken, runtime(place.cache)))
        worker.close()
    assert any(isinstance(message, protocol.Resolved) for message in messages)
    assert marker.exists()


def test_nothing_runs_of_a_file_that_has_not_the_hash_that_a_line_wants(
    place: Place, marker: Path
) -> None:
    """The index gives no hash, so that only the bytes can tell."""
    world = World()
    world.index("main", hashes=False)
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a==1.0", url=indexes.url("main"), python=place.python, policies=ALLOW)
        (root,) = wanted.requirements
        wanted = replace(wanted, requirements=(replace(root, hashes=(f"sha256:{'0' * 64}",)),))
        with pytest.raises(HashMismatch) as caught:
            session.resolve(wanted)
    assert not marker.exists()
    assert "a-1.0.tar.gz" in caught.value.what
