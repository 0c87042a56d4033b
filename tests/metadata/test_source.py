from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from resolvetui.errors import OfflineError
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.source import MetadataSource
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile
from resolvetui.model.verdict import Reason
from resolvetui.net.cache import Cache
from tests.metadata.worlds import (
    NAME,
    FileServer,
    metadata,
    sdist_file,
    tar_of,
    wheel,
    wheel_file,
)

STATIC = b"Metadata-Version: 2.2\nName: torch\nVersion: 1.0\nRequires-Dist: filelock\n\n"
OLD = STATIC.replace(b"2.2", b"1.2")


def fetch(file: DistributionFile, server: FileServer, cache: Cache) -> CoreMetadata:
    return asyncio.run(MetadataSource(cache).fetch(file, server))


def test_fetched_once_and_cached() -> None:
    file, server = wheel_file(wheel()), FileServer({NAME: wheel()})
    with Cache(None) as cache:
        core = fetch(file, server, cache)
        assert [item.name for item in core.requires] == ["filelock"]
        assert MetadataSource(cache, offline=True).cached(file) == core
        assert fetch(file, server, cache) == core
    assert len(server.log) == 1


def test_nothing_cached() -> None:
    with Cache(None) as cache:
        assert MetadataSource(cache).cached(wheel_file()) is None
        with pytest.raises(OfflineError) as caught:
            asyncio.run(MetadataSource(cache, offline=True).fetch(wheel_file(), FileServer({})))
    assert NAME in str(caught.value)


def test_what_one_server_says_of_a_hash_does_not_count_for_another() -> None:
    file = wheel_file(wheel())
    other = wheel_file(wheel(), url="https://elsewhere.example/x.whl")
    with Cache(None) as cache:
        fetch(file, FileServer({NAME: wheel()}), cache)
        assert MetadataSource(cache).cached(other) is None


def test_without_a_hash_the_url_is_the_key() -> None:
    file = wheel_file()
    with Cache(None) as cache:
        core = fetch(file, FileServer({NAME: wheel()}), cache)
        assert MetadataSource(cache).cached(file) == core


@pytest.mark.parametrize("keys", [{"name": "other"}, {"version": "2.3.0"}])
def test_metadata_of_another_project_or_version(keys: dict[str, str]) -> None:
    server = FileServer({NAME: wheel(metadata(**keys))})
    with Cache(None) as cache, pytest.raises(UnusableMetadata) as caught:
        fetch(wheel_file(), server, cache)
    assert caught.value.reason is Reason.INCONSISTENT_METADATA


def test_static_sdist_is_downloaded_into_the_cache() -> None:
    content = tar_of({"torch-1.0/PKG-INFO": STATIC})
    sha256 = hashlib.sha256(content).hexdigest()
    file = sdist_file(hashes={"sha256": sha256})
    with Cache(None) as cache:
        core = fetch(file, FileServer({file.filename: content}), cache)
        assert [item.name for item in core.requires] == ["filelock"]
        assert cache.file(sha256) is not None


def test_sdist_that_needs_a_build_is_remembered() -> None:
    file = sdist_file()
    server = FileServer({file.filename: tar_of({"torch-1.0/PKG-INFO": OLD})})
    with Cache(None) as cache:
        for _ in range(2):
            with pytest.raises(UnusableMetadata) as caught:
                fetch(file, server, cache)
        with pytest.raises(UnusableMetadata) as offline:
            MetadataSource(cache, offline=True).cached(file)
    assert server.log == ["download"]
    assert offline.value.reason is Reason.SDIST_NOT_BUILDABLE
    assert offline.value.what == caught.value.what


def test_a_file_that_is_gone_is_not_remembered() -> None:
    with Cache(None) as cache:
        with pytest.raises(UnusableMetadata):
            fetch(sdist_file(), FileServer({}), cache)
        assert MetadataSource(cache).cached(sdist_file()) is None


def test_too_large_an_sdist_is_not_downloaded() -> None:
    server = FileServer({})
    with Cache(None) as cache, pytest.raises(UnusableMetadata):
        fetch(sdist_file(size=1 << 40), server, cache)
    assert server.log == []


def test_local_files_are_read_on_the_spot(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(wheel())
    archive = tmp_path / "torch-1.0.tar.gz"
    archive.write_bytes(tar_of({"torch-1.0/PKG-INFO": STATIC}))
    with Cache(None) as cache:
        source = MetadataSource(cache, offline=True)
        assert source.cached(wheel_file(url=path.as_uri())) is not None
        assert source.cached(sdist_file(url=archive.as_uri())) is not None
        with pytest.raises(UnusableMetadata):
            source.cached(wheel_file(url=(tmp_path / "none.whl").as_uri()))
