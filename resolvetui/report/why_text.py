"""Why a package is as it is, as lines of text: one group a question, a sentence a fact."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation import why_words
from resolvetui.explanation.wording import sentence
from resolvetui.model.why import Why
from resolvetui.report.conflict_text import step_lines
from resolvetui.report.layout import Line, line, wrapped

_DEEP = "    "
_MOST = 8
"""Lines of one group about requirements."""


def why_lines(why: Why, width: int) -> list[Line]:
    """All about one package, after an empty line."""
    lines = [line("")]
    if why.absent:
        lines += wrapped(why.absent, width, role="strong")
        return lines + _group("", [why_words.inactive(each) for each in why.inactive], width)
    lines.append(line(f"{why.package} {why.version}", "strong"))
    asked = list(map(why_words.asker, why.asked_by))
    lines += _group(why_words.WHO, asked, width)
    lines += _newer(why, width)
    newest = "" if why.not_newer or not why.funnel else why_words.newest(why.version)
    funnel = why_words.funnel(why.funnel)
    lines += _group(why_words.VERSIONS, [funnel, newest, why.label], width)
    lines += _group(why_words.INDEX, [why.source, *(each.text for each in why.elsewhere)], width)
    passive = [each for each in (*why.inactive, *why.own_inactive) if not each.of_extra]
    return lines + _group(why_words.INACTIVE, list(map(why_words.inactive, passive)), width)


def _group(title: str, clauses: Sequence[str], width: int) -> list[Line]:
    clauses = [clause for clause in clauses if clause]
    if not clauses:
        return []
    shown = clauses if len(clauses) <= _MOST else clauses[: _MOST - 1]
    lines = wrapped(f"{title}:", width, indent="  ") if title else []
    for clause in shown:
        lines += wrapped(sentence(clause), width, indent="    ")
    if len(shown) < len(clauses):
        lines.append(line(f"    {why_words.more(len(clauses) - len(shown))}", "muted"))
    return lines


def _newer(why: Why, width: int) -> list[Line]:
    if not why.not_newer:
        return []
    lines = wrapped(f"{why_words.NEWER}:", width, indent="  ")
    for each in why.not_newer:
        lines += wrapped(sentence(each.text), width, indent="    ")
        if each.proof:
            lines += wrapped(sentence(each.proof), width, indent="      ")
        steps = step_lines(
            f"{why.package} {each.text}", each.steps, width - len(_DEEP), whole=False
        )
        lines += [(("plain", _DEEP), *parts) for parts in steps]
    return lines
