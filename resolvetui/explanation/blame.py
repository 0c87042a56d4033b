"""Why the versions that are wanted cannot be used: reasons and files to one clause of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.explanation.about import About
from resolvetui.explanation.lines import Line
from resolvetui.explanation.ranges import join, join_few, surprise
from resolvetui.explanation.reason_words import FREE_TEXT
from resolvetui.explanation.tag_words import parts_of, platform_order, short_platform, tag_span
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

_LOWER_BOUND = re.compile(r">=\d+(\.\d+)*")
_NEAREST_LAST = {reason: place for place, reason in enumerate(Reason)}


def why_unusable(about: About, lines: Sequence[Line], mask: int) -> str:
    """Why these versions of the package that the lines are about cannot be used."""
    key = lines[0].subject
    name = base_name(key)
    groups = _by_reason(exclusion for line in lines for exclusion in line.exclusions())
    groups = {reason: part & mask for reason, part in groups.items() if part & mask}
    details = _details([exclusion for line in lines for exclusion in line.exclusions()], mask)
    noun = about.noun(key, mask)
    hurdles = [(reason, _of_versions(about, name, part)) for reason, part in _nearest_first(groups)]
    if len(hurdles) == 1:
        detail = details.get(hurdles[0][0], "")
        text = _wrong_hash(about, name, noun, *hurdles[0], detail) or _one_reason(
            about, noun, *hurdles[0], detail
        )
    else:
        text = wording.none_usable(
            noun,
            [
                _counted(about, reason, groups[reason], verdicts, details.get(reason, ""))
                for reason, verdicts in hurdles
            ],
        )
    hidden = about.hidden(name, mask)
    return f"{text}; {wording.elsewhere(hidden)}" if hidden else text


def why_aside(about: About, line: Line, mask: int, beside: int) -> str:
    """Why versions cannot be used that a story is not about, to stand in parentheses; `beside`
    are those that it is about: `plain 2.2.2 has no wheel for Linux x86_64`.
    """
    name = base_name(line.subject)
    groups = _by_reason(line.exclusions())
    parts = [(reason, groups[reason] & mask) for reason, _ in _nearest_first(groups)]
    hurdles = [
        (Hurdle(reason, _bound(reason, _of_versions(about, name, part))), part)
        for reason, part in parts
        if part
    ]
    noun = about.noun(line.subject, mask).removeprefix(f"{line.subject} ")
    if _is_plain(about, line.subject, mask, beside):
        noun = f"plain {noun}"
    counts = [(hurdle, (part & ~ABSENT).bit_count()) for hurdle, part in hurdles]
    return wording.aside(noun, counts, about.evidence.target)


def _bound(reason: Reason, verdicts: Sequence[VersionVerdict]) -> str:
    return _common_detail(reason, verdicts) if reason is Reason.REQUIRES_PYTHON else ""


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
    return {reason: next(iter(texts)) for reason, texts in found.items() if len(texts) == 1}


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
    hurdle = Hurdle(reason, detail or _common_detail(reason, verdicts))
    return wording.unusable(noun, hurdle, target)


def _counted(
    about: About, reason: Reason, mask: int, verdicts: Sequence[VersionVerdict], detail: str
) -> str:
    count = (mask & ~ABSENT).bit_count()
    wheels = reason in TAG_REASONS and reason is not Reason.PLATFORM_TOO_NEW
    tags = tags_text(reason, verdicts) if wheels else ""
    if reason in FREE_TEXT:
        return wording.counted(count, Hurdle(reason), tags, about.evidence.target)
    hurdle = Hurdle(reason, detail or _common_detail(reason, verdicts))
    return wording.counted(count, hurdle, tags, about.evidence.target)


def _common_detail(reason: Reason, verdicts: Iterable[VersionVerdict]) -> str:
    """What the hurdles ask for: one bound, or two; "" where there are more."""
    found = dict.fromkeys(
        verdict.hurdle.detail
        for verdict in verdicts
        if verdict.hurdle is not None and verdict.hurdle.reason is reason and verdict.hurdle.detail
    )
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
    part = 0 if reason is Reason.PYTHON_TAG else 1
    return tag_span([tag for wheel in close for tag in parts_of(wheel.tags.tags)[part]])


def why_missing(about: About, name: PackageName, needed_by: str = "", *, guess: bool = True) -> str:
    """Why nothing is known of a package: no index has it, or one could not say."""
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
        return wording.nothing_readable(name, listed_on, skipped, needed_by)
    asked = any(line.root() for line in about.about(name, ("requirement",)))
    text = wording.not_found(name, needed_by, about.guesses(name) if guess and asked else ())
    if not guess:
        return text
    from resolvetui.explanation.index_words import is_it_right  # a run with a solution needs none

    evidence = about.evidence
    doubts = [is_it_right(each, evidence.index_url(each)) for each in evidence.doubtful()]
    return " ".join(map(wording.sentence, (text, *doubts))) if doubts else text


def why_out_of_range(about: About, line: Line, wanted: str = "") -> str:
    """No version that an index lists is in range of a demand."""
    name = base_name(line.subject)
    listed = about.listed(name)
    hidden = about.hidden(name, 0, line.requirements())
    if hidden and listed:
        fact = wording.not_asked(name, listed[0][0], listed[0][1], hidden)
    else:
        labelled = [each for each in map(_label_of, line.requirements()) if each]
        builds = [build for public in labelled for build in about.builds(name, public)]
        fact = wording.only_builds(builds) if builds else wording.only_has(listed, name)
        listed_versions = list(about.domain(line.subject).versions)
        for requirement in line.requirements():
            fact += wording.rule(surprise(requirement.specifier, listed_versions))
    return wording.but(wanted, fact) if wanted else fact


def _label_of(requirement: Requirement) -> str:
    """The public version of a pin with a local part, such as 2.3.0 of ==2.3.0+cu999; else ""."""
    public, label, _ = requirement.specifier.partition("+")
    return public.removeprefix("==") if label and public.startswith("==") else ""
