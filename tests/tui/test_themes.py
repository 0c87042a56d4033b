"""Contrast of both own themes, on every ground (WCAG 2, relative luminance)."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from resolvetui.tui.themes import THEMES

GROUNDS = ("background", "surface", "panel")
TEXTS = ("foreground", "primary", "success", "error", "warning", "accent", "secondary", "muted")


def color(theme: Theme, name: str) -> Color:
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


def ratio(one: Color, other: Color) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(shade: Color) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in shade.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(theme: Theme, text: str) -> None:
    for ground in GROUNDS:
        assert ratio(color(theme, text), color(theme, ground)) >= 4.5, ground
    for ground in ("cursor-row", "cursor-row-blurred"):
        assert ratio(color(theme, text), color(theme, ground)) >= 4.0, ground


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_guides_and_focused_frames_can_be_seen(theme: Theme) -> None:
    for ground in ("background", "surface"):
        assert ratio(color(theme, "guide"), color(theme, ground)) >= 3.0
        assert ratio(color(theme, "primary"), color(theme, ground)) >= 3.0
