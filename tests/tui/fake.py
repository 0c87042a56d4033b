"""A backend that answers at once from the world, and the app over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resolvetui.model.query import Query
from resolvetui.session import protocol
from resolvetui.session.check_messages import EnvironmentChecked
from resolvetui.session.protocol import Message, Request
from resolvetui.session.runtime import Runtime
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.backend import Receive
from resolvetui.tui.screen import MainScreen
from tests.tui import targets, traces, world

Answer = Callable[[Any], list[Message]]


class FakeBackend:
    """Answers each kind of request by a function; what was sent is kept in `sent`."""

    def __init__(self, **answers: Answer) -> None:
        self.sent: list[Request] = []
        self.closed = False
        standard: dict[str, Answer] = {
            "Resolve": lambda request: world.solved(request.id),
            "ListCandidates": lambda request: [
                world.candidates(request.id, request.package),
                protocol.Done(request.id),
            ],
            "ListFiles": lambda request: [
                world.files(request.id, request.package, request.version),
                protocol.Done(request.id),
            ],
            "AskWhy": lambda request: [
                protocol.WhyTold(request.id, world.why(request.package)),
                protocol.Done(request.id),
            ],
            "ListShared": lambda request: [
                protocol.SharedNames(request.id, world.sharing(ask=request.ask)),
                protocol.Done(request.id),
            ],
            "FindFixes": lambda request: world.fixed(request.id),
            "MakePlan": lambda request: [
                protocol.PlanReady(request.id, world.plan()),
                protocol.Done(request.id),
            ],
            "Install": lambda _request: [],
            "RollBack": lambda request: [
                protocol.RolledBack(request.id, ("downgraded torch 2.3.0 -> 2.2.0",)),
                protocol.Done(request.id),
            ],
            "MakeEnvironment": lambda request: [protocol.Done(request.id)],
            "CheckEnvironment": lambda request: [
                EnvironmentChecked(request.id, "/srv/app/.venv", 13, 4210, ()),
                protocol.Done(request.id),
            ],
            "RunTarget": targets.answer,
            "Cancel": lambda _request: [],
            **traces.answers(traces.trace_of(*traces.ROOTS)),
        }
        self.answers = standard | answers
        self.receive: Receive = lambda _message: None

    def start(self, receive: Receive) -> None:
        self.receive = receive

    def send(self, request: Request) -> None:
        self.sent.append(request)
        for message in self.answers[type(request).__name__](request):
            line = protocol.encode(message)
            self.receive(protocol.decode_message(line))

    async def close(self) -> None:
        self.closed = True

    def of(self, kind: type[Request]) -> list[Any]:
        """All requests of a kind."""
        return [request for request in self.sent if isinstance(request, kind)]


def make_app(
    backend: FakeBackend | None = None,
    query: Query | None = None,
    *,
    waits: bool = False,
    **options: Any,
) -> ResolvetuiApp:
    """The app over a fake, without animation or blinking; `waits` debounces as a real run."""
    app = ResolvetuiApp(
        backend or FakeBackend(),
        world.QUERY if query is None else query,
        Runtime(),
        waits=waits,
        **{"clock": lambda: "14:03:09", **options},
    )
    app.animation_level = "none"
    return app


def conflict_app(**options: Any) -> ResolvetuiApp:
    """The app over a query without a solution."""
    backend = FakeBackend(Resolve=lambda request: world.unsolved(request.id))
    return make_app(backend, world.CONFLICT_QUERY, **options)


def main(app: ResolvetuiApp) -> MainScreen:
    """The main screen, whatever is on top of it."""
    return next(screen for screen in app.screen_stack if isinstance(screen, MainScreen))
