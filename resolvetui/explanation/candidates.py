"""The candidates of one package of a conflict, those that the story is about first."""

from __future__ import annotations

from resolvetui.explanation import wording
from resolvetui.explanation.about import DEMANDS, About
from resolvetui.explanation.nearest import nearest_file
from resolvetui.model.explanation import PackageVerdicts
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import VersionVerdict

_MOST_TEXTS = 4
MOST_VERSIONS = 20
"""Versions with their files that an explanation carries; the candidate table has all."""


def package_verdicts(about: About, name: PackageName) -> PackageVerdicts:
    """Versions in range first, then the others, both newest first; cut to a handful."""
    mask = about.asked_mask(name)
    inside: list[VersionVerdict] = []
    outside: list[VersionVerdict] = []
    for verdict in about.verdicts(name):
        part = inside if about.in_range(name, verdict.version, mask) else outside
        part.append(verdict)
    ordered = inside + outside
    return PackageVerdicts(
        package=name,
        asked=asked_text(about, name),
        indexes=about.evidence.listed_on(name),
        versions=tuple(ordered[:MOST_VERSIONS]),
        omitted=max(0, len(ordered) - MOST_VERSIONS),
        nearest=nearest_file(inside or outside, about.evidence.target),
        in_range=min(len(inside), MOST_VERSIONS),
    )


def asked_text(about: About, name: PackageName) -> str:
    """The requirements that the candidates were looked at for: `torch==2.3.0`."""
    lines = about.about(name, (*DEMANDS, "constraint"))
    texts = [wording.short_requirement(each) for line in lines for each in line.requirements()]
    return ", ".join(list(dict.fromkeys(texts))[:_MOST_TEXTS]) or name
