"""What the indexes have of a package of a resolution: versions left, and what others would give."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation import why_words
from resolvetui.explanation.about import is_shadowed, takes
from resolvetui.explanation.evidence import Evidence
from resolvetui.model.names import IndexName
from resolvetui.model.query import PrereleasePolicy
from resolvetui.model.resolution import Pin
from resolvetui.model.verdict import TAG_REASONS, Reason, VersionVerdict
from resolvetui.model.why import Elsewhere, Stage
from resolvetui.resolver.specifiers import parse_version

_STAGES: tuple[tuple[str, frozenset[Reason]], ...] = (
    ("allowed by the indexes' order", frozenset({Reason.SHADOWED})),
    ("for this Python", frozenset({Reason.REQUIRES_PYTHON, Reason.PYTHON_TAG, Reason.ABI_TAG})),
    ("for this platform", TAG_REASONS),
    ("not only source", frozenset({Reason.ONLY_SDIST, Reason.SDIST_NOT_BUILDABLE})),
    ("not yanked", frozenset({Reason.YANKED})),
    ("final releases", frozenset({Reason.PRERELEASE})),
)


def funnel(verdicts: Sequence[VersionVerdict], specifiers: Sequence[str]) -> tuple[Stage, ...]:
    """`41 versions → 17 for this Python → 9 for this platform → 1 in range`; a step that rules
    nothing out is left out.
    """
    if not verdicts:
        return ()
    by_version: dict[str, list[VersionVerdict]] = {}
    for verdict in verdicts:
        by_version.setdefault(verdict.version, []).append(verdict)
    best = {version: _nearest(cells) for version, cells in by_version.items()}
    left = len(best)
    stages = [Stage(left, "version" if left == 1 else "versions")]
    gone: set[Reason] = set()
    for label, reasons in _STAGES:
        out = sum(reason in reasons - gone for reason in best.values())
        gone |= reasons
        if out:
            left -= out
            stages.append(Stage(left, label))
    others = sum(reason is not None and reason not in gone for reason in best.values())
    if others:
        left -= others
        stages.append(Stage(left, "otherwise usable"))
    usable = [version for version, reason in best.items() if reason is None]
    in_range = [v for v in usable if all(takes(text, v) for text in specifiers)]
    if len(in_range) < len(usable):
        stages.append(Stage(len(in_range), "in range"))
    return tuple(stages)


def _nearest(cells: Sequence[VersionVerdict]) -> Reason | None:
    """None when any index has a usable file, else the hurdle that is the nearest to one."""
    hurdles = [cell.hurdle for cell in cells]
    if any(hurdle is None for hurdle in hurdles):
        return None
    order = list(Reason)
    return max((hurdle.reason for hurdle in hurdles if hurdle), key=order.index)


def elsewhere(pin: Pin, specifiers: Sequence[str], evidence: Evidence) -> tuple[Elsewhere, ...]:
    """What each other index that lists the package has, in order of preference.

    `specifiers`: all that is asked of its version. An index that the strategy leaves out is looked
    at as if it were asked.
    """
    if pin.kind != "file":
        return ()
    finals_only = evidence.query.policies.prerelease is not PrereleasePolicy.ALLOW
    return tuple(
        _offer(index, evidence.verdicts(pin.name), specifiers, finals_only=finals_only)
        for index in evidence.listed_on(pin.name)
        if index != pin.index
    )


def _offer(
    index: IndexName,
    verdicts: Sequence[VersionVerdict],
    specifiers: Sequence[str],
    *,
    finals_only: bool,
) -> Elsewhere:
    listed = [verdict for verdict in verdicts if verdict.index == index]
    is_asked = not any(map(is_shadowed, listed))
    offers = []
    for verdict in listed:
        filename = _fitting_file(verdict)
        if filename:
            in_range = all(takes(text, verdict.version) for text in specifiers)
            is_final = not (finals_only and parse_version(verdict.version).is_prerelease)
            offers.append((in_range, is_final, verdict.version, filename))
    best = max(offers, key=lambda each: (each[0], each[1], parse_version(each[2])), default=None)
    in_range, _, version, filename = best or (False, True, "", "")
    text = why_words.elsewhere(index, version, is_asked=is_asked, in_range=in_range)
    return Elsewhere(index, version, filename, is_asked, in_range, text)


def _fitting_file(verdict: VersionVerdict) -> str:
    """The file that would be taken if its index were asked, or ""."""
    for file in verdict.files:
        if all(hurdle.reason is Reason.SHADOWED for hurdle in file.hurdles):
            return file.file.filename
    return ""
