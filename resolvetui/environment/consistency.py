"""Whether what is installed has what it requires: metadata against metadata, without any index.

Pure. Markers are judged with the target's values; requirements of an extra count where another
installed package asks for that extra (who typed it is not written down anywhere). What is in a
folder that the environment only sees is not judged, unless one of its own packages is the matter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from packaging.markers import InvalidMarker
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from resolvetui.environment.installed import (
    InstalledDistribution,
    requirements_of,
    unreadable_requirements,
)
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.model.inconsistency import Inconsistencies, Unmet, Unreadable, WrongPython
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement


def inconsistencies(target: Target, installed: Sequence[InstalledDistribution]) -> Inconsistencies:
    """What `installed`, all that the environment sees, says that does not hold."""
    present = {dist.name: dist for dist in installed}
    own = [dist for dist in installed if not dist.external]
    return Inconsistencies(
        unmet=tuple(sorted(_unmet(target, present), key=lambda unmet: unmet.name)),
        wrong_python=tuple(
            WrongPython(dist.name, dist.version, dist.requires_python)
            for dist in own
            if not _takes(dist.requires_python, target.python_version)
        ),
        unreadable=tuple(
            Unreadable(dist.name, dist.version, text)
            for dist in own
            for text in unreadable_requirements(dist)
        ),
    )


def _unmet(target: Target, present: Mapping[PackageName, InstalledDistribution]) -> Iterator[Unmet]:
    applies = _total(MarkerEvaluator(target).applies)
    asked: dict[tuple[PackageName, str], str] = dict.fromkeys(((name, "") for name in present), "")
    waiting = deque(asked)
    while waiting:
        name, extra = waiting.popleft()
        dist = present[name]
        for requirement in requirements_of(dist):
            if not applies(requirement.marker, extra):
                continue
            if extra and applies(requirement.marker, ""):
                continue  # told once, without the extra
            other = present.get(requirement.name)
            if _is_fault(dist, requirement, other):
                found = other.version if other else ""
                yield Unmet(name, dist.version, requirement, found, extra, asked[name, extra])
            for wanted in requirement.extras if other else ():
                key = (requirement.name, wanted)
                if key not in asked:
                    asked[key] = f"{name} {dist.version}"
                    waiting.append(key)


def _total(applies: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """A marker that cannot be read applies to nobody: its line is told as unreadable if it is."""

    def judged(marker: str, extra: str) -> bool:
        try:
            return applies(marker, extra)
        except InvalidMarker:
            return False

    return judged


def _is_fault(
    dist: InstalledDistribution, requirement: Requirement, other: InstalledDistribution | None
) -> bool:
    if other is not None and _takes(requirement.specifier, other.version):
        return False
    return not dist.external or bool(other and not other.external)


def _takes(specifier: str, version: str) -> bool:
    """Whether a version meets a specifier; what cannot be read is not judged."""
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True
