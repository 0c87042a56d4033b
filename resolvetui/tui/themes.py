"""The two themes of resolvetui, and the variables that other themes lack.

Colours can be told apart with red-green blindness; `tests/tui/test_themes.py` computes their
contrast on every ground, the cursor row included.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="resolvetui-dark",
    primary="#6CB2F0",
    success="#45C4A8",
    error="#F2776B",
    warning="#F0A030",
    accent="#F0C05A",
    secondary="#B294E8",
    background="#0F131A",
    surface="#151A23",
    panel="#202835",
    foreground="#D6DCE6",
    dark=True,
    variables={
        "muted": "#93A0B5",
        "guide": "#64738F",
        "cursor-row": "#1F3A57",
        "cursor-row-blurred": "#243042",
        "frame": "#39465C",
    },
)

LIGHT = Theme(
    name="resolvetui-light",
    primary="#1F5FA8",
    success="#00695C",
    error="#B3261E",
    warning="#8A4B00",
    accent="#7A5300",
    secondary="#6A47A8",
    background="#FAFAF7",
    surface="#F2F2EE",
    panel="#E4E5E0",
    foreground="#20242B",
    dark=False,
    variables={
        "muted": "#565E6B",
        "guide": "#858C97",
        "cursor-row": "#D8E7F8",
        "cursor-row-blurred": "#E2E6EA",
        "frame": "#B4B9C0",
    },
)

THEMES = (DARK, LIGHT)
BY_OPTION = {
    "dark": DARK.name,
    "light": LIGHT.name,
    "ansi": "ansi-dark",
    "ansi-light": "ansi-light",
}
"""`--theme` to the name of a theme; the ANSI ones have the terminal's own colours."""


def defaults(theme: Theme) -> dict[str, str]:
    """Our variables for a theme that does not bring them (Textual's own, the user's)."""
    if theme.ansi:
        return {
            "muted": "ansi_white" if theme.dark else "ansi_black",
            "guide": "ansi_bright_black",
            "cursor-row": "ansi_blue" if theme.dark else "ansi_bright_cyan",
            "cursor-row-blurred": "ansi_bright_black" if theme.dark else "ansi_white",
            "frame": "ansi_bright_black",
        }
    ours = DARK if theme.dark else LIGHT
    return dict(ours.variables)
