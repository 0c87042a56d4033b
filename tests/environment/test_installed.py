from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.environment.header_block import read_egg_requires, read_headers
from resolvetui.environment.installed import (
    InstalledDistribution,
    read_installed,
    requirements_of,
    unreadable_requirements,
)
from tests.environment.helpers import BASE, add_dist_info, an_environment


def only(folder: Path) -> InstalledDistribution:
    (distribution,), warnings = read_installed(an_environment(folder))
    assert warnings == ()
    return distribution


def test_a_target_without_environment_holds_nothing() -> None:
    assert read_installed(BASE) == ((), ())


def test_an_empty_environment_holds_nothing(tmp_path: Path) -> None:
    target = an_environment(tmp_path)
    (tmp_path / "lib").rmdir()
    assert read_installed(target) == ((), ())


def test_names_and_versions_are_canonical_and_sorted(tmp_path: Path) -> None:
    add_dist_info(tmp_path / "lib", "Zope.Interface", "6.0")
    add_dist_info(tmp_path / "lib", "attrs", "23.1.0.RC1")
    found, warnings = read_installed(an_environment(tmp_path))
    assert [(one.name, one.version) for one in found] == [
        ("attrs", "23.1.0rc1"),
        ("zope-interface", "6.0"),
    ]
    assert warnings == ()


def test_headers_become_fields(tmp_path: Path) -> None:
    headers = (
        "Requires-Python: >=3.8\nProvides-Extra: Test_X\n"
        "Requires-Dist: b (>=1)\nRequires-Dist: c;\n  extra == 'Test_X'\nRequires-Dist: ?!\n"
    )
    folder = add_dist_info(tmp_path / "lib", "a", "1", headers, INSTALLER="pip\n", REQUESTED="")
    found = only(tmp_path)
    assert found.path == str(folder)
    assert found.requires_python == ">=3.8"
    assert found.provides_extra == ("test-x",)
    assert [one.text for one in requirements_of(found)] == ["b>=1", 'c ; extra == "test-x"']
    assert unreadable_requirements(found) == ("?!",)
    assert (found.installer, found.requested, found.editable) == ("pip", True, False)


def test_headers_end_at_the_blank_line(tmp_path: Path) -> None:
    folder = add_dist_info(tmp_path / "lib", "a", "1")
    (folder / "METADATA").write_bytes(
        b"Name: a\r\nVersion: 1\r\n\r\nRequires-Dist: of-the-text\r\n"
    )
    assert only(tmp_path).requires_text == ()


def test_an_editable_install_says_where_it_is_from(tmp_path: Path) -> None:
    text = '{"url": "https://user:secret@host.example/a", "dir_info": {"editable": true}}'
    add_dist_info(tmp_path / "lib", "a", "1", direct_url=text)
    found = only(tmp_path)
    assert found.editable
    assert found.direct_url == "https://host.example/a"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"url": 3}'])
def test_a_damaged_direct_url_counts_as_none(tmp_path: Path, text: str) -> None:
    add_dist_info(tmp_path / "lib", "a", "1", direct_url=text)
    assert only(tmp_path).direct_url == ""


def test_damage_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    packages = tmp_path / "lib"
    add_dist_info(packages, "good", "1")
    (packages / "~orch").mkdir(parents=True)
    (packages / "nothing-1.dist-info").mkdir()
    (packages / "file-1.dist-info").write_text("")
    for number, text in enumerate(
        ("Version: 1", "Name: x", "Name: x\nVersion: newest", "Name: ../x\nVersion: 1")
    ):
        folder = packages / f"bad{number}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(text)
    found, warnings = read_installed(an_environment(tmp_path))
    assert [one.name for one in found] == ["good"]
    assert len(warnings) == 7
    for name in ("~orch", "nothing-1.dist-info", "file-1", "bad0", "bad1", "bad2", "bad3"):
        assert any(name in warning for warning in warnings)


def test_of_two_with_one_name_the_newer_is_listed(tmp_path: Path) -> None:
    add_dist_info(tmp_path / "lib", "a", "1.10")
    add_dist_info(tmp_path / "lib", "a", "1.9")
    found, (warning,) = read_installed(an_environment(tmp_path))
    assert [one.version for one in found] == ["1.10"]
    assert "a is installed twice" in warning


def test_a_linked_platlib_is_read_once(tmp_path: Path) -> None:
    from msgspec import structs

    add_dist_info(tmp_path / "lib", "a", "1")
    (tmp_path / "lib64").symlink_to("lib")
    target = an_environment(tmp_path)
    assert target.environment is not None
    linked = structs.replace(target.environment, platlib=str(tmp_path / "lib64"))
    found, warnings = read_installed(structs.replace(target, environment=linked))
    assert [one.path for one in found] == [str(tmp_path / "lib" / "a-1.dist-info")]
    assert warnings == ()


def test_packages_of_the_base_are_external_and_hidden_by_own_ones(tmp_path: Path) -> None:
    add_dist_info(tmp_path / "lib", "a", "1")
    add_dist_info(tmp_path / "base", "a", "2")
    add_dist_info(tmp_path / "base", "b", "2")
    (tmp_path / "base" / "~left").mkdir()
    found, warnings = read_installed(an_environment(tmp_path, external=(str(tmp_path / "base"),)))
    assert [(one.name, one.version, one.external) for one in found] == [
        ("a", "1", False),
        ("b", "2", True),
    ]
    assert warnings == ()


def test_an_egg_info_folder_is_an_older_form(tmp_path: Path) -> None:
    folder = tmp_path / "lib" / "old_1.egg-info"
    folder.mkdir(parents=True)
    (folder / "PKG-INFO").write_text("Name: old\nVersion: 1\n")
    (folder / "requires.txt").write_text("b>=1\n\n[x:os_name=='nt']\nc\n")
    found = only(tmp_path)
    assert found.is_egg
    texts = [one.text for one in requirements_of(found)]
    assert texts == ["b>=1", 'c ; os_name == "nt" and extra == "x"']


def test_an_egg_info_file_is_an_older_form(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "old-1.egg-info").write_text("Name: old\nVersion: 1\n")
    assert (only(tmp_path).name, only(tmp_path).is_egg) == ("old", True)


def test_an_egg_link_leads_to_an_editable_install(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "mine.egg-info").mkdir(parents=True)
    (source / "mine.egg-info" / "PKG-INFO").write_text("Name: mine\nVersion: 0.1\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.egg-link").write_text(f"{source}\n.\n")
    found = only(tmp_path)
    assert (found.name, found.editable, found.direct_url) == ("mine", True, source.as_uri())


@pytest.mark.parametrize("text", ["", "/gone\n.", "\0\n"])
def test_an_egg_link_to_nowhere_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.egg-link").write_text(text)
    found, (warning,) = read_installed(an_environment(tmp_path))
    assert found == ()
    assert "mine.egg-link" in warning


def test_header_values_may_be_folded_and_need_not_be_utf_8() -> None:
    data = b"Name: a\nno field\n folded into nothing\nAuthor: \xff\nRequires-Dist: b\n\t >=1\n"
    assert read_headers(data) == {"name": ["a"], "author": ["\ufffd"], "requires-dist": ["b >=1"]}


def test_egg_sections_become_markers() -> None:
    text = "a\n# note\n[:os_name=='nt']\nb\n[x]\nc\n"
    assert list(read_egg_requires(text)) == ["a", "b ; (os_name=='nt')", "c ; extra == 'x'"]
