"""Make the pictures of the documents: the real app and worker over the demo's indexes.

    python screenshots/make.py [NAME ...]

Writes `<shot>-<columns>x<rows>.svg` beside this file, for all shots or those named. Exits 1 when a
resolve did not end as the shot expects, or a view is still waiting for data.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from resolvetui.demo.scratch import scratch_environment
from resolvetui.demo.server import LoopbackIndexes
from resolvetui.demo.world import DEMO_REQUIREMENTS, demo_indexes, demo_sources
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.session.runtime import Runtime
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.backend import WorkerBackend
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.state import Phase, SessionState

FOLDER = Path(__file__).parent
SIZES = ((120, 40), (80, 24), (200, 50))
LIMIT_S = 60
PYTHON, PLATFORM = "3.12", "x86_64-manylinux_2_28"
"""What the pictures are for, so that they are the same wherever they are made. Plans need an
environment, so that picture shows the Python that made it."""


@dataclass(frozen=True)
class Shot:
    """One picture, in all sizes: another view is another entry of SHOTS."""

    name: str
    requirements: tuple[str, ...] = DEMO_REQUIREMENTS
    keys: tuple[str, ...] = ()
    """Pressed one after another, each when nothing is on its way any more."""
    narrow_keys: tuple[str, ...] = ()
    """The keys at 80 columns, where list and detail take turns; () for the same."""
    phase: Phase = Phase.SOLVED
    in_environment: bool = False


SHOTS = (
    Shot("explore", keys=("tab", "right", "down"), narrow_keys=("enter", "right", "down")),
    Shot("conflict", ("torch==2.3.0", "torchaudio==2.2.2"), phase=Phase.UNSATISFIABLE),
    Shot("hidden", ("torch", "filelock>=3.14"), phase=Phase.UNSATISFIABLE),
    Shot("plan", keys=("4",), in_environment=True),
    Shot("targets", ("torch==2.1.2",), keys=("5", "r"), phase=Phase.UNSATISFIABLE),
    Shot(
        "trace",
        ("torch==2.3.0", "torchaudio==2.2.2"),
        keys=("6",),
        phase=Phase.UNSATISFIABLE,
    ),
    Shot("indexes", keys=("I",)),
    Shot("shared", keys=("D",)),
)


def asked(position: int, text: str) -> RootRequirement:
    """An argument of a command line; `text` is a name and perhaps a specifier."""
    cut = next((at for at, sign in enumerate(text) if sign in "=<>!~"), len(text))
    requirement = Requirement(PackageName(text[:cut]), specifier=text[cut:])
    return RootRequirement(requirement, Origin(OriginKind.ARGUMENT, line=position), text)


def is_settled(state: SessionState) -> bool:
    """Whether everything that was asked for has come."""
    waits = state.busy or state.planning or state.fixing or state.asked or state.matrix.running
    return not (waits or state.phase is Phase.IDLE)


def problem(state: SessionState, shot: Shot) -> str:
    """Why the picture must not be used, or ""."""
    if state.phase is not shot.phase:
        why = f": {state.failure.what}" if state.failure else ""
        return f"the resolve is {state.phase}, not {shot.phase}{why}"
    if state.load_failures or state.plan_failure:
        return f"not everything was loaded: {state.load_failures or state.plan_failure}"
    return ""


async def photograph(shot: Shot, query: Query, size: tuple[int, int]) -> str:
    """Write one picture; returns what is wrong with it, or ""."""
    title = f"resolvetui --demo   {query.indexes[0].name}, {query.indexes[1].name}"
    app = ResolvetuiApp(
        WorkerBackend(), query, Runtime(no_cache=True), title="resolvetui demo", waits=False
    )
    async with app.run_test(size=size) as pilot, asyncio.timeout(LIMIT_S):
        screen = app.screen
        assert isinstance(screen, MainScreen)
        keys = shot.narrow_keys if shot.narrow_keys and size[0] < 100 else shot.keys
        for key in ("", *keys):
            await pilot.press(*([key] if key else []))
            while not is_settled(screen.state):
                await pilot.pause()
            screen.paint_if_new()
            await pilot.pause()
        wrong = problem(screen.state, shot)
        if not wrong:
            file = FOLDER / f"{shot.name}-{size[0]}x{size[1]}.svg"
            file.write_text(app.export_screenshot(title=title), encoding="utf-8")
            print(file.name)
    return wrong


def query_of(shot: Shot, indexes: LoopbackIndexes, environment: str) -> Query:
    """The query of a shot."""
    target = TargetRequest(python=environment)
    if not shot.in_environment:
        target = replace(target, python_version=PYTHON, python_platform=PLATFORM)
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
                wrong = await photograph(shot, query_of(shot, indexes, environment), size)
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
