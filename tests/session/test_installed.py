"""Installed packages take part: kept where they satisfy, respected where they stay."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.install.plan import ActionKind
from resolvetui.model.query import Policies, TargetRequest
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.installation import install, plan_of
from tests.session.support import pins, query, resolve, runtime
from tests.support.index import World


@pytest.fixture(scope="module")
def world() -> Iterator[str]:
    made = World()
    made.serve("a", "1.0", needs=["b<2"])
    made.serve("a", "2.0", needs=["b>=2"])
    made.serve("b", "1.0")
    made.serve("b", "1.5")
    made.serve("b", "2.0")
    with made.running() as indexes:
        yield indexes.url("main")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, world: str) -> TargetRequest:
    """An environment with a 1.0 and b 1.0."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    request = TargetRequest(python=str(folder))
    with Session(runtime()) as session:
        attempt = session.resolve(query("a==1.0", "b==1.0", urls=[world], target=request))
        install(session, attempt, plan_of(session, attempt), lambda *_: None, lambda: False)
    return request


def ask(
    target: TargetRequest, world: str, *requirements: str, policies: Policies | None = None
) -> Attempt:
    return resolve(query(*requirements, urls=[world], target=target, policies=policies))


def test_an_installed_version_that_satisfies_is_kept(target: TargetRequest, world: str) -> None:
    attempt = ask(target, world, "b")
    assert pins(attempt) == {"b": "1.0"}
    assert attempt.resolution is not None
    assert attempt.resolution.pins[0].kind == "installed"


def test_an_upgrade_takes_the_newest_that_others_can_live_with(
    target: TargetRequest, world: str
) -> None:
    assert pins(ask(target, world, "b", policies=Policies(upgrade=True))) == {"b": "1.5"}


def test_what_would_break_an_installed_package_is_a_conflict_that_names_it(
    target: TargetRequest, world: str
) -> None:
    attempt = ask(target, world, "b>=2")
    assert attempt.explanation is not None
    told = " ".join(step.text for step in attempt.explanation.steps)
    assert "a 1.0, which is installed and stays, requires b<2" in told


def test_a_package_that_is_asked_for_may_change_with_the_rest(
    target: TargetRequest, world: str
) -> None:
    assert pins(ask(target, world, "a", "b>=2")) == {"a": "2.0", "b": "2.0"}


def test_breaking_can_be_allowed_and_is_said(target: TargetRequest, world: str) -> None:
    wanted = query("b>=2", urls=[world], target=target, policies=Policies(allow_breaking=True))
    with Session(runtime()) as session:
        attempt = session.resolve(wanted)
        plan = plan_of(session, attempt)
    assert pins(attempt) == {"b": "2.0"}
    assert [(item.name, item.requires) for item in plan.breaks] == [("a", "b<2")]


def test_a_reinstall_looks_at_the_index_alone(target: TargetRequest, world: str) -> None:
    wanted = query("b<2", urls=[world], target=target, policies=Policies(reinstall=True))
    with Session(runtime()) as session:
        attempt = session.resolve(wanted)
        plan = plan_of(session, attempt)
    assert pins(attempt) == {"b": "1.5"}
    assert [action.kind for action in plan.changes] == [ActionKind.UPGRADE]


def test_no_deps_takes_only_what_is_named(target: TargetRequest, world: str) -> None:
    assert pins(ask(target, world, "a==1.0", policies=Policies(no_deps=True))) == {"a": "1.0"}


def test_without_an_environment_installed_packages_take_no_part(world: str) -> None:
    assert pins(resolve(query("b", urls=[world]))) == {"b": "2.0"}


def test_installing_again_changes_nothing(
    target: TargetRequest, world: str, tmp_path: Path
) -> None:
    with Session(runtime(tmp_path)) as session:
        attempt = session.resolve(query("a", urls=[world], target=target))
        assert plan_of(session, attempt).changes == ()
