"""Specifier masks against packaging, the reference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from resolvetui.model.names import PackageName
from resolvetui.resolver.domain import ABSENT, Domain

releases = st.sampled_from(["0", "1", "1.0", "1.0.1", "1.1", "1.2", "1.10", "2", "2.0.0"])
version_texts = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "", "1!"]),
    releases,
    st.sampled_from(["", "", "a1", "b2", "rc1", "rc2"]),
    st.sampled_from(["", "", ".post0", ".post1", ".post2"]),
    st.sampled_from(["", "", ".dev0", ".dev1"]),
    st.sampled_from(["", "", "+cpu", "+cu121", "+1"]),
)
operators = st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "==="])
clauses = st.one_of(
    st.builds("{}{}".format, operators, version_texts),
    st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), version_texts),
)


def domain(*texts: str) -> Domain:
    distinct = {Version(text): str(Version(text)) for text in texts}
    return Domain(PackageName("x"), tuple(distinct[key] for key in sorted(distinct)))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(version_texts, max_size=25), st.lists(clauses, min_size=1, max_size=3))
def test_masks_mean_what_packaging_means(texts: list[str], parts: list[str]) -> None:
    specifier = ",".join(parts)
    try:
        reference = SpecifierSet(specifier)
    except InvalidSpecifier:
        return
    listed = domain(*texts)
    expected = [v for v in listed.versions if reference.contains(v, prereleases=True)]
    assert list(listed.list(listed.specifier_mask(specifier))) == expected


@pytest.mark.parametrize(
    ("specifier", "taken"),
    [
        ("==2.3.0", ["2.3.0", "2.3.0+cpu"]),
        ("==2.3.0+cpu", ["2.3.0+cpu"]),
        ("<=2.3.0", ["2.2.0", "2.3.0", "2.3.0+cpu"]),
        (">2.3.0", ["2.4.0"]),
        ("!=2.3.0", ["2.2.0", "2.3.0.post1", "2.4.0"]),
        (">=2.3.0", ["2.3.0", "2.3.0+cpu", "2.3.0.post1", "2.4.0"]),
        (">2.2.0,!=2.4.0", ["2.3.0", "2.3.0+cpu", "2.3.0.post1"]),
        ("~=2.3.0", ["2.3.0", "2.3.0+cpu", "2.3.0.post1"]),
        ("", ["2.2.0", "2.3.0", "2.3.0+cpu", "2.3.0.post1", "2.4.0"]),
    ],
)
def test_a_plain_version_takes_its_local_versions(specifier: str, taken: list[str]) -> None:
    torch = domain("2.2.0", "2.3.0", "2.3.0+cpu", "2.3.0.post1", "2.4.0")
    assert list(torch.list(torch.specifier_mask(specifier))) == taken


@pytest.mark.parametrize(
    ("specifier", "takes"), [("<1.0", False), ("<1.0.post2", True), ("<1.0rc2", True)]
)
def test_an_upper_bound_excludes_only_its_own_prereleases(specifier: str, takes: bool) -> None:
    listed = domain("1.0rc1")
    assert bool(listed.specifier_mask(specifier)) is takes


@pytest.mark.parametrize(
    ("specifier", "taken"),
    [
        ("~=1.2", ["1.2"]),
        ("==1.*", ["1.2"]),
        ("~=1!1.2", ["1!1.2", "1!1.3"]),
        ("~=1!1.2a1", ["1!1.2a1", "1!1.2", "1!1.3"]),
        ("~=1!1.2.0", ["1!1.2"]),
        ("==1!1.*", ["1!1.2a1", "1!1.2", "1!1.3"]),
        ("!=1!1.*", ["1.2", "2.0", "1!2.0"]),
        (">1.2", ["2.0", "1!1.2a1", "1!1.2", "1!1.3", "1!2.0"]),
        ("<1!1.2", ["1.2", "2.0"]),
        ("===1!1.2", ["1!1.2"]),
    ],
)
def test_a_prefix_never_reaches_into_another_epoch(specifier: str, taken: list[str]) -> None:
    """PEP 440, "Version epochs"."""
    listed = domain("1.2", "2.0", "1!1.2a1", "1!1.2", "1!1.3", "1!2.0")
    assert list(listed.list(listed.specifier_mask(specifier))) == taken


@pytest.mark.parametrize(
    ("specifier", "taken"),
    [
        ("===2.3.0", ["2.3.0"]),
        ("===2.3.0+CPU", ["2.3.0+cpu"]),
        ("===2.3", []),
        ("===2.3.0.0", []),
    ],
)
def test_arbitrary_equality_compares_text(specifier: str, taken: list[str]) -> None:
    """PEP 440, "Arbitrary equality": no normalisation but case, no local versions taken along."""
    listed = domain("2.2.0", "2.3.0", "2.3.0+cpu")
    assert list(listed.list(listed.specifier_mask(specifier))) == taken


def test_illegal_specifiers_are_refused() -> None:
    with pytest.raises(InvalidSpecifier):
        domain("1.0").specifier_mask(">=2.0+cpu")


def test_a_domain_without_versions_knows_only_absence() -> None:
    empty = domain()
    assert empty.full == ABSENT
    assert empty.specifier_mask(">=1") == 0
