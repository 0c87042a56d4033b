"""The gist of an outcome, for comparing many targets. Pure."""

from __future__ import annotations

from resolvetui.explanation.target_reason import target_reason
from resolvetui.model.explanation import Explanation
from resolvetui.model.resolution import Resolution
from resolvetui.session.target_messages import TargetAnswer


def answer_of_solution(resolution: Resolution, elapsed_s: float) -> TargetAnswer:
    """The gist of a solution. Installed packages need no download."""
    sizes = [pin.file.size for pin in resolution.pins if pin.file is not None]
    known = [size for size in sizes if size is not None]
    return TargetAnswer(
        pins=tuple((pin.name, pin.version) for pin in resolution.pins),
        download_bytes=sum(known) if len(known) == len(sizes) else None,
        elapsed_s=elapsed_s,
    )


def answer_of_conflict(explanation: Explanation, elapsed_s: float) -> TargetAnswer:
    """The gist of an explanation, in its own words."""
    reason = target_reason(explanation)
    return TargetAnswer(
        cause=explanation.cause,
        reason=reason.value if reason else "",
        steps=tuple(step.text for step in explanation.steps),
        nearest=tuple(item.nearest for item in explanation.candidates if item.nearest),
        elapsed_s=elapsed_s,
    )
