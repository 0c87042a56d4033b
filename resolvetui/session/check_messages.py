"""Messages about an environment as it is. Part of `protocol.py`'s two unions."""

from __future__ import annotations

from msgspec import Struct

from resolvetui.model.query import TargetRequest
from resolvetui.session.runtime import Runtime


class CheckEnvironment(Struct, frozen=True, tag="check-environment"):
    """Look at all that is installed there; changes nothing.

    Answered by `EnvironmentChecked`, or by `Failed` where it cannot be looked at.
    """

    id: int
    target: TargetRequest
    runtime: Runtime


class EnvironmentChecked(Struct, frozen=True, tag="environment-checked"):
    """What `--check` tells, without the repairs."""

    id: int
    environment: str
    packages: int
    files: int
    """Files that were compared with what was recorded of them."""
    problems: tuple[str, ...]
    """A clause each, without full stop."""
