"""The reference names everything that there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from resolvetui import errors
from resolvetui.explanation.change_sets import SEVERAL
from resolvetui.explanation.proposals import ADVICE_KINDS, COSTS
from resolvetui.inputs.options import OPTIONS
from resolvetui.model.explanation import StepKind
from resolvetui.model.verdict import Reason

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def first_column(page: str, heading: str) -> set[str]:
    """The code words in the first column of the first table below a heading."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE))


def kinds(error: type[errors.ResolvetuiError]) -> set[str]:
    return {error.kind}.union(*(kinds(below) for below in error.__subclasses__()))


def test_every_error_kind_is_explained() -> None:
    assert first_column("exit-codes-and-errors.md", "Errors") == kinds(errors.ResolvetuiError)


def test_every_reason_is_explained() -> None:
    assert first_column("exit-codes-and-errors.md", "Reasons") == set(Reason)


def test_every_option_is_explained() -> None:
    text = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    text = re.sub(
        r"## A command of pip or uv\n.*?(?=^## )", "", text, flags=re.DOTALL | re.MULTILINE
    )
    explained = set(re.findall(r"`(?:-\w, )?--([a-z-]+)", text))
    known = {option.name for option in OPTIONS.values() if option.on_command_line}
    assert explained - {"help", "version"} == known


def test_every_variable_is_explained() -> None:
    text = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    for option in OPTIONS.values():
        if not option.on_command_line:
            assert option.variable in text


def test_every_kind_of_step_and_way_out_is_explained() -> None:
    text = (REFERENCE / "json.md").read_text(encoding="utf-8")
    steps = text.split("| kind of a step |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"^\| `([^`]+)`", steps, re.MULTILINE)) == set(get_args(StepKind))
    ways_out = text.split("| kind of a way out |", 1)[1].split("\n\n", 1)[0]
    explained = {
        kind
        for row in re.findall(r"^\| (`[^|]+) \|", ways_out, re.MULTILINE)
        for kind in re.findall(r"`([a-z-]+)`", row)
    }
    assert explained == {*COSTS, SEVERAL, *ADVICE_KINDS}


def test_every_kind_of_warning_is_explained() -> None:
    """Those of inputs are made as `InputWarning`, those of a run as (kind, text)."""
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (REFERENCE.parents[1] / "resolvetui").rglob("*.py")
    )
    makers = (r"InputWarning\(", r"_warn\(state, ", r"arnings \+?= \[\(", r"arnings\.append\(\(")
    pairs = (r"\*warnings, \(", r"_absent\(.+\n.+\n    return \[\(")
    kinds = set(re.findall(rf'(?:{"|".join((*makers, *pairs))})\s*"([a-z-]+)"', sources))
    assert kinds == first_column("exit-codes-and-errors.md", "Warnings")
