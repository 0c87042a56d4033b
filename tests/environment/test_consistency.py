"""What is installed against what it says that it requires."""

from __future__ import annotations

from msgspec import structs

from resolvetui.environment.consistency import inconsistencies
from resolvetui.environment.installed import InstalledDistribution
from resolvetui.explanation import check_words
from resolvetui.model.inconsistency import Inconsistencies
from resolvetui.model.names import package_name
from tests.environment.helpers import BASE


def dist(name: str, version: str, *requires: str, external: bool = False) -> InstalledDistribution:
    return InstalledDistribution(
        package_name(name), version, f"/env/{name}", requires_text=requires, external=external
    )


def sentences(*installed: InstalledDistribution) -> list[str]:
    return [check_words.unmet(each) for each in inconsistencies(BASE, installed).unmet]


def test_what_fits_is_no_problem() -> None:
    found = inconsistencies(BASE, [dist("a", "1.0", "b>=1,<2"), dist("b", "1.5")])
    assert found == Inconsistencies()


def test_a_wrong_version_and_a_missing_package_are_told_with_who_says_so() -> None:
    assert sentences(dist("a", "1.0", "b<2", "c"), dist("b", "2.0")) == [
        "a 1.0 requires b<2, but b 2.0 is installed",
        "a 1.0 requires c, but c is not installed",
    ]


def test_a_prerelease_counts_as_what_it_is() -> None:
    assert sentences(dist("a", "1.0", "b>=2.0a1"), dist("b", "2.0b1")) == []


def test_markers_decide_and_are_told() -> None:
    windows = 'b ; sys_platform == "win32"'
    linux = 'c ; sys_platform == "linux"'
    assert sentences(dist("a", "1.0", windows, linux)) == [
        'a 1.0 requires c where sys_platform == "linux", as here, but c is not installed'
    ]


def test_an_extra_counts_where_another_package_asks_for_it() -> None:
    a = dist("a", "1.0", 'b>=2 ; extra == "gpu"', 'c ; extra == "docs"')
    assert sentences(a, dist("b", "1.0")) == []
    assert sentences(a, dist("b", "1.0"), dist("z", "3.0", "a[GPU]")) == [
        "a[gpu] 1.0 requires b>=2 (and z 3.0 asks for a[gpu]), but b 1.0 is installed"
    ]


def test_an_extra_that_asks_for_others_of_its_package() -> None:
    a = dist("a", "1.0", 'a[gpu] ; extra == "all"', 'b ; extra == "gpu"')
    assert sentences(a, dist("z", "1.0", "a[all]")) == [
        "a[gpu] 1.0 requires b (and a 1.0 asks for a[gpu]), but b is not installed"
    ]


def test_another_python_is_told() -> None:
    wrong = structs.replace(dist("a", "1.0"), requires_python=">=3.13")
    (found,) = inconsistencies(BASE, [wrong]).wrong_python
    assert check_words.wrong_python(found, BASE) == (
        "a 1.0 needs Python >=3.13, but this is CPython 3.12.1"
    )


def test_a_line_that_is_no_requirement_is_told() -> None:
    (found,) = inconsistencies(BASE, [dist("a", "1.0", "b (=1)")]).unreadable
    assert "'b (=1)', which is no requirement" in check_words.unreadable(found)


def test_what_is_only_seen_is_judged_where_an_own_package_is_the_matter() -> None:
    base = dist("base", "1.0", "b<2", "gone", external=True)
    assert sentences(base, dist("b", "2.0")) == ["base 1.0 requires b<2, but b 2.0 is installed"]
    assert sentences(base, dist("b", "2.0", external=True)) == []
    assert sentences(dist("a", "1.0", "b>=2"), dist("b", "2.0", external=True)) == []


def test_a_direct_reference_is_not_compared() -> None:
    assert sentences(dist("a", "1.0", "b @ https://files.example/b-1.0.zip"), dist("b", "3")) == []
