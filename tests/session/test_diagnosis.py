"""Indexes that refuse or fail: what is said of them, of the others, and of what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from resolvetui.demo.server import LoopbackIndexes, Reply
from resolvetui.errors import BadPage, IndexFailure, IndexRefused, IndexUnreachable, OtherIndex
from resolvetui.model.query import Query
from resolvetui.report.json_report import render_json
from resolvetui.report.model import error_report
from resolvetui.session.attempts import Session
from resolvetui.session.recording import record, record_failure
from resolvetui.session.recording_file import read_recording, write_recording
from resolvetui.session.replaying import ReplaySession
from tests.session.support import query, resolve, runtime
from tests.support.index import World

PAGE = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def indexes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LoopbackIndexes]:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    world = World()
    world.index("private", credentials=("me", "secret-word"))
    world.index("down", down_status=503)
    world.index("odd")
    for version in ("1.0", "1.5", "2.0", "2.3"):
        world.serve("flask", version, index="mirror")
    world.index("empty")
    with world.running() as running:
        yield running


def with_login(url: str, login: str) -> str:
    return url.replace("//", f"//{login}@")


def failing(indexes: LoopbackIndexes, first: str, *others: str) -> Query:
    return query("flask", urls=[first, *(indexes.url(name) for name in others)])


def caught(wanted: Query, kind: type[IndexFailure] = IndexFailure) -> IndexFailure:
    with pytest.raises(kind) as error:
        resolve(wanted)
    return error.value


def test_a_refusal_without_credentials_says_so_and_what_the_others_hold(
    indexes: LoopbackIndexes,
) -> None:
    error = caught(failing(indexes, indexes.url("private"), "mirror", "empty"), IndexRefused)
    assert error.what == "Index one refuses to list flask (HTTP 401 Unauthorized)."
    url = indexes.url("private")
    first, *rest = error.why.splitlines()
    assert first == (
        f'{url}/flask/ answered 401 Unauthorized, wants a login for "index"; no credentials were '
        "sent."
    )
    assert rest == [
        "Of flask, two has 1.0 to 2.3 (4 versions); three has none.",
        "No other index is asked instead: a package of that name there may be somebody else's.",
    ]
    assert "Put credentials into the URL" in error.what_to_do
    assert "--pin-index flask=two" in error.what_to_do
    assert "with two before one" in error.what_to_do
    assert "leave index one out" in error.what_to_do


def test_wrong_credentials_are_told_apart_from_none_and_never_shown(
    indexes: LoopbackIndexes, tmp_path: Path
) -> None:
    url = with_login(indexes.url("private"), "me:wrong-word")
    wanted = failing(indexes, url, "mirror")
    with Session(runtime()) as session, pytest.raises(IndexRefused) as refused:
        session.resolve(wanted)
    error = refused.value
    assert "the credentials from its URL were sent and refused" in error.why
    assert "Check user and password in the URL" in error.what_to_do
    assert (error.details.login, error.details.realm) == ("url", "index")
    assert session.facts is not None
    write_recording(record_failure(session.facts, error), tmp_path / "run.json", "")
    printed = render_json(error_report(error)).decode()
    for text in (str(error), repr(error.details), printed, (tmp_path / "run.json").read_text()):
        assert "wrong-word" not in text


def test_credentials_of_netrc_are_named_as_those(indexes: LoopbackIndexes, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password old-word\n")
    error = caught(failing(indexes, indexes.url("private"), "mirror"))
    assert "the credentials from netrc were sent and refused" in error.why
    assert "Check the entry of that host in the netrc file" in error.what_to_do
    assert "old-word" not in str(error)


def test_a_server_error_has_status_and_attempts_and_may_pass(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, indexes.url("down"), "mirror"), IndexUnreachable)
    assert "flask on index one" in error.what
    assert "answered 503 Service Unavailable" in error.why
    assert "Of flask, two has 1.0 to 2.3 (4 versions)." in error.why
    assert "--offline answers from the cache alone" in error.what_to_do
    details = error.details
    assert (details.index, details.project, details.status) == ("one", "flask", 503)
    assert details.others == (OtherIndex("two", "1.0 to 2.3 (4 versions)"),)
    assert details.attempts == 1


def test_a_dead_server_is_no_matter_of_credentials(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, "http://127.0.0.1:9/simple", "mirror"), IndexUnreachable)
    assert "refused the connection" in error.why
    assert error.details.cause == "connection"
    assert "redentials" not in error.what_to_do


def test_a_name_that_nobody_knows_leads_to_the_url(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, "http://a..b.invalid/simple", "mirror"), IndexUnreachable)
    assert error.details.cause == "dns"
    assert "Check the host name in the URL" in error.what_to_do


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(200, b"<form><input></form>", {"Content-Type": "text/html"}), "a login page?"),
        (Reply(200, b'{"files": [', {"Content-Type": PAGE}), "no complete JSON"),
    ],
)
def test_an_answer_that_is_no_page_is_told_with_what_others_hold(
    indexes: LoopbackIndexes, reply: Reply, why: str
) -> None:
    indexes.canned["/odd/simple/flask/"] = reply
    error = caught(failing(indexes, indexes.url("odd"), "mirror"), BadPage)
    assert why in error.why
    assert "No credentials were sent." in error.why
    assert "two has 1.0 to 2.3 (4 versions)" in error.why
    assert (error.details.index, error.details.cause) == ("one", "page")


def test_other_indexes_that_fail_too_are_told_as_that(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, indexes.url("private"), "down", "private"))
    assert "two did not answer either; three refuses too (401)." in error.why
    assert "--pin-index" not in error.what_to_do


def test_an_only_index_is_not_to_be_left_out(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, indexes.url("private")))
    assert "leave" not in error.what_to_do
    assert len(error.why.splitlines()) == 1


def test_an_only_way_out_is_no_alternative(indexes: LoopbackIndexes) -> None:
    indexes.canned["/odd/simple/flask/"] = Reply(200, b"cut", {"Content-Length": "9"}, cut_at=3)
    error = caught(failing(indexes, indexes.url("odd"), "empty"), IndexUnreachable)
    assert error.what_to_do.startswith("Leave index one out; --offline answers")


def test_the_order_of_indexes_is_no_advice_where_it_decides_nothing(
    indexes: LoopbackIndexes,
) -> None:
    wanted = failing(indexes, indexes.url("private"), "mirror")
    policies = msgspec.structs.replace(wanted.policies, index_strategy="unsafe-best-match")
    error = caught(msgspec.structs.replace(wanted, policies=policies))
    assert "before one" not in error.what_to_do


def test_the_default_index_is_left_out_by_naming_another(indexes: LoopbackIndexes) -> None:
    wanted = failing(indexes, indexes.url("private"), "mirror")
    first, *rest = wanted.indexes
    sources = (msgspec.structs.replace(first, origin="default"), *rest)
    error = caught(msgspec.structs.replace(wanted, indexes=sources))
    assert "-i URL puts another in its place" in error.what_to_do


def test_a_replay_of_a_refusal_is_the_same_error(indexes: LoopbackIndexes, tmp_path: Path) -> None:
    with Session(runtime()) as session, pytest.raises(IndexRefused) as first:
        session.resolve(failing(indexes, indexes.url("private"), "mirror"))
    assert session.facts is not None
    write_recording(record_failure(session.facts, first.value), tmp_path / "run.json", "")
    recording = read_recording(tmp_path / "run.json")
    with ReplaySession(recording) as again, pytest.raises(IndexRefused) as second:
        again.resolve(recording.query)
    assert str(second.value) == str(first.value)
    assert second.value.details == first.value.details


def test_the_report_has_the_parts_for_programs(indexes: LoopbackIndexes) -> None:
    error = caught(failing(indexes, indexes.url("private"), "mirror"))
    reported = msgspec.json.decode(render_json(error_report(error)))["error"]
    assert reported["index"] == "one"
    assert reported["project"] == "flask"
    assert reported["status"] == 401
    assert reported["others"] == [
        {"index": "two", "versions": "1.0 to 2.3 (4 versions)", "answer": ""}
    ]


# ---- an index that has nothing


def cause_and_hints(wanted: Query, *, offline: bool = False) -> tuple[str, list[str]]:
    explanation = resolve(wanted, offline=offline).explanation
    assert explanation is not None
    return explanation.cause, [hint.text for hint in explanation.hints if hint.kind == "index-url"]


def test_the_url_of_an_index_that_has_nothing_and_is_none_is_doubted(
    indexes: LoopbackIndexes,
) -> None:
    cut = indexes.url("mirror").removesuffix("/simple")
    cause, hints = cause_and_hints(query("flask", urls=[cut]))
    assert cause == (
        f"No index has a package named flask. Is the URL of one right? {cut} has none of the "
        "projects asked for and is no index; such URLs mostly end in /simple."
    )
    assert hints == [f"check the URL of index one: {cut}, such as {cut}/simple"]


def test_an_index_without_the_project_is_not_doubted(indexes: LoopbackIndexes) -> None:
    urls = [indexes.url("mirror"), indexes.url("empty")]
    cause, hints = cause_and_hints(query("no-such-thing", urls=urls))
    assert cause == "No index has a package named no-such-thing."
    assert not hints


def test_a_server_that_only_knows_projects_is_not_doubted(indexes: LoopbackIndexes) -> None:
    indexes.canned["/empty/simple/"] = Reply(403)
    cause, _ = cause_and_hints(query("no-such-thing", urls=[indexes.url("empty")]))
    assert cause == "No index has a package named no-such-thing."


def test_a_doubt_is_part_of_a_recording(indexes: LoopbackIndexes) -> None:
    attempt = resolve(query("flask", urls=[indexes.url("mirror") + "/simple"]))
    recording = record(attempt)
    assert recording.doubtful == ("one",)
    with ReplaySession(recording) as session:
        assert session.resolve(recording.query).explanation == attempt.explanation
