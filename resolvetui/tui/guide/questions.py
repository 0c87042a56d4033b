"""The questions of the guided install with their answers, as values for a dialog. Pure."""

from __future__ import annotations

from msgspec import Struct

from resolvetui.environment.accelerators import Accelerators
from resolvetui.environment.surroundings import Surroundings
from resolvetui.session.check_messages import EnvironmentChecked
from resolvetui.tui import words
from resolvetui.tui.dialogs.choice import Answer
from resolvetui.tui.guide.builds import Build
from resolvetui.tui.guide.fitting import fit, likeliest, meaning
from resolvetui.tui.guide.steps import Step
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.state import SessionState

NEW = "new "
"""Begins the key of an answer that makes an environment; the Python follows."""
_NAMES = (".venv", "venv", "env", ".venv-2", ".venv-3")


class Question(Struct, frozen=True):
    """What `ChoiceDialog` asks."""

    step: Step
    title: str
    lines: list[Spans]
    answers: tuple[Answer, ...]
    marked: str
    """The key of the answer that is proposed."""
    field: tuple[str, str] = ("", "")
    """Label and text of an input."""


def environment_question(around: Surroundings, state: SessionState) -> Question:
    """Into which environment; those that are there first, then new ones."""
    answers = [
        Answer(
            each.path,
            safe(each.path, 40),
            f"Python {each.version}" if each.version else "an environment",
            "active now" if each.is_active else "in this folder",
            "ok",
        )
        for each in around.environments
    ]
    answers += [
        Answer(
            f"{NEW}{each.path}",
            f"new, Python {each.version}",
            safe(each.path, 200),
            needs_text=True,
        )
        for each in around.pythons
    ]
    lines: list[Spans] = [
        (("An environment of its own keeps what is installed away from all else;", "text"),),
        (("the Python of the system is left alone.", "muted"),),
    ]
    failed = state.plan_failure
    if failed is not None:
        lines = [(("✗ ", "bad"), (failed.what, "text"))]
        if failed.why:
            lines.append(((failed.why, "muted"),))
        if failed.what_to_do:
            lines.append(((failed.what_to_do, "accent"),))
    taken = {each.path for each in around.environments}
    folder = next((name for name in _NAMES if name not in taken), "")
    return Question(
        Step.ENVIRONMENT,
        "Where to install?",
        lines,
        tuple(answers),
        answers[0].key if answers else "",
        ("folder of a new one ", folder) if around.pythons else ("", ""),
    )


_NOTES: dict[str, Role] = {"yes": "ok", "no": "muted", "unknown": "warn"}


def build_question(builds: tuple[Build, ...], machine: Accelerators) -> Question:
    """Which build; what runs here is proposed. The key of an answer is its place in `builds`."""
    answers: list[Answer] = []
    for number, build in enumerate(builds):
        if not number:
            answers.append(Answer("0", build.title, safe(build.how, 80)))
            continue
        fitting = fit(build.label, machine)
        line = f"for {meaning(build.label)}" if build.label else meaning(build.label)
        answers.append(
            Answer(str(number), safe(build.title, 30), line, fitting.why, _NOTES[fitting.fits])
        )
    proposed = likeliest(tuple(build.label for build in builds[1:]), machine)
    marked = next((n for n, build in enumerate(builds) if n and build.label == proposed), 0)
    lines: list[Spans] = [
        (("What you ask for is published once for each kind of processor.", "text"),),
        (("Another build can be chosen later: u undoes it.", "muted"),),
    ]
    return Question(
        Step.BUILDS,
        "Which build?",
        lines,
        tuple(answers),
        str(marked) if proposed else "0",
    )


def check_lines(answer: EnvironmentChecked) -> list[Spans]:
    """The problems of an environment; the state has made them safe."""
    packages = words.count(answer.packages, "package")
    files = words.count(answer.files, "file")
    lines: list[Spans] = [
        ((answer.environment, "strong"), (f"   {packages}, {files} compared", "muted")),
        (),
    ]
    lines += [(("✗ ", "bad"), (text, "text")) for text in answer.problems]
    return lines
