"""A fresh environment for each test: copied from one that is made once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.environment.target import Target
from tests.install.worlds import World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("template") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return describe_interpreter(folder / "bin" / "python")


@pytest.fixture
def make_world(template: Target, tmp_path: Path) -> Callable[[str], World]:
    def make(name: str = "env") -> World:
        assert template.environment is not None
        old, new = template.environment.prefix, str(tmp_path / name)
        shutil.copytree(old, new, symlinks=True)
        paths = {
            key: value.replace(old, new)
            for key, value in structs.asdict(template.environment).items()
            if isinstance(value, str)
        }
        environment = structs.replace(template.environment, **paths)
        wheels = tmp_path / "wheels"
        wheels.mkdir(exist_ok=True)
        return World(structs.replace(template, environment=environment), Path(new), wheels)

    return make


@pytest.fixture
def world(make_world: Callable[[str], World]) -> World:
    return make_world("env")
