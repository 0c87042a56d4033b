from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.install.entry_points import EntryPoint, read_entry_points
from resolvetui.install.wheel import open_wheel
from tests.install.wheels import WheelBuilder, package

INFO = "flask-1.0.dist-info"


def read(path: Path, builder: WheelBuilder, filename: str = "", version: str = "") -> None:
    wheel_path = builder.save(path)
    with open_wheel(wheel_path, filename or wheel_path.name, version=version) as wheel:
        for member in wheel.archive.members:
            for _ in wheel.content(member):
                pass


def flask(**changes: Any) -> WheelBuilder:
    builder = package("flask")
    for name, value in changes.items():
        setattr(builder, name, value)
    return builder


def with_files(files: Mapping[str, str | bytes]) -> WheelBuilder:
    return package("flask", files=files)


def test_honest_wheel_is_read(tmp_path: Path) -> None:
    path = package("flask", scripts={"flask": "flask.cli:main"}).save(tmp_path)
    with open_wheel(path, path.name, version="1.0.0") as wheel:
        assert (wheel.name, wheel.version, wheel.dist_info) == ("flask", "1.0", INFO)
        assert wheel.entry_points == (EntryPoint("flask", "flask.cli", "main", "console"),)


WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
FAULTS: dict[str, tuple[WheelBuilder, str]] = {
    "member not in RECORD": (flask(extra={"evil.py": "x"}), "'evil.py' is not in RECORD"),
    "no hash": (
        flask(record_rows={"flask/__init__.py": "flask/__init__.py,,"}),
        "no sha256 of 'flask/__init__.py'",
    ),
    "weak hash": (
        flask(record_rows={"flask/__init__.py": "flask/__init__.py,md5=abc,3"}),
        "no sha256",
    ),
    "wrong hash": (
        flask(record_rows={"flask/__init__.py": "flask/__init__.py,sha256=abc,"}),
        "'flask/__init__.py' is not what RECORD says",
    ),
    "row without member": (flask(record_rows={"x.py": "x.py,sha256=abc,3"}), "'x.py', which it"),
    "row twice": (flask(record_rows={"x": "flask/__init__.py,sha256=abc,3"}), "there twice"),
    "malformed row": (flask(record_rows={"x": "x"}), "malformed"),
    "two dist-infos": (with_files({"b-1.0.dist-info/METADATA": ""}), "2 .dist-info folders"),
    "metadata of another": (
        with_files({"flask-1.0.data/purelib/pip-9.dist-info/METADATA": ""}),
        "belongs to another package",
    ),
    "data of another": (with_files({"b-1.0.data/scripts/x": ""}), "belongs to another"),
    "unknown scheme": (with_files({"flask-1.0.data/etc/passwd": ""}), "has no scheme"),
    "no scheme": (with_files({"flask-1.0.data/passwd": ""}), "has no scheme"),
    "other name": (flask(metadata="Name: evil\nVersion: 1.0\n"), "says 'evil'"),
    "other version": (flask(metadata="Name: flask\nVersion: 2.0\n"), "says version '2.0'"),
    "no name": (flask(metadata="Version: 1.0\n"), "0 lines 'Name'"),
    "two names": (flask(metadata="Name: flask\nName: b\nVersion: 1.0\n"), "2 lines 'Name'"),
    "no version": (flask(metadata="Name: flask\nVersion: x y\n"), "'x y' is no version"),
    "not UTF-8": (flask(metadata=b"Name: fl\xff"), "is not UTF-8"),
    "newer format": (flask(wheel=WHEEL.replace("1.0", "2.0")), "Wheel-Version is not 1.x"),
    "other tag": (flask(wheel=WHEEL.replace("py3", "cp27")), "'cp27-none-any'"),
    "interpreter": (with_files({"flask-1.0.data/scripts/python3": "#!/bin/sh"}), "interpreter"),
    "entry point": (package("flask", scripts={"../evil": "a:b"}), "no name for a script"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_wheel_that_contradicts_itself_is_refused(tmp_path: Path, fault: str) -> None:
    builder, why = FAULTS[fault]
    with pytest.raises(InstallFailed, match=why) as caught:
        read(tmp_path, builder)
    assert caught.value.culprit == "flask-1.0-py3-none-any.whl"


@pytest.mark.parametrize("name", ["METADATA", "WHEEL", "RECORD"])
def test_missing_metadata_is_refused(tmp_path: Path, name: str) -> None:
    builder = flask()
    members = builder.members()
    del members[f"{INFO}/{name}"]
    builder.members = lambda: members  # type: ignore[method-assign]
    with pytest.raises(InstallFailed, match=f"It has no {name}"):
        read(tmp_path, builder)


def test_file_name_must_be_that_of_the_content(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="its file name 'django'"):
        read(tmp_path, flask(), "django-1.0-py3-none-any.whl")
    with pytest.raises(InstallFailed, match=r"the file name '2\.0'"):
        read(tmp_path, flask(), "flask-2.0-py3-none-any.whl")
    with pytest.raises(InstallFailed, match="not that of a wheel"):
        read(tmp_path, flask(), "flask.zip")


def test_planned_version_must_be_that_of_the_content(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match=r"the plan '1\.1'"):
        read(tmp_path, flask(), version="1.1")


def test_linux_baseline_of_the_file_name_may_differ_from_wheel(tmp_path: Path) -> None:
    """Repair tools rename wheels and leave WHEEL alone."""
    wheel = WHEEL.replace("py3-none-any", "cp311-cp311-linux_x86_64")
    name = "flask-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    read(tmp_path, flask(wheel=wheel), name)
    with pytest.raises(InstallFailed, match="file name"):
        read(tmp_path, flask(wheel=wheel), name.replace("x86_64", "aarch64"))


def test_signatures_need_no_row(tmp_path: Path) -> None:
    read(tmp_path, flask(extra={f"{INFO}/RECORD.jws": "{}"}))


@pytest.mark.parametrize(
    "text",
    [
        "../evil = a:b",
        "sub/evil = a:b",
        "python = a:b",
        "python3.12 = a:b",
        "Activate.ps1 = a:b",
        "pip = a",
        "pip = a:b; import os",
        "pip = a:b()",
        "pip = a b:c",
        "pip = a:import",
        "pip = .a:b",
        "pip = a..b:c",
        "a\x1b = a:b",
        ".. = a:b",
        "-x = a:b",
        "pip = a:b\npip = c:d",
        "no delimiter",
    ],
)
def test_entry_point_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"entry|script"):
        read_entry_points(f"[console_scripts]\n{text}\n")


def test_entry_points_inside_the_grammar_are_read() -> None:
    text = (
        "[console_scripts]\nflask-3 = flask.cli:App.run [extra, more]\n2to3=lib2to3:main\n"
        "python-config = x:y\n[gui_scripts]\nClock++ = clock:main\n[pytest11]\n%(x)s = anything\n"
    )
    assert [(point.name, point.attribute) for point in read_entry_points(text)] == [
        ("flask-3", "App.run"),
        ("2to3", "main"),
        ("python-config", "y"),
        ("Clock++", "main"),
    ]
