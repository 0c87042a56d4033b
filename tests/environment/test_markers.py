from __future__ import annotations

import pytest

from resolvetui.environment.markers import MarkerEvaluator
from tests.environment.helpers import BASE, a_target

HERE = MarkerEvaluator(BASE)


@pytest.mark.parametrize(
    ("marker", "extra", "holds"),
    [
        ("", "", True),
        ('sys_platform == "linux"', "", True),
        ('"linux" == sys_platform', "", True),
        ('sys_platform == "win32"', "", False),
        ('python_version < "3.9"', "", False),
        ('python_version >= "3.9"', "", True),
        ('python_full_version >= "3.12.1"', "", True),
        ('extra == "test"', "", False),
        ('extra == "test"', "test", True),
        ('extra == "Test_X.y"', "test-x-y", True),
        ('"test" == extra', "test", True),
        ('extra == "a" or extra == "b"', "b", True),
        ('extra == "a" and extra == "b"', "b", False),
        ('extra == "a" and sys_platform == "win32"', "a", False),
        ('extra != "a"', "", True),
        ('platform_release >= "20"', "", False),
    ],
)
def test_a_marker_is_evaluated_with_the_targets_values(
    marker: str, extra: str, holds: bool
) -> None:
    assert HERE.applies(marker, extra) is holds
    assert HERE.applies(marker, extra) is holds  # and from memory


@pytest.mark.parametrize("marker", ['os_name ~= "posix"', '"x" in extras'])
def test_an_undefined_comparison_does_not_hold(marker: str) -> None:
    assert not HERE.applies(marker)


def test_the_values_are_the_targets_and_not_this_machines() -> None:
    there = MarkerEvaluator(a_target("3.8", "windows"))
    assert there.applies('platform_system == "Windows" and python_version == "3.8"')
    assert there.applies('platform_machine == "AMD64" and python_full_version == "3.8.0"')


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        ('sys_platform == "win32"', "sys_platform is 'linux'"),
        ('"win32" == sys_platform', "sys_platform is 'linux'"),
        ('sys_platform == "linux"', ""),
        ('sys_platform == "linux" and python_version < "3"', "python_version is '3.12'"),
        ('sys_platform == "win32" or sys_platform == "darwin"', "sys_platform is 'linux'"),
        (
            '(sys_platform == "win32" or python_version < "3") and os_name == "posix"',
            "sys_platform is 'linux' and python_version is '3.12'",
        ),
        (
            'os_name == "posix" and (os_name == "nt" and extra == "x" or extra == "y")',
            "os_name is 'posix' and extra 'y' is not requested",
        ),
        ('"Test" == extra', "extra 'test' is not requested"),
        ('python_version not in "3.11, 3.12"', "python_version is '3.12'"),
        ("platform_version == 'and or ( \"'", "platform_version is '#1 SMP'"),
    ],
)
def test_the_value_that_decided_is_named(marker: str, text: str) -> None:
    assert HERE.deciding_value(marker) == text


def test_an_extra_that_is_asked_for_does_not_decide() -> None:
    marker = 'extra == "x" and sys_platform == "win32"'
    assert HERE.deciding_value(marker, "x") == "sys_platform is 'linux'"
