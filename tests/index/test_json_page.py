from __future__ import annotations

import json

import pytest

from resolvetui.errors import BadPage
from resolvetui.index.simple_api import decode_page, encode_page, parse_page
from resolvetui.model.files import SdistFile, WheelFile
from resolvetui.model.names import PackageName
from tests.index.pages import (
    DIGEST,
    INDEX,
    JSON_TYPE,
    URL,
    entry,
    json_body,
    json_page,
    only_file,
    reasons,
    versions,
)

WHEEL = "torch-2.3.0-cp311-cp311-linux_x86_64.whl"


def test_all_keys_of_a_wheel() -> None:
    page = json_page(
        entry(
            WHEEL,
            size=7,
            requires_python=">=3.8",
            yanked="broken",
            upload_time="2024-05-01T10:00:00.5Z",
            core_metadata={"sha256": DIGEST},
            gpg_sig=False,
        )
    )
    assert only_file(page) == WheelFile(
        filename=WHEEL,
        url=f"https://files.example/{WHEEL}",
        version="2.3.0",
        hashes={"sha256": DIGEST},
        size=7,
        requires_python=">=3.8",
        yanked="broken",
        upload_time="2024-05-01T10:00:00.5Z",
        metadata_hashes={"sha256": DIGEST},
        tags="cp311-cp311-linux_x86_64",
    )


def test_sdist_with_bare_entry() -> None:
    file = only_file(json_page({"filename": "torch-1.tar.gz", "url": "../torch-1.tar.gz"}))
    url = "https://index.example/simple/torch-1.tar.gz"
    assert file == SdistFile(filename="torch-1.tar.gz", url=url, version="1", hashes={})


@pytest.mark.parametrize(("value", "yanked"), [(True, ""), (False, None), (None, None), ("x", "x")])
def test_yanked_is_a_bool_or_a_reason(value: object, yanked: str | None) -> None:
    assert only_file(json_page(entry(WHEEL, yanked=value))).yanked == yanked


@pytest.mark.parametrize(
    ("keys", "hashes"),
    [
        ({}, None),
        ({"core_metadata": True}, {}),
        ({"core_metadata": False, "dist_info_metadata": True}, None),
        ({"dist_info_metadata": {"sha256": DIGEST}}, {"sha256": DIGEST}),
    ],
)
def test_metadata_file_is_announced_by_either_name(
    keys: dict[str, object], hashes: dict[str, str] | None
) -> None:
    assert only_file(json_page(entry(WHEEL, **keys))).metadata_hashes == hashes


def test_releases_ascend_and_hold_their_files_in_page_order() -> None:
    page = json_page(
        entry("torch-1.10-py3-none-any.whl"),
        entry("torch-1.9-py3-none-any.whl"),
        entry("torch-1.10+cpu-py3-none-any.whl"),
        entry("torch-1.10.tar.gz"),
        entry("torch-1.10rc1-py3-none-any.whl"),
    )
    assert versions(page) == ["1.9", "1.10rc1", "1.10", "1.10+cpu"]
    assert [file.filename for file in page.releases[2].files] == [
        "torch-1.10-py3-none-any.whl",
        "torch-1.10.tar.gz",
    ]


def test_spellings_of_one_version_are_one_release() -> None:
    page = json_page(
        entry("torch-1.0.0-py3-none-any.whl"),
        entry("torch-1.0-py3-none-win32.whl"),
        entry("torch-v1.0.tar.gz"),
    )
    assert versions(page) == ["1.0.0"]
    assert {file.version for file in page.releases[0].files} == {"1.0.0"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry("torch-x-py3-none-any.whl"), "version"),
        (entry("torch.whl"), "not that of a wheel"),
        (entry("other-1.0-py3-none-any.whl"), "another project"),
        (entry("torch-1.0-py3.11.egg"), "no longer installed"),
        (entry("torch-1.0.txt"), "neither"),
        (entry("../torch-1.0-py3-none-any.whl"), "no file name"),
        (entry("torch-1.0-py3-none-any\u202e.whl"), "no file name"),
        (entry(WHEEL, url="ftp://files.example/x.whl"), "neither http nor https"),
        (entry(WHEEL, url="file:///etc/passwd"), "local file"),
        (entry(WHEEL, url="https://[::1/x.whl"), "no URL"),
        (entry(WHEEL, hashes={"sha256": "abc"}), "sha256"),
        (entry(WHEEL, hashes=["abc"]), "malformed"),
        (entry(WHEEL, size="big"), "malformed"),
        (entry(WHEEL, requires_python="three"), "Requires-Python"),
        ({"filename": WHEEL}, "malformed"),
        (["not", "an", "object"], "malformed"),
    ],
)
def test_a_bad_entry_loses_only_itself(bad: object, reason: str) -> None:
    page = json_page(entry("torch-1.0.tar.gz"), bad, entry("torch-2.0.tar.gz"))
    assert versions(page) == ["1.0", "2.0"]
    ((_, why),) = reasons(page)
    assert reason in why


def test_credentials_and_fragments_of_links_are_dropped() -> None:
    page = json_page(entry(WHEEL, url=f"https://me:pw@files.example/{WHEEL}?sig=1#egg=x"))
    assert only_file(page).url == f"https://files.example/{WHEEL}?sig=1"


def test_upload_time_is_in_utc() -> None:
    page = json_page(entry(WHEEL, upload_time="2024-05-01T02:00:00+03:00"))
    assert only_file(page).upload_time == "2024-04-30T23:00:00Z"
    assert only_file(json_page(entry(WHEEL, upload_time="yesterday"))).upload_time is None


def test_project_status() -> None:
    assert json_page(project_status={"status": "quarantined"}).status == "quarantined"
    assert json_page(project_status={"status": "active"}).status == ""
    assert json_page(["bad"], project_status={"status": "archived"}).status == "archived"
    assert json_page(project_status=3).status == ""


@pytest.mark.parametrize(
    ("content_type", "body", "why"),
    [
        (JSON_TYPE, json_body(entry(WHEEL))[:-9], "complete JSON"),
        (JSON_TYPE, b"", "complete JSON"),
        (JSON_TYPE, b"[]", "shape"),
        (JSON_TYPE, b'{"message": "log in"}', "shape"),
        (JSON_TYPE, json_body(version="2.0"), "version '2.0'"),
        (JSON_TYPE, b'{"meta":{"api-version":"2.0"},"releases":[]}', "version '2.0'"),
        (JSON_TYPE, b'{"meta":' + b"[" * 100_000, "shape"),
        (JSON_TYPE, b"\xff\xfe", "JSON"),
        ("application/vnd.pypi.simple.v2+json", json_body(), "content type"),
        ("image/png", json_body(), "content type"),
        ("text/plain", json_body(), "content type"),
    ],
)
def test_a_bad_page_names_project_and_url(content_type: str, body: bytes, why: str) -> None:
    with pytest.raises(BadPage) as caught:
        parse_page(PackageName("torch"), INDEX, URL, content_type, body)
    assert "torch" in caught.value.what
    assert URL in caught.value.why
    assert why in caught.value.why


def test_nesting_in_an_unknown_key_is_no_crash() -> None:
    nested = b'{"x":' * 100_000
    with pytest.raises(BadPage):
        parse_page(PackageName("torch"), INDEX, URL, JSON_TYPE, b'{"extra":' + nested)


def test_page_without_content_type_is_looked_at() -> None:
    page = parse_page(PackageName("torch"), INDEX, URL, "", json_body(entry(WHEEL)))
    assert versions(page) == ["2.3.0"]


def test_cached_form_gives_the_same_page() -> None:
    page = json_page(
        entry(WHEEL, core_metadata=True), entry("other-1.tar.gz"), entry("torch-1.zip")
    )
    assert decode_page(encode_page(page)) == page
    assert [r.files for r in decode_page(encode_page(page)).releases] == [
        r.files for r in page.releases
    ]


def test_names_on_the_page_do_not_matter() -> None:
    body = json.loads(json_body(entry(WHEEL)))
    body["name"] = "Another"
    page = parse_page(PackageName("torch"), INDEX, URL, JSON_TYPE, json.dumps(body).encode())
    assert versions(page) == ["2.3.0"]
