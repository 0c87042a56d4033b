"""What an attempt does differently than its parent, in a few words. Pure.

Read off the two queries, so that it is true whichever key, dialog or fix made the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from msgspec.structs import fields

from resolvetui.inputs.changes import last_day
from resolvetui.model.query import IndexSource, Policies, Query, TargetRequest
from resolvetui.model.requirement import OriginKind, RootRequirement
from resolvetui.tui.changes import Stated
from resolvetui.tui.safe import safe

MOST = 300
"""Characters of the words at most."""


def first_words(query: Query) -> str:
    """The words of the first attempt: what it asks for."""
    texts = [root.requirement.text for root in query.requirements]
    return safe(" ".join(texts) or "nothing yet", MOST)


def change_words(old: Stated, new: Stated) -> str:
    """`pin torch 2.2.2`, `without numpy`, `strategy unsafe-best-match`, several with commas."""
    found = [*_requirements(old, new), *_lifted(old.query, new.query)]
    found += _indexes(old.query, new.query)
    found += _policies(old.query.policies, new.query.policies)
    found += _target(old.query.target, new.query.target)
    return safe(", ".join(found) or "the same again", MOST)


# ---- requirements


def _requirements(old: Stated, new: Stated) -> Iterator[str]:
    before, after = old.query.requirements, new.query.requirements
    was_off, is_off = ([each.root for each in stated.off] for stated in (old, new))
    gone = [root for root in before if root not in after]
    come = [root for root in after if root not in before]
    for root in is_off:
        if root in gone:
            gone.remove(root)
            yield f"{_text(root)} off"
    for root in was_off:
        if root in come:
            come.remove(root)
            yield f"{_text(root)} on"
        elif root not in is_off:
            yield f"without {_text(root)}, which was off"
    for root in come:
        wish = _wish(root)
        same = [each for each in gone if each.requirement.name == root.requirement.name]
        if same:
            gone.remove(same[0])
        yield f"{_text(same[0])} → {_text(root)}" if same and not wish else wish or _text(root)
    yield from (f"without {_text(root)}" for root in gone)


def _text(root: RootRequirement) -> str:
    return root.requirement.text


def _wish(root: RootRequirement) -> str:
    """What the keys for versions make, in their words; "" for any other requirement."""
    specifier = root.requirement.specifier
    if root.origin.kind is not OriginKind.PROMPT or "," in specifier or "*" in specifier:
        return ""
    for mark, word in (("===", ""), ("==", "pin"), ("!=", "exclude")):
        if specifier.startswith(mark):
            name = root.requirement.name
            return f"{word} {name} {specifier.removeprefix(mark)}" if word else ""
    return ""


def _lifted(old: Query, new: Query) -> Iterator[str]:
    for before, after in (
        (old.constraints, new.constraints),
        (old.overrides, new.overrides),
    ):
        yield from (f"lift {_text(root)}" for root in before if root not in after)
        yield from (f"limit {_text(root)}" for root in after if root not in before)


# ---- indexes


def _indexes(old: Query, new: Query) -> Iterator[str]:
    before, after = ({_label(index): index for index in q.indexes} for q in (old, new))
    yield from (f"without index {name}" for name in before if name not in after)
    yield from (f"index {name}" for name in after if name not in before)
    yield from (
        f"index {name} changed"
        for name, index in after.items()
        if name in before and index != before[name]
    )
    kept = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if kept != order:
        yield f"index order {' › '.join(after)}"  # noqa: RUF001
    for package, name in new.pinned_indexes.items():
        if old.pinned_indexes.get(package) != name:
            yield f"{package} from {name}"
    for package in old.pinned_indexes:
        if package not in new.pinned_indexes:
            yield f"{package} from any index"


def _label(index: IndexSource) -> str:
    return index.name or index.shown_url


# ---- policies, target

_WORDS = {
    "index_strategy": "strategy",
    "prerelease": "pre-releases",
    "only_binary": "only wheels of",
    "no_binary": "no wheels of",
    "allow_build": "build",
    "build": "builds",
    "no_deps": "no dependencies",
    "allow_breaking": "may break others",
    "require_hashes": "hashes required",
}


def _policies(old: Policies, new: Policies) -> Iterator[str]:
    for field in fields(Policies):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        word = _WORDS.get(field.name, field.name.replace("_", " "))
        if field.name == "exclude_newer":
            yield f"not newer than {last_day(after)}" if after else "of any date"
        elif isinstance(after, bool):
            yield word if after else f"not: {word}"
        elif isinstance(after, tuple):
            yield f"{word} {_names(after)}"
        else:
            yield f"{word} {after}"


def _names(names: Sequence[str]) -> str:
    return " ".join(names) or "nothing"


def _target(old: TargetRequest, new: TargetRequest) -> Iterator[str]:
    if old.python != new.python:
        yield f"python {_short(new.python)}"
    if old.python_version != new.python_version:
        yield f"python {new.python_version or 'its own'}"
    if old.python_platform != new.python_platform:
        yield f"on {new.python_platform or 'its own platform'}"


def _short(python: str) -> str:
    """A path as its last three parts at most: `app/.venv/bin/python` says which one it is."""
    parts = PurePath(python).parts
    return python if len(parts) <= 3 else str(PurePath("…", *parts[-3:]))
