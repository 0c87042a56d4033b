"""Requirements as somebody types or pastes them on one line: one or several, also `-e ./lib`."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.errors import UsageError
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.requirement import Origin, RootRequirement

_EDITABLE = ("-e", "--editable")


def typed_requirements(text: str, origin: Origin, folder: str = "") -> tuple[RootRequirement, ...]:
    """One requirement, or several separated by spaces; relative paths start at `folder`.

    Raises the UsageError of the whole text where it is neither.
    """
    stated = text.strip()
    try:
        return (_one(stated, origin, folder),)
    except UsageError:
        words = list(_words(stated))
        if len(words) < 2:
            raise
        try:
            return tuple(_one(word, origin, folder) for word in words)
        except UsageError:
            pass  # what is wrong with the whole text says more
        raise


def _one(text: str, origin: Origin, folder: str) -> RootRequirement:
    option, _, place = text.replace("=", " ", 1).partition(" ")
    if option not in _EDITABLE or not place.strip():
        return parse_root_requirement(text, origin, folder)
    from resolvetui.inputs.source_references import editable_requirement

    return editable_requirement(place.strip(), origin, folder)


def _words(text: str) -> Iterator[str]:
    """The words, `-e` with the one after it."""
    words = iter(text.split())
    for word in words:
        following = next(words, "") if word in _EDITABLE else ""
        yield f"{word} {following}" if following else word
