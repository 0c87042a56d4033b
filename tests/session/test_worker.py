"""The worker: requests in, messages out, `Done` at the end of each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from resolvetui.model.names import PackageName
from resolvetui.model.query import TargetRequest
from resolvetui.session import protocol
from resolvetui.session.driver import CancelFlag
from resolvetui.session.inbox import Inbox
from resolvetui.session.protocol import Message, Request
from resolvetui.session.worker import Worker
from resolvetui.tui.spans import plain
from resolvetui.tui.views.problem import problem_nodes
from tests.session.support import query, runtime
from tests.support.index import World

M = TypeVar("M")
TORCH = PackageName("torch")


@pytest.fixture
def urls() -> Iterator[list[str]]:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp312-cp312-linux_x86_64"], index="cpu")
    world.serve("torch", "2.3.0", wheels=["cp312-cp312-win_amd64"], index="cpu")
    world.serve("torch", "2.4.0", index="mirror")
    with world.running() as indexes:
        yield [indexes.url("cpu"), indexes.url("mirror")]


@pytest.fixture
def environment(tmp_path: Path) -> TargetRequest:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True
    )
    return TargetRequest(python=str(tmp_path / "venv"))


def answers(*requests: Request) -> list[Message]:
    """What a worker in this process says to these requests."""
    messages: list[Message] = []
    worker = Worker(messages.append)
    for request in requests:
        worker.handle(request)
    worker.close()
    return messages


def of_kind(messages: Sequence[Message], kind: type[M]) -> M:
    return next(message for message in messages if isinstance(message, kind))


def test_a_resolve_ends_with_its_resolution(urls: list[str]) -> None:
    messages = answers(protocol.Resolve(1, query("torch", urls=urls), runtime()))
    resolved = of_kind(messages, protocol.Resolved)
    assert [(pin.name, pin.version) for pin in resolved.resolution.pins] == [("torch", "2.3.0+cpu")]
    assert of_kind(messages, protocol.TargetKnown).target.platform == "linux x86_64"
    assert of_kind(messages, protocol.Progress).id == 1
    assert messages[-1] == protocol.Done(1)


def test_every_message_survives_the_pipe(urls: list[str]) -> None:
    messages = answers(
        protocol.Resolve(1, query("torch", urls=urls), runtime()),
        protocol.ListCandidates(2, TORCH),
        protocol.ListFiles(3, TORCH, "2.3.0"),
    )
    for message in messages:
        assert protocol.decode_message(protocol.encode(message)) == message


def test_no_solution_is_an_explanation(urls: list[str]) -> None:
    messages = answers(protocol.Resolve(1, query("torch>9", urls=urls), runtime()))
    assert "torch" in of_kind(messages, protocol.Unsatisfiable).explanation.cause


def test_the_candidate_table_shows_every_index(urls: list[str]) -> None:
    messages = answers(
        protocol.Resolve(1, query("torch", urls=urls), runtime()),
        protocol.ListCandidates(2, TORCH),
    )
    table = of_kind(messages, protocol.CandidateTable)
    assert table.indexes == ("one", "two")
    assert [version for version, _, _ in table.versions] == ["2.4.0", "2.3.0+cpu", "2.3.0"]
    assert (table.chosen, table.chosen_index) == ("2.3.0+cpu", "one")


def test_the_files_of_a_version_come_with_their_tag_verdicts(urls: list[str]) -> None:
    messages = answers(
        protocol.Resolve(1, query("torch", urls=urls), runtime()),
        protocol.ListFiles(2, TORCH, "2.3.0"),
    )
    (file,) = of_kind(messages, protocol.Files).files
    assert file.tags is not None
    assert (file.tags.python_fits, file.tags.platform_fits) == (True, False)


def test_an_error_comes_in_its_parts() -> None:
    wanted = query("torch", urls=["http://127.0.0.1:9/simple"])
    messages = answers(protocol.Resolve(1, wanted, runtime()))
    failed = of_kind(messages, protocol.Failed)
    assert failed.kind == "index-unreachable"
    assert messages[-1] == protocol.Done(1)


def test_an_error_about_an_index_has_what_the_others_hold(urls: list[str]) -> None:
    wanted = query("torch", urls=["http://127.0.0.1:9/simple", *urls])
    failed = of_kind(answers(protocol.Resolve(1, wanted, runtime())), protocol.Failed)
    lines = [plain(node.spans) for node in problem_nodes(failed)]
    assert "Of torch, two has 2.3.0 and 2.3.0+cpu; three has 2.4.0." in lines
    assert any("--pin-index torch=two" in line for line in lines)


def test_a_request_without_a_resolve_is_answered() -> None:
    assert of_kind(answers(protocol.MakePlan(1)), protocol.Failed).kind == "internal"


def test_a_cancelled_resolve_says_so(urls: list[str]) -> None:
    messages: list[Message] = []
    worker = Worker(messages.append)
    flag = CancelFlag()
    flag.set()
    worker.cancels[1] = flag
    worker.handle(protocol.Resolve(1, query("torch", urls=urls), runtime()))
    worker.close()
    assert of_kind(messages, protocol.Failed).kind == "cancelled"


def test_fixes_come_as_they_are_found(urls: list[str]) -> None:
    messages = answers(
        protocol.Resolve(1, query("torch>9", urls=urls), runtime()), protocol.FindFixes(2)
    )
    news = [message for message in messages if isinstance(message, protocol.Fixes)]
    assert not any(hint.verified for hint in news[0].hints)
    assert news[0].trying
    assert news[-1].trying == ""
    assert news[-1].hints[0].verified
    assert messages[-1] == protocol.Done(2)
    for message in news:
        assert protocol.decode_message(protocol.encode(message)) == message


def test_a_question_is_answered_while_fixes_are_tried(urls: list[str]) -> None:
    messages: list[Message] = []
    inbox = Inbox()
    worker = Worker(messages.append, inbox.question)
    worker.handle(protocol.Resolve(1, query("torch>9", urls=urls), runtime()))
    inbox.put(protocol.ListCandidates(3, TORCH))
    inbox.put(protocol.MakePlan(4))
    worker.handle(protocol.FindFixes(2))
    worker.close()
    kinds = [type(message) for message in messages if message.id >= 2]
    assert kinds[:4] == [
        protocol.Fixes,
        protocol.CandidateTable,
        protocol.Done,
        protocol.Fixes,
    ]
    assert inbox.get() == protocol.MakePlan(4)


def test_a_search_for_fixes_stops_in_silence(urls: list[str]) -> None:
    messages: list[Message] = []
    worker = Worker(messages.append)
    worker.handle(protocol.Resolve(1, query("torch>9", urls=urls), runtime()))
    flag = worker.cancels[2] = CancelFlag()

    def stop() -> None:
        flag.set()

    worker._question = stop
    messages.clear()
    worker.handle(protocol.FindFixes(2))
    worker.close()
    assert [type(message) for message in messages] == [protocol.Fixes, protocol.Done]


def test_plan_and_install_change_the_environment(environment: TargetRequest) -> None:
    world = World()
    world.serve("small", "1.0")
    with world.running() as indexes:
        wanted = query("small", urls=[indexes.url("main")], target=environment)
        messages = answers(
            protocol.Resolve(1, wanted, runtime()), protocol.MakePlan(2), protocol.Install(3)
        )
    plan = of_kind(messages, protocol.PlanReady).plan
    assert [(action.name, action.new_version) for action in plan.changes] == [("small", "1.0")]
    assert of_kind(messages, protocol.InstallProgress).package == "small"
    assert of_kind(messages, protocol.Installed).lines == ("installed small 1.0",)
    python = Path(environment.python) / "bin" / "python"
    shown = subprocess.run(
        [python, "-c", "import small; print(small.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "1.0\n"
    messages = answers(protocol.RollBack(4, environment, runtime()))
    assert of_kind(messages, protocol.RolledBack).lines == ("removed small 1.0",)
    assert not list(Path(environment.python).glob("lib/*/site-packages/small*"))


def test_the_process_speaks_only_messages_and_ends_with_its_pipe(urls: list[str]) -> None:
    requests = (
        protocol.Resolve(1, query("torch", urls=urls), runtime()),
        protocol.ListCandidates(2, TORCH),
    )
    lines = b"".join(protocol.encode(request) + b"\n" for request in requests)
    done = subprocess.run(
        [sys.executable, "-m", "resolvetui.session.worker"],
        input=lines + b"this is no message\n",
        capture_output=True,
        check=True,
        timeout=60,
    )
    messages = [protocol.decode_message(line) for line in done.stdout.splitlines()]
    assert protocol.Done(1) in messages
    assert b"unreadable request" in done.stderr


def test_why_is_answered_at_once_and_then_in_full(urls: list[str]) -> None:
    messages = answers(
        protocol.Resolve(1, query("torch", urls=urls), runtime()),
        protocol.AskWhy(2, TORCH),
    )
    told = [message.why for message in messages if isinstance(message, protocol.WhyTold)]
    assert [why.version for why in told] == ["2.3.0+cpu"] * 2
    assert [[other.text for other in why.elsewhere] for why in told] == [
        [],
        ["two would give 2.4.0 if it were asked"],
    ]
    assert messages[-1] == protocol.Done(2)
    assert protocol.decode_message(protocol.encode(messages[-2])) == messages[-2]


def test_questions_are_answered_before_a_why_asks_the_network(urls: list[str]) -> None:
    waiting = [protocol.ListCandidates(3, TORCH)]
    messages: list[Message] = []
    worker = Worker(messages.append, lambda: waiting.pop() if waiting else None)
    worker.handle(protocol.Resolve(1, query("torch", urls=urls), runtime()))
    worker.handle(protocol.AskWhy(2, TORCH))
    worker.close()
    kinds = [type(message) for message in messages if message.id > 1]
    told = [protocol.WhyTold, protocol.CandidateTable, protocol.Done, protocol.Done]
    assert [kind for kind in kinds if kind in told][:3] == told[:3]


def test_why_without_a_solution_is_a_failure_in_words() -> None:
    failed = of_kind(answers(protocol.AskWhy(1, TORCH)), protocol.Failed)
    assert failed.what == "Nothing was resolved yet."
