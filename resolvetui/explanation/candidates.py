"""The candidates of one package of a conflict, those that the story is about first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import and_

from packaging.version import InvalidVersion

from resolvetui.explanation import wording
from resolvetui.explanation.about import DEMANDS, About
from resolvetui.explanation.lines import Line
from resolvetui.explanation.nearest import nearest_file
from resolvetui.model.explanation import PackageVerdicts
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import VersionVerdict
from resolvetui.resolver.clause import PackageKey
from resolvetui.resolver.specifiers import parse_version

_VERSION = re.compile(r"=\s*(\d[\w!]*(?:[.-]\w+)*)")
"""The public part of a version in a specifier."""
_ROOM = 40
"""Characters that a heading has for it, beside the target, on a line of 80."""
MOST_VERSIONS = 20
"""Versions with their files that an explanation carries; the candidate table has all."""


def package_verdicts(about: About, name: PackageName) -> PackageVerdicts:
    """Versions in range first, then the others, both newest first; cut to a handful. Where none is
    in range, those around the version that is asked for.
    """
    asked, mask, demands = _asked(about, name)
    inside: list[VersionVerdict] = []
    outside: list[VersionVerdict] = []
    for verdict in about.verdicts(name):
        part = inside if about.in_range(name, verdict.version, mask, demands) else outside
        part.append(verdict)
    ordered = inside + outside
    start = 0 if inside else _nearest(outside, demands)
    return PackageVerdicts(
        package=name,
        asked=asked,
        indexes=about.evidence.listed_on(name),
        versions=tuple(ordered[start : start + MOST_VERSIONS]),
        omitted=max(0, len(ordered) - MOST_VERSIONS),
        nearest=nearest_file(inside or outside, about.evidence.target),
        in_range=min(len(inside), MOST_VERSIONS),
        skipped=about.evidence.skipped(name)[:MOST_VERSIONS],
    )


def _nearest(newest_first: Sequence[VersionVerdict], demands: Sequence[Requirement]) -> int:
    """Where a cut begins that has the first version that the demands name in its middle."""
    named = [text for each in demands for text in _VERSION.findall(each.specifier)]
    if not named:
        return 0
    try:
        wanted = parse_version(named[0])
    except InvalidVersion:  # `===` takes any text
        return 0
    newer = sum(parse_version(verdict.version) > wanted for verdict in newest_first)
    return max(0, min(newer - MOST_VERSIONS // 2, len(newest_first) - MOST_VERSIONS))


def _asked(about: About, name: PackageName) -> tuple[str, int, list[Requirement]]:
    """What the candidates are looked at for: in words, as a mask, and as requirements.

    What all demands of the conflict take; where they exclude each other, what the user asks for;
    else what any package requires.
    """
    lines = about.about(name, (*DEMANDS, "constraint"))
    own = [line for line in lines if line.kind != "dependency"]
    taken = _common(about, lines)
    if not taken and own:
        lines, taken = own, _common(about, own)
    for line in () if taken else lines:
        taken |= about.allowed(line)
    demands = list(dict.fromkeys(each for line in lines for each in line.requirements()))
    return _words(about, name, demands, taken), taken, demands


def _common(about: About, lines: Sequence[Line]) -> int:
    masks = [about.allowed(line) for line in lines]
    return reduce(and_, masks) if masks else 0


def _words(about: About, name: PackageName, demands: Sequence[Requirement], mask: int) -> str:
    """`torch==2.3.0`, `numpy 1.21.0 to 1.26.4`: the demands if they are short, else the range."""
    texts = dict.fromkeys(map(wording.short_requirement, demands))
    noun = about.noun(PackageKey(name), mask) if mask else ""
    for text in (", ".join(texts), noun):
        if text and len(text) <= _ROOM and not text.startswith("every "):
            return text
    return name
