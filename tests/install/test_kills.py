"""SIGKILL at any moment: the next command makes the environment the old or the new one."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.environment.target import Target
from resolvetui.errors import INSTALLED
from resolvetui.install.journal import boot_id
from resolvetui.install.plan import Plan
from resolvetui.install.recovery import needs_repair, repair
from resolvetui.install.rollback import roll_back
from tests.install.disks import Moments, in_child
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World, copy_of

NEW = [f"new{number}" for number in range(15)]
UPGRADED = [f"up{number}" for number in range(5)]
REMOVED = ["gone0", "gone1"]


def _package(name: str, version: str) -> WheelBuilder:
    """Those that change have what packages may have: data, a deep folder, a lone module."""
    own = {f"shared/{name}.py": ""}
    if name not in NEW:
        own |= {f"{name}/sub/{version[0]}.py": "", f"{name}_lone.py": version}
        own[f"{name}-{version}.data/data/share/{name}/{version}.txt"] = version
    return package(name, version, files=own, scripts={f"{name}-run": f"{name}:main"})


class Killing:
    """One environment, the transaction, and the three trees that matter."""

    def __init__(self, world: World, backup: Path) -> None:
        self.world = world
        self._backup = backup
        world.install(*(_package(name, "1.0") for name in (*UPGRADED, *REMOVED)))
        shutil.copytree(world.prefix, backup, symlinks=True)
        self.old, self.old_kept = world.tree(), world.kept()
        wanted = [_package(name, "2.0") for name in (*NEW, *UPGRADED)]
        self.plan: Plan = world.with_removal(world.plan(*wanted), *REMOVED)
        self._check_imports("1.0", [*UPGRADED, *REMOVED])
        self.moments = self.moments_of(self.install)
        self.new, self.new_kept = world.tree(), self._stashed()
        self._check_imports("2.0", [*UPGRADED, *NEW])

    def install(self, moments: Moments) -> None:
        self.world.carry_out(self.plan, moments.cancelled, disk=moments.disk)

    def moments_of(self, work: Callable[[Moments], object]) -> list[tuple[str, str]]:
        moments = Moments()
        work(moments)
        return moments.seen

    def commit_point(self) -> int:
        """The first moment at which the new environment is the one that comes of it."""
        names = [path.endswith("journal.commit") for _, path in self.moments]
        return names.index(True) + 1

    def reset(self) -> None:
        shutil.rmtree(self.world.prefix)
        shutil.copytree(self._backup, self.world.prefix, symlinks=True)

    def kill(self, moment: int, work: Callable[[Moments], object] | None = None) -> None:
        work = work or self.install
        assert in_child(lambda: work(Moments(moment))) == -9

    def check(self, *, is_new: bool) -> None:
        """Nothing but the old or the new, and what is kept for a rollback."""
        assert self.world.tree() == (self.new if is_new else self.old)
        if is_new:
            assert self._stashed() == self.new_kept
        else:
            assert self.world.kept() == self.old_kept
        assert not needs_repair(self.world.target)

    def _stashed(self) -> dict[str, str]:
        """What is kept, without the journal's content: it has inodes in it."""
        kept = self.world.kept()
        return {path: "" if path.endswith(("commit", ".json")) else kept[path] for path in kept}

    def _check_imports(self, version: str, names: list[str]) -> None:
        """Trees that are the same need no second look at what they do."""
        code = f"import {', '.join(names)}; print({{m.version for m in ({', '.join(names)},)}})"
        assert self.world.run("python", "-c", code) == f"{{'{version}'}}"
        assert self.world.run(f"{names[0]}-run") == f"{names[0]} {version}"


@pytest.fixture(scope="module")
def killing(template: Target, tmp_path_factory: pytest.TempPathFactory) -> Killing:
    folder = tmp_path_factory.mktemp("killing")
    return Killing(copy_of(template, folder, "env"), folder / "backup")


@pytest.fixture(autouse=True)
def _as_before(killing: Killing) -> None:
    killing.reset()


def spread(start: int, end: int, count: int) -> list[int]:
    """`count` moments from `start` to before `end`, first and last included."""
    return sorted({start + (end - 1 - start) * n // (count - 1) for n in range(count)})


def test_a_killed_install_ends_in_the_old_or_the_new(killing: Killing) -> None:
    commit, end = killing.commit_point(), len(killing.moments)
    done = next(n for n, (_, path) in enumerate(killing.moments) if path.endswith("/undo"))
    moments = spread(0, commit, 7) + spread(commit, done + 1, 14) + spread(done + 1, end, 4)
    for moment in moments:
        killing.reset()
        killing.kill(moment)
        assert needs_repair(killing.world.target) or moment == end - 1, killing.moments[moment]
        said = repair(killing.world.target)
        killing.check(is_new=moment >= commit)
        if any(name == "unpack" for name, _ in killing.moments[:moment]):
            assert said is None or "interrupted install" in said
        if commit <= moment <= done:
            assert said is not None
            assert said.endswith("was finished.")


def test_a_repair_that_is_killed_is_repaired(killing: Killing) -> None:
    commit = killing.commit_point()
    target = killing.world.target
    for first in spread(commit - 2, commit + 60, 4):
        killing.reset()
        killing.kill(first)
        for second in range(2, 40, 18):
            killing.kill(second, lambda moments: repair(target, moments.disk))
        repair(target)
        killing.check(is_new=first >= commit)


def test_a_killed_rollback_ends_in_the_new_or_the_old(killing: Killing) -> None:
    killing.install(Moments())
    target = killing.world.target

    def back(moments: Moments) -> None:
        roll_back(target, disk=moments.disk)

    seen = killing.moments_of(back)
    assert killing.world.tree() == killing.old
    commit = next(n for n, (_, path) in enumerate(seen) if path.endswith("journal.commit")) + 1
    for moment in spread(3, len(seen), 6):
        killing.reset()
        killing.install(Moments())
        killing.kill(moment, back)
        repair(target)
        assert killing.world.tree() == (killing.old if moment >= commit else killing.new)
        assert not needs_repair(target)
        roll_back(target)
        assert killing.world.tree() == (killing.new if moment >= commit else killing.old)


@pytest.mark.parametrize("is_lost", [True, False])
def test_content_that_a_loss_of_power_took_brings_back_the_old(
    killing: Killing, is_lost: bool
) -> None:
    killing.kill(killing.commit_point() + 40)
    (folder,) = killing.world.state.glob("txn-*")
    journal = folder / "journal.commit"
    journal.write_bytes(journal.read_bytes().replace(boot_id().encode(), b"another start"))
    placed = next(killing.world.library.glob("new*/__init__.py"))
    if is_lost:
        placed.write_bytes(b"")
    said = repair(killing.world.target)
    assert said is not None
    assert said.endswith("was undone." if is_lost else "was finished.")
    killing.check(is_new=not is_lost)


@pytest.mark.parametrize("installs", [True, False])
def test_the_command_says_that_it_repaired(killing: Killing, installs: bool) -> None:
    world = killing.world
    killing.kill(killing.commit_point() + 20)
    package("other").save(world.wheels)
    done = subprocess.run(
        [sys.executable, "-m", "resolvetui", "other", "--no-tui", "--no-config", "--no-cache"]
        + ["--no-index", "--find-links", str(world.wheels)]
        + ["--python", str(world.prefix / "bin" / "python")]
        + (["--install", "--yes"] if installs else []),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"An interrupted install into {world.prefix} was finished." in done.stderr
    if installs:
        assert "installed other 1.0" in done.stderr
        world.carry_out(world.plan_removal("other"))
        assert world.tree() == killing.new
    else:
        killing.check(is_new=True)


@pytest.mark.nightly
def test_killed_at_random_moments(killing: Killing) -> None:
    draw = random.Random(20240507)
    commit = killing.commit_point()
    for _ in range(150):
        moment = draw.randrange(len(killing.moments))
        killing.reset()
        killing.kill(moment)
        repair(killing.world.target)
        killing.check(is_new=moment >= commit)


COMMAND = """
import sys
from resolvetui.cli.main import main
from resolvetui.install import helping
helping.LEAST_FILES = 0  # so that the little world of the test is worth a second process
print("begins", flush=True)
sys.exit(main(sys.argv[1:]))
"""


class Clock:
    """The command as it is, in a process of its own, and a clock that strikes at random."""

    def __init__(self, killing: Killing, seed: int, cache: str = "--no-cache") -> None:
        self._draw = random.Random(seed)
        self._killing, self.world = killing, killing.world
        names = [f"{name}==2.0" for name in (*NEW, *UPGRADED)]
        command = [sys.executable, "-c", COMMAND, *names, "--no-tui", "--no-config", cache]
        command += ["--no-index", "--find-links", str(self.world.wheels), "--install", "--yes"]
        self._command = [*command, "--python", str(self.world.prefix / "bin" / "python")]
        self.old = self.world.tree()
        self._killing.reset()
        subprocess.run(self._command, check=True, capture_output=True)  # which fills the cache
        self._killing.reset()
        begin = time.monotonic()
        subprocess.run(self._command, check=True, capture_output=True)
        self._lasts_s = time.monotonic() - begin
        self.new = self.world.tree()

    def strike(self, number: signal.Signals) -> tuple[int, str]:
        """Run once and send a signal; exit code and what it said."""
        self._killing.reset()
        process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=self._draw.uniform(0.1, 1.0) * self._lasts_s)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        said = process.communicate()[1]
        return process.returncode, said


@pytest.mark.nightly
@pytest.mark.parametrize("kept", [False, True])
def test_the_command_killed_by_the_clock(
    killing: Killing, kept: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`kept`: wheels are unpacked in the cache, from where two processes link them."""
    cache = f"--cache-dir={tmp_path_factory.mktemp('cache')}" if kept else "--no-cache"
    clock, endings = Clock(killing, 20240508, cache), {"old": 0, "new": 0}
    for _ in range(60):
        clock.strike(signal.SIGKILL)
        repair(clock.world.target)
        tree = clock.world.tree()
        assert tree in (clock.old, clock.new)
        endings["new" if tree == clock.new else "old"] += 1
        assert not needs_repair(clock.world.target)
    assert min(endings.values()) > 0, endings


@pytest.mark.nightly
def test_ctrl_c_by_the_clock_ends_with_a_line_that_is_true(killing: Killing) -> None:
    clock, codes = Clock(killing, 20240509), set()
    for _ in range(60):
        code, said = clock.strike(signal.SIGINT)
        codes.add(code)
        assert not needs_repair(clock.world.target)
        assert "Traceback" not in said
        if code == 130:
            errors = [line for line in said.splitlines() if line.startswith("error:")]
            is_new = errors == ["error: " + INSTALLED]
            assert is_new or errors == ["error: Stopped; nothing was changed."]
            assert clock.world.tree() == (clock.new if is_new else clock.old)
        assert clock.world.tree() in (clock.old, clock.new)
    assert {0, 130} <= codes <= {0, 130, -signal.SIGINT}  # the last when Python was ending already
