from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.environment.writable import check_writable
from resolvetui.errors import EnvironmentRefused
from tests.environment.helpers import BASE, an_environment


def test_a_writable_environment_passes(tmp_path: Path) -> None:
    check_writable(an_environment(tmp_path))


def test_folders_that_are_still_to_be_made_pass(tmp_path: Path) -> None:
    target = an_environment(tmp_path)
    (tmp_path / "lib").rmdir()
    check_writable(target)


def test_a_described_target_is_refused() -> None:
    with pytest.raises(EnvironmentRefused, match="no environment"):
        check_writable(BASE)


def test_the_python_that_only_runs_us_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentRefused, match="named") as caught:
        check_writable(an_environment(tmp_path), named=False)
    assert "--venv" in caught.value.what_to_do


@pytest.mark.parametrize("message", ["", "Use apt."])
def test_an_externally_managed_environment_is_refused(tmp_path: Path, message: str) -> None:
    target = structs.replace(an_environment(tmp_path), externally_managed=message)
    with pytest.raises(EnvironmentRefused, match="PEP 668") as caught:
        check_writable(target)
    assert caught.value.why == message
    assert "--venv .venv" in caught.value.what_to_do


def test_a_read_only_folder_is_refused_by_name(tmp_path: Path) -> None:
    packages = tmp_path / "lib"
    with pytest.raises(EnvironmentRefused) as caught:
        check_writable(an_environment(tmp_path), can_write=lambda folder: folder != packages)
    assert caught.value.culprit == str(packages)
    assert str(packages) in caught.value.why


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    target = an_environment(tmp_path)
    (tmp_path / "lib").rmdir()
    (tmp_path / "lib").write_text("")
    with pytest.raises(EnvironmentRefused, match="no folder"):
        check_writable(target)
