"""Builds that fail, hang, lie or are stopped: what is told, and how the search goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import Cancelled
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason
from resolvetui.session import protocol
from resolvetui.session.attempts import Session
from resolvetui.session.protocol import Message
from resolvetui.session.worker import Worker
from tests.session.builds import (
    ALLOW,
    FAILS,
    HANGS,
    MARK,
    Place,
    asking,
    cause,
    source,
)
from tests.session.support import pins, runtime
from tests.support.index import World

A = PackageName("a")


def test_a_build_that_fails_excludes_that_version_alone(place: Place) -> None:
    world = World()
    world.serve("a", "1.0")
    source(world, "a", "2.0", FAILS)
    found = place.resolve(world, "a", policies=ALLOW)
    assert pins(found) == {"a": "1.0"}
    (verdict,) = found.evidence.verdicts_of(A, "2.0")
    assert verdict.hurdle is not None
    assert verdict.hurdle.reason is Reason.BUILD_FAILED
    assert verdict.hurdle.detail.startswith("build_wheel: a.c:1:10: fatal error: Python.h")
    assert verdict.hurdle.detail.endswith("; error: command 'gcc' failed with exit code 1")


def test_the_explanation_says_why_a_build_was_needed_and_what_failed(place: Place) -> None:
    world = World()
    world.serve("a", "1.0")
    source(world, "a", "2.0", FAILS, wheels=["py3-none-win_amd64"])
    source(world, "a", "3.0", FAILS)
    found = place.resolve(world, "a==2.0", policies=ALLOW)
    text = cause(found)
    assert text.startswith("No wheel of a 2.0 fits CPython 3.")
    assert "(its wheels are for win_amd64), and building it failed at build_wheel: " in text
    assert "Python.h: No such file or directory" in text
    assert text.endswith("; error: command 'gcc' failed with exit code 1.")
    assert found.explanation is not None
    hints = {hint.kind: hint for hint in found.explanation.hints}
    assert hints["other-version"].args == ("--instead=a==1.0",)
    assert "it has a wheel for" in hints["other-version"].text


def test_the_whole_output_is_in_a_log(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", FAILS)
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        session.resolve(asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW))
        (log,) = session.built.logs
    assert Path(log.log).is_relative_to(place.cache)
    assert "red" in Path(log.log).read_text("utf-8")
    assert "fatal error" in log.failure


def test_a_build_that_hangs_is_ended(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", HANGS)
    settings = replace(runtime(place.cache), build_timeout_s=0.4)
    found = place.resolve(world, "a", policies=ALLOW, settings=settings)
    assert "build_wheel: it was stopped after 0.4 s" in cause(found)


def test_a_build_is_ended_when_the_user_stops(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0", MARK + HANGS)
    stopped: list[str] = []

    def on_step(doing: str) -> None:
        if doing == "building a 1.0" and marker.exists() and marker.read_text():
            stopped.append(marker.read_text())
            raise Cancelled("Stopped.")

    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        with pytest.raises(Cancelled):
            session.resolve(wanted, on_step)
    with pytest.raises(ProcessLookupError):
        os.kill(int(stopped[0]), 0)


WRONG = """
import pathlib, shutil

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = pathlib.Path(metadata_directory, "b-1.0.dist-info")
    folder.mkdir()
    folder.joinpath("METADATA").write_text("Metadata-Version: 2.2\\nName: {0}\\nVersion: {1}\\n")
    return folder.name
"""


@pytest.mark.parametrize(("name", "version"), [("b", "1.0"), ("a", "1.1")])
def test_what_comes_out_must_be_what_was_asked_for(place: Place, name: str, version: str) -> None:
    world = World()
    source(world, "a", "1.0", WRONG.format(name, version))
    found = place.resolve(world, "a", policies=ALLOW)
    assert f"it gives {name} {version}, not a 1.0" in cause(found)


def test_asking_the_same_again_builds_again_what_failed(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0", MARK + FAILS)
    messages: list[Message] = []
    worker = Worker(messages.append)
    with world.running() as indexes:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        worker.handle(protocol.Resolve(1, wanted, runtime(place.cache)))
        marker.unlink()
        other = asking("a>=1", url=indexes.url("main"), python=place.python, policies=ALLOW)
        worker.handle(protocol.Resolve(2, other, runtime(place.cache)))
        assert not marker.exists()
        worker.handle(protocol.Resolve(3, other, runtime(place.cache)))
        assert marker.exists()
        worker.close()
    told = [message for message in messages if isinstance(message, protocol.Warned)]
    assert [(each.id, each.kind) for each in told] == [(1, "build"), (3, "build")]
    assert "a 1.0 could not be built; the output is in " in told[0].text
