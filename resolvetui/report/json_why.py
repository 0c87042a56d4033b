"""Why a package is as it is, in JSON: `why` of a package."""

from __future__ import annotations

from msgspec import Struct, field

from resolvetui.model.explanation import Step
from resolvetui.model.why import Elsewhere, Inactive, Moved, NotNewer, Stage, Why


class JsonPathEntry(Struct):
    """A package on the way to who requires it."""

    name: str
    version: str


class JsonAsker(Struct):
    """A requirement that counts."""

    kind: str
    """`requirement`, `constraint`, `override` or `dependency`."""
    requirement: str
    text: str
    origin: str | None
    """None for a dependency."""
    path: tuple[JsonPathEntry, ...]


class JsonMoved(Struct):
    """A package that would be at another version."""

    name: str
    old: str | None = field(name="from")
    """None where it is not part of the answer."""
    new: str | None = field(name="to")
    """None where it would not be needed."""


class JsonNotNewer(Struct):
    """Why a newer version was not chosen."""

    version: str
    kind: str
    text: str
    proof: str
    steps: tuple[Step, ...]
    changed: tuple[JsonMoved, ...]


class JsonWhy(Struct):
    """All about one package of the answer."""

    asked_by: tuple[JsonAsker, ...]
    inactive: tuple[Inactive, ...]
    own_inactive: tuple[Inactive, ...]
    not_newer: tuple[JsonNotNewer, ...]
    source: str
    elsewhere: tuple[Elsewhere, ...]
    funnel: tuple[Stage, ...]
    label: str


def json_why(why: Why) -> JsonWhy:
    """The object before its strings are made safe."""
    return JsonWhy(
        tuple(
            JsonAsker(
                each.kind,
                each.requirement,
                each.text,
                None if each.kind == "dependency" else each.origin,
                tuple(JsonPathEntry(name, version) for name, version in each.path),
            )
            for each in why.asked_by
        ),
        why.inactive,
        why.own_inactive,
        tuple(map(_not_newer, why.not_newer)),
        why.source,
        why.elsewhere,
        why.funnel,
        why.label,
    )


def _not_newer(each: NotNewer) -> JsonNotNewer:
    return JsonNotNewer(
        each.version,
        each.kind,
        each.text,
        each.proof,
        each.steps,
        tuple(map(_moved, each.moved)),
    )


def _moved(moved: Moved) -> JsonMoved:
    return JsonMoved(moved.name, moved.old or None, moved.new or None)
