"""Requirements files: what pip reads is what was resolved."""

from __future__ import annotations

from pathlib import Path

from resolvetui.inputs.requirements_file import read_requirements_file
from resolvetui.lock.requirements_txt import requirements_txt
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource
from resolvetui.model.requirement import OriginKind
from tests.session.support import query, resolve
from tests.support.index import World


def locked() -> str:
    world = World()
    world.serve("app", "1.0", needs=["lib[fast]"])
    world.serve("lib", "2.0+cpu", extras={"fast": []})
    with world.running() as indexes:
        attempt = resolve(query("app", urls=[indexes.url("main")]))
    assert attempt.resolution is not None
    sources = (
        IndexSource(IndexName("cpu"), "https://me:secret@cpu.example/simple"),
        IndexSource(IndexName("links"), "https://links.example/page.html", "flat"),
        IndexSource(IndexName("mirror"), "https://index.example/simple"),
    )
    return requirements_txt(attempt.resolution, attempt.target, sources)


def test_every_package_is_pinned_with_the_hash_of_its_file() -> None:
    lines = locked().replace(" \\\n    ", " ").splitlines()
    pinned = [line.split()[0] for line in lines if not line.startswith(("#", "--"))]
    assert pinned == ["app==1.0", "lib[fast]==2.0+cpu"]
    assert all("--hash=sha256:" in line for line in lines if "==" in line)


def test_it_names_the_target_and_the_indexes_without_credentials() -> None:
    text = locked()
    assert text.startswith("# for CPython 3.12.0 on ")
    assert "--extra-index-url https://me:****@cpu.example/simple\n" in text
    assert "--find-links https://links.example/page.html\n" in text
    assert "--index-url https://index.example/simple\n" in text
    assert "secret" not in text


def test_our_own_reader_takes_it_back(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(locked())
    read = read_requirements_file(str(file), OriginKind.FILE)
    stated = [item.requirement.text for item in read.requirements]
    assert stated == ["app==1.0", "lib[fast]==2.0+cpu"]
