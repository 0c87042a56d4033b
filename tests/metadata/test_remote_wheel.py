from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from resolvetui.errors import HashMismatch, IndexRefused, IndexUnreachable
from resolvetui.metadata.remote_wheel import WheelMetadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import WheelFile
from resolvetui.net.cache import Cache
from tests.metadata.worlds import NAME, TEXT, FileServer, metadata, wheel, wheel_file

SIDE = f"{NAME}.metadata"
BIG = 5 << 20
"""More than is taken instead of a range."""


def fetch(server: FileServer, *files: WheelFile) -> bytes:
    """METADATA of the last file, after that of the others."""

    async def fetch_all() -> bytes:
        text = b""
        with Cache(None) as cache:
            wheels = WheelMetadata(server, cache)
            for file in files:
                text = await wheels.fetch(file)
        return text

    return asyncio.run(fetch_all())


def test_announced_metadata_file() -> None:
    server = FileServer({SIDE: TEXT})
    hashes = {"sha256": hashlib.sha256(TEXT).hexdigest()}
    assert fetch(server, wheel_file(metadata_hashes=hashes)) == TEXT
    assert server.log == ["metadata"]


def test_metadata_file_with_another_hash_is_refused() -> None:
    with pytest.raises(HashMismatch) as caught:
        fetch(FileServer({SIDE: TEXT}), wheel_file(metadata_hashes={"sha256": "0" * 64}))
    assert "0" * 64 in caught.value.why


def test_announced_and_absent_falls_back_to_the_end_of_the_wheel() -> None:
    server = FileServer({NAME: wheel()}, missing=403)
    assert fetch(server, wheel_file(metadata_hashes={})) == TEXT
    assert server.log == ["metadata", "range -65536"]


def test_html_page_without_announcement_goes_straight_to_ranges() -> None:
    server = FileServer({NAME: wheel(), SIDE: TEXT})
    assert fetch(server, wheel_file()) == TEXT
    assert server.log == ["range -65536"]


def test_silent_json_page_is_tried_until_the_server_lacks_it_twice() -> None:
    file = wheel_file(size=1)
    server = FileServer({NAME: wheel()})
    assert fetch(server, file, file, file, file) == TEXT
    assert server.log.count("metadata") == 2


def test_a_server_that_has_most_metadata_files_is_asked_again() -> None:
    have, lack = wheel_file(size=1), wheel_file(size=1, url="https://files.example/new.whl")
    server = FileServer({SIDE: TEXT, "new.whl": wheel()})
    assert fetch(server, have, have, lack, lack, lack, have) == TEXT
    assert server.log[-1] == "metadata"


def test_a_web_page_with_status_200_is_no_metadata_file() -> None:
    server = FileServer({NAME: wheel(), SIDE: b"<html>not found</html>"})
    assert fetch(server, wheel_file(metadata_hashes={})) == TEXT


def test_metadata_before_the_tail_is_fetched_in_one_more_range() -> None:
    server = FileServer({NAME: wheel(after=200_000)})
    assert fetch(server, wheel_file()) == TEXT
    assert len(server.log) == 2


def test_directory_longer_than_the_tail() -> None:
    server = FileServer({NAME: wheel(members=1000)})
    assert fetch(server, wheel_file()) == TEXT
    assert len(server.log) <= 3


def test_wheel_smaller_than_the_tail() -> None:
    server = FileServer({NAME: wheel(before=0)})
    assert fetch(server, wheel_file()) == TEXT
    assert server.log == ["range -65536"]


@pytest.mark.parametrize("size", [None, 12])
def test_server_without_suffix_ranges(size: int | None) -> None:
    content = wheel()
    server = FileServer({NAME: content}, suffix_ranges=False)
    file = wheel_file(size=size, metadata_hashes=None)
    assert fetch(server, file, file) == TEXT
    assert server.log.count("range -65536") == 1
    assert not server.log.count("download")


def test_server_that_answers_with_the_whole_small_wheel() -> None:
    content = wheel()
    server = FileServer({NAME: content}, ranges=False)
    assert fetch(server, wheel_file(content)) == TEXT
    assert server.log == ["range -65536"]


@pytest.mark.parametrize("status", [200, 416, 400, 501])
def test_server_without_ranges_gives_the_whole_wheel_once(status: int) -> None:
    content = wheel(before=BIG)
    server = FileServer({NAME: content}, ranges=False, without_ranges=status)
    file = wheel_file(content)
    assert fetch(server, file, file) == TEXT
    assert server.log.count("download") == 1
    assert server.log.count("range -65536") == 1


def test_whole_wheel_without_known_hash() -> None:
    server = FileServer({NAME: wheel(before=BIG)}, ranges=False)
    assert fetch(server, wheel_file()) == TEXT
    assert server.log == ["range -65536", "download"]


@pytest.mark.parametrize("spoil", [lambda part: part[:-1], lambda part: b"?" * len(part)])
def test_ranges_that_do_not_fit_are_given_up(spoil: object) -> None:
    content = wheel()
    server = FileServer({NAME: content}, spoil=spoil)  # type: ignore[arg-type]
    assert fetch(server, wheel_file(content)) == TEXT
    assert server.log[-1] == "download"


def test_whole_wheel_with_another_hash_is_refused() -> None:
    server = FileServer({NAME: wheel()}, ranges=False)
    with pytest.raises(HashMismatch):
        fetch(server, wheel_file(b"something else"))


def test_refused_gone_and_failing_files() -> None:
    with pytest.raises(IndexRefused):
        fetch(FileServer({}, missing=403), wheel_file())
    with pytest.raises(UnusableMetadata) as caught:
        fetch(FileServer({}), wheel_file())
    assert not caught.value.lasting
    with pytest.raises(IndexUnreachable):
        fetch(FileServer({NAME: b""}, ranges=False, without_ranges=503), wheel_file())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no archive", "ZIP"),
        (b"", "ZIP"),
        (wheel(info="torch"), "no .dist-info"),
        (wheel(metadata("X: " + "y" * (17 << 20))), "would take"),
    ],
    ids=range(4),
)
def test_what_is_no_wheel(content: bytes, why: str) -> None:
    with pytest.raises(UnusableMetadata) as caught:
        fetch(FileServer({NAME: content}), wheel_file())
    assert why in str(caught.value)
    assert caught.value.lasting


def test_local_wheel(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(wheel())
    server = FileServer({})
    assert fetch(server, wheel_file(url=path.as_uri())) == TEXT
    assert server.log == []
