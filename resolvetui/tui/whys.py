"""The answers about single packages that the screen knows, and the questions that are open."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.why import Why
from resolvetui.session import protocol


class Whys(Struct, frozen=True):
    """Of one resolve: it is replaced by an empty one when another begins."""

    known: dict[str, Why] = {}
    """The fullest answer so far, by package."""
    asked: dict[int, str] = {}
    """Open questions: request to package."""
    failed: dict[str, protocol.Failed] = {}

    def wants(self, package: str) -> bool:
        """Whether a package is still to be asked about."""
        here = package in self.known or package in self.failed
        return not here and package not in self.asked.values()

    def begun(self, request: int, package: str) -> Whys:
        """A question was sent."""
        return replace(self, asked={**self.asked, request: package})

    def told(self, message: protocol.WhyTold) -> Whys:
        """An answer came; one that nobody waits for any more changes nothing."""
        package = self.asked.get(message.id)
        if package is None:
            return self
        return replace(self, known={**self.known, package: message.why})

    def failing(self, failed: protocol.Failed) -> Whys:
        """A question could not be answered, or, with request 0, none can."""
        lost = [self.asked[failed.id]] if failed.id in self.asked else list(self.asked.values())
        return replace(self, failed={**self.failed, **dict.fromkeys(lost, failed)})

    def done(self, request: int) -> Whys:
        """Nothing more comes for a question; for request 0, for none."""
        asked = {key: name for key, name in self.asked.items() if request not in (0, key)}
        return replace(self, asked=asked)
