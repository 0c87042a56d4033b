"""A current folder for tests of inputs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from resolvetui.cli.arguments import parse_arguments
from resolvetui.errors import UsageError
from resolvetui.inputs.merge import Effective, build_query

A, B, C = (f"https://{letter}.example/simple" for letter in "abc")
CPU = "https://download.pytorch.org/whl/cpu"


class Folder:
    """A current folder, with pip's files switched off unless a test writes one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {"HOME": str(path), "PIP_CONFIG_FILE": os.devnull}

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def pip(self, text: str) -> None:
        self.environ["PIP_CONFIG_FILE"] = str(self.write("pip.conf", f"[global]\n{text}\n"))

    def query(self, *argv: str, **variables: str) -> Effective:
        return build_query(parse_arguments(argv), {**self.environ, **variables}, str(self.path))

    def refused(self, *argv: str) -> UsageError:
        with pytest.raises(UsageError) as found:
            self.query(*argv)
        return found.value

    def urls(self, *argv: str, **variables: str) -> list[str]:
        return [source.url for source in self.query(*argv, **variables).query.indexes]

    def names(self, *argv: str, **variables: str) -> list[str]:
        return [source.name for source in self.query(*argv, **variables).query.indexes]

    def asked(self, *argv: str) -> list[str]:
        """Requirements, in order."""
        return [root.requirement.text for root in self.query(*argv).query.requirements]

    def pins(self, *argv: str, **variables: str) -> dict[str, str]:
        found = self.query(*argv, **variables).query.pinned_indexes
        return {str(name): str(index) for name, index in found.items()}

    def warnings(self, *argv: str) -> list[str]:
        return [warning.kind for warning in self.query(*argv).warnings]
