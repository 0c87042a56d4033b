"""What it is about a target that leaves a query without a solution. Pure."""

from __future__ import annotations

from resolvetui.model.explanation import Explanation
from resolvetui.model.verdict import BUILD_REASONS, TAG_REASONS, Reason

_OF_TARGET = TAG_REASONS | BUILD_REASONS | {Reason.REQUIRES_PYTHON, Reason.ONLY_SDIST}
"""Reasons that another Python or platform may not have."""
_ORDER = {reason: place for place, reason in enumerate(Reason)}


def target_reason(explanation: Explanation) -> Reason | None:
    """The reason why files of a package of the conflict do not fit its target, or NOT_FOUND where
    no index has the package; None where only requirements contradict each other.

    Of several reasons the one that files meet last: what it asks for is the nearest way out.
    """
    kinds = {
        fact.kind for step in explanation.steps if step.kind == "unusable" for fact in step.facts
    }
    found = [reason for reason in _OF_TARGET if reason.value in kinds]
    if found:
        return max(found, key=_ORDER.__getitem__)
    if any(step.kind == "not-found" for step in explanation.steps):
        return Reason.NOT_FOUND
    return None
