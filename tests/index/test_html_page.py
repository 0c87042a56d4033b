from __future__ import annotations

import pytest

from resolvetui.errors import BadPage
from resolvetui.index.simple_api import parse_page
from resolvetui.model.names import PackageName
from tests.index.pages import (
    DIGEST,
    INDEX,
    URL,
    anchor,
    html_page,
    only_file,
    reasons,
    versions,
)

CPU_WHEEL = "torch-2.3.0+cpu-cp311-cp311-linux_x86_64.whl"
CPU_LINK = f"/whl/cpu/torch-2.3.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256={DIGEST}"


def parse(body: str, content_type: str = "text/html") -> list[str]:
    page = parse_page(PackageName("torch"), INDEX, URL, content_type, body.encode())
    return versions(page)


def test_host_absolute_link_with_quoted_plus() -> None:
    page = html_page(anchor(CPU_LINK, CPU_WHEEL), "<!--TIMESTAMP 1-->")
    file = only_file(page)
    assert (file.filename, file.version) == (CPU_WHEEL, "2.3.0+cpu")
    assert file.url == "https://index.example" + CPU_LINK.partition("#")[0]
    assert file.hashes == {"sha256": DIGEST}


def test_second_host_absolute_link_and_one_to_another_host() -> None:
    page = html_page(
        anchor("/whl/torch-1.0.zip"),
        anchor("/whl/torch-2.0.zip"),
        anchor("https://files.example/torch-3.0.zip"),
        anchor("//files.example/torch-4.0.zip"),
        anchor("../../other/torch-5.0.zip"),
    )
    assert [release.files[0].url for release in page.releases] == [
        "https://index.example/whl/torch-1.0.zip",
        "https://index.example/whl/torch-2.0.zip",
        "https://files.example/torch-3.0.zip",
        "https://files.example/torch-4.0.zip",
        "https://index.example/other/torch-5.0.zip",
    ]


def test_attributes_with_entities() -> None:
    page = html_page(
        anchor(
            f"torch-1.0-py3-none-any.whl#sha256={DIGEST.upper()}",
            data_requires_python=">=3.8,<4",
            data_yanked="a & b",
            data_dist_info_metadata=f"sha256={DIGEST}",
            data_upload_time="2026-04-23T00:00:00Z",
        )
    )
    file = only_file(page)
    assert file.hashes == {"sha256": DIGEST}
    assert file.requires_python == ">=3.8,<4"
    assert file.yanked == "a & b"
    assert file.metadata_hashes == {"sha256": DIGEST}
    assert file.upload_time == "2026-04-23T00:00:00Z"


def test_core_metadata_true_and_empty_yanked() -> None:
    link = '<A HREF="torch-1.0.tar.gz" data-yanked data-core-metadata="true">x</A>'
    file = only_file(html_page(link))
    assert (file.yanked, file.metadata_hashes, file.hashes) == ("", {}, {})


def test_base_comments_and_scripts() -> None:
    page = html_page(
        "<!-- ", anchor("torch-1.0.zip"), " -->",
        "<script>document.write('<a href=\"torch-2.0.zip\">')</script>",
        anchor("torch-3.0.zip"),
        head='<base href="https://files.example/a/"><base href="https://wrong.example/">',
    )  # fmt: skip
    assert only_file(page).url == "https://files.example/a/torch-3.0.zip"


def test_other_projects_and_local_files_are_skipped() -> None:
    page = html_page(
        anchor("other-1.0.zip"), anchor("file:///x/torch-1.0.zip"), anchor("torch-2.0.zip")
    )
    assert versions(page) == ["2.0"]
    assert [name for name, _ in reasons(page)] == ["other-1.0.zip", "torch-1.0.zip"]


def test_local_page_may_link_to_local_files() -> None:
    page = html_page(anchor("../../torch-1.0.zip"), url="file:///x/simple/torch/index.html")
    assert only_file(page).url == "file:///x/torch-1.0.zip"


def test_project_status_and_charset() -> None:
    head = '<meta name="pypi:project-status" content="archived"><h1>Links for torch</h1>'
    assert html_page(anchor("torch-1.0.zip"), head=head).status == "archived"
    assert parse("<a href='torch-1.0.zip'>é</a>", "text/html; charset=utf-7,no") == ["1.0"]


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><body><h1>Links for torch</h1></body></html>",
        "<html><body></body></html>",
        "<h1>Index of /simple/torch/</h1><a href='../'>../</a>",
        '<meta name="pypi:repository-version" content="1.1"><a href="/">home</a>',
    ],
)
def test_an_empty_page_is_a_page_without_files(body: str) -> None:
    assert parse(body) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "no HTML"),
        ("please try again later", "no HTML"),
        ("<html><form action='/login'><input name=password></form></html>", "login page"),
        ("<html><h1>Welcome</h1><a href='/about'>About us</a></html>", "none to a wheel"),
        ("<h1>Links for torch</h1><a href='torch-1.0.zip'>x</a><a href='tor", "middle of a tag"),
        ("<h1>Links for torch</h1><a href='torch-1.0.zip'>x</a><!-- cut", "middle of a tag"),
        ('<meta name="pypi:repository-version" content="2.0">', "version '2.0'"),
    ],
)
def test_no_index_page(body: str, why: str) -> None:
    with pytest.raises(BadPage) as caught:
        parse(body)
    assert why in caught.value.why


def test_links_to_files_make_a_page_even_beside_a_search_form() -> None:
    assert parse("<form></form><a href='torch-1.0.zip'>x</a>") == ["1.0"]


def test_status_reason_and_places() -> None:
    head = (
        '<meta name="pypi:project-status" content="quarantined">'
        '<meta name="pypi:project-status-reason" content="a &lt;b&gt;">'
        '<meta name="pypi:tracks" content="https://user:pw@a.example/torch/">'
        '<meta name="pypi:alternate-locations" content="https://b.example/torch/">'
        '<meta name="pypi:alternate-locations" content="javascript:1">'
        "<h1>Links for torch</h1>"
    )
    page = html_page(head=head)
    assert (page.status, page.status_reason) == ("quarantined", "a <b>")
    assert page.tracks == ("https://a.example/torch/",)
    assert page.alternates == ("https://b.example/torch/",)
