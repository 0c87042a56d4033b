from __future__ import annotations

import json
from typing import Any

from resolvetui.errors import RequirementSyntaxError, UsageError
from resolvetui.model.explanation import ChangedPackage, Explanation, FixOutcome, Hint
from resolvetui.model.names import PackageName
from resolvetui.report.json_report import render_json
from resolvetui.report.model import Report, error_report, unsatisfiable_report
from tests.explanation.conflicts import World
from tests.report.reports import TARGET, resolved

KEYS = [
    "schema",
    "status",
    "target",
    "packages",
    "explanation",
    "plan",
    "warnings",
    "builds",
    "error",
    "statistics",
]


def read(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_json(report))
    return found


def conflict() -> Report:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp311-cp311-linux_x86_64"], index="cpu")
    world.serve("torch", "2.5.0", index="cpu")
    return unsatisfiable_report(TARGET, world.explain("torch==2.3.0"))


def test_every_status_has_every_key_in_order() -> None:
    for report in (resolved(), conflict(), error_report(UsageError("No."))):
        found = read(report)
        assert list(found) == KEYS
        assert found["schema"] == 1


def test_a_resolved_package_has_the_contracts_fields() -> None:
    found = read(resolved())
    assert found["status"] == "resolved"
    assert found["target"]["python"] == "3.12.0"
    assert found["packages"][1] == {
        "name": "torch",
        "version": "2.3.0+cpu",
        "index": "pytorch-cpu",
        "requested": True,
        "extras": ["opt"],
        "marker": None,
        "file": {
            "filename": "torch-2.3.0+cpu-cp312-cp312-linux_x86_64.whl",
            "url": "https://index.example/torch-2.3.0%2Bcpu-cp312-cp312-linux_x86_64.whl",
            "hashes": {"sha256": "ab" * 32},
            "size": 199_649_280,
            "kind": "wheel",
            "requires_python": ">=3.8",
            "yanked": None,
        },
        "requires": ["jinja2", "fsspec>=2"],
        "required_by": [],
        "newest": "2.4.0",
        "why_not_newer": "2.4.0 is built for CPython 3.13",
        "why": None,
    }
    assert found["packages"][0]["file"]["kind"] == "sdist"


def test_a_plan_says_from_and_to() -> None:
    plan = read(resolved())["plan"]
    assert plan["actions"][0] == {
        "action": "upgrade",
        "name": "jinja2",
        "from": "3.0",
        "to": "3.1.3",
        "file": "jinja2-3.1.3.tar.gz",
        "requested": False,
        "index": "pytorch-cpu",
        "size": 1536,
        "hashes": {},
        "runs_code": True,
        "hides": None,
    }
    assert plan["actions"][1]["from"] is None
    assert plan["breaks"] == [
        {"name": "old", "version": "1.0", "requires": "jinja2<3.1", "found": "3.1.3"}
    ]


def test_statistics_and_warnings_are_there() -> None:
    found = read(resolved())
    assert found["warnings"] == [{"kind": "index", "text": "one answered late"}]
    assert list(found["statistics"]) == [
        "elapsed_s",
        "solve_s",
        "http_requests",
        "http_bytes",
        "cache_hits",
        "decisions",
        "conflicts",
        "versions_tried",
    ]


def test_an_explanation_has_text_steps_candidates_and_hints() -> None:
    found = read(conflict())
    assert found["status"] == "unsatisfiable"
    explanation = found["explanation"]
    assert explanation["cause"] in explanation["text"].replace("\n", " ")
    assert [step["id"] for step in explanation["steps"]] == [1, 2]
    (candidates,) = explanation["candidates"]
    assert candidates["versions"][0]["version"] == "2.3.0+cpu"
    assert candidates["versions"][0]["reason"] == "abi-tag"
    assert candidates["versions"][0]["files"][0]["hurdles"][0]["detail"] == "cp311"
    assert explanation["hints"][0] == {
        "text": "torch==2.5.0 instead of torch==2.3.0: "
        "it has a wheel for CPython 3.12 on Linux x86_64",
        "kind": "other-version",
        "args": ["--instead=torch==2.5.0"],
        "verified": False,
        "outcome": None,
        "tried": "",
        "unchecked": "",
    }


def test_a_verified_hint_says_what_it_leads_to() -> None:
    changed = (
        ChangedPackage(PackageName("a"), "", "1"),
        ChangedPackage(PackageName("b"), "2", "1"),
    )
    outcome = FixOutcome(changed, 7, 1024, "it runs code", "b 1 is a pre-release")
    hint = Hint("do", "relax", verified=True, outcome=outcome)
    report = unsatisfiable_report(TARGET, Explanation("No.", (), hints=(hint,)))
    assert read(report)["explanation"]["hints"][0]["outcome"] == {
        "changed": [
            {"name": "a", "from": None, "to": "1"},
            {"name": "b", "from": "2", "to": "1"},
        ],
        "packages": 7,
        "download_bytes": 1024,
        "trust": "it runs code",
        "caution": "b 1 is a pre-release",
    }


def test_an_error_has_its_parts() -> None:
    error = RequirementSyntaxError(
        "No.", text="a>=1+x", column=1, why="Because.", what_to_do="Do.", culprit="a>=1+x"
    )
    assert read(error_report(error))["error"] == {
        "kind": "requirement",
        "what": "No.",
        "why": "Because.",
        "what_to_do": "Do.",
        "culprit": "a>=1+x",
    }


def test_control_characters_from_outside_are_visible() -> None:
    raw = render_json(error_report(UsageError("a\x1b[2J\u202eb", culprit="\x9b\udc80")))
    assert json.loads(raw)["error"]["what"] == "a\\x1b[2J\\u202eb"
    assert json.loads(raw)["error"]["culprit"] == "\\x9b\\udc80"
