"""The one table of keys: bindings, footer, help and palette all come from it.

A context is a place on the screen that has keys of its own. Along a chain of focus, such as
candidates < explore < everywhere, a key has one meaning (`tests/tui/test_keys.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from textual.binding import Binding

Context: TypeAlias = Literal[
    "everywhere",
    "list",
    "tree",
    "requirements",
    "explore",
    "candidates",
    "conflict",
    "plan",
    "grid",
    "targets",
    "choice",
    "indexes",
    "trace",
    "whatif",
]

TITLES: dict[Context, str] = {
    "everywhere": "Everywhere",
    "list": "In a list",
    "tree": "In a tree",
    "requirements": "On a requirement",
    "explore": "Explore",
    "candidates": "Candidates",
    "conflict": "Conflict",
    "plan": "Plan",
    "grid": "In the grid",
    "targets": "Targets",
    "choice": "On a choice",
    "indexes": "On an index of the target dialog",
    "trace": "Trace",
    "whatif": "What-if",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One action and the keys that start it."""

    where: Context
    keys: str
    """Names as Textual has them, separated by commas."""
    shown: str
    """The keys as people read them."""
    action: str
    label: str
    """A word or two for the footer, "" for none."""
    help: str
    footer: int = 0
    """Place in the footer, 1 first; 0: not in the footer."""
    command: bool = False
    """Whether the palette offers it."""


# ruff: noqa: E501 - one key a line reads as a table
TABLE: tuple[Key, ...] = (
    Key("everywhere", "1", "1", "view('explore')", "Explore", "show the solution and all candidates", command=True),
    Key("everywhere", "2", "2", "view('conflict')", "Conflict", "show why there is no solution", command=True),
    Key("everywhere", "3", "3", "view('whatif')", "What-if", "show all attempts, and what one has that another has not", command=True),
    Key("everywhere", "4", "4", "view('plan')", "Plan", "show what an install would change", command=True),
    Key("everywhere", "5", "5", "view('targets')", "Targets", "show the query on other Pythons and platforms", command=True),
    Key("everywhere", "6", "6", "view('trace')", "Trace", "show what the solver did, step by step", command=True),
    Key("everywhere", "a", "a", "add_requirement", "Add", "add a requirement", 20, command=True),
    Key("everywhere", "r", "r", "resolve_again", "Resolve", "resolve again; in Targets: run what is switched on", 34, command=True),
    Key("everywhere", "t", "t", "target", "Target", "change Python, platform, indexes, policies, date", 24, command=True),
    Key("everywhere", "R", "R", "resolve_without_cache", "", "resolve again without the cache", command=True),
    Key("everywhere", "u", "u", "undo", "Undo", "undo the last change: back to the attempt that it was made from", 22, command=True),
    Key("everywhere", "ctrl+r", "ctrl+r", "redo", "", "redo it: on to the attempt that was visited last", command=True),
    Key("everywhere", "w", "w", "why", "Why", "why the package under the cursor is here", 14, command=True),
    Key("everywhere", "i", "i", "install", "Install", "install the solution; asks first", 21, command=True),
    Key("everywhere", "S", "S", "save_session", "", "save this session to a file that can be replayed", command=True),
    Key("everywhere", "O", "O", "open_session", "", "open a session from a file; in an opened one: go back", command=True),
    Key("everywhere", "y", "y", "copy", "Copy", "copy what the cursor is on; in Plan: as pip or uv command, or requirements", 23, command=True),
    Key("everywhere", "I", "I", "indexes", "", "how the indexes have answered", command=True),
    Key("everywhere", "D", "D", "shared", "", "names on several indexes: who has what, equal or not", command=True),
    Key("everywhere", "M", "M", "messages", "", "all messages and warnings of this run", command=True),
    Key("everywhere", "n", "n", "find_next(1)", "", "to the next match of the filter or of what was looked for"),
    Key("everywhere", "N", "N", "find_next(-1)", "", "to the match before"),
    Key("everywhere", "semicolon", ";", "jump", "", "letters over the panes: one of them jumps there", command=True),
    Key("everywhere", "C", "C", "guide_on", "", "guided install: begin, or go on with its next step", command=True),
    Key("everywhere", "P", "P", "guide_over", "", "guided install: without this step", command=True),
    Key("everywhere", "X", "X", "guide_leave", "", "guided install: leave it", command=True),
    Key("everywhere", "f", "f", "toggle_maximized", "", "the focused pane alone, and back", command=True),
    Key("everywhere", "escape", "esc", "leave", "", "one step back; while an install or targets run: stop it"),
    Key("everywhere", "question_mark", "?", "help", "Help", "the keys of this place, and the signs", command=True),
    Key("everywhere", "q", "q", "quit_app", "Quit", "quit", command=True),
    Key("list", "up,k", "↑ k", "cursor_up", "", "one up"),
    Key("list", "down,j", "↓ j", "cursor_down", "", "one down"),
    Key("list", "pageup,ctrl+u", "pgup ctrl+u", "page_up", "", "a page up"),
    Key("list", "pagedown,ctrl+d", "pgdn ctrl+d", "page_down", "", "a page down"),
    Key("list", "home,g", "home g", "first", "", "to the first"),
    Key("list", "end,G", "end G", "last", "", "to the last"),
    Key("list", "enter", "enter", "choose", "Open", "open what the cursor is on", 1),
    Key("list", "right,l", "→ l", "unfold", "", "open, expand"),
    Key("list", "left,h", "← h", "fold", "", "close, collapse, to the parent"),
    Key("list", "space", "space", "toggle_row", "", "open or close; in Trace: play, stop; in What-if: compare"),
    Key("tree", "shift+space", "shift+space", "toggle_all", "", "open or close all"),
    Key("requirements", "left,h", "← h", "previous", "", "the requirement before"),
    Key("requirements", "right,l", "→ l", "next", "", "the requirement after"),
    Key("requirements", "enter,e", "enter e", "edit", "Edit", "edit it", 1),
    Key("requirements", "delete,backspace,x", "delete x", "remove", "Remove", "do without it", 2),
    Key("requirements", "space", "space", "switch", "On/off", "switch it off without removing it, and on again", 3),
    Key("explore", "left_square_bracket", "[", "tab(-1)", "", "the tab before"),
    Key("explore", "right_square_bracket", "]", "tab(1)", "Tab", "the next tab", 32),
    Key("explore", "slash", "/", "filter", "Filter", "filter by text, fits, !yanked, tag, sdist, idx:x, >=2.1", 11, command=True),
    Key("explore", "m", "m", "mark", "Show", "show all, what fits, problems", 30, command=True),
    Key("explore", "s", "s", "sort", "Sort", "sort by version, upload", 31, command=True),
    Key("explore", "o", "o", "screen.write('solution')", "Write", "write the solution to a file: requirements, or JSON", 35, command=True),
    Key("explore", "v", "v", "form", "Form", "solution as tree, by name, by size, by decision", 33, command=True),
    Key("conflict", "slash", "/", "screen.find", "Find", "look for a text in the focused list", 11),
    Key("conflict", "o", "o", "screen.write('conflict')", "Write", "write the explanation to a file: text, or JSON", 30, command=True),
    Key("plan", "slash", "/", "screen.find", "Find", "look for a text in the focused list", 11),
    Key("plan", "o", "o", "screen.write('plan')", "Write", "write requirements with hashes to a file", 30, command=True),
    Key("plan", "c", "c", "stop", "", "while an install runs: stop it and roll back"),
    Key("candidates", "p", "p", "pin", "Pin", "ask for exactly this version", 12, command=True),
    Key("candidates", "x", "x", "exclude", "Exclude", "do without this version", 13, command=True),
    Key("grid", "up,k", "↑ k", "cursor_up", "", "one Python up"),
    Key("grid", "down,j", "↓ j", "cursor_down", "", "one Python down"),
    Key("grid", "left,h", "← h", "cursor_left", "", "one platform to the left"),
    Key("grid", "right,l", "→ l", "cursor_right", "", "one platform to the right"),
    Key("grid", "home,g", "home g", "first", "", "to the first platform"),
    Key("grid", "end,G", "end G", "last", "", "to the last platform"),
    Key("grid", "enter", "enter", "choose", "Use", "make it the target of the query", 1),
    Key("grid", "space", "space", "toggle_cell", "On/off", "whether it is run", 2),
    Key("targets", "m", "m", "mark", "Choose", "what is run: all, this Python, this platform, none", 3, command=True),
    Key("targets", "c", "c", "conflict", "Conflict", "make it the target, and show why it has no solution", 4, command=True),
    Key("choice", "left,h", "← h", "previous", "", "the choice before"),
    Key("choice", "right,l,space", "→ l", "next", "", "the next choice"),
    Key("choice", "enter", "enter", "apply", "", "apply all that the dialog says"),
    Key("indexes", "shift+up,K", "shift+↑ K", "raise", "", "asked earlier"),
    Key("indexes", "shift+down,J", "shift+↓ J", "lower", "", "asked later"),
    Key("indexes", "delete,backspace,x", "delete x", "remove", "", "not asked"),
    Key("trace", "full_stop", ".", "step(1)", "Step", "one step on", 11, command=True),
    Key("trace", "comma", ",", "step(-1)", "", "one step back", command=True),
    Key("trace", "greater_than_sign", ">", "conflict(1)", "Conflict", "to the next conflict", 12, command=True),
    Key("trace", "less_than_sign", "<", "conflict(-1)", "", "to the conflict before", command=True),
    Key("trace", "slash", "/", "filter", "Filter", "only steps of some packages or kinds: torch conflict !tries", 13, command=True),
    Key("trace", "o", "o", "save", "Save", "write the trace to a file: text, or JSON lines", 15, command=True),
    Key("whatif", "d", "d", "compare", "Compare", "compare all attempts with this one, or each with the one before it again", 11, command=True),
    Key("whatif", "m", "m", "form", "All", "only what differs, or all packages", 12, command=True),
    Key("whatif", "delete,backspace", "delete", "drop", "Drop", "forget this attempt and all that came of it; u brings it back", 13, command=True),
    Key("whatif", "slash", "/", "screen.find", "Find", "look for a text in the focused list", 15),
    Key("whatif", "o", "o", "screen.write('attempts')", "Write", "write all attempts, and what each of them changed, to a file", 30, command=True),
    Key("plan", "U", "U", "roll_back", "", "undo the last install into the environment; asks first", command=True),
)  # fmt: skip


def keys_of(where: Context) -> tuple[Key, ...]:
    """The keys of one context, in the order of the table."""
    return tuple(key for key in TABLE if key.where == where)


def bindings(where: Context) -> list[Binding]:
    """Textual's bindings for a widget that is this context."""
    return [
        Binding(key.keys, key.action, key.label or key.help, show=False) for key in keys_of(where)
    ]


def footer(chain: tuple[Context, ...]) -> tuple[Key, ...]:
    """The keys that the footer offers in a chain of contexts, nearest place first."""
    shown = [key for key in TABLE if key.footer and key.where in chain]
    return tuple(sorted(shown, key=lambda key: key.footer))


def first_key(key: Key) -> str:
    """The name of the first key, for simulating a press."""
    return key.keys.split(",")[0]
