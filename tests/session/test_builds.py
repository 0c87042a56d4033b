"""Builds over real indexes and processes: consent, what comes out, and what goes wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import Cancelled, InstallFailed, OfflineError
from resolvetui.model.names import PackageName
from resolvetui.model.query import AllowBuild, BuildPolicy, Policies
from resolvetui.model.verdict import Reason
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.fixing import find_fixes, with_fixes
from resolvetui.session.installation import (
    build_sources,
    install,
    make_environment,
    plan_of,
)
from resolvetui.session.protocol import Runtime
from resolvetui.session.recording import record
from resolvetui.session.replaying import ReplaySession
from tests.session.builds import ALLOW, COPY, DYNAMIC, FAILS, HANGS, MARK, asking, cause
from tests.session.support import LINUX, pins, query, runtime
from tests.support.index import World

A = PackageName("a")


def source(
    world: World, name: str, version: str, backend: str = MARK + COPY, **more: object
) -> None:
    """A version whose dependencies only a build can tell."""
    world.serve(name, version, sdist=True, dynamic=DYNAMIC, backend=backend, **more)  # type: ignore[arg-type]


@dataclass
class Place:
    """Where builds are resolved."""

    python: Path
    cache: Path

    def resolve(
        self,
        world: World,
        *requirements: str,
        policies: Policies | None = None,
        settings: Runtime | None = None,
    ) -> Attempt:
        with world.running() as indexes, Session(settings or runtime(self.cache)) as session:
            url = indexes.url("main")
            return session.resolve(
                asking(*requirements, url=url, python=self.python, policies=policies)
            )


@pytest.fixture
def place(python: Path, tmp_path: Path) -> Place:
    return Place(python, tmp_path / "cache")


# ---- consent


@pytest.mark.parametrize(
    ("policy", "said"),
    [(BuildPolicy.ASK, "--build ask acts as deny"), (BuildPolicy.DENY, "--build deny forbids")],
)
def test_without_consent_nothing_runs_and_the_way_out_is_named(
    place: Place, marker: Path, policy: BuildPolicy, said: str
) -> None:
    world = World()
    source(world, "a", "1.0")
    found = place.resolve(world, "a", policies=Policies(build=policy))
    assert not marker.exists()
    assert said in cause(found)
    assert "requires-dist dynamic" in cause(found)
    assert found.explanation is not None
    (hint,) = found.explanation.hints
    assert hint.text == "allow building a 1.0 (building it runs its code)"
    assert (hint.kind, hint.args, hint.changes) == (
        "build",
        ("--allow-build", "a"),
        (AllowBuild(A),),
    )
    assert hint.unchecked == "not checked: needs your consent to run its code"


@pytest.mark.parametrize("policies", [ALLOW, Policies(allow_build=("a",))], ids=["all", "one"])
def test_with_consent_a_build_tells_the_dependencies(
    place: Place, marker: Path, policies: Policies
) -> None:
    world = World()
    source(world, "a", "1.0", needs=["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    assert pins(place.resolve(world, "a", policies=policies)) == {"a": "1.0", "b": "1.0"}
    assert marker.exists()


def test_consent_is_for_the_package_that_is_named(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0")
    found = place.resolve(world, "a", policies=Policies(allow_build=("b",)))
    assert not marker.exists()
    assert found.resolution is None


def test_metadata_without_a_wheel_is_enough_to_resolve(place: Place) -> None:
    world = World()
    world.serve("a", "1.0", sdist=True, dynamic=DYNAMIC, needs=["b"])
    world.serve("b", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        found = session.resolve(wanted)
        file, _ = found.facts.listings.file_of(A, "1.0")
        assert session.built.wheel(file, found.target.key) is None  # type: ignore[arg-type]
    assert pins(found) == {"a": "1.0", "b": "1.0"}


def test_versions_that_are_only_fetched_ahead_are_not_built(place: Place, marker: Path) -> None:
    world = World()
    for minor in range(4):
        source(world, "a", f"1.{minor}")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        session.resolve(asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW))
        assert [(log.name, log.version) for log in session.built.logs] == [("a", "1.3")]


def test_the_search_for_fixes_runs_no_code(place: Place, marker: Path) -> None:
    world = World()
    world.serve("a", "2.0", requires_python="<3")
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a==2.0", url=indexes.url("main"), python=place.python, policies=ALLOW)
        hints = find_fixes(session, session.resolve(wanted))
    assert not marker.exists()
    (found,) = [hint for hint in hints if hint.args == ("a==1.0",)]
    assert not found.verified
    assert found.unchecked == "not checked: needs your consent to run its code"


def test_a_fix_that_needs_a_build_stays_unchecked_until_it_is_taken(
    place: Place, marker: Path
) -> None:
    world = World()
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python)
        (hint,) = find_fixes(session, session.resolve(wanted))
        assert not marker.exists()
        assert (hint.verified, hint.kind) == (False, "build")
        allowed = replace(wanted, policies=Policies(allow_build=("a",)))
        assert pins(session.resolve(allowed)) == {"a": "1.0"}
        (again,) = find_fixes(session, session.resolve(wanted))
        assert again == hint  # what the cache knows by now decides nothing


def test_a_described_target_cannot_be_built_for(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = query("a", urls=[indexes.url("main")], policies=ALLOW, target=LINUX)
        found = session.resolve(wanted)
    assert not marker.exists()
    assert "this target is only described" in cause(found)
    assert found.explanation is not None
    assert "build" not in {hint.kind for hint in found.explanation.hints}


# ---- failures


def test_a_build_that_fails_excludes_that_version_alone(place: Place) -> None:
    world = World()
    world.serve("a", "1.0")
    source(world, "a", "2.0", FAILS)
    found = place.resolve(world, "a", policies=ALLOW)
    assert pins(found) == {"a": "1.0"}
    (verdict,) = found.evidence.verdicts_of(A, "2.0")
    assert verdict.hurdle is not None
    assert verdict.hurdle.reason is Reason.BUILD_FAILED
    assert verdict.hurdle.detail.startswith("build_wheel: a.c:1:10: fatal error: Python.h")
    assert verdict.hurdle.detail.endswith("; error: command 'gcc' failed with exit code 1")


def test_the_explanation_says_why_a_build_was_needed_and_what_failed(place: Place) -> None:
    world = World()
    world.serve("a", "1.0")
    source(world, "a", "2.0", FAILS, wheels=["py3-none-win_amd64"])
    source(world, "a", "3.0", FAILS)
    found = place.resolve(world, "a==2.0", policies=ALLOW)
    text = cause(found)
    assert text.startswith("No wheel of a 2.0 fits CPython 3.")
    assert "(its wheels are for win_amd64), and building it failed in build_wheel: " in text
    assert "Python.h: No such file or directory" in text
    assert text.endswith("; error: command 'gcc' failed with exit code 1.")
    assert found.explanation is not None
    hints = {hint.kind: hint for hint in found.explanation.hints}
    assert hints["other-version"].args == ("a==1.0",)
    assert "it has a wheel for" in hints["other-version"].text


def test_the_whole_output_is_in_a_log(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", FAILS)
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        session.resolve(asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW))
        (log,) = session.built.logs
    assert Path(log.log).is_relative_to(place.cache)
    assert "red" in Path(log.log).read_text("utf-8")
    assert "fatal error" in log.failure


def test_a_build_that_hangs_is_ended(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", HANGS)
    settings = replace(runtime(place.cache), build_timeout_s=0.4)
    found = place.resolve(world, "a", policies=ALLOW, settings=settings)
    assert "build_wheel: it was stopped after 0.4 s" in cause(found)


def test_a_build_is_ended_when_the_user_stops(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0", MARK + HANGS)
    stopped: list[str] = []

    def on_step(doing: str) -> None:
        if doing == "building a 1.0" and marker.exists() and marker.read_text():
            stopped.append(marker.read_text())
            raise Cancelled("Stopped.")

    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        with pytest.raises(Cancelled):
            session.resolve(wanted, on_step)
    with pytest.raises(ProcessLookupError):
        os.kill(int(stopped[0]), 0)


WRONG = """
import pathlib, shutil

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = pathlib.Path(metadata_directory, "b-1.0.dist-info")
    folder.mkdir()
    folder.joinpath("METADATA").write_text("Metadata-Version: 2.2\\nName: {0}\\nVersion: {1}\\n")
    return folder.name
"""


@pytest.mark.parametrize(("name", "version"), [("b", "1.0"), ("a", "1.1")])
def test_what_comes_out_must_be_what_was_asked_for(place: Place, name: str, version: str) -> None:
    world = World()
    source(world, "a", "1.0", WRONG.format(name, version))
    found = place.resolve(world, "a", policies=ALLOW)
    assert f"it gives {name} {version}, not a 1.0" in cause(found)


# ---- what builds require


NEEDS_HELPER = "import helper\n" + COPY


def test_build_requirements_come_from_the_same_indexes(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper>=1"])
    world.serve("helper", "1.0", needs=["below"])
    world.serve("below", "1.0")
    assert pins(place.resolve(world, "a", policies=ALLOW)) == {"a": "1.0"}


def test_a_hook_may_ask_for_more(place: Place) -> None:
    world = World()
    asks = "def get_requires_for_build_wheel(config_settings=None): return ['helper']\n"
    needs = COPY.replace("    wheel =", "    import helper, first\n    wheel =", 1)
    source(world, "a", "1.0", asks + needs, build_requires=["first"])
    world.serve("first", "1.0")
    world.serve("helper", "1.0")
    assert pins(place.resolve(world, "a", policies=ALLOW)) == {"a": "1.0"}


def test_build_requirements_without_a_solution_are_told(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper>=2"])
    world.serve("helper", "1.0")
    text = cause(place.resolve(world, "a", policies=ALLOW))
    assert "building it failed in build requirements: a-1.0.tar.gz [build-system] asks" in text
    assert "helper>=2" in text


def test_a_build_requirement_that_has_to_be_built_needs_consent_too(
    place: Place, marker: Path
) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    source(world, "helper", "1.0", MARK + COPY)
    only_a = Policies(allow_build=("a",))
    found = place.resolve(world, "a", policies=only_a)
    assert "helper 1.0 has for this target only a source distribution" in cause(found)
    assert not marker.exists()
    both = Policies(allow_build=("a", "helper"))
    assert pins(place.resolve(world, "a", policies=both)) == {"a": "1.0"}
    assert marker.exists()


def test_static_build_requirements_are_built_to_be_installed(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    world.serve("helper", "1.0", sdist=True)
    assert pins(place.resolve(world, "a", policies=ALLOW)) == {"a": "1.0"}
    found = place.resolve(world, "a", policies=Policies(allow_build=("a",)))
    assert pins(found) == {"a": "1.0"}  # it is in the cache by now


def test_builds_that_need_each_other_end(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    source(world, "helper", "1.0", COPY, build_requires=["a"])
    text = cause(place.resolve(world, "a", policies=ALLOW))
    assert "a 1.0 needs helper 1.0 needs a 1.0, which is a circle" in text


# ---- installs


def install_source(
    place: Place, environment: Path, policy: BuildPolicy, *, confirmed: bool
) -> None:
    world = World()
    world.serve("a", "1.0", sdist=True, backend=MARK + COPY)
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python)
        first = session.resolve(wanted)
        python = make_environment(session, environment, first)
        target = replace(wanted.target, python=str(python))
        policies = Policies(build=policy)
        attempt = session.resolve(replace(wanted, target=target, policies=policies))
        plan = plan_of(session, attempt)
        assert any("a 1.0" in text and "code runs" in text for text in plan.warnings)
        install(session, attempt, plan, lambda *_: None, lambda: False, confirmed=confirmed)


def test_a_yes_to_the_plan_of_the_app_is_consent(
    place: Place, marker: Path, tmp_path: Path
) -> None:
    install_source(place, tmp_path / "env", BuildPolicy.ASK, confirmed=True)
    assert marker.exists()
    assert list((tmp_path / "env").rglob("a-1.0.dist-info"))


@pytest.mark.parametrize(
    ("policy", "confirmed"), [(BuildPolicy.ASK, False), (BuildPolicy.DENY, True)]
)
def test_an_install_without_consent_builds_nothing(
    place: Place, marker: Path, tmp_path: Path, policy: BuildPolicy, confirmed: bool
) -> None:
    with pytest.raises(InstallFailed, match="nobody allowed to build it"):
        install_source(place, tmp_path / "env", policy, confirmed=confirmed)
    assert not marker.exists()
    assert not list((tmp_path / "env").rglob("*.dist-info"))


def test_a_wheel_that_requires_something_else_than_was_resolved(
    place: Place, tmp_path: Path
) -> None:
    changes = """
import pathlib, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "a-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        text = "Metadata-Version: 2.2\\nName: a\\nVersion: 1.0\\nRequires-Dist: evil\\n"
        wheel.writestr("a-1.0.dist-info/METADATA", text)
    return name
"""
    world = World()
    world.serve("a", "1.0", sdist=True, backend=changes)
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        attempt = session.resolve(wanted)
        assert pins(attempt) == {"a": "1.0"}
        assert not build_sources(session, attempt)
        again = session.resolve(wanted)
    assert "the wheel requires something else than what was read before" in cause(again)


def test_a_failed_build_is_left_out_without_dependencies_too(place: Place) -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "2.0", sdist=True, backend=FAILS)
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        policies = Policies(build=BuildPolicy.ALLOW, no_deps=True)
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=policies)
        first = session.resolve(wanted)
        assert pins(first) == {"a": "2.0"}
        assert not build_sources(session, first)
        assert pins(session.resolve(wanted)) == {"a": "1.0"}


# ---- what is kept


def test_a_build_is_a_fact_of_the_cache(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0", needs=["b"])
    world.serve("b", "1.0")
    with world.running() as indexes:
        wanted = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        with Session(runtime(place.cache)) as session:
            session.resolve(wanted)
    marker.unlink()
    with Session(runtime(place.cache, offline=True)) as session:
        assert pins(session.resolve(wanted)) == {"a": "1.0", "b": "1.0"}
        assert session.built.logs == ()
    with Session(runtime(place.cache, offline=True)) as session:
        assert session.resolve(replace(wanted, policies=Policies())).resolution is None
    assert not marker.exists()


def test_other_bytes_are_built_anew(place: Place, marker: Path) -> None:
    for needed in ("b", "c"):
        world = World()
        world.index(hashes=False)
        source(world, "a", "1.0", needs=[needed])
        world.serve(needed, "1.0")
        found = place.resolve(world, "a", policies=ALLOW)
        assert pins(found) == {"a": "1.0", needed: "1.0"}


def test_a_build_that_lacks_its_source_offline_is_an_error(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    world.serve("helper", "1.0")
    with world.running() as indexes:
        wanted = asking("a", url=indexes.url("main"), python=place.python)
        with Session(runtime(place.cache)) as session:
            session.resolve(wanted)
    with Session(runtime(place.cache, offline=True)) as session, pytest.raises(OfflineError):
        session.resolve(replace(wanted, policies=ALLOW))


def test_a_recording_replays_builds_without_running_them(place: Place, marker: Path) -> None:
    world = World()
    source(world, "a", "1.0", needs=["b"])
    source(world, "a", "2.0", FAILS)
    world.serve("b", "1.0")
    found = place.resolve(world, "a", policies=ALLOW)
    marker.unlink()
    with ReplaySession(record(found)) as session:
        again = session.resolve(found.query)
        assert pins(again) == pins(found) == {"a": "1.0", "b": "1.0"}
        failing = session.resolve(
            asking("a==2.0", url=found.query.indexes[0].url, python=place.python, policies=ALLOW)
        )
        assert "Python.h" in cause(failing)
        assert with_fixes(session, failing).explanation is not None
    assert not marker.exists()
