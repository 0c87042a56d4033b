"""Traces of real searches over small worlds, with a clock that counts, as a worker tells them."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import Any

from resolvetui.environment.target import Target
from resolvetui.errors import UsageError
from resolvetui.resolver import Solver
from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from resolvetui.session.trace_messages import AskTraceState, ListTrace, Saved, SeekTrace
from resolvetui.session.tracing import Trace
from tests.resolver.worlds import World, drive, problem

TARGET = Target("3.12.3", "cpython", "linux x86_64", "glibc 2.36", markers={}, tags=())


def torch_world() -> World:
    """Torchvision's newest version and torchaudio want different versions of torch."""
    deep = ["filelock", "typing-extensions>=4.8", "sympy", "networkx", "jinja2", "fsspec"]
    return World(
        needs={
            "torchvision": {
                "0.16.0": ["torch==2.1.0", "numpy", "pillow>=5.3"],
                "0.17.0": ["torch==2.2.0", "numpy", "pillow>=5.3"],
                "0.18.0": ["torch==2.3.0", "numpy", "pillow>=5.3"],
            },
            "torchaudio": {"2.1.0": ["torch==2.1.0"], "2.2.0": ["torch==2.2.0"]},
            "torch": dict.fromkeys(("2.1.0", "2.2.0", "2.3.0"), deep),
            "numpy": {version: [] for version in ("1.24.4", "1.25.2", "1.26.3")},
            "pillow": {version: [] for version in ("4.0", "9.5", "10.2.0")},
            "filelock": {"3.13.1": []},
            "typing-extensions": {"4.7.0": [], "4.9.0": []},
            "sympy": {"1.11": ["mpmath"], "1.12": ["mpmath>=0.19"]},
            "mpmath": {"1.3.0": []},
            "networkx": {"3.2.1": []},
            "jinja2": {"3.1.3": ["markupsafe>=2.0"]},
            "markupsafe": {"2.1.5": []},
            "fsspec": {"2024.2.0": []},
        }
    )


ROOTS = ("torchvision", "torchaudio", "torch>=2.1")


@cache
def trace_of(*roots: str) -> Trace:
    """The trace of a search over the torch world; a clock tick is 0.7 ms."""
    ticks = count()
    trace = Trace(clock=lambda: next(ticks) * 0.0007)
    solver = Solver(problem(*roots), trace.observe)
    trace.wait("listing torchvision, torchaudio, torch")
    drive(torch_world(), solver)
    trace.end(solver.clause, solver.domains, TARGET)
    return trace


def answers(trace: Trace) -> dict[str, Any]:
    """What a worker says about this trace, for a `FakeBackend`."""

    def told(request: ListTrace | SeekTrace | AskTraceState) -> list[Message]:
        done = protocol.Done(request.id)
        try:
            reading = trace.reading
            match request:
                case ListTrace():
                    return [reading.page(request), done]
                case SeekTrace():
                    return [reading.seek(request), done]
                case AskTraceState():
                    return [reading.after(request), done]
        except UsageError as error:
            return [failed(request.id, error.what), done]

    def saved(request: Any) -> list[Message]:
        return [Saved(request.id, request.path, "trace of 61 steps"), protocol.Done(request.id)]

    return {
        "ListTrace": told,
        "SeekTrace": told,
        "AskTraceState": told,
        "SaveTrace": saved,
        "SaveSession": lambda r: [Saved(r.id, r.path, "session"), protocol.Done(r.id)],
    }


def failed(number: int, what: str) -> protocol.Failed:
    return protocol.Failed(number, "usage", what, "Why it is so.", "Resolve again.", None)
