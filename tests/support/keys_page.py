"""`docs/reference/keys.md`, made from the table of keys and the table of signs."""

from __future__ import annotations

from collections.abc import Iterable

from resolvetui.tui import keys, signs
from resolvetui.tui.dialogs.help import meaning

PLACE = "docs/reference/keys.md"
_HEAD = """\
# Keys and signs

This page is made from the app's own table of keys (`make documents`). In the app, `?` shows the
keys of the place that has the focus first, and `ctrl+p` opens the palette, in which every action
can be found by its words, and every package by its name.

A key means one thing wherever it works. While you type into an input, letters are only letters.
What can be done with the mouse can be done with a key.
"""
_DIALOGS = (
    ("esc", "leave without an answer"),
    ("tab", "the next field or button; shift+tab the one before"),
    ("enter", "accept; the focus begins on the answer that changes nothing"),
    ("y", "in a text or list: copy it"),
    ("O", "in a question of the guided install: go on without this step"),
)
_MOUSE = """\
## Mouse

A click on a view in the top line, a tab, a key of the foot line or a button does what it says. A
click on a row puts the cursor there, and one on the row under the cursor opens it; the wheel
scrolls. In jump mode (`;`) a click on a letter is as good as the letter.
"""


def keys_page() -> str:
    """The whole text of the page."""
    parts = [_HEAD]
    for where, title in keys.TITLES.items():
        rows = [(key.shown, key.help) for key in keys.keys_of(where)]
        if rows:
            parts += [f"## {title}\n", _table(("key", "does"), rows)]
    parts += ["## In a dialog\n", _table(("key", "does"), _DIALOGS), _MOUSE]
    parts += ["## Signs of candidates\n", _signs(signs.CANDIDATE_SIGNS)]
    parts += ["## Signs of the plan\n", _signs(signs.PLAN_SIGNS)]
    parts += ["## Signs of the guided install\n", _signs(signs.STEP_SIGNS)]
    return "\n".join(parts)


def _signs(found: Iterable[signs.Sign]) -> str:
    rows = [(sign.glyph, _code(sign.ascii), meaning(sign)) for sign in found]
    return _table(("sign", "with `--ascii`", "means"), rows, code=False)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, code: bool = True) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for first, *rest in rows:
        keys_ = " ".join(map(_code, first.split(" "))) if code else first
        lines.append(f"| {keys_} | {' | '.join(rest)} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text != "|" else "`\\|`"
