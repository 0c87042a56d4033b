"""Each case prints its text, and what it shows as checked is true of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resolvetui.explanation.change_sets import SEVERAL
from resolvetui.explanation.proposals import ADVICE_KINDS, COSTS
from resolvetui.model.verdict import Reason
from tests.explanations.cases import Case, cases, running

CASES = cases()
MOST_LINES = 25
MEDIAN_LINES = 8


@pytest.fixture(params=CASES, name="case")
def _case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def test_it_prints_what_was_read_and_found_good(case: Case, tmp_path: Path) -> None:
    with running(case, tmp_path) as run:
        assert run.text() == (case.code, case.text)


def test_fixes_resolve_when_their_arguments_are_added(case: Case, tmp_path: Path) -> None:
    """Nothing is claimed that the command line does not do."""
    with running(case, tmp_path) as run:
        code, out, _ = run("--format=json")
        report = json.loads(out)
        if code != 1:
            return
        hints = report["explanation"]["hints"]
        texts = [hint["text"] for hint in hints if hint["verified"]]
        assert not case.fix or run.filled(case.fix) in texts
        advised = [hint["text"] for hint in hints if not hint["verified"] and not hint["tried"]]
        assert bool(advised) == bool(case.advice), advised
        assert not advised or advised[0].startswith(run.filled(case.advice))
        for hint in hints:
            if hint["verified"] or hint["tried"]:
                assert hint["args"], hint["text"]
                again, printed, err = run("--format=json", *hint["args"])
                assert again == (0 if hint["verified"] else 1), (hint, err)
                assert not hint["verified"] or _has(json.loads(printed), hint), hint


def _has(report: Any, hint: Any) -> bool:
    """Whether a report has the versions that a way out promised, and as many packages."""
    found = {package["name"]: package["version"] for package in report["packages"]}
    promised = {each["name"]: each["to"] for each in hint["outcome"]["changed"]}
    return promised.items() <= found.items() and len(found) == hint["outcome"]["packages"]


def test_every_reason_and_every_way_out_has_a_case(tmp_path: Path) -> None:
    reasons: set[str] = set()
    ways_out: set[str] = set()
    for name, case in CASES.items():
        (tmp_path / name).mkdir()
        with running(case, tmp_path / name) as run:
            explanation = json.loads(run("--format=json")[1])["explanation"]
        if explanation:
            ways_out |= {hint["kind"] for hint in explanation["hints"]}
            facts = [fact for step in explanation["steps"] for fact in step["facts"]]
            reasons |= {fact["kind"] for fact in facts}
            reasons |= {step["kind"] for step in explanation["steps"]}
            versions = [each for item in explanation["candidates"] for each in item["versions"]]
            reasons |= {version["reason"] for version in versions}
    # What stops a run is an error: `offline`, `refused-index` and `failing-index` above.
    assert set(Reason) - reasons <= STOPPING
    assert {*COSTS, SEVERAL, *ADVICE_KINDS} <= ways_out


STOPPING = {Reason.OFFLINE, Reason.UNAUTHORIZED, Reason.INDEX_UNREACHABLE}


def test_texts_are_short() -> None:
    lengths = sorted(len(case.text.splitlines()) for case in CASES.values())
    assert lengths[-1] <= MOST_LINES
    assert lengths[len(lengths) // 2] <= MEDIAN_LINES
    widest = max((line for case in CASES.values() for line in case.text.splitlines()), key=len)
    assert len(widest) <= 80, widest


def test_every_case_has_a_fix_or_is_known_to_have_none() -> None:
    unsolved = {name: case for name, case in CASES.items() if case.code == 1}
    without = {name for name, case in unsolved.items() if not (case.fix or case.advice)}
    assert without <= WITHOUT_A_WAY_OUT


WITHOUT_A_WAY_OUT = {"python-2-wheels", "metadata-of-another-project"}
"""Cases in which only the project could help."""
