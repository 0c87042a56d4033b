"""One key, one meaning along each chain of focus; letters never fire while somebody types."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from textual.widget import Widget

from resolvetui.tui import keys
from resolvetui.tui.keys import TABLE
from resolvetui.tui.screen import contexts
from tests.tui.fake import conflict_app, main, make_app

FORBIDDEN = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+q"}


def meanings(chain: tuple[keys.Context, ...]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key in TABLE:
        if key.where in chain:
            for name in key.keys.split(","):
                found[name].add((key.where, key.action))
    return found


def focus_chains() -> set[tuple[keys.Context, ...]]:
    async def collect() -> set[tuple[keys.Context, ...]]:
        chains = set()
        for app in (make_app(), conflict_app()):
            async with app.run_test() as pilot:
                await pilot.pause()
                widgets: list[Widget] = list(main(app).query("*").results(Widget))
                chains |= {contexts(widget) for widget in widgets if widget.can_focus}
        return chains

    return asyncio.run(collect())


def test_a_key_has_one_meaning_in_each_chain_of_focus() -> None:
    for chain in focus_chains():
        double = {key: found for key, found in meanings(chain).items() if len(found) > 1}
        assert not double, chain


def test_no_key_is_one_that_terminals_or_textual_use_otherwise() -> None:
    assert not {name for key in TABLE for name in key.keys.split(",")} & FORBIDDEN


def test_no_single_letter_has_priority() -> None:
    for where in keys.TITLES:
        assert not any(binding.priority for binding in keys.bindings(where))


def test_footer_places_differ() -> None:
    for chain in focus_chains():
        places = [key.footer for key in keys.footer(chain)]
        assert len(places) == len(set(places)), chain


def test_letters_typed_into_an_input_start_nothing() -> None:
    async def play() -> None:
        app = make_app()
        async with app.run_test() as pilot:
            await pilot.press("slash", *"qaipxru123")
            await pilot.pause()
            assert app.is_running
            assert len(app.screen_stack) == 1
            assert main(app).explore.detail.look.shape.filter == "qaipxru123"

    asyncio.run(play())
