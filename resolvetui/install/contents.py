"""What the wheels of a plan bring, as soon as they are here: conflicts are found before anything
is unpacked or moved.

Reads wheels (by their RECORDs; a file only where two are compared) and the environment, and
changes nothing. `moves` checks again what it is going to move.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.errors import InstallFailed
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.ownership import Owners
from resolvetui.install.plan import (
    Action,
    Blocked,
    FileConflict,
    LostCommand,
    Plan,
    StartupFile,
)
from resolvetui.install.scripts import generate, has_placeholder, with_shebang
from resolvetui.install.strict_zip import Limits, Member
from resolvetui.install.uninstall import files_of
from resolvetui.install.wheel import Wheel, encoded, open_wheel
from resolvetui.model.names import PackageName

_STARTUP_MODULES = frozenset({"sitecustomize.py", "usercustomize.py"})
_NAMED = 3
"""Conflicts that an error names before it counts."""


def look_inside(
    target: Target,
    plan: Plan,
    installed: Sequence[InstalledDistribution],
    wheels: Mapping[PackageName, Path],
    limits: Limits | None = None,
) -> Plan:
    """The plan with what the files in `wheels` tell; those that are not there are `unseen`.

    Raises InstallFailed for a wheel that must not be installed.
    """
    look = _Look(layout_of(target), installed, plan)
    unseen: list[PackageName] = []
    with ExitStack() as stack:
        for action in plan.changes:
            path = wheels.get(action.name)
            if action.file is not None and action.file.filename.endswith(".whl") and path:
                wheel = stack.enter_context(
                    open_wheel(
                        path, action.file.filename, version=action.new_version, limits=limits
                    )
                )
                look.add(action, wheel)
            elif action.file is not None:
                unseen.append(action.name)
        return replace(
            plan,
            conflicts=tuple(look.conflicts()),
            blocked=tuple(look.blocked),
            startup=tuple(look.startup()),
            lost_commands=() if unseen else tuple(look.lost_commands()),
            unseen=tuple(unseen),
        )


def refuse_conflicts(plan: Plan) -> None:
    """Raise InstallFailed for a plan that cannot be carried out, with every path and both owners
    (the first few; the plan has all).
    """
    for blocked in plan.blocked:
        raise InstallFailed(
            f"{blocked.name} {blocked.version} cannot be replaced.",
            why=blocked.why,
            what_to_do=blocked.what_to_do,
            culprit=str(blocked.name),
        )
    if not plan.conflicts:
        return
    named = [
        f"{each.name} {each.version} brings {each.path!r}, which belongs to "
        f"{each.owner or 'no package'}."
        for each in plan.conflicts[:_NAMED]
    ]
    if len(plan.conflicts) > _NAMED:
        named.append(f"{len(plan.conflicts) - _NAMED} more files are like that.")
    names = dict.fromkeys(f"{each.name} {each.version}" for each in plan.conflicts)
    raise InstallFailed(
        f"{', '.join(names)} must not be installed.",
        why="\n".join(named),
        what_to_do="Move those files away or remove their owner, or install into a new environment "
        "with --venv.",
        culprit=plan.conflicts[0].path,
    )


@dataclass(frozen=True, slots=True)
class _Coming:
    """One file that a wheel brings."""

    action: Action
    path: str
    digest: Callable[[], str]
    """Of its final bytes, SHA-256."""

    @property
    def package(self) -> str:
        return f"{self.action.name} {self.action.new_version}"


class _Look:
    """The files that go, come and stay."""

    def __init__(
        self, layout: Layout, installed: Sequence[InstalledDistribution], plan: Plan
    ) -> None:
        changing = {action.name for action in plan.changes}
        own = [dist for dist in installed if not dist.external]
        self._layout = layout
        self._staying = Owners(dist for dist in own if dist.name not in changing)
        self._coming: dict[str, _Coming] = {}
        self._clashes: list[FileConflict] = []
        self._names = _Names()
        self._goes: dict[str, InstalledDistribution] = {}
        self.blocked: list[Blocked] = []
        for dist in own:
            if dist.name in changing:
                self._go(dist)

    def _go(self, dist: InstalledDistribution) -> None:
        try:
            files = files_of(dist, self._layout, self._staying).files
        except InstallFailed as error:
            self.blocked.append(Blocked(dist.name, dist.version, error.why, error.what_to_do))
            return
        self._goes.update(dict.fromkeys(files, dist))

    def add(self, action: Action, wheel: Wheel) -> None:
        """A wheel of the plan; it must stay open until `conflicts` was asked."""
        for coming in _files(action, wheel, self._layout):
            key = os.path.normcase(coming.path)
            other = self._coming.setdefault(key, coming)
            if other is not coming and other.digest() != coming.digest():
                self._clashes.append(_conflict(coming, coming.path, other.package))

    def conflicts(self) -> Iterator[FileConflict]:
        """With files of the plan, then with what is there, by path."""
        yield from self._clashes
        yield from self._files_for_folders()
        blocked = {each.name for each in self.blocked}  # whose files nobody can tell
        told: set[str] = set()
        for _, coming in sorted(self._coming.items()):
            if coming.action.name in blocked:
                continue
            path = self._in_the_way(coming)
            if path and path not in told:
                told.add(path)
                yield _conflict(coming, path, self._owner(path))

    def _files_for_folders(self) -> Iterator[FileConflict]:
        """A file of one wheel where another has a folder."""
        folders: dict[str, _Coming] = {}
        for key, coming in self._coming.items():
            parent = os.path.dirname(key)  # noqa: PTH120
            while parent not in folders:
                folders[parent] = coming
                parent = os.path.dirname(parent)  # noqa: PTH120
        for key in sorted(folders.keys() & self._coming.keys()):
            yield _conflict(self._coming[key], self._coming[key].path, folders[key].package)

    def _in_the_way(self, coming: _Coming) -> str:
        """What stays where a file is to be: that path, or a parent that is no folder; or ""."""
        if not self._names.has(coming.path):
            return self._names.no_folder(coming.path, self._goes)
        if coming.path in self._goes:
            return ""
        if os.path.isdir(coming.path) and not os.path.islink(coming.path):  # noqa: PTH112, PTH114
            return "" if self._all_goes(coming.path) else coming.path
        return "" if _is_same(coming) else coming.path

    def _all_goes(self, folder: str) -> bool:
        return all(
            os.path.join(parent, name) in self._goes  # noqa: PTH118
            for parent, _, names in os.walk(folder)
            for name in names
        )

    def _owner(self, path: str) -> str:
        if os.path.islink(path):  # noqa: PTH114
            return "a symbolic link"
        return self._staying.of(path)

    def startup(self) -> Iterator[StartupFile]:
        """Files that Python runs by itself, by path."""
        for _, coming in sorted(self._coming.items()):
            folder, name = os.path.split(coming.path)
            is_startup = name.endswith(".pth") or name in _STARTUP_MODULES
            if is_startup and folder in (self._layout.purelib, self._layout.platlib):
                yield StartupFile(coming.action.name, coming.action.new_version, name)

    def lost_commands(self) -> Iterator[LostCommand]:
        """Scripts that go and do not come again."""
        for path, dist in sorted(self._goes.items()):
            folder, name = os.path.split(path)
            if folder == self._layout.scripts and os.path.normcase(path) not in self._coming:
                yield LostCommand(dist.name, dist.version, name)


def _conflict(coming: _Coming, path: str, owner: str) -> FileConflict:
    return FileConflict(coming.action.name, coming.action.new_version, path, owner)


def _files(action: Action, wheel: Wheel, layout: Layout) -> Iterator[_Coming]:
    """The final files of a wheel, without those that the installer writes itself."""
    roots: dict[str, str] = {}
    for member in wheel.archive.members:
        if wheel.takes_over(member):
            scheme, path = wheel.location(member)
            root = roots.get(scheme) or roots.setdefault(scheme, layout.root(scheme, wheel.name))
            final = f"{root}{os.sep}{path.replace('/', os.sep)}"  # `strict_zip` refuses `..`
            yield _Coming(action, final, _digest_of(wheel, member, scheme == "scripts", layout))
    for point in wheel.entry_points:
        name, content = generate(point, layout.executable)
        final = os.path.join(layout.scripts, name)  # noqa: PTH118
        yield _Coming(action, final, lambda content=content: _sha256([content]))  # type: ignore[misc]


def _digest_of(
    wheel: Wheel,
    member: Member,
    is_script: bool,  # noqa: FBT001
    layout: Layout,
) -> Callable[[], str]:
    row = wheel.record.get(member.name)

    def digest() -> str:
        if row is not None and row.algorithm == "sha256" and not is_script:
            return row.digest
        content = b"".join(wheel.content(member))
        if is_script and has_placeholder(content):
            content = with_shebang(content, layout.executable)
        return _sha256([content])

    return digest


def _is_same(coming: _Coming) -> bool:
    path = Path(coming.path)
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return encoded(hashlib.file_digest(file, "sha256").digest()) == coming.digest()
    except OSError:
        return False


def _sha256(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return encoded(digest.digest())


@dataclass(slots=True)
class _Names:
    """What is in folders, each listed once: most files of a wheel come into new ones."""

    _by_folder: dict[str, frozenset[str] | None] = field(default_factory=dict)
    """None for a folder that is not there, or is none."""

    def has(self, path: str) -> bool:
        """Whether anything has this name."""
        folder, name = os.path.split(path)
        return name in (self._of(folder) or ())

    def no_folder(self, path: str, going: Mapping[str, object]) -> str:
        """A parent of `path` that is something else than a folder, and stays; or ""."""
        folder = os.path.dirname(path)  # noqa: PTH120
        while self._of(folder) is None:
            if self.has(folder):
                return "" if folder in going else folder
            parent = os.path.dirname(folder)  # noqa: PTH120
            if parent == folder:
                return ""
            folder = parent
        return ""

    def _of(self, folder: str) -> frozenset[str] | None:
        if folder not in self._by_folder:
            self._by_folder[folder] = self._list(folder)
        return self._by_folder[folder]

    def _list(self, folder: str) -> frozenset[str] | None:
        try:
            is_link = os.path.islink(folder)  # noqa: PTH114 - nothing is written past a link
            return None if is_link else frozenset(os.listdir(folder))  # noqa: PTH208
        except OSError:
            return None
