"""The torch world as an answer to what is asked: what-ifs, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from resolvetui.inputs.changes import apply
from resolvetui.model.files import WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import (
    IndexStrategy,
    PinVersion,
    ReplaceRequirement,
    SetExcludeNewer,
    SetStrategy,
)
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from resolvetui.tui.bridge import Bridge
from tests.tui import world

_CUDA = {
    "nvidia-cublas-cu12": ("12.1.3.1", 391),
    "nvidia-cuda-runtime-cu12": ("12.1.105", 1),
    "nvidia-cudnn-cu12": ("8.9.2.26", 698),
    "nvidia-nccl-cu12": ("2.20.5", 168),
    "triton": ("2.3.0", 168),
}


def changed(
    versions: Mapping[str, str] = {}, *, index: str = "", without: tuple[str, ...] = ()
) -> Resolution:
    """The solution with other versions of some packages, all from another index, or fewer."""
    pins = []
    for pin in world.resolution().pins:
        if pin.name in without:
            continue
        version = versions.get(pin.name, pin.version)
        file = pin.file
        assert isinstance(file, WheelFile)
        name = file.filename.replace(pin.version, version)
        moved = replace(file, filename=name, version=version)
        where = IndexName(index) if index else pin.index
        pins.append(replace(pin, version=version, file=moved, index=where))
    return Resolution(tuple(pins))


def with_cuda() -> Resolution:
    """What the mirror gives: plain builds and what they need for a graphics card."""
    plain = changed({"torch": "2.3.0", "torchvision": "0.18.0", "torchaudio": "2.3.0"})
    torch = next(pin for pin in plain.pins if pin.name == "torch")
    more = [_cuda(torch, name, *about) for name, about in _CUDA.items()]
    pins = [replace(pin, index=world.MIRROR) for pin in (*plain.pins, *more)]
    return Resolution(tuple(sorted(pins, key=lambda pin: pin.name)))


def _cuda(like: Pin, name: str, version: str, mib: int) -> Pin:
    file = world.wheel(name, version, "py3-none-manylinux1_x86_64", mib * world.MIB)
    return replace(like, name=PackageName(name), version=version, file=file, requested=False)


def answer(request: protocol.Resolve) -> list[Message]:
    """All messages of a resolve."""
    query = request.query
    texts = [root.requirement.text for root in query.requirements]
    if any(text.startswith(("torchaudio==", "torch!=2.3.0")) for text in texts):
        return world.unsolved(request.id)
    if any(text == "torch==9" for text in texts):
        return failing(request.id)
    if query.policies.index_strategy is not IndexStrategy.FIRST_INDEX:
        found = with_cuda()
    elif "torch==2.2.2+cpu" in texts:
        found = changed({"torch": "2.2.2+cpu", "torchvision": "0.17.2+cpu", "numpy": "1.26.4"})
    elif "torchvision" not in texts:
        found = changed(without=("torchvision", "pillow", "numpy"))
    else:
        found = world.resolution()
    *before, resolved, done = world.solved(request.id)
    assert isinstance(resolved, protocol.Resolved)
    return [*before, replace(resolved, resolution=found), done]


def failing(request: int) -> list[Message]:
    """All messages of a resolve that an index ended."""
    what = "mirror did not answer."
    failed = protocol.Failed(
        request, "index-unreachable", what, "HTTP 503", "Try again later, or leave it out.", None
    )
    return [protocol.TargetKnown(request, world.TARGET), failed, protocol.Done(request)]


def try_some(bridge: Bridge) -> None:
    """Seven attempts in four branches; the sixth counts in the end."""
    first = world.QUERY
    bridge.change(apply(first, [PinVersion(PackageName("torch"), "2.2.2+cpu")]))
    bridge.attempts.undo()
    bridge.change(apply(first, [SetStrategy(IndexStrategy.UNSAFE_BEST_MATCH)]))
    bridge.attempts.undo()
    strict = bridge.attempts.stated.put((world.root("torchaudio==2.3.0+cu121"),), 2)
    bridge.change(strict.query)
    fix = ReplaceRequirement(strict.query.requirements[2], world.root("torchaudio").requirement)
    later = SetExcludeNewer("2024-05-08T00:00:00Z")
    bridge.change(apply(strict.query, [fix, later]), by="fix")
    bridge.attempts.go(1)
    off = bridge.attempts.stated.switch(1)
    bridge.change(off.query, off.off)
    bridge.change(apply(off.query, [PinVersion(PackageName("torch"), "9")]))
    bridge.attempts.undo()
