"""All about the package under the plan's cursor, beside the plan on wide screens. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.install.plan import Action, ActionKind
from resolvetui.model.files import DistributionFile
from resolvetui.model.resolution import Pin
from resolvetui.tui import words
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.state import SessionState

_WORDS: dict[ActionKind, str] = {
    ActionKind.INSTALL: "will be installed",
    ActionKind.UPGRADE: "will be upgraded",
    ActionKind.DOWNGRADE: "will be downgraded",
    ActionKind.REPLACE: "will be replaced by another build",
    ActionKind.REMOVE: "will be removed",
    ActionKind.KEEP: "stays as it is",
}
_MOST = 14
"""Lines of a list."""


def about(state: SessionState, action: Action | None) -> Iterator[Spans]:
    """What happens to the package, its file, who requires it, what it requires."""
    if action is None:
        return
    versions = (action.old_version, action.new_version)
    change = " → ".join(dict.fromkeys(version for version in versions if version))
    yield ((f"{action.name} ", "strong"), (change, "accent"))
    yield ((_WORDS[action.kind], "text"),)
    if action.requested:
        yield (("you asked for it", "info"),)
    if action.file is not None:
        yield ()
        yield from _file(action.file, action.index or "")
    pin = state.pins.get(action.name)
    if pin is not None:
        yield from _relations(state, pin)
    elif action.kind is ActionKind.REMOVE:
        yield (("no package of the solution needs it", "muted"),)


def _file(file: DistributionFile, index: str) -> Iterator[Spans]:
    yield (("file", "title"),)
    yield ((file.filename, "text"),)
    facts = [
        ("from", index or "a direct reference"),
        ("kind", words.file_kind(file)),
        ("size", words.size(file.size)),
        ("python", file.requires_python or "not stated"),
        ("uploaded", (file.upload_time or "not stated")[:10]),
    ]
    yield from (((f"{name:<9}", "muted"), (value, "text")) for name, value in facts)
    if not file.hashes:
        yield (("! ", "warn"), ("no hash to check the download by", "warn"))
    for kind, value in sorted(file.hashes.items()):
        yield ((f"{kind:<9}", "muted"), (value, "muted"))


def _relations(state: SessionState, pin: Pin) -> Iterator[Spans]:
    parents = [(name, state.pins[name]) for name in pin.required_by if name in state.pins]
    if parents:
        yield ()
        yield (("required by", "title"),)
        yield from _some([_parent(pin, parent) for _, parent in parents])
    if pin.requires:
        yield ()
        yield (("requires", "title"),)
        yield from _some([_child(state, item.name, item.specifier) for item in pin.requires])


def _parent(pin: Pin, parent: Pin) -> Spans:
    asked = ", ".join(item.specifier for item in parent.requires if item.name == pin.name)
    return ((f"{parent.name} {parent.version}", "text"), (f"  {asked or 'any version'}", "accent"))


def _child(state: SessionState, name: str, specifier: str) -> Spans:
    found = state.pins.get(name)
    role: Role = "ok" if found else "muted"
    chosen = f"  {found.version}" if found else ""
    return ((name, "text"), (specifier, "accent"), (chosen, role))


def _some(lines: list[Spans]) -> Iterator[Spans]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield ((f"… {len(lines) - _MOST} more", "muted"),)
