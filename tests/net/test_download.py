"""Downloads: what has the promised hash appears, and nothing else ever does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from resolvetui.errors import (
    HashMismatch,
    IndexFailure,
    IndexRefused,
    IndexUnreachable,
    InstallFailed,
)
from resolvetui.net.transport import TransportOptions
from tests.net.loopback import RESET, Answer, Request, answer
from tests.net.loopback_client import Run, run

WHEEL = bytes(range(256)) * 40
HASHES = {"sha256": hashlib.sha256(WHEEL).hexdigest()}
TARGET = "/files/a-1%2Bcpu-py3-none-any.whl"


def broken_off(after: int, **headers: str) -> Answer:
    """The file, with its connection lost after so many bytes."""
    return answer(200, WHEEL[:after], "reset", content_length=str(len(WHEEL)), **headers)


def rest(request: Request) -> Answer:
    """The range that was asked for."""
    first = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
    return answer(206, WHEEL[first:], content_range=f"bytes {first}-{len(WHEEL) - 1}/{len(WHEEL)}")


def download(
    folder: Path,
    *script: object,
    hashes: dict[str, str] = HASHES,
    size: int | None = len(WHEEL),
    retries: int = 2,
) -> tuple[list[Request], list[int]]:
    """What the server saw and what `on_bytes` was told; the file is in `folder`."""
    progress: list[int] = []

    async def conversation(run: Run) -> list[Request]:
        url = run.server.on(TARGET, *script)  # type: ignore[arg-type]
        path = folder / "wheel"
        await run.transport.download(url, path, hashes=hashes, size=size, on_bytes=progress.append)
        return run.server.seen

    return run(conversation, options=TransportOptions(timeout_s=5.0, retries=retries)), progress


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_file_appears_under_its_name(tmp_path: Path) -> None:
    seen, progress = download(tmp_path, answer(200, WHEEL))
    assert (tmp_path / "wheel").read_bytes() == WHEEL
    assert left_in(tmp_path) == ["wheel"]
    assert progress[-1] == len(WHEEL)
    assert seen[0].headers["accept-encoding"] == "identity"


def test_hash_and_size_may_be_unknown(tmp_path: Path) -> None:
    download(tmp_path, answer(200, WHEEL), hashes={}, size=None)
    assert (tmp_path / "wheel").read_bytes() == WHEEL


def test_a_compressed_file_stays_compressed(tmp_path: Path) -> None:
    download(tmp_path, answer(200, WHEEL, content_encoding="gzip"))
    assert (tmp_path / "wheel").read_bytes() == WHEEL


def test_a_wrong_hash_is_told_with_both_and_leaves_nothing(tmp_path: Path) -> None:
    other = WHEEL[:-1] + b"x"
    with pytest.raises(HashMismatch) as caught:
        download(tmp_path, answer(200, other))
    assert HASHES["sha256"] in caught.value.why
    assert hashlib.sha256(other).hexdigest() in caught.value.why
    assert caught.value.culprit == "a-1+cpu-py3-none-any.whl"
    assert left_in(tmp_path) == []


def test_every_hash_must_be_right(tmp_path: Path) -> None:
    with pytest.raises(HashMismatch, match="sha512"):
        download(tmp_path, answer(200, WHEEL), hashes={**HASHES, "sha512": "00"})


def test_a_hash_that_nobody_knows_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(HashMismatch, match="not known"):
        download(tmp_path, answer(200, WHEEL), hashes={"crc": "00"})


def test_upper_case_digests_are_the_same(tmp_path: Path) -> None:
    download(tmp_path, answer(200, WHEEL), hashes={"SHA256": HASHES["sha256"].upper()})


def test_a_wrong_size_is_a_mismatch(tmp_path: Path) -> None:
    with pytest.raises(HashMismatch, match=f"{len(WHEEL)} bytes; the index says 9"):
        download(tmp_path, answer(200, WHEEL), size=9)


def test_a_file_without_end_is_stopped(tmp_path: Path) -> None:
    endless = Answer(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(3 << 20), "hang")
    with pytest.raises(HashMismatch, match="goes on"):
        download(tmp_path, endless)
    assert left_in(tmp_path) == []


def test_a_broken_download_goes_on_where_it_was(tmp_path: Path) -> None:
    seen, progress = download(tmp_path, broken_off(5000, etag='"v1"'), rest)
    assert (tmp_path / "wheel").read_bytes() == WHEEL
    assert seen[1].headers["range"] == "bytes=5000-"
    assert seen[1].headers["if-range"] == '"v1"'
    assert progress == sorted(progress)


def test_a_weak_etag_is_no_condition_for_a_range(tmp_path: Path) -> None:
    date = "Mon, 01 Jan 2024 00:00:00 GMT"
    seen, _ = download(tmp_path, broken_off(5000, etag='W/"v1"', last_modified=date), rest)
    assert seen[1].headers["if-range"] == date


def test_without_hash_and_validator_it_begins_anew(tmp_path: Path) -> None:
    seen, _ = download(tmp_path, broken_off(5000), answer(200, WHEEL), hashes={})
    assert "range" not in seen[1].headers


@pytest.mark.parametrize(
    "unfit",
    [
        answer(206, WHEEL[100:], content_range=f"bytes 100-{len(WHEEL) - 1}/{len(WHEEL)}"),
        answer(206, WHEEL),
        answer(416),
    ],
)
def test_a_range_that_does_not_fit_begins_anew(tmp_path: Path, unfit: Answer) -> None:
    seen, _ = download(tmp_path, broken_off(5000), unfit, answer(200, WHEEL))
    assert (tmp_path / "wheel").read_bytes() == WHEEL
    assert "range" not in seen[2].headers


def test_a_server_without_ranges_sends_all_again(tmp_path: Path) -> None:
    download(tmp_path, broken_off(5000), answer(200, WHEEL))
    assert (tmp_path / "wheel").read_bytes() == WHEEL


def test_pieces_of_different_files_are_fetched_again_in_one(tmp_path: Path) -> None:
    wrong = answer(206, bytes(5240), content_range=f"bytes 5000-{len(WHEEL) - 1}/{len(WHEEL)}")
    seen, _ = download(tmp_path, broken_off(5000), wrong, answer(200, WHEEL))
    assert (tmp_path / "wheel").read_bytes() == WHEEL
    assert len(seen) == 3


def test_a_body_that_ends_early_without_a_length_is_noticed_by_its_size(tmp_path: Path) -> None:
    half = Answer(b"HTTP/1.0 200 OK\r\n\r\n" + WHEEL[:5000], "close")
    download(tmp_path, half, rest)
    assert (tmp_path / "wheel").read_bytes() == WHEEL


def test_attempts_are_counted(tmp_path: Path) -> None:
    with pytest.raises(IndexUnreachable, match=r"a-1\+cpu-py3-none-any.whl could not be fetched"):
        download(tmp_path, RESET)
    assert left_in(tmp_path) == []


def test_attempts_that_bring_a_megabyte_are_not(tmp_path: Path) -> None:
    large = bytes(4 << 20)

    def a_megabyte_more(request: Request) -> Answer:
        first = int(request.headers.get("range", "bytes=0-")[6:-1])
        piece = large[first : first + (1 << 20)]
        status, place = (206, f"bytes {first}-/{len(large)}") if first else (200, "")
        length = str(len(large) - first)
        return answer(status, piece, "close", content_length=length, content_range=place)

    hashes = {"sha256": hashlib.sha256(large).hexdigest()}
    seen, _ = download(tmp_path, a_megabyte_more, hashes=hashes, size=len(large), retries=1)
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("status", "kind"), [(401, IndexRefused), (403, IndexRefused), (404, IndexFailure)]
)
def test_a_refusal_says_its_status(tmp_path: Path, status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=f"answered {status}"):
        download(tmp_path, answer(status))


def test_a_folder_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="cannot be stored"):
        download(tmp_path / "missing", answer(200, WHEEL))
