"""The guided install: each step by its key, skipped, left, gone another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from resolvetui.environment.accelerators import Accelerators
from resolvetui.environment.surroundings import FoundEnvironment, FoundPython, Surroundings
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.check_messages import CheckEnvironment, EnvironmentChecked
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.dialogs.add import RequirementDialog
from resolvetui.tui.dialogs.choice import ChoiceDialog
from resolvetui.tui.dialogs.choose import ChooseDialog
from resolvetui.tui.dialogs.confirm import ConfirmDialog
from resolvetui.tui.dialogs.text import TextDialog
from resolvetui.tui.guide.steps import Standing, Step
from resolvetui.tui.guide_flow import GuideStart
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.spans import plain
from resolvetui.tui.widgets.guide_line import GuideLine
from tests.tui import world
from tests.tui.fake import FakeBackend, make_app
from tests.tui.hostile import HOSTILE, RAW
from tests.tui.test_app import play, press, top, view

PYTHONS = (
    FoundPython("/usr/bin/python3.12", "3.12"),
    FoundPython("/opt/python/3.11/bin/python3.11", "3.11"),
)
OLD = FoundEnvironment("env", "3.12.3")
START = GuideStart(
    begins=True,
    home=TargetRequest(),
    around=Surroundings((), PYTHONS),
    machine=Accelerators(),
)
BUILDS = replace(
    world.QUERY,
    indexes=(
        *world.QUERY.indexes[:1],
        IndexSource(IndexName("pytorch-cu121"), "https://index.example/whl/cu121"),
        *world.QUERY.indexes[1:],
    ),
)
IN_VENV = TargetRequest(python=".venv")


def installing(request: protocol.Install) -> list[protocol.Message]:
    lines = ("installed torch 2.3.0+cpu",)
    return [protocol.Installed(request.id, lines, 1.2), protocol.Done(request.id)]


def guided(
    backend: FakeBackend | None = None,
    query: Any = None,
    start: GuideStart = START,
    **options: Any,
) -> ResolvetuiApp:
    """The app with a guide, where nothing is chosen yet."""
    return make_app(backend or FakeBackend(Install=installing), query, guide=start, **options)


def ready(*, ascii_only: bool = False, **answers: Any) -> ResolvetuiApp:
    """With an environment that was chosen: the plan is next."""
    query = replace(world.QUERY, target=IN_VENV)
    backend = FakeBackend(**{"Install": installing, **answers})
    return guided(backend, query, ascii_only=ascii_only)


def at(screen: MainScreen) -> Step | None:
    place = screen.guide.place
    assert place is not None
    return place.at


def standing(screen: MainScreen, step: Step) -> Standing:
    assert screen.guide.place is not None
    return screen.guide.place.of(step)


def line(screen: MainScreen) -> str:
    shown = screen.query_one(GuideLine)
    return "".join(plain(part.spans) for _, part in shown.placed()) if shown.display else ""


Steps = Callable[[Pilot[int], MainScreen], Any]


def test_without_a_guide_there_is_no_line_and_its_keys_say_so() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert line(screen) == ""
        await press(pilot, "P", "X")
        assert screen.guide.place is None
        await press(pilot, "C")
        assert "C " in line(screen)

    play(steps, make_app())


def test_the_line_fits_80_columns_and_has_the_keys() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        found = line(screen)
        assert len(found) <= 80
        assert "1/8 ▸ Environment" in found
        assert "C choose  P skip  X leave" in found

    play(steps, guided(), (80, 24))


def test_a_new_environment_is_made_with_the_chosen_python_and_is_the_target() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C")
        assert isinstance(top(screen), ChoiceDialog)
        assert not backend.of(protocol.MakeEnvironment)
        await press(pilot, "j", "enter")
        made = backend.of(protocol.MakeEnvironment)[0]
        assert (made.folder, made.python) == (".venv", PYTHONS[1].path)
        assert screen.bridge.query.target == IN_VENV
        assert at(screen) is Step.PLAN

    play(steps, guided(backend))


def test_another_folder_for_a_new_environment() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "tab")
        top(screen).query_one("#folder", Input).value = "env2"
        await press(pilot, "enter")
        assert backend.of(protocol.MakeEnvironment)[0].folder == "env2"
        assert screen.bridge.query.target.python == "env2"

    play(steps, guided(backend))


def test_a_new_environment_without_a_folder_is_none() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "tab", "backspace", "enter")
        assert isinstance(top(screen), ChoiceDialog)
        assert not backend.of(protocol.MakeEnvironment)
        await press(pilot, *"e2", "enter")
        assert backend.of(protocol.MakeEnvironment)[0].folder == "e2"

    play(steps, guided(backend))


def test_an_environment_that_is_there_is_one_change_that_undo_takes_back() -> None:
    start = replace(START, around=Surroundings((OLD,), PYTHONS))
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "enter")
        assert screen.bridge.query.target.python == "env"
        assert at(screen) is Step.PLAN
        assert not backend.of(protocol.MakeEnvironment)
        await press(pilot, "u")
        assert screen.bridge.query.target == TargetRequest()
        assert at(screen) is Step.ENVIRONMENT

    play(steps, guided(backend, start=start))


def test_escape_leaves_a_question_and_all_as_it_was() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "escape")
        assert top(screen) is screen
        assert at(screen) is Step.ENVIRONMENT
        assert len(backend.of(protocol.Resolve)) == 1

    play(steps, guided(backend))


def test_an_environment_that_cannot_be_made_is_said_and_asked_for_again() -> None:
    def refuse(request: protocol.MakeEnvironment) -> list[protocol.Message]:
        why = ("environment", ".venv cannot be made.", "It holds other files.", "Name another.")
        return [protocol.Failed(request.id, *why, None), protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "enter")
        assert at(screen) is Step.ENVIRONMENT
        assert standing(screen, Step.ENVIRONMENT) is Standing.FAILED
        assert ".venv cannot be made." in line(screen)
        await press(pilot, "C")
        assert isinstance(top(screen), ChoiceDialog)

    play(steps, guided(FakeBackend(MakeEnvironment=refuse)))


def test_while_an_environment_is_made_the_keys_wait() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "enter", "C", "P")
        assert standing(screen, Step.ENVIRONMENT) is Standing.RUNNING
        assert top(screen) is screen

    play(steps, guided(FakeBackend(MakeEnvironment=lambda _request: [])))


def test_a_build_is_chosen_and_can_be_undone() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert at(screen) is Step.BUILDS
        assert "cpu, cu121" in line(screen)
        await press(pilot, "C", "enter")  # what fits this machine is proposed
        assert [index.name for index in screen.bridge.query.indexes] == ["pytorch-cpu", "mirror"]
        assert at(screen) is Step.PLAN
        await press(pilot, "u")
        assert len(screen.bridge.query.indexes) == 3

    play(steps, guided(query=replace(BUILDS, target=IN_VENV)))


def test_a_question_can_be_skipped_in_its_dialog() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "P")
        assert top(screen) is screen
        assert standing(screen, Step.BUILDS) is Standing.SKIPPED
        assert at(screen) is Step.PLAN

    play(steps, guided(query=replace(BUILDS, target=IN_VENV)))


def test_a_conflict_leads_to_the_ways_out_and_on_from_there() -> None:
    def resolve(request: protocol.Resolve) -> list[protocol.Message]:
        solvable = not request.query.constraints
        return world.solved(request.id) if solvable else world.unsolved(request.id)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert at(screen) is Step.CONFLICT
        await press(pilot, "1", "C")
        assert view(screen) == "conflict"
        assert screen.focused is not None
        assert screen.focused.id == "hints"
        await press(pilot, "enter")
        assert at(screen) is Step.PLAN

    query = replace(world.CONFLICT_QUERY, target=IN_VENV)
    play(steps, guided(FakeBackend(Resolve=resolve), query))


def test_without_a_solution_the_command_is_still_to_be_had() -> None:
    backend = FakeBackend(Resolve=lambda request: world.unsolved(request.id))

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "P", "C")
        assert isinstance(top(screen), ChooseDialog)

    play(steps, guided(backend, replace(world.CONFLICT_QUERY, target=IN_VENV)))


def test_a_failed_resolve_is_tried_again() -> None:
    backend = FakeBackend(
        Resolve=lambda request: [
            protocol.Failed(request.id, "index-unreachable", "mirror is down.", "", "", None),
            protocol.Done(request.id),
        ]
    )

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert at(screen) is Step.RESOLVE
        assert "mirror is down." in line(screen)
        await press(pilot, "C")
        assert len(backend.of(protocol.Resolve)) == 2

    play(steps, guided(backend, replace(world.QUERY, target=IN_VENV)))


def test_plan_install_check_command() -> None:
    backend = FakeBackend(Install=installing)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C")
        assert (view(screen), at(screen)) == ("plan", Step.INSTALL)
        await press(pilot, "C")
        assert isinstance(top(screen), ConfirmDialog)
        await press(pilot, "enter")  # Cancel has the focus
        assert not backend.of(protocol.Install)
        assert at(screen) is Step.INSTALL
        await press(pilot, "C", "tab", "enter")
        assert backend.of(protocol.Install)
        assert len(backend.of(CheckEnvironment)) == 1
        assert at(screen) is Step.COMMAND
        assert "13 packages in order" in line(screen)
        await press(pilot, "C")
        assert isinstance(top(screen), ChooseDialog)
        await press(pilot, "enter")
        assert screen.app.clipboard.startswith("resolvetui torch torchvision torchaudio")
        assert screen.app.clipboard.endswith("--install --yes --no-tui")
        assert "secret" not in screen.app.clipboard
        assert at(screen) is None
        await press(pilot, "C", "P")
        assert at(screen) is None

    play(steps, guided(backend, replace(world.QUERY, target=IN_VENV)))


def test_the_command_makes_the_environment_that_was_made() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "enter", "C", "C", "tab", "enter", "C", "enter")
        words = screen.app.clipboard
        assert f"--python {PYTHONS[0].path}" in words
        assert "--venv .venv --install" in words

    play(steps, guided())


def test_the_command_makes_an_environment_that_another_dialog_made() -> None:
    bare = replace(world.TARGET, environment="/usr", is_virtual=False)

    def resolve(request: protocol.Resolve) -> list[protocol.Message]:
        made = request.query.target == IN_VENV
        target = protocol.TargetKnown(request.id, world.TARGET if made else bare)
        return [target, *world.solved(request.id)[1:]]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter", "tab", "enter")
        assert at(screen) is Step.COMMAND
        await press(pilot, "C", "enter")
        assert "--venv .venv --install" in screen.app.clipboard
        assert "--python" not in screen.app.clipboard

    play(steps, guided(FakeBackend(Resolve=resolve, Install=installing)))


def test_problems_that_the_check_finds_are_read() -> None:
    problems = ("torch 2.3.0+cpu requires sympy, which is not installed",)
    checked = lambda request: [  # noqa: E731
        EnvironmentChecked(request.id, "/srv/app/.venv", 12, 400, problems),
        protocol.Done(request.id),
    ]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "C", "tab", "enter")
        assert at(screen) is Step.CHECK
        assert "1 problem" in line(screen)
        await press(pilot, "C")
        assert isinstance(top(screen), TextDialog)
        await press(pilot, "escape")
        assert at(screen) is Step.COMMAND

    play(steps, ready(CheckEnvironment=checked))


def test_a_check_that_fails_can_be_tried_again() -> None:
    def fail(request: CheckEnvironment) -> list[protocol.Message]:
        why = ("target", "There is no Python there.", "", "", None)
        return [protocol.Failed(request.id, *why), protocol.Done(request.id)]

    backend = FakeBackend(Install=installing, CheckEnvironment=fail)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "C", "tab", "enter")
        assert "There is no Python there." in line(screen)
        await press(pilot, "C")
        assert len(backend.of(CheckEnvironment)) == 2

    play(steps, guided(backend, replace(world.QUERY, target=IN_VENV)))


def test_a_failed_install_is_said_and_can_be_tried_again() -> None:
    def fail(request: protocol.Install) -> list[protocol.Message]:
        why = ("install", "The disk is full.", "", "", None)
        return [protocol.Failed(request.id, *why), protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "C", "tab", "enter")
        assert at(screen) is Step.INSTALL
        assert "The disk is full." in line(screen)
        await press(pilot, "C")
        assert isinstance(top(screen), ConfirmDialog)

    play(steps, ready(Install=fail))


def test_while_an_install_runs_no_step_is_skipped() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "C", "tab", "enter", "P", "C")
        assert standing(screen, Step.INSTALL) is Standing.RUNNING
        await press(pilot, "escape", "tab", "enter")
        assert screen.state.install == "stopping"

    play(steps, ready(Install=lambda _request: []))


def test_every_step_is_skipped_by_its_key_and_nothing_is_changed() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        for expected in (Step.ENVIRONMENT, Step.BUILDS, Step.PLAN, Step.INSTALL, Step.COMMAND):
            assert at(screen) is expected
            await press(pilot, "P")
        assert at(screen) is None
        kinds = {type(request) for request in backend.sent}
        assert not kinds & {protocol.MakeEnvironment, protocol.Install, CheckEnvironment}

    play(steps, guided(backend, BUILDS))


def test_the_guide_is_left_with_one_key_and_begun_again() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "X")
        assert line(screen) == ""
        assert view(screen) == "plan"
        await press(pilot, "C")
        assert at(screen) is Step.PLAN or at(screen) is Step.INSTALL

    play(steps, ready())


def test_keys_of_the_views_take_the_steps_as_well() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4")
        assert at(screen) is Step.INSTALL
        await press(pilot, "i", "tab", "enter")
        assert at(screen) is Step.COMMAND

    play(steps, ready())


def test_another_answer_has_another_plan_to_see() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C", "1")
        assert at(screen) is Step.INSTALL
        await press(pilot, "r")
        assert at(screen) is Step.PLAN

    play(steps, ready())


def test_without_requirements_the_first_is_asked_for() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert "what is to be installed?" in line(screen)
        await press(pilot, "C")
        assert isinstance(top(screen), RequirementDialog)

    play(steps, guided(query=world.query()))


def test_a_hostile_folder_reaches_no_terminal() -> None:
    around = Surroundings((FoundEnvironment(HOSTILE, "3.12.3"),), PYTHONS)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "C")
        drawn = screen.app.export_screenshot()
        assert not [char for char in RAW if char in drawn]

    play(steps, guided(start=replace(START, around=around)))
