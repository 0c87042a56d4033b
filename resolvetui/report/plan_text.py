"""A plan as lines of text: what changes, what goes, what needs a look, what stands against it."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.install.plan import Action, ActionKind, Plan
from resolvetui.report.layout import Line, wrapped

_UNITS = ("B", "KiB", "MiB", "GiB")
_QUIET = frozenset({ActionKind.INSTALL, ActionKind.KEEP})
"""What the list of packages says already."""


def plan_lines(plan: Plan, width: int) -> list[Line]:
    """The sums first; then whatever is more than a new package."""
    lines = wrapped(f"plan: {_sums(plan)}", width)
    for action in plan.changes:
        if action.kind not in _QUIET:
            lines += wrapped(_replaced(action), width, indent="  ")
    for lost in plan.lost_commands:
        text = f"the command {lost.command} of {lost.name} {lost.version} goes"
        lines += wrapped(text, width, indent="  ")
    for text in _looks(plan):
        lines += wrapped(text, width, role="warn")
    for text in _obstacles(plan):
        lines += wrapped(text, width, role="bad")
    return lines


def _sums(plan: Plan) -> str:
    counts: dict[ActionKind, int] = {}
    for action in plan.changes:
        counts[action.kind] = counts.get(action.kind, 0) + 1
    parts = [f"{count} to {kind.value}" for kind, count in counts.items()]
    text = ", ".join(parts) or "nothing to do: everything is installed already"
    if plan.download_bytes:
        text += f"; {byte_count(plan.download_bytes)} to download"
    return text


def _replaced(action: Action) -> str:
    if action.kind is ActionKind.REMOVE:
        return f"{action.name} {action.old_version} is removed"
    if action.hides:
        return (
            f"{action.name} {action.new_version} hides {action.old_version} in {action.hides}, "
            "which stays"
        )
    if action.old_version == action.new_version:
        return f"{action.name} {action.new_version} is installed anew"
    words = {ActionKind.REPLACE: "is replaced by"}
    verb = words.get(action.kind, f"is {action.kind.value}d to")
    return f"{action.name} {action.old_version} {verb} {action.new_version}"


def _looks(plan: Plan) -> Iterator[str]:
    yield from plan.warnings
    for each in plan.startup:
        yield f"{each.name} {each.version} brings {each.file}, which Python runs at every start."
    for broken in plan.breaks:
        found = f"finds {broken.found}" if broken.found else "finds none"
        yield f"breaks {broken.name} {broken.version}: it requires {broken.requires} and {found}"


def _obstacles(plan: Plan) -> Iterator[str]:
    for each in plan.blocked:
        yield f"{each.name} {each.version} cannot be replaced: {each.why}"
    for file in plan.conflicts:
        owner = file.owner or "no package"
        yield f"{file.name} {file.version} brings {file.path}, which belongs to {owner}"


def byte_count(count: int) -> str:
    """`190.4 MiB`.

    >>> byte_count(512), byte_count(1536), byte_count(199_649_280)
    ('512 B', '1.5 KiB', '190.4 MiB')
    """
    size = float(count)
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"
