"""Every sentence about terms, ranges, tags and reasons: the only place that has words for them.

`ranges.py` and `tag_words.py` hold the nouns, `reason_words.py` what is the matter with a file;
here they become sentences, and in `advice.py` proposals. Text from outside goes in raw: whoever
prints makes control characters visible (`model/visible.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from resolvetui.environment.target import Target
from resolvetui.explanation.ranges import describe_mask, is_plural, join, join_few, version_span
from resolvetui.explanation.reason_words import (
    cell,
    condition,
    needs_system,
    predicate,
    python_label,
    target_label,
)
from resolvetui.explanation.tag_words import platform_label
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.model.shown import shown_url, without_user
from resolvetui.model.verdict import TAG_REASONS, Hurdle, Reason

__all__ = [
    "asks",
    "cell",
    "condition",
    "describe_mask",
    "is_plural",
    "join",
    "join_few",
    "origin_words",
    "platform_label",
    "predicate",
    "python_label",
    "requires",
    "sentence",
    "short_requirement",
    "target_label",
    "version_span",
]

_YOU_ASK = "you ask for "
_OURS = (
    "you ",
    "of ",
    "the ",
    "there ",
    "every ",
    "no ",
    "none ",
    "constraint ",
    "override ",
    "neither ",
)


def sentence(text: str) -> str:
    """A clause as a sentence: full stop, and a capital where the first word is ours.

    Names and file names keep their spelling.
    """
    if text.startswith(_OURS):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


# ---- requirements and who states them


def short_requirement(requirement: Requirement) -> str:
    """The requirement without its marker, as it counts here."""
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    name = f"{requirement.name}{extras}"
    if requirement.url:
        return f"{name} @ {shown_url(requirement.url)}"
    return f"{name}{requirement.specifier}"


def asks(root: RootRequirement, override: RootRequirement | None = None) -> str:
    """Who asks for it: `you ask for torch==2.3.0`, `requirements.txt:3 asks for torch`.

    A constraint is told as one: it forbids and never asks.
    """
    text = short_requirement(root.requirement)
    where = root.origin.where
    match root.origin.kind:
        case OriginKind.CONSTRAINT | OriginKind.INSTALLED:
            who = limit(root)
        case OriginKind.OVERRIDE:
            who = override_words(root)
        case OriginKind.CONFIGURATION:
            who = f"{where or 'the configuration'} asks for {text}"
        case OriginKind.FILE if where:
            who = f"{where} asks for {text}"
        case OriginKind.ARGUMENT | OriginKind.PROMPT | OriginKind.FILE:
            who = f"you ask for {text}"
        case OriginKind.SUPPOSED:
            who = f"{root.requirement.name} is to be {root.requirement.specifier.lstrip('=')}"
        case _:
            assert_never(root.origin.kind)
    return f"{who}, and the {override_words(override)} replaces that" if override else who


def limit(root: RootRequirement) -> str:
    """A constraint as a clause: `the constraint torch<2 (constraints.txt:4) applies`."""
    if root.origin.kind is OriginKind.INSTALLED:
        return constraint_words(root)
    return f"the {constraint_words(root)} applies"


def constraint_words(root: RootRequirement) -> str:
    """`constraint torch<2 (constraints.txt:4)`; what stays installed says what it requires."""
    if root.origin.kind is OriginKind.INSTALLED:
        text = short_requirement(root.requirement)
        return f"{root.origin.file}, which is installed and stays, requires {text}"
    return f"constraint {short_requirement(root.requirement)}{place(root.origin)}"


def override_words(root: RootRequirement) -> str:
    """`override torch==2 (overrides.txt:1)`."""
    return f"override {short_requirement(root.requirement)}{place(root.origin)}"


def place(origin: Origin) -> str:
    """` (constraints.txt:4)`, or "" where no file is named."""
    return f" ({origin.where})" if origin.where else ""


def origin_words(origin: Origin) -> str:
    """Where it stands: `requirements.txt:3`, `argument 2`, `the prompt`."""
    if origin.where:
        return origin.where
    match origin.kind:
        case OriginKind.ARGUMENT | OriginKind.FILE:
            return f"argument {origin.line}" if origin.line else "the command line"
        case OriginKind.PROMPT:
            return "the prompt"
        case OriginKind.CONFIGURATION:
            return "the configuration"
        case OriginKind.CONSTRAINT:
            return "a constraint"
        case OriginKind.OVERRIDE:
            return "an override"
        case OriginKind.INSTALLED:
            return "an installed package"
        case OriginKind.SUPPOSED:
            return "a supposition"
    assert_never(origin.kind)


def requires(depender: str, dependee: str, override: RootRequirement | None = None) -> str:
    """`a 1.0 requires b<2`; the first argument is a noun of `describe_mask`."""
    verb = "require" if is_plural(depender) else "requires"
    if override is None:
        return f"{depender} {verb} {dependee}"
    name = override.requirement.name
    return f"{depender} {verb} {name}, for which the {override_words(override)} counts"


# ---- clauses about a package; `sentence` makes sentences of them


def no_wheel(noun: str, reason: Reason, tags: str, target: Target) -> str:
    """`no wheel of torch 2.3.0 fits CPython 3.13: its wheels are for cp38 to cp312 (ABI)`."""
    noun = noun.removeprefix("every version of ")
    parts = {Reason.PYTHON_TAG: " (Python)", Reason.ABI_TAG: " (ABI)"}
    fits = f"no wheel of {noun} fits {target_label(reason, target)}"
    return f"{fits}: its wheels are for {tags}{parts.get(reason, '')}"


def too_new(noun: str, detail: str, target: Target) -> str:
    """`no wheel of x 1.0 fits Linux x86_64: it needs glibc 2.39, this machine has 2.36`."""
    what = noun.removeprefix("every version of ")
    verb = "it needs" if what == noun and not is_plural(noun) else "its wheels need at least"
    label = platform_label(target)
    return f"no wheel of {what} fits {label}: {verb} {needs_system(detail, target)}"


def not_built(noun: str, why: str, tags: str, no_binary: bool, target: Target) -> str:  # noqa: FBT001
    """`no wheel of x 1.0 fits CPython 3.12 on Linux x86_64 (its wheels are for win_amd64), and
    building it failed at build_wheel: error: command 'gcc' failed`.
    """
    need = _build_needed(noun, tags, target, no_binary=no_binary)
    return f"{need}, and building it failed{f' at {why}' if why else ''}"


def to_build(noun: str, why: str, tags: str, no_binary: bool, target: Target) -> str:  # noqa: FBT001
    """The same before a build: `…, and its source distribution has to be built to know what it
    requires: that runs its code, which --build deny forbids`.
    """
    need = _build_needed(noun, tags, target, no_binary=no_binary)
    built = "its source distribution has to be built to know what it requires"
    return f"{need}, and {built}{f': {why}' if why else ''}"


def _build_needed(noun: str, tags: str, target: Target, *, no_binary: bool) -> str:
    """Why no wheel will do."""
    noun = noun.removeprefix("every version of ")
    if no_binary:
        return f"no wheel of {noun} may be used (--no-binary)"
    if tags:
        label = f"{python_label(target)} on {platform_label(target)}"
        return f"no wheel of {noun} fits {label} (its wheels are for {tags})"
    return f"there is no wheel of {noun}"


def unusable(noun: str, hurdle: Hurdle, target: Target) -> str:
    """Versions that all fail for one reason, which is not about tags."""
    text = f"{noun} {predicate(hurdle, target, plural=is_plural(noun))}"
    if hurdle.reason is Reason.REQUIRES_PYTHON:
        text += f"; the target is {target.python_full}"
    return text


def each(noun: str, index: str = "") -> str:
    """`every version of a>=2`, of which one can say that it "is a pre-release"; `index` is where
    they are, if that has to be said.
    """
    text = noun if " " in noun else f"every version of {noun}"
    return f"{text} on {index}" if index else text


def none_usable(noun: str, counted: Sequence[str]) -> str:
    """Versions that fail for several reasons: `12 need Python >=3.12, 3 are yanked`."""
    if is_plural(noun):
        return f"{noun} cannot be used: {', '.join(counted)}"
    noun = noun.removeprefix("every version of ")
    return f"no version of {noun} can be used: {', '.join(counted)}"


def counted(who: str, hurdle: Hurdle, tags: str, target: Target, *, plural: bool) -> str:
    """One part of `none_usable`: `12 need Python >=3.12`, `2.0 is yanked`; `tags` is what wheels
    are for, "" where that is not the matter.
    """
    if tags:
        have = "have" if plural else "has"
        return f"{who} {have} no wheel for {target_label(hurdle.reason, target)} ({tags})"
    return f"{who} {predicate(hurdle, target, plural=plural)}"


def aside(noun: str, counts: Sequence[tuple[Hurdle, int]], target: Target) -> str:
    """Versions that cannot be used, in parentheses: `8.3.0 is yanked`; with several reasons
    `as for 8.3.0 to 9.2.0, 1 is yanked, 5 need Python >=3.12`.
    """
    if len(counts) == 1:
        hurdle, _ = counts[0]
        noun = f"every {noun}" if noun[:1].isalpha() and " " not in noun else noun
        return f"{noun} {_lacks(hurdle, target, plural=is_plural(noun))}"
    parts = [f"{count} {_lacks(hurdle, target, plural=count != 1)}" for hurdle, count in counts]
    return f"as for {noun}, {', '.join(parts)}"


def alone(name: PackageName | None, aside: str) -> str:
    """An aside where no sentence about its package stands before it: `(b: 8.3.0 is yanked)`."""
    return f"({aside})" if aside.startswith("every ") else f"({name}: {aside})"


def _lacks(hurdle: Hurdle, target: Target, *, plural: bool) -> str:
    if hurdle.reason in TAG_REASONS - {Reason.PLATFORM_TOO_NEW}:
        have = "have" if plural else "has"
        return f"{have} no wheel for {target_label(hurdle.reason, target)}"
    return predicate(hurdle, target, plural=plural)


def only_has(listed: Sequence[tuple[str, str]], name: str = "") -> str:
    """`pypi has only 1.0 to 1.4` for (index, versions) pairs; `name` is put before the versions."""
    before = f"{name} " if name else ""
    parts = [
        f"{index} has only {before}{versions}" if versions else f"{index} has none"
        for index, versions in listed
    ]
    return join(parts) if parts else f"no index lists a version of {name or 'it'}"


def taken_from(root: RootRequirement, version: str) -> str:
    """`you take b from https://…/b-1.0-….whl, which is 1.0`."""
    wanted, where = root.requirement, root.origin.where
    who = f"{where} takes" if where else "you take"
    return f"{who} {wanted.name} from {without_user(wanted.url)}, which is {version}"


def only_builds(builds: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """`pytorch has 2.3.0 only as +cpu and +cu121`, for (index, version, local parts)."""
    parts = []
    for index, public, labels in builds:
        words = [f"+{label}" if label else "without a local part" for label in labels]
        parts.append(f"{index} has {public} only {_as(words)}")
    return join(parts)


def _as(words: Sequence[str]) -> str:
    labels = [word for word in words if word.startswith("+")]
    parts = [f"as {join_few(labels, _MOST_BUILDS)}"] if labels else []
    return join([*(word for word in words if word not in labels), *parts])


_MOST_BUILDS = 8


def closest(versions: Sequence[str]) -> str:
    """`; the nearest are 4.2.17 and 5.0`, or ""."""
    if not versions:
        return ""
    return f"; the nearest {'is' if len(versions) == 1 else 'are'} {join(versions)}"


def uploaded(days: Sequence[str], last: str) -> str:
    """`uploaded on 2024-05-07, and nothing after 2024-01-31 counts`."""
    or_later = " or later" if len(set(days)) > 1 else ""
    return f"uploaded on {min(days)}{or_later}, and nothing after {last} counts"


def not_asked(
    name: str, winner: str, has: str, others: Sequence[tuple[str, str]], *, pinned: bool
) -> str:
    """The first index that lists a package, or the one that it is pinned to, hides what the
    others have of it.
    """
    why = f"to which {name} is pinned" if pinned else f"the first index that lists {name}"
    return f"{winner}, {why}, has only {has}; {elsewhere(others, pinned=pinned)}"


def elsewhere(others: Sequence[tuple[str, str]], *, pinned: bool) -> str:
    """`pypi has 24.0 and is not asked (index strategy first-index)`."""
    rest = join([f"{index} has {versions}" for index, versions in others])
    verb = "is" if len(others) == 1 else "are"
    why = "--pin-index" if pinned else "index strategy first-index"
    return f"{rest} and {verb} not asked ({why})"


def but(wanted: str, fact: str) -> str:
    """A demand and what stands against it."""
    return f"{wanted}, but {fact}"


def not_found(name: PackageName, demand: str, guesses: Sequence[str]) -> str:
    """`no index has a package named flaks. Did you mean flask?`; `demand` is who requires it."""
    text = f"no index has a package named {name}"
    if demand:
        text += f"; {demand}"
    return f"{text}. Did you mean {join(guesses, 'or')}?" if guesses else text


def nothing_readable(name: PackageName, indexes: Sequence[str], skipped: int, demand: str) -> str:
    """`pypi lists legacy without any version that can be read (2 links were skipped)`."""
    verb = "list" if len(indexes) > 1 else "lists"
    links = "1 link was" if skipped == 1 else f"{skipped} links were"
    why = f" ({links} skipped)" if skipped else ""
    text = f"{join(indexes)} {verb} {name} without any version that can be read{why}"
    return f"{text}; {demand}" if demand else text


def unknown_package(name: PackageName, hurdle: Hurdle, index: str, target: Target) -> str:
    """An index could not say whether it has a package."""
    where = f" on {index}" if index else ""
    return f"{name}{where} {predicate(hurdle, target)}"


def clash(demands: Sequence[str], constraints: Sequence[RootRequirement] = ()) -> str:
    """Demands that exclude each other: `a 1.0 requires b<2 and you ask for b>=2`.

    With constraints: `you ask for b>=2, but the constraint b<2 (c.txt:1) forbids that`.
    """
    text = join(_merged(demands))
    kept = [root for root in constraints if root.origin.kind is OriginKind.INSTALLED]
    given = [f"the {constraint_words(root)}" for root in constraints if root not in kept]
    parts = [constraint_words(root) for root in kept]
    if given:
        parts.append(f"{join(given)} {'forbids' if len(given) == 1 else 'forbid'} that")
    return f"{text}, but {join(parts)}" if parts else text


def _merged(demands: Sequence[str]) -> list[str]:
    """Demands of the same speaker in one: `you ask for a==1 and a==2`."""
    asked = [text.removeprefix(_YOU_ASK) for text in demands if text.startswith(_YOU_ASK)]
    others = [text for text in demands if not text.startswith(_YOU_ASK)]
    return [*others, f"{_YOU_ASK}{join(asked)}"] if asked else others


def rule(surprise: tuple[str, str] | None) -> str:
    """` (PEP 440: >1.2.3 does not take 1.2.3.post1)`, or ""."""
    return f" (PEP 440: {surprise[0]} does not take {surprise[1]})" if surprise else ""


def together(demands: Sequence[str], torn: str) -> str:
    """Demands that only a search through all choices refutes; they meet at `torn`."""
    where = f": the requirements on {torn} exclude each other" if torn else ""
    return f"no choice of versions satisfies {join_few(list(demands), 6)}{where}"


def consequence(noun: str) -> str:
    """What follows for a depender whose requirement cannot be met."""
    many = noun.startswith("every ") or " " not in noun or is_plural(noun)
    return "so none can be used" if many else "so it cannot be used"


def itself(depender: str, dependee: str) -> str:
    """A version that requires another version of its own package."""
    return f"{requires(depender, dependee)}: another version of itself"


NO_CHOICE = "no choice of versions satisfies all of this"


def would_fit(filename: str, conditions: Sequence[str]) -> str:
    """`torch-2.3.0-cp312-cp312-win_amd64.whl would fit on CPython 3.12`; "" without a condition."""
    return f"{filename} would fit {join(list(conditions))}" if conditions else ""
