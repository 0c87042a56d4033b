"""The proposal to drop a range of the user's, and what the facts say would go together then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from resolvetui.explanation import advice, wording
from resolvetui.explanation.about import About, stated_for
from resolvetui.explanation.lines import Line
from resolvetui.inputs.changes import arguments
from resolvetui.model.explanation import Hint
from resolvetui.model.query import (
    Change,
    DropRequirement,
    PrereleasePolicy,
    ReplaceRequirement,
)
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.clause import Depends, PackageKey, base_name
from resolvetui.resolver.domain import Domain
from resolvetui.resolver.specifiers import parse_version


def drop_hint(about: About, line: Line, root: RootRequirement) -> Hint:
    """Drop the specifier of `root`, which `line` is about; what else is asked of it is kept."""
    asked = root.requirement
    query, target = about.evidence.query, about.evidence.target
    others = [each for each in stated_for(query.requirements, asked.name, target) if each != root]
    kept = [wording.short_requirement(each.requirement) for each in others]
    bare = replace(asked, specifier="")
    change: Change = ReplaceRequirement(root, bare)
    if kept and not asked.extras:
        change = DropRequirement(root)  # the others ask for it too
    text = advice.drop(root, kept, _then(about, line))
    return Hint(text, "relax", arguments(query, [change]), changes=(change,))


def _then(about: About, line: Line) -> str:
    """What suits the one package that requires it, or what there is of it; "" if neither tells."""
    name = base_name(line.subject)
    domain = about.domain(line.subject)
    left = domain.usable
    for other in about.about(name, ("requirement", "constraint")):
        if other != line:
            left &= about.allowed(other)
    dependencies = [
        each for each in about.about(name, ("dependency",)) if each.depender != each.subject
    ]
    if dependencies:
        return _suiting(about, dependencies, left)
    if about.allowed(line):
        return ""
    if about.evidence.query.policies.prerelease is PrereleasePolicy.ALLOW:
        newest = max(domain.list(left), key=parse_version, default="")
    else:
        newest = _newest(domain, left)
    return advice.newest_usable(newest) if newest else ""


def _suiting(about: About, dependencies: Sequence[Line], left: int) -> str:
    """What the newest version in range of the one depender requires."""
    dependers = {each.depender for each in dependencies}
    if len(dependers) != 1 or any(each.override() for each in dependencies):
        return ""
    key = dependers.pop()
    assert key is not None
    stated = _stated(dependencies)
    domain = about.domain(key)
    wanted = domain.usable & about.asked_mask(base_name(key))
    newest = _newest(domain, wanted & _union(stated.values()))
    found = [each for each, mask in stated.items() if newest and mask & domain.bit(newest)]
    if len(found) != 1:
        return ""
    required = about.domain(PackageKey(found[0].name))
    if not required.specifier_mask(found[0].specifier) & left:
        return ""
    return advice.suits(found[0], about.noun(key, domain.bit(newest)))


def _stated(dependencies: Sequence[Line]) -> dict[Requirement, int]:
    """Each requirement to the versions of the depender that state it."""
    found: dict[Requirement, int] = {}
    for line in dependencies:
        for clause in line.clauses:
            assert isinstance(clause.cause, Depends)
            for requirement, mask in clause.cause.requirements.items():
                found[requirement] = found.get(requirement, 0) | mask
    return found


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _newest(domain: Domain, mask: int) -> str:
    """The newest final version in a mask, else the newest; "" where there is none."""
    versions = list(domain.list(mask & ~domain.prereleases)) or list(domain.list(mask))
    return versions[-1] if versions else ""
