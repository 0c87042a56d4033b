"""An environment that is made with a chosen Python, and one that is looked at, by messages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from resolvetui.model.query import TargetRequest
from resolvetui.session import protocol
from resolvetui.session.check_messages import CheckEnvironment, EnvironmentChecked
from tests.session.support import query, runtime
from tests.session.test_worker import answers, of_kind
from tests.support.index import World


def test_an_environment_is_made_installed_into_and_checked(tmp_path: Path) -> None:
    world = World()
    world.serve("small", "1.0")
    place = TargetRequest(python=str(tmp_path / "new"))
    with world.running() as indexes:
        first = query("small", urls=[indexes.url("main")])
        wanted = query("small", urls=[indexes.url("main")], target=place)
        messages = answers(
            protocol.Resolve(1, first, runtime()),
            protocol.MakeEnvironment(2, place.python, sys.executable),
            protocol.Resolve(3, wanted, runtime()),
            protocol.MakePlan(4),
            protocol.Install(5),
            CheckEnvironment(6, place, runtime()),
        )
    checked = of_kind(messages, EnvironmentChecked)
    assert (checked.id, checked.packages, checked.problems) == (6, 1, ())
    assert checked.environment == str(tmp_path / "new")
    assert checked.files > 0


def test_what_does_not_hold_is_told(tmp_path: Path) -> None:
    place = TargetRequest(python=str(tmp_path / "new"))
    world = World()
    world.serve("small", "1.0")
    with world.running() as indexes:
        first = query("small", urls=[indexes.url("main")])
        wanted = query("small", urls=[indexes.url("main")], target=place)
        answers(
            protocol.Resolve(1, first, runtime()),
            protocol.MakeEnvironment(2, place.python, sys.executable),
            protocol.Resolve(3, wanted, runtime()),
            protocol.MakePlan(4),
            protocol.Install(5),
        )
    for folder in Path(place.python).glob("lib/*/site-packages/small"):
        shutil.rmtree(folder)
    messages = answers(CheckEnvironment(1, place, runtime()))
    assert any("small 1.0" in text for text in of_kind(messages, EnvironmentChecked).problems)


def test_what_is_no_environment_is_a_failure_in_words(tmp_path: Path) -> None:
    messages = answers(CheckEnvironment(1, TargetRequest(python=str(tmp_path / "none")), runtime()))
    assert of_kind(messages, protocol.Failed).what
    assert messages[-1] == protocol.Done(1)
