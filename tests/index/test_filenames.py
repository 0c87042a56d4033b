from __future__ import annotations

import pytest
from packaging.utils import parse_wheel_filename

from resolvetui.index.filenames import (
    canonical_version,
    project_of,
    sdist_stem,
    sdist_version,
    wheel_parts,
)
from resolvetui.index.specifiers import usable_specifier
from resolvetui.model.names import PackageName


def test_wheel_name_splits_as_packaging_does() -> None:
    name = "MarkupSafe-3.0.2-cp313-cp313t-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    _, version, _, tags = parse_wheel_filename(name)
    parts = wheel_parts(name)
    assert parts is not None
    assert (parts[0], parts[1], parts[2]) == ("MarkupSafe", str(version), "")
    assert parts[3].startswith("cp313-cp313t-")
    assert len(tags) == 2


def test_wheel_with_build_tag() -> None:
    assert wheel_parts("a-1.0-2b-py3-none-any.whl") == ("a", "1.0", "2b", "py3-none-any")


@pytest.mark.parametrize(
    "filename",
    ["a-1.0.whl", "a-1.0-x-py3-none-any.whl", "a--py3-none-any.whl", "a-1-2-3-4-5-6.whl", ".whl"],
)
def test_no_wheel_name(filename: str) -> None:
    assert wheel_parts(filename) is None


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        ("torch-1.0.tar.gz", "torch", "1.0"),
        ("typing-extensions-4.8.0.tgz", "typing-extensions", "4.8.0"),
        ("typing_extensions-4.8.0.zip", "typing-extensions", "4.8.0"),
        ("zope.interface-5.0.tar.bz2", "zope-interface", "5.0"),
        ("a__b-1.0.tar.gz", "a-b", "1.0"),
        ("foo-1.0-1.tar.gz", "foo", "1.0-1"),
        ("other-1.0.tar.gz", "torch", None),
        ("torchaudio-1.0.tar.gz", "torch", None),
    ],
)
def test_sdist_version_by_the_projects_name(
    filename: str, project: str, version: str | None
) -> None:
    stem = sdist_stem(filename)
    assert stem is not None
    assert sdist_version(stem, PackageName(project)) == version


def test_project_of_a_file_on_a_page_of_many() -> None:
    assert project_of("Jinja2-3.1.3-py3-none-any.whl") == "jinja2"
    assert project_of("typing-extensions-4.8.0.tar.gz") == "typing-extensions"
    assert project_of("notes.zip") is None
    assert project_of("notes-of-mine.zip") is None


def test_versions_are_canonical() -> None:
    assert canonical_version("V1.0-RC.1") == "1.0rc1"
    assert canonical_version("not a version") is None


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        (">=3.8", ">=3.8"),
        (">=2.7, !=3.0.*, <4", ">=2.7, !=3.0.*, <4"),
        (">=3.6.*", ">=3.6"),
        (">=2.7 !=3.0.*", ">=2.7,!=3.0.*"),
        (">=3.6.", ">=3.6"),
        ("Python 3", None),
    ],
)
def test_old_requires_python_is_mended(text: str, usable: str | None) -> None:
    assert usable_specifier(text) == usable
