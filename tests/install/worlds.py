"""An environment, wheels for it, and a word or two to install them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import structs

from resolvetui.environment.installed import read_installed, requirements_of
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.install.disk import Disk
from resolvetui.install.plan import Action, ActionKind, Plan, make_plan
from resolvetui.install.transaction import commit
from resolvetui.model.files import SdistFile, WheelFile
from resolvetui.model.names import IndexName, PackageName, package_name
from resolvetui.model.resolution import Pin, Resolution
from tests.install.wheels import WheelBuilder


def pin(
    name: str, version: str, file: WheelFile | SdistFile | None, *, requested: bool = False
) -> Pin:
    return Pin(
        name=package_name(name),
        version=version,
        kind="file" if file else "installed",
        index=IndexName("example") if file else None,
        file=file,
        extras=(),
        requested=requested,
        requires=(),
        inapplicable=(),
        required_by=(),
        newest=version,
    )


def wheel_file(path: Path, version: str) -> WheelFile:
    content = path.read_bytes()
    hashes = {"sha256": hashlib.sha256(content).hexdigest()}
    return WheelFile(path.name, path.as_uri(), version, hashes, len(content))


@dataclass
class World:
    target: Target
    prefix: Path
    wheels: Path
    states: list[tuple[str, str]] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    """A tree to compare with, for fixtures that change the environment."""

    @property
    def library(self) -> Path:
        assert self.target.environment is not None
        return Path(self.target.environment.purelib)

    def plan(self, *builders: WheelBuilder, requested: Sequence[str] = ()) -> Plan:
        pins = [
            pin(
                builder.name,
                builder.version,
                wheel_file(builder.save(self.wheels), builder.version),
                requested=builder.name in requested,
            )
            for builder in builders
        ]
        return self.plan_pins(*pins, reinstall=True)

    def plan_pins(self, *pins: Pin, reinstall: bool = False) -> Plan:
        return make_plan(
            self.target,
            read_installed(self.target)[0],
            Resolution(tuple(sorted(pins, key=lambda pin: pin.name))),
            cached=lambda _: False,
            requirements_of=requirements_of,
            applies=MarkerEvaluator(self.target).applies,
            reinstall=reinstall,
        )

    def install(
        self,
        *builders: WheelBuilder,
        requested: Sequence[str] = (),
        cancelled: Callable[[], bool] = lambda: False,
        disk: Disk | None = None,
        keep_undo: bool = True,
    ) -> tuple[str, ...]:
        plan = self.plan(*builders, requested=requested)
        return self.carry_out(plan, cancelled, disk=disk, keep_undo=keep_undo)

    def carry_out(
        self,
        plan: Plan,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        disk: Disk | None = None,
        keep_undo: bool = True,
    ) -> tuple[str, ...]:
        wheels = {a.name: self.wheels / a.file.filename for a in plan.changes if a.file}
        return commit(
            self.target, plan, wheels, self._note, cancelled, disk=disk, keep_undo=keep_undo
        )

    def plan_removal(self, *names: str) -> Plan:
        """A plan that only removes."""
        return self.with_removal(self.plan_pins(), *names)

    def with_removal(self, plan: Plan, *names: str) -> Plan:
        installed = {dist.name: dist for dist in read_installed(self.target)[0]}
        removals = [
            Action(ActionKind.REMOVE, dist.name, dist.version, "", None, None, requested=False)
            for dist in (installed[package_name(name)] for name in names)
        ]
        return structs.replace(plan, actions=(*plan.actions, *removals))

    def remove(self, *names: str) -> tuple[str, ...]:
        return self.carry_out(self.plan_removal(*names))

    def _note(self, name: PackageName, state: str, done: int, total: int) -> None:
        self.states.append((name, state))

    @property
    def state(self) -> Path:
        return self.prefix / ".resolvetui"

    def tree(self) -> dict[str, str]:
        """Every path below the environment with its kind, mode and content.

        All but what is kept for a rollback: see `kept`.
        """
        found = tree_of(self.prefix)
        kept = {path for path in found if (path + "/").startswith(".resolvetui/undo/")}
        if kept and len(kept) == sum(path.startswith(".resolvetui/") for path in found):
            kept.add(".resolvetui")
        return {path: what for path, what in found.items() if path not in kept}

    def kept(self) -> dict[str, str]:
        """What is kept for a rollback."""
        return tree_of(self.state / "undo")

    def run(self, *command: str) -> str:
        """Output of a command of the environment's bin."""
        program = self.prefix / "bin" / command[0]
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
        )
        return done.stdout.strip()


def copy_of(template: Target, folder: Path, name: str) -> World:
    """An environment of its own below `folder`, like that of `template`."""
    assert template.environment is not None
    old, new = template.environment.prefix, str(folder / name)
    shutil.copytree(old, new, symlinks=True)
    paths = {
        key: value.replace(old, new)
        for key, value in structs.asdict(template.environment).items()
        if isinstance(value, str)
    }
    environment = structs.replace(template.environment, **paths)
    wheels = folder / "wheels"
    wheels.mkdir(exist_ok=True)
    return World(structs.replace(template, environment=environment), Path(new), wheels)


def tree_of(top: Path) -> dict[str, str]:
    """Every path below a folder, relative to it, with its kind, mode and content."""
    return {
        str(Path(folder, name).relative_to(top)): _fingerprint(Path(folder, name))
        for folder, folders, files in os.walk(top)
        for name in (*folders, *files)
    }


def _fingerprint(path: Path) -> str:
    if path.is_symlink():
        return f"link {path.readlink()}"
    mode = oct(path.stat().st_mode)
    return mode if path.is_dir() else f"{mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
