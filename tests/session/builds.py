"""Source distributions with backends of a few lines, and an environment to build for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resolvetui.model.query import BuildPolicy, Policies, Query, TargetRequest
from resolvetui.resolver.outcome import Refutation
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.runtime import Runtime
from tests.session.support import query, runtime
from tests.support.index import World

ALLOW = Policies(build=BuildPolicy.ALLOW)
DYNAMIC = ("Requires-Dist",)

MARK = """
import os, pathlib
pathlib.Path(os.environ["BUILD_MARKER"]).write_text(str(os.getpid()))
"""
"""Leaves the number of the process that ran it."""

COPY = """
import pathlib, shutil

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = next(pathlib.Path(__file__).parent.glob("*.whl"))
    shutil.copy(wheel, wheel_directory)
    return wheel.name
"""
"""Without the hook for metadata: that takes the wheel."""

FAILS = """
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("building \\x1b[2J\\x1b[31mred\\x1b[0m things")
    print("a.c:1:10: fatal error: Python.h: No such file or directory \\x1b]0;title\\x07")
    raise SystemExit("error: command 'gcc' failed with exit code 1")
"""

HANGS = """
import os

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    os.read(os.pipe()[0], 1)
"""


def asking(*requirements: str, url: str, python: Path, policies: Policies | None = None) -> Query:
    """A query for an environment that is here."""
    target = TargetRequest(python=str(python))
    return query(*requirements, urls=[url], policies=policies, target=target)


def cause(attempt: Attempt) -> str:
    assert isinstance(attempt.outcome, Refutation)
    assert attempt.explanation is not None
    return attempt.explanation.cause


def source(
    world: World, name: str, version: str, backend: str = MARK + COPY, **more: object
) -> None:
    """A version whose dependencies only a build can tell."""
    world.serve(name, version, sdist=True, dynamic=DYNAMIC, backend=backend, **more)  # type: ignore[arg-type]


@dataclass
class Place:
    """Where builds are resolved."""

    python: Path
    cache: Path

    def resolve(
        self,
        world: World,
        *requirements: str,
        policies: Policies | None = None,
        settings: Runtime | None = None,
    ) -> Attempt:
        with world.running() as indexes, Session(settings or runtime(self.cache)) as session:
            url = indexes.url("main")
            return session.resolve(
                asking(*requirements, url=url, python=self.python, policies=policies)
            )
