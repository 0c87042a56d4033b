"""pip's configuration as pip reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resolvetui.errors import UsageError
from resolvetui.inputs.pip_config import configuration_files, default_index_url, pip_settings


class Machine:
    """A home, a global folder and an environment that hold pip's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "HOME": str(folder / "home"),
            "XDG_CONFIG_DIRS": str(folder / "xdg"),
            "VIRTUAL_ENV": str(folder / "venv"),
        }

    def file(self, where: str, text: str) -> str:
        path = self.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def values(self, **variables: str) -> list[tuple[str, str]]:
        found = pip_settings({**self.environ, **variables})
        return [(s.name, s.value) for s in found if not s.origin.startswith("/etc/")]


GLOBAL, LEGACY = "xdg/pip/pip.conf", "home/.pip/pip.conf"
USER, VENV = "home/.config/pip/pip.conf", "venv/pip.conf"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_files_there_is_nothing(machine: Machine) -> None:
    assert machine.values() == []


def test_later_files_win(machine: Machine) -> None:
    for place, text in ((GLOBAL, "1"), (LEGACY, "2"), (USER, "3"), (VENV, "4")):
        machine.file(place, f"[global]\ntimeout = {text}")
        assert machine.values() == [("timeout", text)]
    chosen = machine.file("own.conf", "[global]\ntimeout = 5")
    assert machine.values(PIP_CONFIG_FILE=chosen) == [("timeout", "5")]
    assert machine.values(PIP_CONFIG_FILE=chosen, PIP_TIMEOUT="6") == [("timeout", "6")]


def test_the_own_day_of_a_date_does_not_count_for_pip(machine: Machine) -> None:
    midnight = ("exclude-newer", "2024-05-07T00:00:00Z")
    assert machine.values(PIP_UPLOADED_PRIOR_TO="2024-05-07") == [midnight]
    assert machine.values(PIP_UPLOADED_PRIOR_TO="2024-05-07T00:00:00Z") == [midnight]
    with pytest.raises(UsageError, match="PIP_UPLOADED_PRIOR_TO"):
        machine.values(PIP_UPLOADED_PRIOR_TO="soon")
    assert machine.values(PIP_EXCLUDE_NEWER="2024-05-07") == [], "that is no option of pip's"


def test_section_of_the_command_wins_over_global_of_any_file(machine: Machine) -> None:
    machine.file(GLOBAL, "[install]\nretries = 1")
    machine.file(VENV, "[global]\nretries = 2\n[download]\nretries = 3")
    assert machine.values() == [("retries", "1")]


def test_a_chosen_file_replaces_those_of_the_user(machine: Machine) -> None:
    machine.file(USER, "[global]\nproxy = http://proxy.example:1")
    chosen = machine.file("own.conf", "[global]\npre = yes")
    assert machine.values(PIP_CONFIG_FILE=chosen) == [("pre", "true")]
    missing = str(machine.folder / "no.conf")
    assert machine.values(PIP_CONFIG_FILE=missing) == [("proxy", "http://proxy.example:1")]


def test_null_device_switches_files_off_but_not_variables(machine: Machine) -> None:
    machine.file(USER, "[global]\nretries = 1")
    assert machine.values(PIP_CONFIG_FILE=os.devnull, PIP_PRE="1") == [("pre", "true")]


def test_values_of_repeatable_options_are_split(machine: Machine) -> None:
    machine.file(
        USER,
        "[global]\nextra_index_url =\n  https://a.example/simple\n  file:///opt/b\n"
        "trusted-host = a.example b.example",
    )
    assert machine.values() == [
        ("extra-index-url", "https://a.example/simple"),
        ("extra-index-url", "file:///opt/b"),
        ("trusted-host", "a.example"),
        ("trusted-host", "b.example"),
    ]


def test_names_are_normalised(machine: Machine) -> None:
    machine.file(USER, "[global]\n--Index_URL = https://a.example/simple\ndefault-timeout = 9")
    assert machine.values() == [("index-url", "https://a.example/simple"), ("timeout", "9")]


def test_empty_values_count_as_unset(machine: Machine) -> None:
    machine.file(USER, "[global]\ncert = /a.pem\n[install]\ncert =")
    assert machine.values(PIP_CERT="") == [("cert", "/a.pem")]


def test_formats_add_up_over_the_sections_in_their_order(machine: Machine) -> None:
    machine.file(USER, "[global]\nonly-binary = :all:\nno-binary = a\n[install]\nonly-binary = b")
    assert machine.values(PIP_NO_BINARY="c") == [
        ("only-binary", ":all:"),
        ("no-binary", "a"),
        ("only-binary", "b"),
        ("no-binary", "c"),
    ]


def test_other_options_and_sections_are_left_alone(machine: Machine) -> None:
    machine.file(USER, "[global]\ndisable-pip-version-check = yes\n[wheel]\nproxy = x")
    assert machine.values(PIP_NO_COLOR="1") == []


def test_origin_names_file_and_section(machine: Machine) -> None:
    path = machine.file(USER, "[install]\nretries = 1")
    variables = {**machine.environ, "PIP_PRE": "1"}
    origins = {setting.name: setting.origin for setting in pip_settings(variables)}
    assert origins["retries"] == f"{path} [install]"
    assert origins["pre"] == "PIP_PRE"


@pytest.mark.parametrize("text", ["no section = 1", "[global]\nx = 1\nx = 2"])
def test_broken_file_is_named(machine: Machine, text: str) -> None:
    path = machine.file(USER, text)
    with pytest.raises(UsageError) as found:
        machine.values()
    assert found.value.culprit == path


@pytest.mark.parametrize("line", ["pre = perhaps", "timeout = soon", "retries = -1"])
def test_unusable_value_names_its_file(machine: Machine, line: str) -> None:
    path = machine.file(USER, f"[global]\n{line}")
    with pytest.raises(UsageError) as found:
        machine.values()
    assert path in found.value.what


def test_where_the_files_are_on_each_system() -> None:
    def files(platform: str, **environ: str) -> list[str]:
        found = configuration_files(environ, prefix="/venv", platform=platform)
        return [file.replace("\\", "/") for file in found]

    assert files("linux", HOME="/h", XDG_CONFIG_HOME="/x", XDG_CONFIG_DIRS="/a:/b") == [
        "/a/pip/pip.conf",
        "/b/pip/pip.conf",
        "/etc/pip.conf",
        "/h/.pip/pip.conf",
        "/x/pip/pip.conf",
        "/venv/pip.conf",
    ]
    assert files("darwin", HOME="/h")[-4:] == [
        "/Library/Application Support/pip/pip.conf",
        "/h/.pip/pip.conf",
        "/h/.config/pip/pip.conf",
        "/venv/pip.conf",
    ]
    assert files("win32", USERPROFILE="/u", APPDATA="/u/r", PROGRAMDATA="/d") == [
        "/d/pip/pip.ini",
        "/u/pip/pip.ini",
        "/u/r/pip/pip.ini",
        "/venv/pip.ini",
    ]


def test_same_files_as_pip_itself(machine: Machine) -> None:
    """The module of pip is asked in a process of its own, under the same variables."""
    del machine.environ["VIRTUAL_ENV"]  # the running Python's prefix, in both
    code = (
        "from pip._internal.configuration import get_configuration_files as f;"
        "print('\\n'.join(file for kind in ('global', 'user', 'site') for file in f()[kind]))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **machine.environ, "XDG_CONFIG_HOME": "", "VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.splitlines() == configuration_files(machine.environ)


def test_default_index_is_that_of_pip() -> None:
    from pip._internal.models.index import PyPI

    assert default_index_url() == PyPI.simple_url


def test_default_index_costs_no_import_of_pip() -> None:
    code = (
        "import sys; from resolvetui.inputs.pip_config import default_index_url as url;"
        "url(); print([name for name in sys.modules if name.split('.')[0] == 'pip'])"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"
