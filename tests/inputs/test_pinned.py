"""Packages that are pinned to one index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from resolvetui.cli.arguments import parse_arguments
from resolvetui.errors import UsageError
from resolvetui.inputs.merge import Effective, build_query

CPU = "https://download.pytorch.org/whl/cpu"


def build(*argv: str, **variables: str) -> Effective:
    environ = {"PIP_CONFIG_FILE": os.devnull, **variables}
    return build_query(parse_arguments(argv), environ, os.devnull)


def pins(*argv: str, **variables: str) -> dict[str, str]:
    found = build(*argv, "--index", f"pytorch-cpu={CPU}", **variables).query.pinned_indexes
    return {str(name): str(index) for name, index in found.items()}


def test_package_is_pinned_to_an_index_by_name() -> None:
    assert pins("torch", "--pin-index", "Torch_Vision=pytorch-cpu", "--pin-index", "six=pypi") == {
        "six": "pypi",
        "torch-vision": "pytorch-cpu",
    }


def test_index_without_a_given_name_is_pinned_to_by_the_name_that_it_shows() -> None:
    found = build("torch", "--extra-index-url", CPU, "--pin-index", "torch=pytorch-cpu")
    assert found.query.pinned_indexes == {"torch": "pytorch-cpu"}


def test_last_pin_of_a_package_counts() -> None:
    argv = ("--pin-index", "torch=pypi", "--pin-index", "torch=pytorch-cpu")
    assert pins("torch", *argv) == {"torch": "pytorch-cpu"}


def test_flag_wins_over_variable() -> None:
    assert pins("torch", RESOLVETUI_PIN_INDEX="torch=pypi six=pypi") == {
        "torch": "pypi",
        "six": "pypi",
    }
    argv = ("torch", "--pin-index", "torch=pytorch-cpu")
    assert pins(*argv, RESOLVETUI_PIN_INDEX="torch=pypi") == {"torch": "pytorch-cpu"}


@pytest.mark.parametrize(
    ("name", "way_out"), [("pytorch_cpu", "Did you mean pytorch-cpu?"), ("zzz", "--index zzz=URL")]
)
def test_unknown_index_is_refused_with_the_names_there_are(name: str, way_out: str) -> None:
    with pytest.raises(UsageError) as found:
        pins("torch", "--pin-index", f"torch={name}")
    assert found.value.why == "The indexes are pytorch-cpu, pypi."
    assert way_out in found.value.what_to_do
    assert found.value.culprit == "--pin-index"


def test_pins_lapse_without_indexes_and_it_is_said(tmp_path: Path) -> None:
    found = build("torch", "--no-index", "-f", str(tmp_path), "--pin-index", "torch=pytorch-cpu")
    assert found.query.pinned_indexes == {}
    (warning,) = found.warnings
    assert "--pin-index" in warning.text


def test_demo_brings_its_own_indexes() -> None:
    assert pins("torch", "--demo", "--pin-index", "torch=pypi") == {}


def test_pins_are_settings_in_effect() -> None:
    found = build("torch", "--pin-index", "torch=pypi").settings
    assert [s.value for s in found if s.name == "pin-index"] == ["torch=pypi"]
