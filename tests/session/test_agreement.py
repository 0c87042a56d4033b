"""An index that tells one story beside a wheel and another inside it (PEP 658)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.model.query import Policies, TargetRequest
from resolvetui.session.attempts import Session
from resolvetui.session.installation import install, plan_of
from tests.session.support import query, runtime
from tests.support.index import World


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@contextmanager
def lying(
    told: Sequence[str], true: Sequence[str], told_python: str | None = None
) -> Iterator[str]:
    """The URL of an index whose wheel of `a` requires something else than its metadata says."""
    world = World()
    world.serve("a", "1.0", needs=true)
    world.serve("b", "1.0")
    (served,) = (file for file in world.index().files.values() if file.release.name == "a")
    assert served.content  # made now, by the truth
    served.release = replace(served.release, needs=tuple(told), requires_python=told_python)
    with world.running() as indexes:
        yield indexes.url("main")


def install_a(url: str, environment: Path, cache: Path, *, no_deps: bool = False) -> None:
    target = TargetRequest(python=str(environment))
    wanted = query("a", urls=[url], target=target, policies=Policies(no_deps=no_deps))
    with Session(runtime(cache)) as session:
        attempt = session.resolve(wanted)
        install(session, attempt, plan_of(session, attempt), lambda *_: None, lambda: False)


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir()}


@pytest.mark.parametrize(
    ("told", "true", "why"),
    [
        ([], ["b"], "it requires 'b', which the plan left out"),
        (["b"], [], "it does not require 'b'"),
        (["b"], ["b>=1"], "it requires 'b>=1', which the plan left out; it does not require 'b'"),
        ([], ['b ; extra == "x"'], "which the plan left out"),
    ],
)
def test_wheel_that_requires_something_else_is_refused(
    environment: Path, tmp_path: Path, told: list[str], true: list[str], why: str
) -> None:
    before = files(environment)
    with lying(told, true) as url:
        for _ in range(2):  # the second time from the cache, where the wheel is kept unpacked
            with pytest.raises(InstallFailed) as caught:
                install_a(url, environment, tmp_path / "cache")
            assert why in caught.value.why
            assert caught.value.culprit == "a-1.0-py3-none-any.whl"
    assert files(environment) == before


def test_wheel_for_other_pythons_is_refused(environment: Path, tmp_path: Path) -> None:
    with lying([], [], told_python=">=3.2") as url, pytest.raises(InstallFailed) as caught:
        install_a(url, environment, tmp_path / "cache")
    assert "'>=3.2'" in caught.value.why


def test_same_requirements_in_other_words_are_taken(environment: Path, tmp_path: Path) -> None:
    with lying(["B >= 1.0"], ["b>=1.0"]) as url:
        install_a(url, environment, tmp_path / "cache")


def test_nothing_is_compared_where_nothing_was_read(environment: Path, tmp_path: Path) -> None:
    with lying([], ["b"]) as url:
        install_a(url, environment, tmp_path / "cache", no_deps=True)
