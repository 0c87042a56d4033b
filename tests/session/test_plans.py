"""What a session says before an install, and how it ends where the plan cannot be carried out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import InstallFailed
from resolvetui.install.plan import ActionKind
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, Query, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.installation import install, plan_of, preview
from resolvetui.session.protocol import Message
from resolvetui.session.worker import Worker
from tests.install.wheels import package
from tests.session.support import query, runtime
from tests.support.index import World


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def clashing(tmp_path: Path, environment: Path) -> Query:
    """A query for two packages, in a folder of wheels, that bring one path."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    package("one", files={"shared.py": "1", "one.pth": "import one"}).save(wheels)
    package("two", files={"shared.py": "2"}).save(wheels)
    asked = query("one", "two", urls=[], target=TargetRequest(python=str(environment)))
    folder = IndexSource(IndexName("wheels"), wheels.as_uri(), "flat")
    return replace(asked, indexes=(folder,))


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_a_conflict_is_in_the_plan_and_its_install_is_refused(
    clashing: Query, environment: Path
) -> None:
    before = files(environment)
    with Session(runtime()) as session:
        attempt = session.resolve(clashing)
        plan = plan_of(session, attempt)
        assert [(each.name, each.owner) for each in plan.conflicts] == [("two", "one 1.0")]
        assert [each.file for each in plan.startup] == ["one.pth"]
        with pytest.raises(InstallFailed, match=r"two 1\.0 must not be installed"):
            install(session, attempt, plan, lambda *_: None, lambda: False)
    assert files(environment) == before


def test_a_preview_looks_into_no_wheel(clashing: Query) -> None:
    with Session(runtime()) as session:
        plan = preview(session, session.resolve(clashing))
        assert plan is not None
        assert (plan.conflicts, plan.unseen) == ((), ("one", "two"))
        described = replace(clashing, target=TargetRequest(python_version="3.12"))
        assert preview(session, session.resolve(described)) is None


def test_a_conflict_that_only_the_download_shows_changes_nothing(
    tmp_path: Path, environment: Path
) -> None:
    world = World()
    world.serve("one", "1.0", modules={"shared.py": "1"})
    world.serve("two", "1.0", modules={"shared.py": "2"})
    before = files(environment)
    with world.running() as indexes, Session(runtime(tmp_path / "cache")) as session:
        target = TargetRequest(python=str(environment))
        attempt = session.resolve(query("one", "two", urls=[indexes.url("main")], target=target))
        plan = plan_of(session, attempt)
        assert plan.unseen == ("one", "two")
        with pytest.raises(InstallFailed, match="must not be installed") as caught:
            install(session, attempt, plan, lambda *_: None, lambda: False)
        assert "shared.py" in caught.value.why
        assert [each.name for each in plan_of(session, attempt).conflicts] == ["two"]
    assert files(environment) == before


def seeing(attempt: Attempt, base: Path) -> Attempt:
    """The attempt with an environment that sees the packages of another."""
    (library,) = base.glob("lib/python*/site-packages")
    assert attempt.target.environment is not None
    paths = replace(attempt.target.environment, external_packages=(str(library),))
    return replace(attempt, target=replace(attempt.target, environment=paths))


def test_what_is_only_seen_is_hidden_and_stays(tmp_path: Path) -> None:
    """A virtual environment with system packages: the base's are never changed."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    package("one", "1.0").save(wheels)
    base, env = tmp_path / "base", tmp_path / "env"
    for folder in (base, env):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    source = (IndexSource(IndexName("wheels"), wheels.as_uri(), "flat"),)
    with Session(runtime()) as session:
        into_base = query("one", urls=[], target=TargetRequest(python=str(base)))
        attempt = session.resolve(replace(into_base, indexes=source))
        install(session, attempt, plan_of(session, attempt), lambda *_: None, lambda: False)
    package("one", "2.0").save(wheels)
    before = files(base)
    with Session(runtime()) as session:
        asked = query("one==2.0", urls=[], target=TargetRequest(python=str(env)))
        attempt = session.resolve(replace(asked, indexes=source))
        attempt = seeing(attempt, base)
        plan = plan_of(session, attempt)
        (action,) = plan.actions
        assert (action.kind, action.old_version) == (ActionKind.UPGRADE, "1.0")
        assert action.hides.startswith(str(base))
        done = install(session, attempt, plan, lambda *_: None, lambda: False)
        assert done.warnings == ()
    assert files(base) == before


def test_the_app_is_told_at_once_that_an_environment_is_refused(
    clashing: Query, environment: Path
) -> None:
    (library,) = environment.glob("lib/python*/site-packages")
    library.rmdir()
    library.write_text("no folder")
    messages: list[Message] = []
    worker = Worker(messages.append)
    worker.handle(protocol.Resolve(1, clashing, runtime()))
    worker.handle(protocol.MakePlan(2))
    worker.close()
    failed = next(each for each in messages if isinstance(each, protocol.Failed))
    assert (failed.id, failed.kind) == (2, "environment")
