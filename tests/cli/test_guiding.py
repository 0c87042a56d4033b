"""When the guided install begins by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.cli.arguments import parse_arguments
from resolvetui.cli.guiding import guide_start
from resolvetui.inputs.merge import build_query
from resolvetui.model.query import TargetRequest


def begins(folder: Path, *words: str, **environ: str) -> bool:
    effective = build_query(parse_arguments([*words, "--no-config"]), environ, str(folder))
    return guide_start(effective, environ, folder).begins


def test_it_begins_where_there_is_no_environment(tmp_path: Path) -> None:
    assert begins(tmp_path, "torch", "torchaudio")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("torch", "--python", "3.12"),
        ("torch", "--python-version", "3.12"),
        ("torch", "--python-platform", "linux"),
        ("torch", "--venv", ".venv"),
        ("torch", "--no-guide"),
    ],
    ids=" ".join,
)
def test_it_does_not_where_a_target_is_named_or_nothing_asked_for(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert not begins(tmp_path, *words)


def test_it_does_not_where_there_is_an_environment(tmp_path: Path) -> None:
    assert not begins(tmp_path, "torch", VIRTUAL_ENV="/srv/env")
    assert not begins(tmp_path, "torch", RESOLVETUI_PYTHON="3.12")
    assert not begins(tmp_path, "torch", RESOLVETUI_NO_GUIDE="1")
    (tmp_path / ".venv").mkdir()
    assert not begins(tmp_path, "torch")


def test_the_environment_of_the_demo_counts_as_not_chosen(tmp_path: Path) -> None:
    effective = build_query(parse_arguments(["torch", "--demo"]), {}, str(tmp_path))
    assert guide_start(effective, {}, tmp_path).home == TargetRequest()
