"""The one table of signs: a state's sign, its word, its colour role and its ASCII form.

Views write the Unicode signs. With `--ascii` a line filter of the app passes all that is drawn
through `to_ascii`, so borders, scroll bars and text from outside are covered as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from resolvetui.tui.spans import Role


@dataclass(frozen=True, slots=True)
class Sign:
    """How one state looks. Every sign is one cell wide."""

    glyph: str
    ascii: str
    word: str
    role: Role


CHOSEN = Sign("●", "*", "chosen", "ok-strong")
FITS = Sign("○", "o", "fits", "ok")
WRONG = Sign("✗", "x", "wrong tag", "bad")
YANKED = Sign("!", "!", "yanked", "warn")
PRERELEASE = Sign("~", "~", "pre", "pre")
SHADOWED = Sign("◌", ".", "shadow", "muted")
EXCLUDED = Sign("⊘", "0", "excl", "accent")
SDIST = Sign("▤", "s", "sdist", "warn")
ABSENT = Sign("·", "-", "—", "guide")
UNKNOWN = Sign("?", "?", "unknown", "warn")

CANDIDATE_SIGNS = (
    CHOSEN,
    FITS,
    WRONG,
    YANKED,
    PRERELEASE,
    SHADOWED,
    EXCLUDED,
    SDIST,
    ABSENT,
    UNKNOWN,
)

INSTALL = Sign("+", "+", "install", "ok")
UPGRADE = Sign("↑", "^", "upgrade", "ok")
DOWNGRADE = Sign("↓", "v", "downgrade", "accent")
REPLACE = Sign("~", "~", "other build", "info")
REMOVE = Sign("-", "-", "remove", "warn")
KEEP = Sign("=", "=", "keep", "muted")

PLAN_SIGNS = (INSTALL, UPGRADE, DOWNGRADE, REPLACE, REMOVE, KEEP)

YES = Sign("✓", "+", "fits", "ok")
NO = Sign("✗", "x", "does not fit", "bad")
REPEAT = Sign("↑", "^", "shown above", "muted")

DECIDED = Sign("●", "*", "decided", "ok-strong")
DERIVED = Sign("→", ">", "derived", "muted")
TRIES = Sign("○", "o", "tries", "muted")
CONFLICT = Sign("✗", "x", "conflict", "bad-strong")
LEARNED = Sign("+", "+", "learned", "accent")
BACK = Sign("←", "<", "jumped back", "warn")
PASSED = Sign("⊘", "0", "passed over", "warn")
UNREADABLE = Sign("?", "?", "unreadable", "warn")
NO_EXTRA = Sign("!", "!", "no such extra", "warn")
REQUIRED = Sign("▸", ">", "required", "info")
LISTED = Sign("·", "-", "listed", "muted")
PUT_OFF = Sign("~", "~", "put off", "pre")
WAITED = Sign("…", "~", "waited", "muted")
DONE = Sign("=", "=", "done", "info")

TRACE_SIGNS = (
    DECIDED,
    DERIVED,
    TRIES,
    CONFLICT,
    LEARNED,
    BACK,
    PASSED,
    UNREADABLE,
    NO_EXTRA,
    REQUIRED,
    LISTED,
    PUT_OFF,
    WAITED,
    DONE,
)

RUNNING = Sign("◐", "@", "running", "accent")
NOT_RUN = Sign("·", "-", "not run", "muted")
SOLVED = Sign("✓", "+", "so many packages", "ok")
NO_SOLUTION = Sign("✗", "x", "no solution, and what is to blame", "bad")
SAME = Sign("=", "=", "the same versions as there", "ok")
NOT_KNOWN = Sign("?", "?", "an index or the target failed", "warn")
CURRENT = Sign("●", "*", "the target of the query now", "title")
OFF = Sign("□", ".", "not to be run", "muted")

STEP_DONE = Sign("✓", "+", "done", "ok")
STEP_HERE = Sign("▸", ">", "here", "accent")
STEP_STUCK = Sign("✗", "x", "needs you", "bad")
STEP_AHEAD = Sign("○", "o", "ahead", "muted")
STEP_SKIPPED = Sign("⊘", "0", "skipped", "muted")
STEP_UNNEEDED = Sign("·", "-", "not needed", "guide")

STEP_SIGNS = (STEP_DONE, STEP_HERE, STEP_STUCK, STEP_AHEAD, STEP_SKIPPED, STEP_UNNEEDED)

TARGET_SIGNS = (SOLVED, SAME, NO_SOLUTION, NOT_KNOWN, RUNNING, NOT_RUN, CURRENT, OFF)

NOW = Sign("●", "*", "the attempt that counts", "ok-strong")
ATTEMPT = Sign("○", "o", "another attempt", "muted")
BASE = Sign("◇", "%", "what the others are compared with", "accent")
GIVEN_UP = Sign("·", "-", "given up", "muted")

ATTEMPT_SIGNS = (NOW, ATTEMPT, BASE)

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_SPINNER_ASCII = "|/-\\|/-\\|/"

_ASCII = {
    ord(sign.glyph): sign.ascii
    for sign in (*CANDIDATE_SIGNS, *PLAN_SIGNS, YES, NO, REPEAT, RUNNING, BASE)
}
_ASCII |= {ord(glyph): plain for glyph, plain in zip(SPINNER, _SPINNER_ASCII, strict=True)}
for _glyphs, _plain in (
    ("▸▾", ">v"),
    ("▼▲", "v^"),
    ("│║▌▐┤├", "||||||"),
    ("└", "`"),
    ("┬┐┌┘╭╮╰╯", "++++++++"),
    ("─━╺╸—–", "------"),  # noqa: RUF001
    ("═■▰█▉▊▋▍", "=#######"),
    ("□▱▁▂▃▄▅▆▇▔▀▎▏", "...__###---||"),
    ("…›→←⏎×≤≥•", "~>><<x<>*"),  # noqa: RUF001
):
    _ASCII |= {ord(glyph): plain for glyph, plain in zip(_glyphs, _plain, strict=True)}


def to_ascii(text: str) -> str:
    """The text with every sign in its ASCII form and all else that is not ASCII as `?`.

    The width in cells stays the same.
    """
    if text.isascii():
        return text
    return "".join(
        char if char.isascii() else "?" * cell_len(char) for char in text.translate(_ASCII)
    )
