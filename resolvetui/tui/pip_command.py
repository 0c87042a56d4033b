"""A plan as the pip command that comes to the same versions, for pasting elsewhere. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from resolvetui.install.plan import Action, Plan
from resolvetui.model.query import IndexSource
from resolvetui.model.shown import shown_url
from resolvetui.tui.safe import safe

_BUILTIN = "default"
"""Origin of the index that nobody named: pip has it by itself."""


def pip_command(plan: Plan, indexes: Sequence[IndexSource]) -> str:
    """`pip install --index-url … name==version …` for what the plan changes, or for all of it
    where that is nothing; "" for a plan without packages.

    Credentials are masked, so they have to be put in again. pip takes all its indexes alike: that
    one may hide another is lost.
    """
    found = wanted(plan)
    return safe(shlex.join(["pip", "install", *index_options(indexes), *found])) if found else ""


def wanted(plan: Plan) -> list[str]:
    """What the plan changes as requirements; all that it has where that is nothing."""
    found = [a for a in plan.changes if a.new_version] or [a for a in plan.actions if a.new_version]
    return [_requirement(action) for action in found]


def index_options(indexes: Sequence[IndexSource]) -> Iterator[str]:
    """The words that name these indexes to pip, and to uv."""
    simple = [index for index in indexes if index.kind == "simple"]
    if not simple and indexes:
        yield "--no-index"
    for index in indexes:
        if index.kind == "flat":
            yield from ("--find-links", index.shown_url)
    for index in simple:  # the default one is the last
        if index.origin != _BUILTIN:
            option = "--index-url" if index is simple[-1] else "--extra-index-url"
            yield from (option, index.shown_url)


def _requirement(action: Action) -> str:
    if action.index is None and action.file is not None:
        return f"{action.name} @ {shown_url(action.file.url)}"
    return f"{action.name}=={action.new_version}"
