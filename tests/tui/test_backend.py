"""The worker as a process: lines both ways, its stderr kept away, its death told."""

from __future__ import annotations

import asyncio
import sys
import textwrap

from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from resolvetui.tui.backend import WorkerBackend

ECHO = """
    import sys
    for line in sys.stdin:
        print("noise", file=sys.stderr)
        print('{"type": "done", "id": 7}', flush=True)
"""
DIES = """
    import sys
    sys.stdin.readline()
    sys.exit("no reason")
"""
BABBLES = """
    import sys
    sys.stdin.readline()
    print("not a message")
    print('{"type": "done", "id": 7}', flush=True)
    sys.stdin.readline()
"""


def talk(script: str) -> tuple[Message, WorkerBackend]:
    """The first message that a worker with this script sends."""

    async def run() -> tuple[Message, WorkerBackend]:
        backend = WorkerBackend((sys.executable, "-c", textwrap.dedent(script)))
        first: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def receive(message: Message) -> None:
            if not first.done():
                first.set_result(message)

        backend.start(receive)
        backend.send(protocol.MakePlan(7))
        message = await asyncio.wait_for(first, 10)
        await backend.close()
        return message, backend

    return asyncio.run(run())


def test_a_request_goes_out_and_its_answer_comes_back() -> None:
    message, backend = talk(ECHO)
    assert message == protocol.Done(7)
    assert list(backend.log) == ["noise"]


def test_a_worker_that_dies_fails_all_that_runs() -> None:
    message, _ = talk(DIES)
    assert isinstance(message, protocol.Failed)
    assert message.id == 0
    assert "no reason" in message.why


def test_a_worker_that_cannot_be_started_says_so() -> None:
    async def run() -> Message:
        backend = WorkerBackend(("/nowhere/python",))
        first: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        backend.start(first.set_result)
        backend.send(protocol.MakePlan(7))
        message = await asyncio.wait_for(first, 10)
        await backend.close()
        return message

    assert isinstance(asyncio.run(run()), protocol.Failed)


def test_lines_that_are_no_message_go_to_the_log() -> None:
    message, backend = talk(BABBLES)
    assert message == protocol.Done(7)
    assert backend.log[0].startswith("unreadable message")
