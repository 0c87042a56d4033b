"""A fresh environment for each test: copied from one that is made once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.environment.target import Target
from resolvetui.install import preparing
from tests.install.worlds import World, copy_of


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("template") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return describe_interpreter(folder / "bin" / "python")


@pytest.fixture(scope="session", autouse=True)
def _same_moments_on_a_slow_machine() -> Iterator[None]:
    """Whether an install is to stop is asked once a package, however long that takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "_PATIENCE_S", 60.0)
        yield


@pytest.fixture
def make_world(template: Target, tmp_path: Path) -> Callable[[str], World]:
    return partial(copy_of, template, tmp_path)


@pytest.fixture
def world(make_world: Callable[[str], World]) -> World:
    return make_world("env")
