from __future__ import annotations

import pytest

from resolvetui.explanation.ranges import (
    describe_mask,
    is_plural,
    join_few,
    surprise,
    version_span,
)
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason
from resolvetui.resolver.domain import Domain, Exclusion

A = Domain(PackageName("a"), ("1.0", "1.1", "1.2", "2.0", "2.1", "3.0", "4.0"))


def words(specifier: str, *texts: str, domain: Domain = A) -> str:
    return describe_mask(domain, domain.specifier_mask(specifier), texts)


def test_one_version_is_named() -> None:
    assert words("==1.1") == "a 1.1"


def test_few_versions_are_listed() -> None:
    assert words("<1.2") == "a 1.0 and 1.1"


def test_a_requirements_own_words_are_preferred() -> None:
    assert words(">1.2", ">=2.0,!=9", ">1.2") == "a>=2.0,!=9"


def test_a_run_at_the_top_or_bottom_is_a_bound_of_listed_versions() -> None:
    assert words(">1.0") == "a>=1.1"
    assert words("<2.1") == "a<=2.0"


def test_runs_between_are_spans() -> None:
    assert words(">1.0,<4.0") == "a 1.1 to 3.0"
    assert words("!=2.0") == "a 1.0 to 1.2 and 2.1 to 4.0"


def test_all_versions_are_every_version() -> None:
    assert words("") == "every version of a"


def test_holes_of_unusable_versions_are_passed_over() -> None:
    holey = Domain(A.name, A.versions, (Exclusion(Reason.YANKED, A.specifier_mask("==2.0")),))
    assert words(">1.0,!=2.0", domain=holey) == "a>=1.1"
    assert words("!=2.0", domain=holey) == "every version of a"


def test_no_version_is_said_so() -> None:
    assert words(">9") == "no version of a"


def test_local_versions_stand_under_their_public_one_when_all_are_there() -> None:
    torch = Domain(PackageName("torch"), ("2.2.0", "2.3.0", "2.3.0+cpu", "2.3.0+cu121"))
    assert words("==2.3.0", domain=torch) == "torch 2.3.0"
    assert words("==2.3.0+cpu", domain=torch) == "torch 2.3.0+cpu"


def test_local_versions_are_not_told_as_a_version_that_nobody_lists() -> None:
    torch = Domain(PackageName("torch"), ("2.2.0", "2.3.0+cpu", "2.3.0+cu121"))
    assert words("==2.3.0", domain=torch) == "torch 2.3.0+cpu and 2.3.0+cu121"


def test_an_extra_keeps_its_name() -> None:
    assert describe_mask(A, A.specifier_mask("==1.1"), name="a[x]") == "a[x] 1.1"


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("a 1.0", False), ("a 1.0 and 1.1", True), ("every version of a", False), ("a>=1", False)],
)
def test_number_of_a_noun(noun: str, plural: bool) -> None:
    assert is_plural(noun) is plural


def test_lists_are_cut_with_a_count() -> None:
    assert join_few(["a", "b", "c", "d"], 3) == "a, b and 2 more"


def test_many_versions_are_a_span_with_their_number() -> None:
    assert version_span(["1.0", "1.1", "1.2", "2.0"]) == "1.0 to 2.0 (4 versions)"


def test_what_pep_440_leaves_out_is_noticed() -> None:
    assert surprise(">2.3.0", ["2.3.0+cpu"]) == (">2.3.0", "2.3.0+cpu")
    assert surprise(">=1,<2", ["1.0", "2.0"]) is None
