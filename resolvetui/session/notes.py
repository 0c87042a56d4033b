"""What a search notes on its way that is no conflict, for the warnings of an attempt."""

from __future__ import annotations

from resolvetui.model.names import PackageName
from resolvetui.resolver import Solution
from resolvetui.resolver.events import Event, Observer
from resolvetui.session.facts import Facts


def noting(notes: dict[str, None], observe: Observer) -> Observer:
    """Keep the warnings among the events, and pass every event on."""

    def note(event: Event) -> None:
        if event[0] == "unknown-extra":
            notes["\0".join(event[1:])] = None
        if observe is not None:
            observe(event)

    return note


def unknown_extras(notes: dict[str, None], solution: Solution, facts: Facts) -> list[str]:
    """A warning for each extra that a chosen version lacks."""
    texts = []
    for note in notes:
        name, version, extra = note.split("\0")
        package = PackageName(name)
        if solution.versions.get(package) == version:
            from resolvetui.explanation.extra_words import no_such_extra  # for mistakes only

            there = facts.requirements(package, version)[0].by_extra
            texts.append(no_such_extra(name, version, extra, list(there)))
    return texts
