"""The palette: every action of the key table, the themes by Textual itself, and all packages."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from resolvetui.tui import keys
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.views.candidates import Candidates


class Commands(Provider):
    """Actions with their keys, and `go to package …`."""

    @property
    def _main(self) -> MainScreen | None:
        return self.screen if isinstance(self.screen, MainScreen) else None

    async def discover(self) -> Hits:
        """The actions, in the order of the key table."""
        for key in _commands():
            yield DiscoveryHit(_title(key), partial(self._run, key), text=key.help, help=_help(key))

    async def search(self, query: str) -> Hits:
        """Actions and packages that match."""
        matcher = self.matcher(query)
        for key in _commands():
            score = matcher.match(key.help)
            if score > 0:
                yield Hit(
                    score, _title(key), partial(self._run, key), text=key.help, help=_help(key)
                )
        for name in self._packages():
            text = f"go to {name}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, Content(text), partial(self._go, name), text=text)

    def _packages(self) -> list[str]:
        main = self._main
        if main is None:
            return []
        state = main.state
        names = {*state.pins, *state.shown.names, *(name for name, _ in state.decided)}
        return sorted(names)

    async def _run(self, key: keys.Key) -> None:
        main = self._main
        if main is None:
            return
        match key.where:
            case "trace" | "targets" | "whatif":
                main.action_view(key.where)
                await main.view.run_action(key.action)
            case "candidates":
                main.action_view("explore")
                await main.explore.detail.query_one(Candidates).run_action(key.action)
            case "explore":
                await main.explore.run_action(key.action)
            case _:
                await main.run_action(key.action)

    def _go(self, name: str) -> None:
        if self._main is not None:
            self._main.go_to(name)


def _commands() -> list[keys.Key]:
    return [key for key in keys.TABLE if key.command]


def _title(key: keys.Key) -> Content:
    return Content(key.help[0].upper() + key.help[1:])


def _help(key: keys.Key) -> str:
    return f"key: {key.shown}"


class Palette(CommandPalette):
    """Textual's palette, without the one key press that could end the app."""

    def _action_command_list(self, action: str) -> None:
        """Pass a movement on to the list.

        Textual 8.2.8 raises `KeyError` for a page up or down before the list was laid out; then
        there is nothing to move in. This can go when `OptionList._move_page` survives that.
        """
        with suppress(KeyError):
            super()._action_command_list(action)
