"""Make the pictures of the documents: the real app and worker over the demo's indexes.

    python screenshots/make.py [NAME ...]

Writes `<shot>-<columns>x<rows>.svg` beside this file, for all shots or those named. Exits 1 when a
resolve did not end as the shot expects, or a view is still waiting for data. What differs from run
to run (times, ports, folders, figures of the network) is made the same before it is painted, so
that a picture changes only with the app.
"""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from resolvetui.demo.scratch import scratch_environment
from resolvetui.demo.server import LoopbackIndexes
from resolvetui.demo.world import DEMO_REQUIREMENTS, demo_indexes, demo_sources
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.session.runtime import Runtime
from resolvetui.session.trace_messages import TraceStep
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.backend import Receive, WorkerBackend
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.themes import BY_OPTION

FOLDER = Path(__file__).parent
SIZES = ((120, 40), (80, 24), (200, 50))
LIMIT_S = 20
PYTHON, PLATFORM = "3.12", "x86_64-manylinux_2_28"
"""What the pictures are for, so that they are the same wherever they are made. Plans need an
environment, so those pictures show the Python that made them."""
TRAINING = (*DEMO_REQUIREMENTS, "lightning", "transformers", "datasets")
"""An answer of the size that people have."""
CONFLICT = ("torch==2.3.0", "torchaudio==2.2.2")
ENVIRONMENT = "/home/you/demo"
_PLACES = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8080"),
    (re.compile(rf"{re.escape(tempfile.gettempdir())}/resolvetui-demo-\w+/demo"), ENVIRONMENT),
)
_TIMES = {"elapsed_s": 0.12, "latency_ms": 2.0}


@dataclass(frozen=True)
class Shot:
    """One picture, in all sizes: another view is another entry of SHOTS."""

    name: str
    requirements: tuple[str, ...] = DEMO_REQUIREMENTS
    keys: tuple[str, ...] = ()
    """Pressed one after another, each when nothing is on its way any more; what is longer than a
    key's name is typed."""
    narrow_keys: tuple[str, ...] = ()
    """The keys at 80 columns, where list and detail take turns; () for the same."""
    wide_keys: tuple[str, ...] = ()
    """The keys at 160 columns and more, where there are more panes; () for the same."""
    phase: Phase = Phase.SOLVED
    in_environment: bool = False
    is_down: bool = False
    """Whether the first index answers 503."""
    theme: str = ""
    """As `--theme` takes it."""
    ascii_only: bool = False


CANDIDATES = ("tab", "right", "down")
UNSATISFIABLE = Phase.UNSATISFIABLE

SHOTS = (
    Shot("explore", keys=CANDIDATES, narrow_keys=("enter", "right", "down")),
    Shot("explore-solution", TRAINING),
    Shot("explore-tags", keys=("]",), narrow_keys=("enter", "]")),
    Shot("explore-requires", keys=("]", "]"), narrow_keys=("enter", "]", "]")),
    Shot("explore-why", TRAINING, keys=("w",)),
    Shot("explore-files", TRAINING, keys=("[",), narrow_keys=("enter", "[")),
    Shot(
        "explore-filter",
        keys=("tab", "/", "text:!fits", "enter"),
        narrow_keys=("enter", "/", "text:!fits", "enter"),
    ),
    Shot(
        "explore-file", keys=(*CANDIDATES, "enter"), narrow_keys=("enter", "right", "down", "enter")
    ),
    Shot("explore-by-name", TRAINING, keys=("v",)),
    Shot("explore-empty", (), phase=Phase.IDLE),
    Shot("explore-failed", keys=("1",), phase=Phase.FAILED, is_down=True),
    Shot("conflict", CONFLICT, phase=UNSATISFIABLE),
    Shot(
        "conflict-ways-out",
        CONFLICT,
        keys=("tab", "down"),
        wide_keys=("tab", "tab", "down"),
        phase=UNSATISFIABLE,
    ),
    Shot("conflict-no-wheel", ("torch==2.1.2",), phase=UNSATISFIABLE),
    Shot("conflict-none", TRAINING, keys=("2",)),
    Shot("hidden", ("torch", "filelock>=3.14"), phase=UNSATISFIABLE),
    Shot("label", ("torch==2.3.0+cu121",), phase=UNSATISFIABLE),
    Shot(
        "whatif",
        TRAINING,
        keys=(*CANDIDATES, "down", "p", "u", "x", "u", "down", "p", "3", "up"),
        narrow_keys=("enter", "right", "down", "down", "p", "u", "x", "u", "down", "p", "3", "up"),
    ),
    Shot("plan", TRAINING, keys=("4",), in_environment=True),
    Shot("plan-install", TRAINING, keys=("4", "i"), in_environment=True),
    Shot("plan-installed", TRAINING, keys=("4", "i", "tab", "enter"), in_environment=True),
    Shot("guide", CONFLICT, keys=("C",), in_environment=True, phase=UNSATISFIABLE),
    Shot("targets", ("torch==2.1.2",), keys=("5", "r"), phase=UNSATISFIABLE),
    Shot("trace", CONFLICT, keys=("6",), phase=UNSATISFIABLE),
    Shot("trace-conflict", CONFLICT, keys=("6", ">"), phase=UNSATISFIABLE),
    Shot("indexes", keys=("I",)),
    Shot("shared", TRAINING, keys=("D",)),
    Shot("target", keys=("t",)),
    Shot("add", keys=("a", "text:numpy<2")),
    Shot("help", keys=("?",)),
    Shot("palette", keys=("ctrl+p",)),
    Shot("save", CONFLICT, keys=("S",), phase=UNSATISFIABLE),
    Shot("open", CONFLICT, keys=("O",), phase=UNSATISFIABLE),
    Shot("light", CONFLICT, phase=UNSATISFIABLE, theme="light"),
    Shot("ascii", CONFLICT, phase=UNSATISFIABLE, ascii_only=True),
)


class StillBackend(WorkerBackend):
    """The worker, whose messages have the same times, places and figures in every run."""

    def start(self, receive: Receive) -> None:
        """Listen, and tell what is made the same."""
        super().start(lambda message: receive(_still(message)))


def _still(value: Any) -> Any:  # noqa: ANN401 - any part of a message
    match value:
        case enum.Enum():
            return value
        case str():
            for pattern, instead in _PLACES:
                value = pattern.sub(instead, value)
            return value
        case tuple():
            return tuple(map(_still, value))
        case dict():
            return {_still(key): _still(each) for key, each in value.items()}
        case msgspec.Struct():
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            known = {name: _TIMES[name] for name in fields if name in _TIMES and fields[name]}
            if isinstance(value, TraceStep):
                known = {"ms": 0.05 * value.number}
            return type(value)(**{name: _still(each) for name, each in fields.items()} | known)
        case _:
            return value


def asked(position: int, text: str) -> RootRequirement:
    """An argument of a command line; `text` is a name and perhaps a specifier."""
    cut = next((at for at, sign in enumerate(text) if sign in "=<>!~"), len(text))
    requirement = Requirement(PackageName(text[:cut]), specifier=text[cut:])
    return RootRequirement(requirement, Origin(OriginKind.ARGUMENT, line=position), text)


def is_settled(state: SessionState, shot: Shot) -> bool:
    """Whether everything that was asked for has come."""
    waits = state.busy or state.planning or state.fixing or state.asked or state.matrix.running
    waits = (
        waits
        or state.trace.asked
        or state.sharing_id
        or (state.phase is Phase.SOLVED and state.whys.asked)
    )
    return not (waits or (state.phase is Phase.IDLE and shot.requirements))


def problem(state: SessionState, shot: Shot) -> str:
    """Why the picture must not be used, or ""."""
    if state.phase is not shot.phase:
        why = f": {state.failure.what}" if state.failure else ""
        return f"the resolve is {state.phase}, not {shot.phase}{why}"
    if state.load_failures or state.plan_failure or state.install_failure:
        found = state.load_failures or state.plan_failure or state.install_failure
        return f"not everything was loaded: {found}"
    return ""


def presses(key: str) -> list[str]:
    """What Textual calls a key, or each letter of a text to type."""
    names = {
        "/": "slash",
        "?": "question_mark",
        "[": "left_square_bracket",
        ">": "greater_than_sign",
    }
    names |= {"]": "right_square_bracket", "!": "exclamation_mark", "<": "less_than_sign"}
    text = key.removeprefix("text:")
    return [names.get(each, each) for each in (text if text != key else [key]) if each]


async def photograph(shot: Shot, query: Query, size: tuple[int, int]) -> str:
    """Write one picture; returns what is wrong with it, or ""."""
    title = f"resolvetui --demo   {query.indexes[0].name}, {query.indexes[1].name}"
    app = ResolvetuiApp(
        StillBackend(),
        query,
        Runtime(no_cache=True, retries=0),
        title="resolvetui demo",
        waits=False,
        theme=BY_OPTION.get(shot.theme, ""),
        ascii_only=shot.ascii_only,
        clock=lambda: "12:00:00",
    )
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot, asyncio.timeout(LIMIT_S):
        screen = next(each for each in app.screen_stack if isinstance(each, MainScreen))
        keys = shot.narrow_keys if shot.narrow_keys and size[0] < 100 else shot.keys
        keys = shot.wide_keys if shot.wide_keys and size[0] >= 160 else keys
        for key in ("", *keys):
            await pilot.press(*presses(key))
            await settled(pilot, screen, shot)
        app.clear_notifications()
        for cursor in app.screen.query("Input"):
            cursor.cursor_blink = False  # type: ignore[attr-defined]
        await settled(pilot, screen, shot)
        wrong = problem(screen.state, shot)
        if not wrong:
            file = FOLDER / f"{shot.name}-{size[0]}x{size[1]}.svg"
            file.write_text(slim(app.export_screenshot(title=title)), encoding="utf-8")
            print(file.name)
    return wrong


def slim(svg: str) -> str:
    """The picture in half the bytes: short names, and nothing that cuts what is not too long."""
    found = re.search(r"terminal-\d+-", svg)
    svg = svg.replace(found[0], "") if found else svg
    svg = re.sub(r"127\.0\.0\.1:\d{5}", "127.0.0.1:40404", svg)  # of the query, not of a message
    svg = re.sub(r' clip-path="url\(#line-\d+\)"', "", svg)
    svg = re.sub(r'<clipPath id="line-\d+">.*?</clipPath>\s*', "", svg, flags=re.DOTALL)
    return re.sub(r"<text [^>]*>\s*</text>", "", svg)


async def settled(pilot: Any, screen: MainScreen, shot: Shot) -> None:  # noqa: ANN401 - of any app
    """Until nothing is on its way, and all of it is painted."""
    for _ in range(2):  # what is painted may ask for more
        await pilot.pause()
        while not is_settled(screen.state, shot):
            await pilot.pause()
        screen.paint_if_new()
    await pilot.pause()


def query_of(shot: Shot, indexes: LoopbackIndexes, environment: str) -> Query:
    """The query of a shot."""
    target = TargetRequest(python_version=PYTHON, python_platform=PLATFORM)
    if shot.in_environment:
        target = TargetRequest(python=environment)
    return Query(
        requirements=tuple(asked(at, text) for at, text in enumerate(shot.requirements, 1)),
        indexes=demo_sources(indexes),
        target=target,
    )


async def make(shots: tuple[Shot, ...]) -> int:
    """Make these shots; the exit code."""
    failed = 0
    for shot in shots:
        for size in SIZES:
            with demo_indexes() as indexes, scratch_environment() as environment:
                if shot.is_down:
                    first = next(iter(indexes.indexes.values()))
                    first.habits = dataclasses.replace(first.habits, down_status=503)
                try:
                    wrong = await photograph(shot, query_of(shot, indexes, environment), size)
                except TimeoutError:
                    wrong = "it is still waiting for something"
            if wrong:
                failed = 1
                print(f"{shot.name} {size}: {wrong}", file=sys.stderr)
    return failed


def main() -> int:
    """Make the shots that the arguments name, or all."""
    names = set(sys.argv[1:])
    return asyncio.run(make(tuple(shot for shot in SHOTS if not names or shot.name in names)))


if __name__ == "__main__":
    sys.exit(main())
