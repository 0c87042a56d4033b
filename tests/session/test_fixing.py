"""Fixes over real indexes: each kind of change where it is the right one, and what bounds them."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import Cancelled
from resolvetui.explanation.fixes import Limits
from resolvetui.inputs.changes import apply
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.explanation import Hint
from resolvetui.model.query import Policies, PrereleasePolicy, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement
from resolvetui.session.attempts import Session
from resolvetui.session.fixing import find_fixes, with_fixes
from resolvetui.session.installation import install, plan_of
from resolvetui.session.recording import record
from resolvetui.session.recording_file import read_recording, write_recording
from resolvetui.session.replaying import ReplaySession
from tests.session.support import pins, query, runtime
from tests.support.index import World

WINDOWS = "cp312-cp312-win_amd64"


def stated(text: str, kind: OriginKind, where: str = "x.txt") -> RootRequirement:
    return parse_root_requirement(text, Origin(kind, where, 1))


@dataclass
class Case:
    """A world, what is asked, and the best fix."""

    build: Callable[[World], None]
    ask: Sequence[str]
    best: str
    """Its text."""
    args: tuple[str, ...]
    leads_to: dict[str, str]
    policies: Policies = field(default_factory=Policies)
    constraints: Sequence[str] = ()
    overrides: Sequence[str] = ()
    indexes: Sequence[str] = ("main",)


def clash(world: World) -> None:
    world.serve("a", "1.0", needs=["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")


def two_versions(world: World) -> None:
    world.serve("a", "1.0")
    world.serve("a", "2.0")


def misnamed(world: World) -> None:
    world.serve("flask", "2.0")
    world.serve("other", "2.0")


def local(world: World) -> None:
    world.serve("a", "1.0+cpu")
    world.serve("a", "2.0+cpu")


def hidden(world: World) -> None:
    world.serve("a", "1.0", index="first", needs=["c==1"])
    world.serve("b", "1.0", index="first")
    world.serve("a", "2.0", index="second", needs=["b==2"])
    world.serve("b", "2.0", index="second")
    world.serve("c", "2", index="first")


def hidden_once(world: World) -> None:
    world.serve("a", "1.0", index="first", wheels=[WINDOWS])
    world.serve("a", "2.0", index="second")


def prereleases(world: World) -> None:
    world.serve("a", "1.0", needs=["b"])
    world.serve("b", "2.0rc1")


def yanked(world: World) -> None:
    world.serve("a", "1.0", needs=["b"])
    world.serve("b", "1.0", yanked="bad")


def only_source(world: World) -> None:
    world.serve("a", "1.0", sdist=True)


def two_pythons(world: World) -> None:
    world.serve("a", "1.0", requires_python="<3.12")


def dated(world: World) -> None:
    world.serve("a", "1.0", upload_time="2024-01-01T00:00:00Z")
    world.serve("a", "2.0", upload_time="2024-05-07T23:00:00Z")
    world.serve("a", "3.0", upload_time="2025-05-07T23:00:00Z")


def bad_extra(world: World) -> None:
    world.serve("a", "1.0", extras={"x": ["missing"], "y": []})


CASES = {
    "requirement": Case(
        clash, ["a", "b>=2"], "drop >=2 from b: b<2 would suit a 1.0", ("--instead=b",),
        {"a": "1.0", "b": "1.0"},
    ),
    "label": Case(
        local, ["a==1.0+cu121"], "a==1.0 instead of a==1.0+cu121", ("--instead=a==1.0",),
        {"a": "1.0+cpu"},
    ),
    "drop": Case(
        clash, ["b==2.0", "b==1.0"], "drop ==2.0 from b and keep b==1.0", ("--instead=b==1.0",),
        {"b": "1.0"},
    ),
    "leave out": Case(
        clash, ["a", "missing"], "do without missing", ("--without=missing",),
        {"a": "1.0", "b": "1.0"},
    ),
    "constraint": Case(
        two_versions, ["a>=2"], "lift the constraint a<2 (c.txt:1)", ("--lift=a<2",), {"a": "2.0"},
        constraints=["a<2"],
    ),
    "override": Case(
        clash, ["a"], "lift the override b>9 (x.txt:1)", ("--lift=b>9",), {"a": "1.0", "b": "1.0"},
        overrides=["b>9"],
    ),
    "pin index": Case(
        hidden_once, ["a"], "take a from two alone", ("--pin-index=a=two",), {"a": "2.0"},
        indexes=("first", "second"),
    ),
    "strategy": Case(
        hidden, ["a"],
        "take a from two too (every index is then trusted for every package)",
        ("--index-strategy=unsafe-best-match",), {"a": "2.0", "b": "2.0"},
        indexes=("first", "second"),
    ),
    "prerelease": Case(
        prereleases, ["a"], "allow pre-releases where nothing else is left, such as b 2.0rc1",
        ("--prerelease=if-necessary",), {"a": "1.0", "b": "2.0rc1"},
        policies=Policies(prerelease=PrereleasePolicy.DISALLOW),
    ),
    "named prerelease": Case(
        prereleases, ["a"],
        "ask for b>=2.0rc1 as well: it names a pre-release, and so lets those of its package in",
        ("b>=2.0rc1",), {"a": "1.0", "b": "2.0rc1"},
        policies=Policies(prerelease=PrereleasePolicy.EXPLICIT),
    ),
    "yanked": Case(
        yanked, ["a"],
        "pin b 1.0 as well: a yanked version is taken where it is pinned exactly", ("b==1.0",),
        {"a": "1.0", "b": "1.0"},
    ),
    "sdist": Case(
        only_source, ["a"], "allow the source distribution of a (building it runs its code)",
        ("--no-binary=a",), {"a": "1.0"}, policies=Policies(only_binary=(":all:",)),
    ),
    "wheel": Case(
        clash, ["b"], "lift --no-binary for b", ("--only-binary=b",), {"b": "2.0"},
        policies=Policies(no_binary=("b",)),
    ),
    "python": Case(
        two_pythons, ["a"], "use Python 3.11, which a has files for",
        ("--python-version=3.11",), {"a": "1.0"},
    ),
    "exclude newer": Case(
        dated, ["a>=2"], "set --exclude-newer to 2024-05-07, so that a 2.0 counts",
        ("--exclude-newer=2024-05-07",), {"a": "2.0"},
        policies=Policies(exclude_newer="2023-12-01T00:00:00Z"),
    ),
    "did you mean": Case(
        misnamed, ["flaks>=2"], "flask>=2 instead of flaks>=2", ("--without=flaks", "flask>=2"),
        {"flask": "2.0"},
    ),
    "extra": Case(
        bad_extra, ["a[x,y]"], "do without the extra x of a", ("--instead=a[y]",), {"a": "1.0"}
    ),
}  # fmt: skip


def question(case: Case, urls: Sequence[str]) -> Query:
    wanted = query(*case.ask, urls=urls, constraints=case.constraints, policies=case.policies)
    overrides = tuple(stated(text, OriginKind.OVERRIDE) for text in case.overrides)
    return replace(wanted, overrides=overrides)


@pytest.mark.parametrize("name", CASES)
def test_the_right_change_is_found_for(name: str) -> None:
    case, world = CASES[name], World()
    case.build(world)
    with world.running() as indexes, Session(runtime()) as session:
        wanted = question(case, [indexes.url(index) for index in case.indexes])
        hints = find_fixes(session, session.resolve(wanted))
        best = next(hint for hint in hints if hint.text == case.best or hint is hints[-1])
        assert (best.text, best.args, best.verified) == (case.best, case.args, True)
        for hint in hints:
            attempt = session.resolve(apply(wanted, hint.changes))
            assert hint.verified == (attempt.resolution is not None)
            if hint is best:
                assert pins(attempt) == case.leads_to


def test_an_installed_package_may_change_when_asked_for(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "1.0", needs=["b<2"])
    world.serve("a", "2.0", needs=["b>=2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    command = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")]
    subprocess.run(command, check=True)
    target = TargetRequest(python=str(tmp_path / "venv"))
    with world.running() as indexes, Session(runtime()) as session:
        urls = [indexes.url("main")]
        first = session.resolve(query("a==1.0", urls=urls, target=target))
        install(session, first, plan_of(session, first), lambda *_: None, lambda: False)
        hints = find_fixes(session, session.resolve(query("b>=2", urls=urls, target=target)))
    found = {hint.text: hint for hint in hints}
    best = found["let a 1.0 change too: ask for it by name"]
    assert (best.args, best.verified) == (("a",), True)
    assert best.outcome is not None
    changed = [(each.name, each.old, each.new) for each in best.outcome.changed]
    assert changed == [("a", "1.0", "2.0"), ("b", "1.0", "2.0")]


def test_two_changes_where_one_is_not_enough() -> None:
    world = World()
    clash(world)
    world.serve("c", "1.0", needs=["d<2"])
    world.serve("d", "1.0")
    world.serve("d", "2.0")
    with world.running() as indexes:
        wanted = query("a", "b>=2", "c", "d>=2", urls=[indexes.url("main")])
        hints = fixes_of(wanted)
    best = hints[0]
    assert (best.verified, best.kind, best.args) == (
        True,
        "several",
        ("--instead=b", "--instead=d"),
    )
    assert best.text == "drop >=2 from b and drop >=2 from d"
    failed = [hint for hint in hints if hint.tried]
    assert not any(hint.verified for hint in failed)
    assert failed[0].tried.endswith(".")


def fixes_of(wanted: Query, cache: Path | None = None, *, offline: bool = False) -> list[Hint]:
    with Session(runtime(cache, offline=offline)) as session:
        return list(find_fixes(session, session.resolve(wanted)))


def test_the_same_facts_give_the_same_fixes_in_the_same_order(tmp_path: Path) -> None:
    world = World()
    hidden(world)
    with world.running() as indexes:
        wanted = query("a", "c>=2", urls=[indexes.url("first"), indexes.url("second")])
        fixes_of(wanted, tmp_path)
        warm = fixes_of(wanted, tmp_path)
        assert fixes_of(wanted, tmp_path) == warm
        assert fixes_of(wanted, tmp_path, offline=True) == warm


def test_what_cannot_be_found_out_is_not_said_to_be_checked(tmp_path: Path) -> None:
    world = World()
    clash(world)
    with world.running() as indexes, Session(runtime(tmp_path)) as session:
        attempt = session.resolve(query("a", "b>=2", urls=[indexes.url("main")]))
    with Session(runtime(tmp_path, offline=True)) as session:
        hints = find_fixes(session, attempt)
    # Nobody ever read the metadata of b 1.0.
    assert all(hint.args != ("--instead=b",) for hint in hints)
    assert all(hint.verified or hint.kind == "online" for hint in hints)
    assert hints


def test_no_try_begins_after_the_time_or_beyond_the_count() -> None:
    world = World()
    clash(world)
    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", "b>=2", urls=[indexes.url("main")]))
        tried: list[str] = []

        def note(_hints: tuple[Hint, ...], trying: str) -> None:
            tried.append(trying)

        none = find_fixes(session, attempt, note, limits=Limits(solves=0))
        assert tried == [""]
        ticks = itertools.count(step=10)
        late = find_fixes(session, attempt, note, clock=lambda: float(next(ticks)))
    assert none == late
    assert [(hint.text, hint.verified, hint.unchecked) for hint in late] == [
        ("drop >=2 from b: b<2 would suit a 1.0", False, "the time for trying was over")
    ]


def test_what_was_proposed_at_once_is_tried_also_when_the_rest_has_to_wait_no_longer() -> None:
    """However slow the indexes are: what the cache holds does not decide what is proposed."""
    world = World()
    clash(world)
    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", "b>=2", urls=[indexes.url("main")]))
        assert attempt.explanation is not None
        proposed = [hint.text for hint in attempt.explanation.hints if hint.changes]
        ticks = itertools.count(step=0.1)
        hints = find_fixes(
            session,
            attempt,
            clock=lambda: next(ticks),
            limits=Limits(seconds=0, turn_seconds=60, long_turn_seconds=60, most_seconds=60),
        )
    assert set(proposed) <= {hint.text for hint in hints if hint.verified or hint.tried}


def test_it_stops_when_told_to() -> None:
    world = World()
    clash(world)

    def stop() -> None:
        raise Cancelled("Stopped.")

    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", "b>=2", urls=[indexes.url("main")]))
        with pytest.raises(Cancelled):
            find_fixes(session, attempt, check=stop)


def test_what_memory_can_answer_is_tried_before_the_network_is_asked() -> None:
    world = World()
    clash(world)
    world.serve("b", "0.1", needs=["e"])
    world.serve("e", "1")
    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", "b>=2", "e", urls=[indexes.url("main")]))
        asked = [session.traffic.totals[0]]

        def note(_hints: tuple[Hint, ...], _trying: str) -> None:
            asked.append(session.traffic.totals[0])

        find_fixes(session, attempt, note)
    growth = [after - before for before, after in itertools.pairwise(asked)]
    grown = [at for at, more in enumerate(growth) if more]
    assert grown
    assert grown[0] > 1  # everything was tried without the network first


def test_a_relic_is_no_good_fix_and_says_so() -> None:
    world = World()
    world.serve("a", "1.0", needs=["b<1"], upload_time="2024-01-01T00:00:00Z")
    world.serve("b", "0.1", upload_time="2005-01-01T00:00:00Z")
    world.serve("b", "2.0", upload_time="2024-01-01T00:00:00Z")
    with world.running() as indexes:
        first, *rest = fixes_of(query("a", "b>=2", "b!=3", urls=[indexes.url("main")]))
    found = [first, *rest]
    relic = next(hint for hint in found if hint.outcome and "b 0.1" in hint.outcome.caution)
    assert relic.outcome is not None
    assert relic.outcome.caution == "b 0.1 is 18 years older than 2.0"


def test_a_recording_holds_what_its_fixes_need(tmp_path: Path) -> None:
    world = World()
    clash(world)
    world.serve("c", "1.0", requires_python="<3.12", needs=["d"])
    world.serve("d", "1.0")
    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", "b>=2", "c", urls=[indexes.url("main")]))
        live = with_fixes(session, attempt)
    write_recording(record(live), tmp_path / "run.json", "")
    recording = read_recording(tmp_path / "run.json")
    with ReplaySession(recording) as session:
        again = with_fixes(session, session.resolve(recording.query))
    assert live.explanation is not None
    assert any(
        hint.verified and any("--python-version" in word for word in hint.args)
        for hint in live.explanation.hints
    )
    assert again.explanation == live.explanation
