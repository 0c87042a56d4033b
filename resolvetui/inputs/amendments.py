"""What `--instead`, `--without` and `--lift` change of what all other inputs ask for.

They say on a command line what would else be an edit of a requirement, or of a line of a file:
the fixes of a conflict are given in them, to be added to the command as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from msgspec.structs import replace

from resolvetui.errors import UsageError
from resolvetui.inputs.options import near
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.settings import Layers, Setting
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.query import Query
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement


def amended(query: Query, layers: Layers, cwd: str) -> Query:
    """The query with its amendments. Raises UsageError for one of what nobody asks for.

    All `--instead` of one package take the place of all that is asked of it; `--lift` takes away
    the constraints and overrides of a package, or the one that is given whole (`torch<2`).
    """
    for setting in layers.all("without"):
        query = _without(query, setting)
    instead: dict[PackageName, list[RootRequirement]] = {}
    for setting in layers.all("instead"):
        stated = parse_root_requirement(setting.value, Origin(OriginKind.ARGUMENT), cwd)
        _check(setting, stated.requirement.name, query.requirements)
        instead.setdefault(stated.requirement.name, []).append(stated)
    query = replace(query, requirements=_replaced(query.requirements, instead))
    for setting in layers.all("lift"):
        query = _lifted(query, setting, cwd)
    return query


def _without(query: Query, setting: Setting) -> Query:
    name = package_name(setting.value)
    _check(setting, name, query.requirements)
    kept = tuple(root for root in query.requirements if root.requirement.name != name)
    return replace(query, requirements=kept)


def _replaced(
    requirements: Iterable[RootRequirement], instead: dict[PackageName, list[RootRequirement]]
) -> tuple[RootRequirement, ...]:
    """At the place of the first, since the order of mention is part of the question."""
    found: dict[RootRequirement, None] = {}
    for root in requirements:
        found |= dict.fromkeys(instead.get(root.requirement.name, [root]))
    return tuple(found)


def _lifted(query: Query, setting: Setting, cwd: str) -> Query:
    wanted = parse_root_requirement(setting.value, Origin(OriginKind.ARGUMENT), cwd).requirement

    def goes(root: RootRequirement) -> bool:
        stated = root.requirement
        is_whole = wanted.specifier or wanted.marker or wanted.url
        return stated == wanted if is_whole else stated.name == wanted.name

    limits = (*query.constraints, *query.overrides)
    if not any(map(goes, limits)):
        _refuse(setting, wanted.name, limits)
    return replace(
        query,
        constraints=tuple(root for root in query.constraints if not goes(root)),
        overrides=tuple(root for root in query.overrides if not goes(root)),
    )


def _check(setting: Setting, name: PackageName, stated: tuple[RootRequirement, ...]) -> None:
    if all(root.requirement.name != name for root in stated):
        _refuse(setting, name, stated)


def _refuse(setting: Setting, name: PackageName, stated: tuple[RootRequirement, ...]) -> NoReturn:
    names = list(dict.fromkeys(root.requirement.name for root in stated))
    of_name = [root.requirement.text for root in stated if root.requirement.name == name]
    if of_name:  # a whole one that is written otherwise
        way_out = f"There is {' and '.join(of_name)}; write it like that."
    elif guess := near(name, names):
        way_out = f"Did you mean {guess}?"
    elif setting.name == "instead":
        way_out = f"Write {setting.shown} as a requirement to ask for it."
    else:
        way_out = "Leave it out."
    what = {
        "instead": f"Nothing asks for {name}, so {setting.shown} takes nobody's place.",
        "without": f"Nothing asks for {name}, so it cannot be left out.",
        "lift": f"There is no constraint or override {setting.shown} to lift.",
    }[setting.name]
    raise UsageError(what, what_to_do=way_out, culprit=f"{setting.origin} {setting.shown}")
