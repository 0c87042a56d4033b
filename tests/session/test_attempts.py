"""Whole resolves over loopback indexes: strategies, caching, refusals, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.errors import IndexRefused, IndexUnreachable, OfflineError
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexStrategy, Policies
from resolvetui.model.verdict import Reason
from tests.session.support import pins, query, resolve
from tests.support.index import World

LINUX = "cp312-cp312-linux_x86_64"
ARM = "cp312-cp312-manylinux_2_28_aarch64"


def torch_world() -> World:
    """The first case: local versions on one platform, plain ones on another, two indexes."""
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=[LINUX], needs=["filelock"], index="cpu")
    world.serve("torch", "2.3.0", wheels=[ARM], needs=["filelock"], index="cpu")
    world.serve("torchaudio", "2.3.0+cpu", wheels=[LINUX], needs=["torch==2.3.0"], index="cpu")
    world.serve("filelock", "3.13.1", index="cpu")
    world.serve("filelock", "3.14.0", index="mirror")
    world.serve("torch", "2.3.0", wheels=[LINUX], index="mirror")
    world.serve("wheel", "0.43.0", index="mirror")
    return world


@pytest.fixture
def urls() -> Iterator[tuple[str, str]]:
    with torch_world().running() as indexes:
        yield indexes.url("cpu"), indexes.url("mirror")


def test_the_build_that_fits_is_chosen_without_typing_its_local_part(
    urls: tuple[str, str],
) -> None:
    found = pins(resolve(query("torch", "torchaudio", urls=urls[:1])))
    assert found == {"torch": "2.3.0+cpu", "torchaudio": "2.3.0+cpu", "filelock": "3.13.1"}


def test_the_first_index_hides_the_later_ones(urls: tuple[str, str]) -> None:
    attempt = resolve(query("torch", "wheel", urls=urls))
    assert attempt.resolution is not None
    indexes = {pin.name: pin.index for pin in attempt.resolution.pins}
    assert indexes == {"torch": "one", "filelock": "one", "wheel": "two"}


def test_best_match_takes_the_newest_of_all_indexes(urls: tuple[str, str]) -> None:
    policies = Policies(index_strategy=IndexStrategy.UNSAFE_BEST_MATCH)
    found = pins(resolve(query("torch", urls=urls, policies=policies)))
    assert found == {"torch": "2.3.0+cpu", "filelock": "3.14.0"}


def test_what_a_hidden_index_has_is_part_of_the_explanation(urls: tuple[str, str]) -> None:
    attempt = resolve(query("filelock>=3.14", urls=urls))
    assert attempt.explanation is not None
    reasons = {
        (verdict.version, verdict.index): verdict.hurdle.reason if verdict.hurdle else None
        for verdict in attempt.evidence.verdicts(PackageName("filelock"))
    }
    assert reasons == {("3.14.0", "two"): Reason.SHADOWED, ("3.13.1", "one"): None}
    assert "two" in attempt.explanation.cause


def test_the_answer_is_the_same_from_the_cache(urls: tuple[str, str], tmp_path: Path) -> None:
    wanted = query("torch", "torchaudio", urls=urls)
    cold = resolve(wanted, tmp_path)
    warm = resolve(wanted, tmp_path, offline=True)
    assert cold.resolution == warm.resolution
    assert cold.statistics.http_requests > 0
    assert warm.statistics.http_requests == 0


def test_a_refutation_is_the_same_from_the_cache(urls: tuple[str, str], tmp_path: Path) -> None:
    wanted = query("torch", "filelock<3", urls=urls)
    cold = resolve(wanted, tmp_path)
    warm = resolve(wanted, tmp_path, offline=True)
    assert cold.explanation == warm.explanation
    assert cold.explanation is not None


def test_offline_without_a_cached_page_is_an_error_not_an_answer(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(OfflineError, match="torch"):
        resolve(query("torch", urls=urls), tmp_path, offline=True)


def test_an_index_that_is_down_is_an_error_that_names_it() -> None:
    with pytest.raises(IndexUnreachable) as caught:
        resolve(query("torch", urls=["http://127.0.0.1:9/simple"]))
    assert "127.0.0.1" in str(caught.value)


def test_403_counts_as_not_there_where_the_index_serves_others() -> None:
    world = torch_world()
    world.index("cpu", missing_status=403)
    with world.running() as indexes:
        attempt = resolve(query("torch", "wheel", urls=[indexes.url("cpu"), indexes.url("mirror")]))
    assert pins(attempt)["wheel"] == "0.43.0"
    assert any("403" in text for _, text in attempt.warnings)


def test_403_from_an_index_that_serves_nothing_is_a_refusal() -> None:
    world = torch_world()
    world.index("private", missing_status=403)
    with world.running() as indexes, pytest.raises(IndexRefused, match="one refuses"):
        resolve(query("wheel", urls=[indexes.url("private"), indexes.url("mirror")]))


def test_metadata_without_files_or_ranges_gives_the_same_answer() -> None:
    world = torch_world()
    world.index("cpu", metadata=False, ranges=False, json=False)
    with world.running() as indexes:
        found = pins(resolve(query("torch", "torchaudio", urls=[indexes.url("cpu")])))
    assert found == {"torch": "2.3.0+cpu", "torchaudio": "2.3.0+cpu", "filelock": "3.13.1"}


def test_requires_python_that_only_the_metadata_states_counts() -> None:
    world = World()
    world.index("main", json=False, details=False)
    world.serve("a", "2", requires_python=">=3.13")
    world.serve("a", "1", requires_python=">=3.8")
    with world.running() as indexes:
        assert pins(resolve(query("a", urls=[indexes.url("main")]))) == {"a": "1"}


def test_an_unknown_extra_is_a_warning(urls: tuple[str, str]) -> None:
    attempt = resolve(query("torch[nothing]", urls=urls))
    assert any("no extra named nothing" in text for _, text in attempt.warnings)


def test_an_extra_that_was_misspelt_is_told_with_those_there_are() -> None:
    world = World()
    world.serve("flask", "2.0", extras={"async": ["six"], "dotenv": ["six"]})
    with world.running() as indexes:
        attempt = resolve(query("flask[asinc]", urls=[indexes.url("main")]))
    ((kind, text),) = attempt.warnings
    assert kind == "extra"
    assert text.endswith("Did you mean async? It has async and dotenv.")


def test_a_direct_reference_replaces_the_index(urls: tuple[str, str]) -> None:
    world = World()
    world.serve("torch", "9.9", wheels=["py3-none-any"])
    with world.running() as direct:
        path = f"{direct.root}/main/files/torch-9.9-py3-none-any.whl"
        attempt = resolve(query(f"torch @ {path}", urls=urls))
    assert attempt.resolution is not None
    assert [(pin.version, pin.kind) for pin in attempt.resolution.pins] == [("9.9", "url")]


def test_a_name_that_no_index_has_is_compared_with_names_that_one_has(
    urls: tuple[str, str],
) -> None:
    attempt = resolve(query("torhc", urls=urls))
    assert attempt.explanation is not None
    assert "torch" in attempt.explanation.cause


def test_a_similar_name_that_no_index_has_is_not_offered(urls: tuple[str, str]) -> None:
    attempt = resolve(query("numpi", urls=urls))
    assert attempt.explanation is not None
    assert "numpy" not in attempt.explanation.cause


def test_a_direct_reference_that_does_not_apply_here_replaces_nothing(
    urls: tuple[str, str],
) -> None:
    reference = "torch @ https://files.example/torch-9.9-py3-none-any.whl"
    wanted = query(f"{reference} ; sys_platform == 'win32'", "torch", urls=urls)
    assert pins(resolve(wanted))["torch"] == "2.3.0+cpu"


def test_credentials_of_a_direct_reference_are_used_and_never_shown() -> None:
    world = World()
    world.index("main", credentials=("me", "s3cret"))
    world.serve("torch", "9.9", wheels=["py3-none-any"])
    with world.running() as indexes:
        root = indexes.root.replace("://", "://me:s3cret@")
        path = f"{root}/main/files/torch-9.9-py3-none-any.whl"
        attempt = resolve(query(f"torch @ {path}", "torch<9", urls=[indexes.url("main")]))
    assert attempt.explanation is not None
    assert "s3cret" not in str(attempt.explanation)
