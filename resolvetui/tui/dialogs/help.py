"""Help: the keys of the place where it was opened, then of the view, then of everywhere; the signs.

Made from the table of keys and the table of signs, so it cannot go stale.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from resolvetui.tui import keys, signs
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.keys import Context
from resolvetui.tui.spans import Spans, paragraphs

_KEY_CELLS = 13


class HelpDialog(Dialog[None]):
    """Keys and signs."""

    TITLE_TEXT = "Help"
    FOOT_TEXT = "↑↓ scroll · esc leaves"

    def __init__(self, chain: tuple[Context, ...]) -> None:
        super().__init__()
        self._chain = chain

    def contents(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll(id="dialog-text"):
            yield Static(paragraphs(help_lines(self._chain)))


def help_lines(chain: tuple[Context, ...]) -> list[Spans]:
    """The lines of the help, nearest place first."""
    lines: list[Spans] = []
    for where in chain:
        shown = keys.keys_of(where)
        if shown:
            lines.append(((keys.TITLES[where], "title"),))
            lines += [_key_line(key) for key in shown]
            lines.append(())
    lines.append((("Also", "title"),))
    lines += [
        (("tab".ljust(_KEY_CELLS), "key"), ("the next pane; shift+tab the one before", "text")),
        (("ctrl+p".ljust(_KEY_CELLS), "key"), ("palette: every action, packages, themes", "text")),
        (),
        (("Signs of candidates", "title"),),
        *(_sign_line(sign) for sign in signs.CANDIDATE_SIGNS),
        (),
        (("Signs of the plan", "title"),),
        *(_sign_line(sign) for sign in signs.PLAN_SIGNS),
        (),
        (("Signs of targets", "title"),),
        *(_sign_line(sign) for sign in signs.TARGET_SIGNS),
        (),
        (("Signs of attempts", "title"),),
        *(_sign_line(sign) for sign in signs.ATTEMPT_SIGNS),
        (),
        (("Signs of the guided install", "title"),),
        *(_sign_line(sign) for sign in signs.STEP_SIGNS),
    ]
    return lines


def _key_line(key: keys.Key) -> Spans:
    return ((key.shown.ljust(_KEY_CELLS), "key"), (key.help, "text"))


_MEANINGS = {
    signs.CHOSEN: "in the solution",
    signs.FITS: "could be used, is not",
    signs.WRONG: "its tags, or its Requires-Python, do not fit the target",
    signs.YANKED: "withdrawn by its author",
    signs.PRERELEASE: "a pre-release, held back",
    signs.SHADOWED: "hidden by an earlier index (index strategy)",
    signs.EXCLUDED: "left out by a constraint, an option or a date",
    signs.SDIST: "only a source distribution",
    signs.ABSENT: "not on this index",
    signs.UNKNOWN: "not known: not fetched, or the index failed",
}


def meaning(sign: signs.Sign) -> str:
    """What a sign says, in words."""
    said = _MEANINGS.get(sign, sign.word)
    return f"{sign.word}: {said}" if sign in _MEANINGS and sign.word.isalpha() else said


def _sign_line(sign: signs.Sign) -> Spans:
    return ((sign.glyph.ljust(3), sign.role), (meaning(sign), "text"))
