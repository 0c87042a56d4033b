"""How the torch world ends on other targets: all that a cell can say."""

from __future__ import annotations

from msgspec.structs import replace

from resolvetui.model.names import PackageName
from resolvetui.model.query import TargetRequest
from resolvetui.model.verdict import Reason
from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from resolvetui.session.target_answers import answer_of_solution
from resolvetui.session.target_messages import RunTarget, TargetAnswer, TargetTold
from tests.tui import world

SOLVED = answer_of_solution(world.resolution(), 0.03)
PLAIN = replace(
    SOLVED,
    pins=tuple((name, version.removesuffix("+cpu")) for name, version in SOLVED.pins),
)
_OTHER = {"torch": "2.2.2+cpu", "numpy": "1.26.2"}
_KEPT = [(name, _OTHER.get(name, at)) for name, at in SOLVED.pins if name != "fsspec"]
OLDER = replace(SOLVED, pins=(*_KEPT, (PackageName("triton"), "2.2.0")))


def conflict(reason: Reason | None, cause: str, *nearest: str) -> TargetAnswer:
    steps = (cause, "You ask for torchaudio.", "No version of it can be used.")
    return TargetAnswer(
        cause=cause,
        reason=reason.value if reason else "",
        steps=steps,
        nearest=nearest,
        elapsed_s=0.01,
    )


MUSL = conflict(
    Reason.PLATFORM_TAG,
    "No wheel of torchaudio fits Linux x86_64 with musl: its wheels are for manylinux_2_17_x86_64.",
    "torchaudio-2.3.0-cp312-cp312-manylinux_2_17_x86_64.whl would fit on Linux x86_64 with glibc",
)
OLD = conflict(
    Reason.REQUIRES_PYTHON,
    "torchvision requires Python >=3.10, and the target is CPython 3.9.",
    "torchvision-0.18.0+cpu-cp310-cp310-linux_x86_64.whl would fit on CPython 3.10",
)
NEW = conflict(
    Reason.ABI_TAG,
    "No wheel of numpy fits CPython 3.14: its wheels are for cp310, cp311 and cp312.",
    "numpy-1.26.3-cp312-cp312-manylinux_2_17_x86_64.whl would fit on CPython 3.12",
)
CLASH = conflict(None, "torchaudio 2.3.0 requires torch==2.3.0 and you ask for torch<2.")


def failure(request: int, kind: str = "index-unreachable") -> protocol.Failed:
    what = "mirror did not answer." if kind == "index-unreachable" else "Stopped."
    return protocol.Failed(
        request, kind, what, "HTTP 503 Service Unavailable", "Try again later.", None
    )


def of_target(request: int, target: TargetRequest) -> Message:
    """Its outcome, by Python and platform."""
    version, platform = target.python_version, target.python_platform
    if "windows" in platform and version == "3.13":
        return failure(request)
    if "musl" in platform:
        found = MUSL
    elif version == "3.9":
        found = OLD
    elif version == "3.14":
        found = NEW
    elif version == "3.13" and "x86_64-apple" in platform:
        found = CLASH
    elif version == "3.10":
        found = OLDER
    else:
        found = PLAIN if platform and "windows" not in platform else SOLVED
    return TargetTold(request, found)


def answer(request: RunTarget) -> list[Message]:
    """All messages of one target's run."""
    return [of_target(request.id, request.query.target), protocol.Done(request.id)]
