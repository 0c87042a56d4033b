"""Control characters and markup from outside, through every view and dialog."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import resolvetui.tui
from resolvetui.model.query import Query
from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from tests.tui import targets, traces, world
from tests.tui.fake import FakeBackend, make_app
from tests.tui.hostile import HOSTILE, RAW

PACKAGE = Path(resolvetui.tui.__file__).parent
_KEEP = {"id", "type", "kind", "state", "part", "hashes"}


def poisoned(message: Message) -> Message:
    """The message with the hostile string at the end of every text that may be free."""
    data = msgspec.to_builtins(message)
    return msgspec.convert(_poison(data), type(message))


def _poison(value: Any, field: str = "") -> Any:
    match value:
        case str() if field not in _KEEP and not _is_closed(value):
            return value + HOSTILE
        case dict():
            return {key: _poison(item, key) for key, item in value.items()}
        case list() | tuple():
            return [_poison(item, field) for item in value]
        case _:
            return value


def _is_closed(text: str) -> bool:
    """A word of an enumeration or the tag of a struct."""
    from resolvetui.install.plan import ActionKind
    from resolvetui.model.query import IndexStrategy
    from resolvetui.model.verdict import Reason

    closed = {*Reason, *ActionKind, *IndexStrategy, "wheel", "sdist", "file", "url", "installed"}
    return text in closed


def poison_all(messages: list[Message]) -> list[Message]:
    return [poisoned(message) for message in messages]


def hostile_backend(*, solvable: bool) -> FakeBackend:
    def resolve(request: Any) -> list[Message]:
        plain = world.solved(request.id) if solvable else world.unsolved(request.id)
        warned = protocol.Warned(request.id, "x", HOSTILE)
        return poison_all([plain[0], warned, *plain[1:]])

    def table(request: Any) -> list[Message]:
        return [*poison_all([world.candidates(request.id)]), protocol.Done(request.id)]

    def files(request: Any) -> list[Message]:
        return [
            *poison_all([world.files(request.id, "torch", "2.3.0+cpu")]),
            protocol.Done(request.id),
        ]

    def plan(request: Any) -> list[Message]:
        ready = protocol.PlanReady(request.id, world.plan(warnings=(HOSTILE,)))
        return [*poison_all([ready]), protocol.Done(request.id)]

    def install(request: Any) -> list[Message]:
        failed = protocol.Failed(request.id, "install", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        return [failed, protocol.Done(request.id)]

    def fixes(request: Any) -> list[Message]:
        return poison_all(world.fixed(request.id))

    def why(request: Any) -> list[Message]:
        told = protocol.WhyTold(request.id, world.why("torch"))
        return [*poison_all([told]), protocol.Done(request.id)]

    def shared(request: Any) -> list[Message]:
        found = protocol.SharedNames(request.id, world.sharing(ask=request.ask))
        return [*poison_all([found]), protocol.Done(request.id)]

    told = traces.answers(traces.trace_of(*traces.ROOTS))

    def trace(request: Any) -> list[Message]:
        *messages, done = told[type(request).__name__](request)
        return [*poison_all(messages), done]

    def page(request: Any) -> list[Message]:
        messages = trace(request)
        return [msgspec.structs.replace(messages[0], filter=request.filter), *messages[1:]]

    def target(request: Any) -> list[Message]:
        return [*poison_all(targets.answer(request)[:1]), protocol.Done(request.id)]

    return FakeBackend(
        RunTarget=target,
        ListTrace=page,
        AskTraceState=trace,
        AskWhy=why,
        ListShared=shared,
        Resolve=resolve,
        ListCandidates=table,
        ListFiles=files,
        FindFixes=fixes,
        MakePlan=plan,
        Install=install,
    )


def hostile_query() -> Query:
    return msgspec.convert(_poison(msgspec.to_builtins(world.QUERY)), Query, strict=False)


def drawn(app: Any) -> str:
    """All text that the top screen sends to the terminal."""
    strips = app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip)


def pictures(*, solvable: bool, keys: str, size: tuple[int, int] = (120, 40)) -> list[str]:
    async def play() -> list[str]:
        app = make_app(hostile_backend(solvable=solvable), world.QUERY)
        found = []
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys.split():
                await pilot.press(key)
                await pilot.pause()
                found.append(drawn(app))
        return found

    return asyncio.run(play())


def test_nothing_raw_reaches_the_screen_with_a_solution() -> None:
    keys = "j enter enter j enter escape ] ] ] ] enter escape v v v 3 i tab enter question_mark"
    assert_clean(pictures(solvable=True, keys=keys))


def test_nothing_raw_reaches_the_screen_without_one() -> None:
    keys = "j j shift+space shift+space y tab y j j l k l y 1 j w 3 i"
    assert_clean(pictures(solvable=False, keys=keys))


def test_nothing_raw_of_a_trace_reaches_the_screen() -> None:
    found = pictures(solvable=True, keys="6 . > . . enter escape end y o escape".replace(
        ".", "full_stop").replace(">", "greater_than_sign"))  # fmt: skip
    assert "\\x1b" in found[0]
    assert_clean(found)


def test_nothing_raw_of_targets_reaches_the_screen() -> None:
    keys = "5 r j j l l l l k y enter c 5 k k k enter u t tab tab tab enter down escape escape"
    found = pictures(solvable=True, keys=keys)
    assert "\\x1b" in found[2]
    assert_clean(found)


def test_nothing_raw_of_attempts_reaches_the_screen() -> None:
    found = pictures(solvable=True, keys="enter p u x u 3 d m tab j j y h delete u o escape w")
    assert any("\\x1b" in picture for picture in found[5:])
    assert_clean(found)
    assert_clean(pictures(solvable=False, keys="1 x 3 j d tab j enter", size=(80, 24)))
    assert_clean(pictures(solvable=True, keys="enter p u x 3 d m tab j", size=(200, 50)))


def test_nothing_raw_reaches_the_screen_in_a_guided_install() -> None:
    for solvable in (True, False):
        found = pictures(solvable=solvable, keys="C C P C enter C P C enter tab C escape X")
        assert any("\\x1b" in picture for picture in found)
        assert_clean(found)


def test_what_a_file_says_of_formats_is_text_in_the_dialog() -> None:
    async def play() -> str:
        policies = msgspec.structs.replace(world.QUERY.policies, only_binary=(HOSTILE,))
        app = make_app(query=msgspec.structs.replace(world.QUERY, policies=policies))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("t")
            await pilot.pause()
            return drawn(app)

    assert_clean([asyncio.run(play())])


def test_nothing_raw_reaches_the_screen_from_lists_and_wide_panes() -> None:
    keys = "I escape D a j escape M y escape semicolon escape j w escape 4 j y j escape o escape"
    found = pictures(solvable=True, keys=keys, size=(200, 50))
    assert sum("\\x1b" in picture for picture in found) == len(found)
    assert_clean(found)
    assert_clean(pictures(solvable=False, keys="j j tab j n N o escape M", size=(200, 50)))


def test_a_failure_with_hostile_words_is_shown_as_text() -> None:
    def fail(request: Any) -> list[Message]:
        return [protocol.Failed(request.id, "index", HOSTILE, HOSTILE, HOSTILE, HOSTILE)]

    async def play() -> str:
        app = make_app(FakeBackend(Resolve=fail))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "2", "4")
            return drawn(app)

    assert_clean([asyncio.run(play())])


def assert_clean(found: list[str]) -> None:
    for picture in found:
        assert not [char for char in RAW if char in picture]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_widget_is_given_a_formatted_string() -> None:
    """Static, Label, Option and notify parse strings as markup: outside text must be content."""
    parsing = {"Static", "Label", "Option", "Button", "from_markup"}
    for path in PACKAGE.rglob("*.py"):
        for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in parsing and call.args:
                assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), path
            if name == "notify":
                assert any(keyword.arg == "markup" for keyword in call.keywords), path
