"""Hashes that the user demands, held against the bytes that came."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.errors import HashMismatch
from resolvetui.install.download import download_all, local_files
from resolvetui.install.plan import Plan
from resolvetui.model.hashes import HashDemand
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.net.cache import Cache
from tests.install.test_download import FLASK, FakeTransport, no_progress, served
from tests.install.worlds import World

LINE = Origin(OriginKind.FILE, "r.txt", 3)
WRONG = "sha256:" + "0" * 64


def demanding(plan: Plan, *hashes: str, index: str | None = "main") -> Plan:
    (action,) = plan.actions
    name = IndexName(index) if index else None
    demands = (HashDemand(LINE, hashes),)
    return structs.replace(plan, actions=(structs.replace(action, demands=demands, index=name),))


def fetch(plan: Plan, cache: Cache, transport: FakeTransport) -> dict[PackageName, Path]:
    return asyncio.run(download_all(plan, cache, transport, no_progress))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def digest(transport_content: dict[str, bytes], algorithm: str) -> str:
    (content,) = transport_content.values()
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_file_whose_hash_no_index_gave_is_checked_when_it_is_here(
    world: World, cache: Cache, algorithm: str
) -> None:
    plan, transport = served(world, "flask", hashed=False)
    with cache:
        plan = demanding(plan, WRONG, digest(transport.content, algorithm))
        assert FLASK in fetch(plan, cache, transport)


def test_wrong_bytes_are_told_with_file_index_line_and_both_hashes(
    world: World, cache: Cache, tmp_path: Path
) -> None:
    plan, transport = served(world, "flask", hashed=False)
    with cache, pytest.raises(HashMismatch) as caught:
        fetch(demanding(plan, WRONG), cache, transport)
    error, got = caught.value, digest(transport.content, "sha256")
    assert error.what == ("flask-1.0-py3-none-any.whl is not the file that r.txt:3 asks for.")
    assert f"It has {got}, and r.txt:3 wants {WRONG}." in error.why
    assert "It came from index main: https://files.example/" in error.why
    assert (error.details.expected, error.details.got) == ((WRONG,), (got,))
    assert not [file for file in tmp_path.rglob("*.unhashed") if file.is_file()]


def test_a_stronger_hash_than_the_index_gives_is_checked_of_a_cached_file_too(
    world: World, cache: Cache
) -> None:
    plan, transport = served(world, "flask")
    with cache:
        fetch(plan, cache, transport)
        right = demanding(plan, digest(transport.content, "sha512"))
        assert FLASK in local_files(right, cache)
        with pytest.raises(HashMismatch, match="sha512"):
            local_files(demanding(plan, "sha512:" + "0" * 128), cache)


def test_the_fragment_of_a_url_is_what_its_line_wants(world: World, cache: Cache) -> None:
    plan, transport = served(world, "flask")
    (action,) = plan.actions
    assert action.file is not None
    file = structs.replace(action.file, hashes={"sha256": "0" * 64})
    plan = structs.replace(plan, actions=(structs.replace(action, file=file),))
    with cache, pytest.raises(HashMismatch, match=r"not the file that r\.txt:3 asks for"):
        fetch(demanding(plan, WRONG, index=None), cache, transport)


def test_a_local_file_is_checked_against_its_line(
    world: World, cache: Cache, tmp_path: Path
) -> None:
    plan, transport = served(world, "flask", hashed=False)
    (content,) = transport.content.values()
    path = tmp_path / "flask-1.0-py3-none-any.whl"
    path.write_bytes(content)
    (action,) = plan.actions
    assert action.file is not None
    file = structs.replace(action.file, url=path.as_uri())
    plan = structs.replace(plan, actions=(structs.replace(action, file=file),))
    with cache:
        assert local_files(demanding(plan, digest(transport.content, "sha256")), cache)
        with pytest.raises(HashMismatch, match=r"r\.txt:3 wants sha256:0000"):
            local_files(demanding(plan, WRONG), cache)
