"""An error in its parts (what, why, what to do) as lines that wrap in a tree."""

from __future__ import annotations

from resolvetui.session.protocol import Failed
from resolvetui.tui import signs
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.widgets.stree import Node


def problem_nodes(failed: Failed, retry: str = "") -> list[Node]:
    """A node for what happened, why, at whose fault, what to do; `retry` says which key does."""
    nodes = [Node("what", ((f"{signs.NO.glyph} ", "bad"), (failed.what, "strong")))]
    nodes += _paragraph("why", failed.why, "text")
    if failed.culprit:
        nodes.append(Node("culprit", (("at ", "muted"), (failed.culprit, "info"))))
    nodes += _paragraph("to do", failed.what_to_do, "accent")
    if retry:
        nodes.append(Node("retry", (("r ", "key"), (retry, "text"))))
    return nodes


def _paragraph(key: str, text: str, role: Role) -> list[Node]:
    lines = [line for line in text.split("\n") if line.strip()]
    return [Node((key, number), _line(line, role), hang=0) for number, line in enumerate(lines)]


def _line(text: str, role: Role) -> Spans:
    return ((text, role),)
