"""What the app writes to files and copies: requirements, commands, reports, as text. Pure.

Values come from the state, so text from outside was made safe; credentials are masked.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.install.plan import Plan
from resolvetui.lock.requirements_txt import requirements_txt
from resolvetui.model.query import IndexSource
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.session.protocol import TargetView
from resolvetui.tui.pip_command import index_options, pip_command, wanted
from resolvetui.tui.safe import safe
from resolvetui.tui.state import SessionState


def target_of(view: TargetView) -> Target:
    """The target as reports know it."""
    implementation, _, version = view.python.rpartition(" ")
    return Target(
        version,
        implementation.lower() or "cpython",
        view.platform,
        view.libc,
        dict(view.markers),
        view.tags,
    )


def solution_text(state: SessionState, *, as_json: bool = False) -> str:
    """The solution as requirements with `==`, for any tool; or the JSON report."""
    assert state.resolution is not None
    if as_json:
        return _json(state)
    head = [f"# for {state.target.python} on {state.target.platform}"] if state.target else []
    return "\n".join([*head, *_index_lines(state.query.indexes), *_pins(state.resolution)]) + "\n"


def _index_lines(indexes: Sequence[IndexSource]) -> list[str]:
    words = list(index_options(indexes))
    lines: list[str] = []
    for word in words:
        if word.startswith("--"):
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def _pins(resolution: Resolution) -> list[str]:
    return [_pin(pin) for pin in resolution.pins]


def _pin(pin: Pin) -> str:
    from resolvetui.model.shown import shown_url

    extras = f"[{','.join(pin.extras)}]" if pin.extras else ""
    if pin.kind == "url" and pin.file is not None:
        return f"{pin.name}{extras} @ {shown_url(pin.file.url)}"
    return f"{pin.name}{extras}=={pin.version}"


def hashed_requirements(state: SessionState) -> str:
    """The solution as a requirements file with the hash of each file."""
    assert state.resolution is not None
    assert state.target is not None
    return requirements_txt(state.resolution, target_of(state.target), state.query.indexes)


def conflict_text(state: SessionState, *, as_json: bool = False) -> str:
    """The whole explanation for people, or the JSON report."""
    from resolvetui.report import conflict_text as report

    assert state.explanation is not None
    if as_json:
        return _json(state)
    target = target_of(state.target) if state.target else None
    return report.conflict_text(state.explanation, target, width=100, most_lines=None) + "\n"


def _json(state: SessionState) -> str:
    from resolvetui.report.json_report import render_json
    from resolvetui.report.model import resolved_report, unsatisfiable_report

    assert state.target is not None
    target = target_of(state.target)
    warnings = tuple((warning.kind, warning.text) for warning in state.warnings)
    if state.resolution is not None:
        report = resolved_report(target, state.resolution, plan=state.plan, warnings=warnings)
    else:
        assert state.explanation is not None
        report = unsatisfiable_report(target, state.explanation, warnings=warnings)
    return render_json(report).decode() + "\n"


def uv_command(plan: Plan, state: SessionState) -> str:
    """`uv pip install …` for what the plan changes; "" for a plan without packages."""
    found = wanted(plan)
    if not found:
        return ""
    strategy = state.shown.strategy
    chosen = [] if strategy == "first-index" else ["--index-strategy", strategy]
    words = ["uv", "pip", "install", *index_options(state.query.indexes), *chosen, *found]
    return safe(shlex.join(words))


def copies(state: SessionState) -> tuple[tuple[str, str], ...]:
    """What can be copied of the plan: (label, text)."""
    plan = state.plan
    if plan is None:
        return ()
    found = [
        ("pip command", pip_command(plan, state.query.indexes)),
        ("uv command", uv_command(plan, state)),
    ]
    if state.resolution is not None and state.target is not None:
        found.append(("requirements with hashes", hashed_requirements(state)))
    return tuple((label, text) for label, text in found if text)
