from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from resolvetui.errors import BadPage, IndexUnreachable
from resolvetui.index.client import IndexClient
from resolvetui.index.flat import parse_flat
from resolvetui.index.replies import Failed, Found, Missing, PageReply
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource
from resolvetui.net.cache import Cache
from tests.index.fakes import FakeTransport
from tests.index.pages import anchor, versions

TORCH = PackageName("torch")
NAME = IndexName("local")


def ask(url: str, kind: str = "simple", project: str = "torch") -> PageReply | None:
    source = IndexSource(NAME, url, kind=kind)  # type: ignore[arg-type]
    return IndexClient(Cache(None), offline=True).cached(source, PackageName(project))


def found(reply: PageReply | None) -> list[str]:
    assert isinstance(reply, Found)
    return versions(reply.load())


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "my wheels"
    folder.mkdir()
    for name in ("torch-1.0+cpu-py3-none-any.whl", "torch-0.9.tar.gz", "Jinja2-3.zip", "notes.txt"):
        (folder / name).write_bytes(b"four")
    return folder


def test_find_links_folder_by_path_and_by_url(wheels: Path) -> None:
    assert found(ask(str(wheels), "flat")) == ["0.9", "1.0+cpu"]
    assert found(ask(wheels.as_uri(), "flat", "jinja2")) == ["3"]
    assert ask(str(wheels), "flat", "notes") == Missing(404)


def test_files_of_a_folder_have_url_and_size(wheels: Path) -> None:
    reply = ask(str(wheels), "flat")
    assert isinstance(reply, Found)
    (file,) = reply.load().releases[1].files
    assert file.url == (wheels / file.filename).as_uri()
    assert file.size == 4


def test_find_links_may_be_one_file_or_a_page(wheels: Path) -> None:
    assert found(ask(str(wheels / "torch-0.9.tar.gz"), "flat")) == ["0.9"]
    page = wheels / "links.html"
    page.write_text(anchor("torch-2.0.zip") + anchor("https://files.example/torch-3.0.zip"))
    assert found(ask(page.as_uri(), "flat")) == ["2.0", "3.0"]


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    for kind in ("flat", "simple"):
        reply = ask(str(tmp_path / "none"), kind)
        assert isinstance(reply, Failed)
        assert isinstance(reply.error, IndexUnreachable)
        assert str(tmp_path / "none") in reply.error.why


def test_local_simple_index_with_page_or_plain_folder(tmp_path: Path) -> None:
    for project in ("torch", "numpy", "empty"):
        (tmp_path / "simple" / project).mkdir(parents=True)
    page = tmp_path / "simple/torch/index.html"
    page.write_text("<h1>Links for torch</h1>" + anchor("../../torch-1.0.zip"))
    (tmp_path / "simple/numpy/numpy-2.0.zip").touch()
    url = (tmp_path / "simple").as_uri() + "/"
    reply = ask(url)
    assert found(reply) == ["1.0"]
    assert isinstance(reply, Found)
    assert reply.load().releases[0].files[0].url == (tmp_path / "torch-1.0.zip").as_uri()
    assert found(ask(url, project="numpy")) == ["2.0"]
    assert ask(url, project="empty") == Missing(404)
    assert ask(url, project="absent") == Missing(404)


def test_a_bad_local_page_is_a_bad_page(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/index.html").write_text("nothing here")
    reply = ask(tmp_path.as_uri())
    assert isinstance(reply, Failed)
    assert isinstance(reply.error, BadPage)


def test_a_changed_folder_has_another_validator(wheels: Path) -> None:
    first = ask(str(wheels), "flat")
    os.utime(wheels / "torch-0.9.tar.gz", (1, 1))
    second = ask(str(wheels), "flat")
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.validator != second.validator


def test_local_sources_never_use_the_transport(wheels: Path) -> None:
    transport = FakeTransport()
    client = IndexClient(Cache(None), offline=False)
    source = IndexSource(NAME, wheels.as_uri(), kind="flat")
    assert found(asyncio.run(client.fetch(source, TORCH, transport))) == ["0.9", "1.0+cpu"]
    assert transport.requests == []


def test_flat_page_with_quoted_names_in_folders() -> None:
    body = anchor("cpu/torch-2.3.0%2Bcpu-cp311-cp311-linux_x86_64.whl") + anchor("x/torch-1.0.zip")
    pages = parse_flat(NAME, "https://links.example/whl/torch_stable.html", body.encode())
    first, second = pages[TORCH].releases
    assert second.version == "2.3.0+cpu"
    assert first.files[0].url == "https://links.example/whl/x/torch-1.0.zip"


def test_flat_page_that_is_none() -> None:
    with pytest.raises(BadPage):
        parse_flat(NAME, "https://links.example/", b"<form></form>")
    with pytest.raises(BadPage):
        parse_flat(NAME, "https://links.example/", b"{}", "application/json")
