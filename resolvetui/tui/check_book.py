"""What the app knows of the check of an environment. Pure."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.session.check_messages import EnvironmentChecked
from resolvetui.session.protocol import Failed


class CheckBook(Struct, frozen=True):
    """The question, and its answer."""

    id: int = 0
    """The request; 0 while nobody asked."""
    answer: EnvironmentChecked | None = None
    failure: Failed | None = None

    @property
    def running(self) -> bool:
        """Whether the answer is on its way."""
        return bool(self.id) and self.answer is None and self.failure is None

    def told(self, answer: EnvironmentChecked) -> CheckBook:
        """With the answer, if it is the one that was asked for last."""
        return replace(self, answer=answer) if answer.id == self.id else self

    def failing(self, failure: Failed) -> CheckBook:
        """It could not be looked at."""
        return replace(self, failure=failure) if self.running else self
