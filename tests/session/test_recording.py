"""Recordings: what is in them, and that a replay is the run again."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from resolvetui import __version__
from resolvetui.errors import IndexUnreachable, OfflineError, UsageError
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Policies, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.model.verdict import Reason
from resolvetui.resolver.events import Event
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.installation import install, plan_of
from resolvetui.session.recording import (
    Errored,
    FoundProject,
    MissingProject,
    Recording,
    RefusedProject,
    record,
    record_failure,
)
from resolvetui.session.recording_file import check_place, read_recording, write_recording
from resolvetui.session.replaying import ReplaySession
from tests.session.support import pins, query, resolve, runtime
from tests.support.index import World

LINUX = "cp312-cp312-linux_x86_64"


def torch_world() -> World:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=[LINUX], needs=["filelock"], index="cpu")
    world.serve("torch", "2.2.0+cpu", wheels=["cp39-cp39-win_amd64"], index="cpu")
    world.serve("torchaudio", "2.3.0+cpu", wheels=[LINUX], needs=["torch==2.3.0"], index="cpu")
    world.serve("filelock", "3.13.1", index="cpu", requires_python=">=3.8")
    world.serve("filelock", "3.14.0", index="mirror")
    world.serve("wheel", "0.43.0", index="mirror", yanked="broken")
    return world


@pytest.fixture
def urls() -> Iterator[list[str]]:
    with torch_world().running() as indexes:
        yield [indexes.url("cpu"), indexes.url("mirror")]


def kept(recording: Recording, folder: Path, name: str = "run.json", home: str = "") -> Recording:
    """The recording, after it was a file."""
    write_recording(recording, folder / name, home)
    return read_recording(folder / name)


def replayed(recording: Recording, wanted: Query | None = None) -> Attempt:
    with ReplaySession(recording) as session:
        return session.resolve(wanted or recording.query)


def asking(recording: Recording, *requirements: str) -> Query:
    """The recording's query with other requirements."""
    stated = tuple(
        parse_root_requirement(text, Origin(OriginKind.ARGUMENT, line=at))
        for at, text in enumerate(requirements, 1)
    )
    return msgspec.structs.replace(recording.query, requirements=stated)


def check_same(first: Attempt, again: Attempt) -> None:
    assert first.resolution == again.resolution
    assert first.explanation == again.explanation
    assert first.warnings == again.warnings
    assert first.statistics == again.statistics


@pytest.mark.parametrize("name", ["run.json", "run.json.gz"])
def test_a_solution_is_replayed_as_it_was(urls: list[str], tmp_path: Path, name: str) -> None:
    first = resolve(query("torch", "torchaudio", "wheel==0.43", urls=urls))
    check_same(first, replayed(kept(record(first), tmp_path, name)))


@pytest.mark.parametrize(
    "requirements", [("torch", "filelock<3"), ("filelock>=3.14",), ("torhc",), ("torch<2.3",)]
)
def test_a_conflict_is_replayed_as_it_was(
    urls: list[str], tmp_path: Path, requirements: tuple[str, ...]
) -> None:
    first = resolve(query(*requirements, urls=urls))
    assert first.explanation is not None
    check_same(first, replayed(kept(record(first), tmp_path)))


def test_the_search_takes_the_same_steps(urls: list[str], tmp_path: Path) -> None:
    wanted = query("torch", "torchaudio", "filelock<4", urls=urls)
    seen: list[Event] = []
    with Session(runtime()) as session:
        first = session.resolve(wanted, observe=seen.append)
    again: list[Event] = []
    with ReplaySession(kept(record(first), tmp_path)) as session:
        session.resolve(wanted, observe=again.append)
    assert len(seen) > 5
    assert seen == again


def test_an_offline_run_is_recorded_from_its_cache(urls: list[str], tmp_path: Path) -> None:
    wanted = query("torch", "filelock<3", urls=urls)
    resolve(wanted, tmp_path / "cache")
    warm = resolve(wanted, tmp_path / "cache", offline=True)
    check_same(warm, replayed(kept(record(warm), tmp_path)))


def test_metadata_of_no_use_is_recorded_with_its_reason(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "2", sdist=True, dynamic=["Requires-Dist"])
    world.serve("a", "1")
    with world.running() as indexes:
        first = resolve(query("a", urls=[indexes.url("main")]))
    recording = kept(record(first), tmp_path)
    reasons = [each.unusable[0] for each in recording.metadata if each.unusable]
    assert reasons == [Reason.SDIST_NOT_BUILDABLE]
    check_same(first, replayed(recording))


def test_403_is_judged_as_it_was_even_by_what_the_cache_knew(tmp_path: Path) -> None:
    world = torch_world()
    world.index("cpu", missing_status=403)
    with world.running() as indexes:
        both = [indexes.url("cpu"), indexes.url("mirror")]
        resolve(query("torch", urls=both), tmp_path / "cache")
        first = resolve(query("wheel==0.43", urls=both), tmp_path / "cache")
    assert any("403" in text for _, text in first.warnings)
    recording = kept(record(first), tmp_path)
    assert any(isinstance(answer, RefusedProject) for answer in recording.answers)
    assert recording.serving == ("one", "two")
    check_same(first, replayed(recording))
    changed = replayed(recording, asking(recording, "wheel"))
    assert ("index", dict(first.warnings)["index"]) in changed.warnings


def test_find_links_are_recorded_with_all_their_names(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "1", needs=["b"])
    world.serve("b", "1")
    folder = world.write_files(tmp_path / "wheels")
    source = IndexSource(IndexName("wheels"), folder.as_uri(), "flat")
    first = resolve(msgspec.structs.replace(query("a", urls=[]), indexes=(source,)))
    recording = kept(record(first), tmp_path)
    assert recording.listing_all == ("a", "b")
    check_same(first, replayed(recording))


def test_a_direct_reference_is_replayed(urls: list[str], tmp_path: Path) -> None:
    world = World()
    world.serve("torch", "9.9")
    with world.running() as direct:
        path = f"{direct.root}/main/files/torch-9.9-py3-none-any.whl"
        first = resolve(query(f"torch @ {path}", "torchaudio", urls=urls))
    check_same(first, replayed(kept(record(first), tmp_path)))


def test_installed_packages_are_recorded(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "1.0", needs=["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    target = TargetRequest(python=str(folder))
    with world.running() as indexes, Session(runtime()) as session:
        url = indexes.url("main")
        made = session.resolve(query("a", "b", urls=[url], target=target))
        install(session, made, plan_of(session, made), lambda *_: None, lambda: False)
        first = session.resolve(query("b>=2", urls=[url], target=target))
    assert first.explanation is not None
    recording = kept(record(first), tmp_path, home=str(tmp_path))
    assert [item.name for item in recording.installed] == ["a", "b"]
    assert recording.installed[0].path.startswith(str(folder))
    check_same(first, replayed(recording))


def test_other_questions_can_be_asked_about_what_was_recorded(
    urls: list[str], tmp_path: Path
) -> None:
    recording = kept(record(resolve(query("torchaudio", urls=urls))), tmp_path)
    attempt = replayed(recording, asking(recording, "torch"))
    assert pins(attempt) == {"torch": "2.3.0+cpu", "filelock": "3.13.1"}
    assert attempt.statistics.http_requests == 0


def test_a_fact_that_was_not_recorded_is_an_error_that_names_it(
    urls: list[str], tmp_path: Path
) -> None:
    recording = kept(record(resolve(query("filelock", urls=urls))), tmp_path)
    with pytest.raises(OfflineError, match="The recording has no answer of index one about torch"):
        replayed(recording, asking(recording, "torch"))


def test_metadata_that_was_not_recorded_is_an_error_that_names_it(
    urls: list[str], tmp_path: Path
) -> None:
    first = resolve(query("filelock", urls=urls, policies=Policies(no_deps=True)))
    recording = kept(record(first), tmp_path)
    with_dependencies = msgspec.structs.replace(recording.query, policies=Policies())
    with pytest.raises(OfflineError, match="has no metadata of filelock-3"):
        replayed(recording, with_dependencies)


def test_an_error_is_recorded_with_the_facts_up_to_it(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "1")
    with world.running() as indexes:
        both = [indexes.url("main"), "http://127.0.0.1:9/simple"]
        wanted = query("a", "b", urls=both, policies=Policies(no_deps=True))
        with Session(runtime()) as session:
            with pytest.raises(IndexUnreachable) as caught:
                session.resolve(wanted)
            assert session.facts is not None
            recording = kept(record_failure(session.facts, caught.value), tmp_path)
    assert isinstance(recording.ending, Errored)
    with pytest.raises(IndexUnreachable) as again:
        replayed(recording)
    assert str(again.value) == str(caught.value)
    assert again.value.culprit == caught.value.culprit
    assert pins(replayed(recording, asking(recording, "a"))) == {"a": "1"}


def test_the_file_can_be_read_by_people(urls: list[str], tmp_path: Path) -> None:
    kept(record(resolve(query("torch", "wheel", urls=urls))), tmp_path)
    text = (tmp_path / "run.json").read_text("utf-8")
    found = json.loads(text)
    assert (found["format"], found["schema"]) == ("resolvetui recording", 1)
    assert found["version"] == __version__
    assert found["ending"]["kind"] == "unsatisfiable"
    lines = [line.strip() for line in text.splitlines()]
    assert '"torch-2.3.0+cpu-cp312-cp312-linux_x86_64.whl",' in lines


def test_hidden_indexes_and_guessed_names_are_in_it(urls: list[str], tmp_path: Path) -> None:
    hidden = kept(record(resolve(query("filelock>=3.14", urls=urls))), tmp_path)
    asked = {(each.project, each.index) for each in hidden.answers}
    assert asked == {("filelock", "one"), ("filelock", "two")}
    guessed = kept(record(resolve(query("torhc", urls=urls))), tmp_path)
    answers = {(each.project, each.index): type(each) for each in guessed.answers}
    assert answers[PackageName("torhc"), IndexName("one")] is MissingProject
    assert answers[PackageName("torch"), IndexName("one")] is FoundProject


@pytest.mark.parametrize("more", ["torch", "wheel<3"])
def test_no_credentials_get_into_the_file(urls: list[str], tmp_path: Path, more: str) -> None:
    world = World()
    world.serve("wheel", "9.9")
    with world.running() as direct:
        private = f"{direct.root}/main/files/wheel-9.9-py3-none-any.whl"
        private = private.replace("://", "://somebody:hunter2@")
        with_password = [urls[0].replace("://", "://somebody:hunter2@"), urls[1]]
        first = resolve(query(more, f"wheel @ {private}", urls=with_password))
    recording = kept(record(first), tmp_path)
    text = (tmp_path / "run.json").read_text("utf-8")
    assert "hunter2" not in text
    assert "somebody" not in text
    assert recording.query.indexes[0].url == urls[0]
    again = replayed(recording)
    assert (again.resolution is None) == (first.resolution is None)
    assert again.warnings == ()


def test_of_the_home_folder_only_the_environment_is_told(tmp_path: Path) -> None:
    world = World()
    world.serve("a", "1")
    folder = world.write_files(tmp_path / "wheels")
    source = IndexSource(IndexName("wheels"), folder.as_uri(), "flat")
    first = resolve(msgspec.structs.replace(query("a", urls=[]), indexes=(source,)))
    recording = kept(record(first), tmp_path, home=str(tmp_path))
    assert str(tmp_path) not in (tmp_path / "run.json").read_text("utf-8")
    assert recording.query.indexes[0].url == "file:///~/wheels"
    assert pins(replayed(recording)) == {"a": "1"}


def damaged(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_recording(path)
    assert str(path) in caught.value.what
    return caught.value


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"[]", b"{}", b'{"schema": 1}', b"torch==2.3.0\n", b"{" * 99_999]
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert "recording" in damaged(tmp_path / "x").what


def test_a_file_that_is_cut_short_is_refused(urls: list[str], tmp_path: Path) -> None:
    recording = record(resolve(query("torch", urls=urls)))
    for name in ("a.json", "a.json.gz"):
        kept(recording, tmp_path, name)
        path = tmp_path / name
        path.write_bytes(path.read_bytes()[:-200])
        damaged(path)


def test_a_recording_of_a_newer_schema_is_refused(tmp_path: Path) -> None:
    header = {"format": "resolvetui recording", "schema": 99, "version": "7.0"}
    (tmp_path / "x").write_bytes(gzip.compress(json.dumps(header).encode()))
    error = damaged(tmp_path / "x")
    assert "resolvetui 7.0" in error.what
    assert "schema 99" in error.why


def drop_python(found: dict[str, Any]) -> None:
    found["target"]["python_version"] = "three"


def turn_releases(found: dict[str, Any]) -> None:
    next(each for each in found["answers"] if each["answer"] == "found")["releases"].reverse()


def break_specifier(found: dict[str, Any]) -> None:
    found["query"]["requirements"][0]["requirement"][2] = ">>>1"


def break_marker(found: dict[str, Any]) -> None:
    found["query"]["requirements"][0]["requirement"][3] = "((((" * 10_000


@pytest.mark.parametrize("damage", [drop_python, turn_releases, break_specifier, break_marker])
def test_a_file_with_words_that_mean_nothing_is_refused(
    urls: list[str], tmp_path: Path, damage: Any
) -> None:
    kept(record(resolve(query("torch", urls=urls))), tmp_path)
    path = tmp_path / "run.json"
    found = json.loads(path.read_text("utf-8"))
    damage(found)
    path.write_text(json.dumps(found), "utf-8")
    damaged(path)


def test_an_end_that_differs_from_the_recorded_one_is_said(urls: list[str], tmp_path: Path) -> None:
    recording = kept(record(resolve(query("torch", urls=urls))), tmp_path)
    torch = PackageName("torch")
    ending = msgspec.structs.replace(recording.ending, versions={torch: "1"})
    other = msgspec.structs.replace(recording, ending=ending)
    assert "replay" in dict(replayed(other).warnings)


def test_only_recordings_are_replaced(urls: list[str], tmp_path: Path) -> None:
    kept(record(resolve(query("torch", urls=urls))), tmp_path)
    check_place(tmp_path / "run.json")
    (tmp_path / "requirements.txt").write_text("torch\n")
    for name in ("requirements.txt", "no/run.json", ""):
        with pytest.raises(UsageError):
            check_place(tmp_path / name)
