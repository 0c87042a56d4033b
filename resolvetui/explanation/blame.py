"""Why the versions that are wanted cannot be used: reasons and files to one clause of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.explanation.about import About
from resolvetui.explanation.lines import Line
from resolvetui.explanation.ranges import join, join_few, public_labels, surprise
from resolvetui.explanation.reason_words import FREE_TEXT, clause
from resolvetui.explanation.tag_words import parts_of, platform_order, short_platform, tag_span
from resolvetui.inputs.changes import last_day
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import (
    TAG_REASONS,
    FileVerdict,
    Hurdle,
    Reason,
    TagVerdict,
    VersionVerdict,
)
from resolvetui.resolver.clause import PackageKey, base_name
from resolvetui.resolver.domain import ABSENT, Exclusion
from resolvetui.resolver.specifiers import parse_version

_LOWER_BOUND = re.compile(r">=\d+(\.\d+)*")
_NEAREST_LAST = {reason: place for place, reason in enumerate(Reason)}


def why_unusable(about: About, lines: Sequence[Line], mask: int) -> str:
    """Why these versions of the package that the lines are about cannot be used."""
    key = lines[0].subject
    name = base_name(key)
    groups = _by_reason(exclusion for line in lines for exclusion in line.exclusions())
    groups = _by_python({reason: part & mask for reason, part in groups.items() if part & mask})
    details = _details([exclusion for line in lines for exclusion in line.exclusions()], mask)
    noun = about.noun(key, mask)
    hurdles = [(reason, _of_versions(about, name, part)) for reason, part in _nearest_first(groups)]
    noun = wording.each(noun, _where(about, [each for _, found in hurdles for each in found]))
    if len(hurdles) == 1:
        detail = details.get(hurdles[0][0], "")
        text = _wrong_hash(about, name, noun, *hurdles[0], detail) or _one_reason(
            about, noun, *hurdles[0], detail
        )
    else:
        text = wording.none_usable(
            noun,
            [
                _counted(about, key, reason, groups[reason], verdicts, details.get(reason, ""))
                for reason, verdicts in hurdles
            ],
        )
    hidden = about.hidden(name, mask)
    return f"{text}; {wording.elsewhere(hidden, pinned=about.is_pinned(name))}" if hidden else text


def _by_python(groups: dict[Reason, int]) -> dict[Reason, int]:
    """Wheels for another Python miss by their Python or their ABI tag: people need one word."""
    if Reason.ABI_TAG in groups and Reason.PYTHON_TAG in groups:
        groups[Reason.ABI_TAG] |= groups.pop(Reason.PYTHON_TAG)
    return groups


def _where(about: About, verdicts: Sequence[VersionVerdict]) -> str:
    """The index of versions, where several are configured and one has them all; else ""."""
    indexes = {verdict.index for verdict in verdicts}
    return next(iter(indexes)) if len(indexes) == 1 < len(about.evidence.query.indexes) else ""


def why_aside(about: About, line: Line, mask: int, beside: int) -> str:
    """Why versions cannot be used that a story is not about, to stand in parentheses; `beside`
    are those that it is about: `plain 2.2.2 has no wheel for Linux x86_64`.
    """
    name = base_name(line.subject)
    groups = _by_reason(line.exclusions())
    parts = [(reason, groups[reason] & mask) for reason, _ in _nearest_first(groups)]
    hurdles = [
        (Hurdle(reason, _bound(about, reason, _of_versions(about, name, part))), part)
        for reason, part in parts
        if part
    ]
    noun = about.noun(line.subject, mask).removeprefix(f"{line.subject} ")
    if _is_plain(about, line.subject, mask, beside):
        noun = f"plain {noun}"
    counts = [(hurdle, (part & ~ABSENT).bit_count()) for hurdle, part in hurdles]
    return wording.aside(noun, counts, about.evidence.target)


def _bound(about: About, reason: Reason, verdicts: Sequence[VersionVerdict]) -> str:
    is_bound = reason in (Reason.REQUIRES_PYTHON, Reason.EXCLUDE_NEWER)
    return _common_detail(about, reason, verdicts) if is_bound else ""


def _is_plain(about: About, key: PackageKey, mask: int, beside: int) -> bool:
    """Whether a mask is one version without a local part, and `beside` has it with one."""
    domain = about.domain(key)
    versions = list(domain.list(mask))
    others = domain.list(beside)
    return len(versions) == 1 and any(other.startswith(f"{versions[0]}+") for other in others)


def _by_reason(exclusions: Iterable[Exclusion]) -> dict[Reason, int]:
    groups: dict[Reason, int] = {}
    for exclusion in exclusions:
        groups[exclusion.reason] = groups.get(exclusion.reason, 0) | exclusion.mask
    return groups


def _details(exclusions: Iterable[Exclusion], mask: int) -> dict[Reason, str]:
    """What all exclusions of a reason give as its evidence, where that is the same."""
    found: dict[Reason, set[str]] = {}
    for exclusion in exclusions:
        if exclusion.mask & mask:
            found.setdefault(exclusion.reason, set()).add(exclusion.detail)
    return {reason: text for reason, texts in found.items() if (text := _shared(reason, texts))}


def _shared(reason: Reason, details: set[str]) -> str:
    """What several details have in common, "" for nothing: why nothing is built stands before the
    first colon, and what each file lacks behind it.
    """
    if len(details) > 1 and reason is Reason.SDIST_NOT_BUILDABLE:
        details = {detail.partition(": ")[0] for detail in details if ": " in detail}
    return next(iter(details)) if len(details) == 1 else ""


def _nearest_first(groups: dict[Reason, int]) -> list[tuple[Reason, int]]:
    return sorted(groups.items(), key=lambda item: -_NEAREST_LAST[item[0]])


def _of_versions(about: About, name: PackageName, mask: int) -> list[VersionVerdict]:
    """The verdicts of these versions on the indexes that are asked."""
    domain = about.domain(PackageKey(name))
    return [
        verdict
        for verdict in about.verdicts(name)
        if domain.bit(verdict.version) & mask
        and not (verdict.hurdle and verdict.hurdle.reason is Reason.SHADOWED)
    ]


def _wrong_hash(
    about: About,
    name: PackageName,
    noun: str,
    reason: Reason,
    verdicts: Sequence[VersionVerdict],
    detail: str,
) -> str:
    if reason is not Reason.HASH_MISMATCH:
        return ""
    from resolvetui.explanation.wrong_hash import why_url_is_wrong, why_wrong  # for hashes only

    return why_wrong(about, name, noun, verdicts) or why_url_is_wrong(about, name, detail)


def _one_reason(
    about: About, noun: str, reason: Reason, verdicts: Sequence[VersionVerdict], detail: str
) -> str:
    target = about.evidence.target
    if reason is Reason.PLATFORM_TOO_NEW:
        return wording.too_new(noun, detail or _oldest_system(verdicts), target)
    tags = tags_text(reason, verdicts) if reason in TAG_REASONS else ""
    if tags:
        return wording.no_wheel(noun, reason, tags, target)
    if reason is Reason.BUILD_FAILED:
        return wording.not_built(noun, detail, *_wheels_instead(verdicts), target)
    if reason is Reason.SDIST_NOT_BUILDABLE:
        why = clause(detail or _common_detail(about, reason, verdicts))
        return wording.to_build(noun, why, *_wheels_instead(verdicts), target)
    hurdle = Hurdle(reason, detail or _common_detail(about, reason, verdicts))
    return wording.unusable(noun, hurdle, target)


def _counted(
    about: About,
    key: PackageKey,
    reason: Reason,
    mask: int,
    verdicts: Sequence[VersionVerdict],
    detail: str,
) -> str:
    labels = public_labels(about.domain(key), mask & ~ABSENT)
    plural = len(labels) > 1
    who = str(len(labels)) if plural else labels[0]
    wheels = reason in TAG_REASONS and reason is not Reason.PLATFORM_TOO_NEW
    tags = tags_text(reason, verdicts) if wheels else ""
    if reason in FREE_TEXT and plural:
        return wording.counted(who, Hurdle(reason), tags, about.evidence.target, plural=plural)
    hurdle = Hurdle(reason, detail or _common_detail(about, reason, verdicts))
    return wording.counted(who, hurdle, tags, about.evidence.target, plural=plural)


def _common_detail(about: About, reason: Reason, verdicts: Iterable[VersionVerdict]) -> str:
    """What the hurdles ask for: one bound, or two; "" where there are more. Of uploads the first
    day, and the last one that counts.
    """
    found = dict.fromkeys(
        verdict.hurdle.detail
        for verdict in verdicts
        if verdict.hurdle is not None and verdict.hurdle.reason is reason and verdict.hurdle.detail
    )
    if found and reason is Reason.EXCLUDE_NEWER:
        last = last_day(about.evidence.query.policies.exclude_newer)
        return wording.uploaded([time[:10] for time in found], last)
    if len(found) > 1 and reason is Reason.REQUIRES_PYTHON:
        return _least_python(list(found))
    return next(iter(found)) if len(found) == 1 else ""


def _least_python(bounds: Sequence[str]) -> str:
    """Of several bounds what at least is needed: `>=3.10 at least`; "" where they are mixed."""
    if not all(_LOWER_BOUND.fullmatch(bound) for bound in bounds):
        return join(list(bounds), "or") if len(bounds) == 2 else ""
    return f"{min(bounds, key=lambda bound: _numbers(bound[2:]))} at least"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _oldest_system(verdicts: Iterable[VersionVerdict]) -> str:
    """The least new system that any of the wheels needs: `glibc 2.35`."""
    details = [
        file.tags.detail
        for file in _wheels(verdicts)
        if file.tags.reason is Reason.PLATFORM_TOO_NEW and file.tags.detail
    ]
    return min(details, key=_system_order, default="")


def _wheels_instead(verdicts: Sequence[VersionVerdict]) -> tuple[str, bool]:
    """Why a build was needed: what the wheels are for that do not fit, "" without wheels; and
    whether it is the user who wants no wheels.
    """
    hurdles = [file.hurdles for verdict in verdicts for file in verdict.files if file.tags]
    reasons = {each.reason for failed in hurdles for each in failed}
    missing = reasons & TAG_REASONS
    nearest = max(missing, key=lambda reason: _NEAREST_LAST[reason], default=None)
    tags = tags_text(nearest, verdicts) if nearest else ""
    return tags, Reason.ONLY_WHEEL in reasons


def _system_order(detail: str) -> tuple[int, ...]:
    return _numbers(detail.rpartition(" ")[2])


class _Wheel:
    """A wheel's file with its tag verdict, which every wheel has."""

    __slots__ = ("tags",)

    def __init__(self, tags: TagVerdict) -> None:
        self.tags = tags


def _wheels(verdicts: Iterable[VersionVerdict]) -> list[_Wheel]:
    files: Iterable[FileVerdict] = (file for verdict in verdicts for file in verdict.files)
    return [_Wheel(file.tags) for file in files if file.tags is not None]


def tags_text(
    reason: Reason,
    verdicts: Iterable[VersionVerdict],
    limit: int = 8,
    *,
    short_for: Target | None = None,
) -> str:
    """What the wheels are for, in the part of the tag that a reason is about; "" without wheels.

    Wheels that miss in another part are left out where others get as far as this one. With
    `short_for` platforms are told in one word each, seen from that target.
    """
    wheels = _wheels(verdicts)
    if reason in (Reason.PLATFORM_TAG, Reason.PLATFORM_TOO_NEW):
        close = [w for w in wheels if w.tags.python_fits and w.tags.abi_fits] or wheels
        platforms = {parts_of(wheel.tags.tags)[2][0] for wheel in close}
        ordered = sorted(platforms, key=platform_order)
        if short_for is None:
            return join_few(ordered, limit)
        return join_few(
            list(dict.fromkeys(short_platform(tag, short_for) for tag in ordered)), limit
        )
    close = [wheel for wheel in wheels if wheel.tags.platform_fits] or wheels
    return tag_span([tag for wheel in close for tag in _python_tags(wheel.tags, reason)])


def _python_tags(tags: TagVerdict, reason: Reason) -> list[str]:
    """The ABI tags of a wheel, where they tell its Python; else its Python tags."""
    pythons, abis, _ = parts_of(tags.tags)
    tells = reason is not Reason.PYTHON_TAG and not {"none", "abi3"} & set(abis)
    return abis if tells else pythons


def why_missing(about: About, name: PackageName, demand: str = "", *, guess: bool = True) -> str:
    """Why nothing is known of a package: no index has it, or one could not say. `demand` is what
    a package requires of it.
    """
    target = about.evidence.target
    failed = [
        exclusion
        for exclusion in about.domain(PackageKey(name)).missing
        if exclusion.reason is not Reason.NOT_FOUND
    ]
    if failed:
        first = failed[0]
        hurdle = Hurdle(first.reason, first.detail)
        return wording.unknown_package(name, hurdle, first.index or "", target)
    listed_on = about.evidence.listed_on(name)
    if listed_on:
        skipped = len(about.evidence.skipped(name))
        return wording.nothing_readable(name, listed_on, skipped, demand)
    asked = any(line.root() for line in about.about(name, ("requirement",)))
    text = wording.not_found(name, demand, about.guesses(name) if guess and asked else ())
    if not guess:
        return text
    from resolvetui.explanation.index_words import is_it_right  # a run with a solution needs none

    evidence = about.evidence
    doubts = [is_it_right(each, evidence.index_url(each)) for each in evidence.doubtful()]
    return " ".join(map(wording.sentence, (text, *doubts))) if doubts else text


def why_out_of_range(about: About, line: Line, wanted: str = "") -> str:
    """No version that an index lists is in range of a demand."""
    name = base_name(line.subject)
    direct = about.direct(name)
    versions = about.domain(line.subject).versions
    if direct is not None and versions:
        fact = wording.taken_from(direct, versions[0])
        return wording.but(wanted, fact) if wanted else fact
    listed = about.listed(name)
    hidden = about.hidden(name, 0, line.requirements())
    if hidden and listed:
        pinned = about.is_pinned(name)
        fact = wording.not_asked(name, listed[0][0], listed[0][1], hidden, pinned=pinned)
    else:
        labelled = [each for each in map(_label_of, line.requirements()) if each]
        builds = [build for public in labelled for build in about.builds(name, public)]
        fact = wording.only_builds(builds) if builds else wording.only_has(listed, name)
        fact += wording.closest(_around(about, line))
        listed_versions = list(about.domain(line.subject).versions)
        for requirement in line.requirements():
            fact += wording.rule(surprise(requirement.specifier, listed_versions))
    return wording.but(wanted, fact) if wanted else fact


_EXACT = re.compile(r"==\s*([^*,+=]+)")
_SHOWN = 3
"""Versions that `only_has` names one by one."""


def _around(about: About, line: Line) -> list[str]:
    """The listed versions next to the one that is pinned, where not all are named anyway."""
    versions = about.domain(line.subject).versions
    pins = [_EXACT.fullmatch(each.specifier) for each in line.requirements()]
    if len(versions) <= _SHOWN or len(pins) != 1 or pins[0] is None:
        return []
    wanted = parse_version(pins[0][1])
    below = [text for text in versions if parse_version(text) < wanted]
    above = [text for text in versions if parse_version(text) > wanted]
    return [*below[-1:], *above[:1]]


def _label_of(requirement: Requirement) -> str:
    """The public version of a pin with a local part, such as 2.3.0 of ==2.3.0+cu999; else ""."""
    public, label, _ = requirement.specifier.partition("+")
    return public.removeprefix("==") if label and public.startswith("==") else ""
