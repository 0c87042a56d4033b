"""The bundled world is whole: the demo resolves on every usual platform."""

from __future__ import annotations

import doctest

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

import resolvetui.demo.world
from resolvetui.demo.catalogue import Index
from resolvetui.demo.world import DEMO_REQUIREMENTS, demo_indexes, demo_sources
from resolvetui.model.names import PackageName, package_name

PLATFORMS = {
    "linux": ["manylinux_2_17_x86_64", "linux_x86_64"],
    "arm linux": ["manylinux_2_17_aarch64"],
    "intel mac": list(mac_platforms((13, 0), "x86_64")),
    "apple silicon": list(mac_platforms((13, 0), "arm64")),
    "windows": ["win_amd64"],
}


def cpu_index() -> Index:
    return demo_indexes().indexes["pytorch-cpu"]


def versions_that_fit(project: PackageName, minor: int, platforms: list[str]) -> set[str]:
    supported = {*cpython_tags((3, minor), platforms=platforms), Tag("py3", "none", "any")}
    return {
        served.release.version
        for served in cpu_index().projects[project]
        if served.tags is not None and supported & parse_wheel_filename(served.filename)[3]
    }


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_newest_release_of_everything_fits_everywhere(minor: int, platform: str) -> None:
    for project, files in cpu_index().projects.items():
        newest = files[-1].release.version.partition("+")[0]
        fitting = versions_that_fit(project, minor, PLATFORMS[platform])
        assert newest in {version.partition("+")[0] for version in fitting}, project


def test_every_requirement_is_met_on_the_same_index_or_the_mirror() -> None:
    indexes = demo_indexes().indexes
    listed: dict[str, list[str]] = {}
    for index in indexes.values():
        for project, files in index.projects.items():
            listed.setdefault(project, []).extend(served.release.version for served in files)
    for index in indexes.values():
        for files in index.projects.values():
            for need in {need for served in files for need in served.release.needs}:
                required = Requirement(need)
                versions = listed[package_name(required.name)]
                assert any(SpecifierSet(str(required.specifier)).filter(versions)), need


def test_demo_asks_for_what_the_first_index_has() -> None:
    assert set(DEMO_REQUIREMENTS) <= set(cpu_index().projects)


def test_sources_are_in_order_of_preference() -> None:
    with demo_indexes() as indexes:
        assert [source.name for source in demo_sources(indexes)] == ["pytorch-cpu", "mirror"]


def test_notation() -> None:
    assert doctest.testmod(resolvetui.demo.world).failed == 0
