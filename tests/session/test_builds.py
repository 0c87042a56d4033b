"""What builds require, what is kept of them, and that what they give is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import InstallFailed, OfflineError
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.query import BuildPolicy, Policies, Query
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.session.attempts import Session
from resolvetui.session.fixing import with_fixes
from resolvetui.session.installation import (
    build_sources,
    install,
    make_environment,
    plan_of,
)
from resolvetui.session.recording import record
from resolvetui.session.replaying import ReplaySession
from tests.session.builds import (
    ALLOW,
    COPY,
    FAILS,
    MARK,
    Place,
    asking,
    cause,
    source,
)
from tests.session.support import pins, runtime
from tests.support.index import World

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
    assert "building it failed at its build requirements: a-1.0.tar.gz [build-system] asks" in text
    assert "helper>=2" in text


def limited(asked: Query, *constraints: str) -> Query:
    """With constraints on what builds need."""
    origin = Origin(OriginKind.CONSTRAINT, "builds.txt", 1)
    lines = [parse_root_requirement(each, origin, ".") for each in constraints]
    return replace(asked, build_constraints=tuple(lines))


def test_build_constraints_hold_for_what_builds_need_and_for_nothing_else(place: Place) -> None:
    world = World()
    source(world, "a", "2.0", NEEDS_HELPER, build_requires=["helper"])
    source(world, "helper", "3.0", build_requires=["below"])
    world.serve("helper", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        asked = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        found = session.resolve(limited(asked, "helper<2", "a<2"))
        assert pins(found) == {"a": "2.0"}
        assert not any("helper-3.0" in path for path in indexes.paths())


def test_a_build_with_other_constraints_is_another_build(place: Place) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    world.serve("helper", "1.0")
    with world.running() as indexes, Session(runtime(place.cache)) as session:
        asked = asking("a", url=indexes.url("main"), python=place.python, policies=ALLOW)
        text = cause(session.resolve(limited(asked, "helper<1")))
        assert "build requirements" in text
        assert "helper<1" in text
        assert pins(session.resolve(asked)) == {"a": "1.0"}
        assert "helper<1" in cause(session.resolve(limited(asked, "helper<1")))


def test_a_build_requirement_that_has_to_be_built_needs_consent_too(
    place: Place, marker: Path
) -> None:
    world = World()
    source(world, "a", "1.0", NEEDS_HELPER, build_requires=["helper"])
    source(world, "helper", "1.0", MARK + COPY)
    only_a = Policies(allow_build=("a",))
    found = place.resolve(world, "a", policies=only_a)
    assert "There is no wheel of helper 1.0" in cause(found)
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
        session.resolve(wanted)
        python = make_environment(session, environment, wanted.target)
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
