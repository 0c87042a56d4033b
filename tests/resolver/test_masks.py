"""Masks are sets: the laws that the solver relies on, over random domains and specifiers."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier
from packaging.version import Version

from resolvetui.resolver.domain import ABSENT, Domain
from tests.resolver.test_specifiers import domain

POOL = (
    *("0", "0.9", "1.dev0", "1a1", "1a1.dev1", "1b2", "1rc1", "1rc1.post1", "1", "1+1", "1+cpu"),
    *("1.post0.dev1", "1.post0", "1.post1", "1.post1+cpu", "1.0.1", "1.1a1", "1.1", "1.1+cu121"),
    *("1.1.post2", "1.2.dev0", "1.2", "1.10", "2a1", "2", "2+cpu", "2.0.0.post1", "10", "2024.5"),
    *("1!0.1", "1!1rc1", "1!1", "1!1+cpu", "1!1.post1", "1!2"),
)
"""What PEP 440 has in store, all distinct."""

version_texts = st.sampled_from(POOL)
listings = st.frozensets(version_texts, min_size=1, max_size=20).map(lambda texts: domain(*texts))
clauses = st.one_of(
    st.builds(
        "{}{}".format,
        st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "==="]),
        version_texts,
    ),
    st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), version_texts),
)

laws = settings(max_examples=150, deadline=None, derandomize=True)


def masks_of(listed: Domain) -> st.SearchStrategy[int]:
    return st.integers(0, listed.full)


@st.composite
def domains_with_masks(draw: st.DrawFn, count: int) -> tuple[Domain, tuple[int, ...]]:
    listed = draw(listings)
    return listed, tuple(draw(masks_of(listed)) for _ in range(count))


def meaning(listed: Domain, mask: int) -> set[str]:
    """A mask as what it stands for; "" is absence."""
    return set(listed.list(mask)) | ({""} if mask & ABSENT else set())


def specifier_mask(listed: Domain, specifier: str) -> int:
    try:
        return listed.specifier_mask(specifier)
    except InvalidSpecifier:
        assume(False)
        raise


@laws
@given(domains_with_masks(2))
def test_and_is_intersection_or_is_union(case: tuple[Domain, tuple[int, ...]]) -> None:
    listed, (a, b) = case
    assert meaning(listed, a & b) == meaning(listed, a) & meaning(listed, b)
    assert meaning(listed, a | b) == meaning(listed, a) | meaning(listed, b)


@laws
@given(domains_with_masks(1))
def test_negation_is_the_rest_of_the_domain(case: tuple[Domain, tuple[int, ...]]) -> None:
    listed, (a,) = case
    negated = listed.full ^ a
    assert meaning(listed, negated) == {"", *listed.versions} - meaning(listed, a)
    assert negated & a == 0
    assert negated | a == listed.full
    assert listed.full ^ negated == a


@laws
@given(domains_with_masks(2))
def test_de_morgan(case: tuple[Domain, tuple[int, ...]]) -> None:
    listed, (a, b) = case
    assert listed.full ^ (a & b) == (listed.full ^ a) | (listed.full ^ b)


@laws
@given(domains_with_masks(2))
def test_satisfied_and_contradicted_are_subset_and_disjoint(
    case: tuple[Domain, tuple[int, ...]],
) -> None:
    """PubGrub's relations of a term to what is assigned (Dart's solver document, "Term")."""
    listed, (assigned, term) = case
    assert (assigned & ~term == 0) == (meaning(listed, assigned) <= meaning(listed, term))
    assert (assigned & term == 0) == meaning(listed, assigned).isdisjoint(meaning(listed, term))


@laws
@given(domains_with_masks(1))
def test_versions_and_bits_are_there_and_back(case: tuple[Domain, tuple[int, ...]]) -> None:
    listed, (a,) = case
    bits = [listed.bit(version) for version in listed.list(a)]
    assert sum(bits) == a & ~ABSENT
    assert [listed.version(bit) for bit in bits] == list(listed.list(a))
    assert bits == sorted(bits)


@laws
@given(listings, version_texts)
def test_a_version_that_is_not_listed_has_no_bit(listed: Domain, text: str) -> None:
    is_listed = Version(text) in {Version(version) for version in listed.versions}
    assert bool(listed.bit(text)) == is_listed


@laws
@given(listings)
def test_the_highest_bit_is_the_highest_version(listed: Domain) -> None:
    best = 1 << (listed.full.bit_length() - 1)
    assert Version(listed.version(best)) == max(map(Version, listed.versions))


@laws
@given(listings, st.lists(clauses, min_size=1, max_size=4))
def test_a_conjunction_of_specifiers_is_the_intersection(listed: Domain, parts: list[str]) -> None:
    expected = listed.full ^ ABSENT
    for part in parts:
        expected &= specifier_mask(listed, part)
    assert specifier_mask(listed, ",".join(parts)) == expected


@laws
@given(listings, version_texts, st.sampled_from(["", ".*"]))
def test_unequal_is_the_complement_of_equal_without_absence(
    listed: Domain, text: str, suffix: str
) -> None:
    equal = specifier_mask(listed, f"=={text}{suffix}")
    assert specifier_mask(listed, f"!={text}{suffix}") == listed.full ^ ABSENT ^ equal


@laws
@given(listings, version_texts, version_texts)
def test_inclusive_bounds_are_monotone(listed: Domain, one: str, other: str) -> None:
    low, high = sorted((one, other), key=Version)
    """`>` is not: `>1.post0` takes 1.post1, `>1` does not."""
    assert specifier_mask(listed, ">=" + high) & ~specifier_mask(listed, ">=" + low) == 0
    assert specifier_mask(listed, "<=" + low) & ~specifier_mask(listed, "<=" + high) == 0


@laws
@given(listings, clauses)
def test_no_specifier_takes_absence(listed: Domain, clause: str) -> None:
    assert specifier_mask(listed, clause) & ABSENT == 0


@laws
@given(listings, clauses)
def test_asking_twice_gives_the_same(listed: Domain, clause: str) -> None:
    assert specifier_mask(listed, clause) == specifier_mask(listed, clause)


@laws
@given(listings)
def test_usable_is_what_no_exclusion_names(listed: Domain) -> None:
    assert listed.usable == listed.full ^ ABSENT
