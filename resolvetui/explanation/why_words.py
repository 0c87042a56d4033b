"""Sentences about a package of a resolution: who asks, what was ruled out, what would be else.

What `wording.py` is for conflicts. Clauses start with a version or a name, and text from outside
goes in raw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from resolvetui.explanation import wording
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexStrategy
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.why import Asker, Inactive, Moved, Stage

Policy = Literal["installed", "later-index", "lowest", "prerelease"]

_POLICIES: dict[Policy, str] = {
    "installed": "the installed version is kept",
    "later-index": "an earlier index has one in range (strategy unsafe-first-match)",
    "lowest": "the lowest version was asked for",
    "prerelease": "it is a pre-release, and a final version is there",
}
_RULES = {
    IndexStrategy.FIRST_INDEX: "strategy first-index takes the first index that knows the name",
    IndexStrategy.UNSAFE_FIRST_MATCH: "strategy unsafe-first-match prefers the earlier index",
    IndexStrategy.UNSAFE_BEST_MATCH: "strategy unsafe-best-match takes the best version of all",
}
FEW = 3
"""Changes that a sentence names."""


# ---- why not newer


def held_back(version: str, holder: str) -> str:
    """`2.0 is held back by a's requirement b<2`."""
    return f"{version} is held back by {holder}"


def whose(package: PackageName, requirement: Requirement) -> str:
    """`a's requirement b<2`."""
    return f"{package}'s requirement {wording.short_requirement(requirement)}"


def stated(root: RootRequirement, kind: str) -> str:
    """A requirement of the user as what it is: `your b<2`, `constraint b<2 (c.txt:4)`."""
    if kind == "constraint":
        return wording.constraint_words(root)
    if kind == "override":
        return wording.override_words(root)
    return f"your {wording.short_requirement(root.requirement)}{wording.place(root.origin)}"


def by_policy(version: str, policy: Policy) -> str:
    """`2.0: the lowest version was asked for`."""
    return f"{version}: {_POLICIES[policy]}"


def in_the_way(version: str, requirement: Requirement, chosen: str) -> str:
    """What is seen without a search: `2.0 requires c>=3, and c is at 2.5`."""
    asked = wording.short_requirement(requirement)
    return f"{version} requires {asked}, and {requirement.name} is at {chosen}"


def passed_over(version: str) -> str:
    """Nobody looked whether there is a solution with it."""
    return f"{version} was passed over by the search, and was not tried for itself"


def refuted(name: PackageName, version: str, cause: str) -> str:
    """The cause of a conflict with a supposed version, led in by that version."""
    own = f"{name} {version} "
    cause = cause[0].lower() + cause[1:] if cause.startswith(_OURS) else cause
    cause = cause.removesuffix(".")
    return cause.removeprefix(f"{name} ") if cause.startswith(own) else f"{version}: {cause}"


_OURS = ("You ", "The ", "Every ", "No ", "None ", "Constraint ", "Override ", "Neither ")


NO_ROOM = "No other choice of versions makes room for it."


def would_fit(version: str, moved: Sequence[Moved]) -> str:
    """`2.0 would fit with b 1.4 instead of 1.9`; changes are named by what they are."""
    if not moved:
        return f"{version} would fit as well; the search came to another version first"
    parts = [change(each) for each in moved[:FEW]]
    if len(moved) > FEW:
        more = len(moved) - FEW
        parts.append(f"{more} more change{'' if more == 1 else 's'}")
    lead = "" if moved[0].old and not moved[0].new else "with "
    return f"{version} would fit {lead}{wording.join(parts)}"


def change(moved: Moved) -> str:
    """One package that would be at another version, as a noun."""
    if not moved.old:
        return f"{moved.name} {moved.new} as well"
    if not moved.new:
        return f"without {moved.name} {moved.old}"
    return f"{moved.name} {moved.new} instead of {moved.old}"


# ---- where it comes from


def source_rule(
    name: PackageName, index: IndexName, others: Sequence[IndexName], strategy: IndexStrategy
) -> str:
    """`a comes from main; other lists it too, and strategy first-index takes …`."""
    text = f"{name} comes from {index}"
    if not others:
        return text
    verb = "lists" if len(others) == 1 else "list"
    return f"{text}; {wording.join(list(others))} {verb} it too, and {_RULES[strategy]}"


def pinned_source(name: PackageName, index: IndexName) -> str:
    """For a package that is taken from one index alone."""
    return f"{name} comes from {index}, which it is pinned to"


DIRECT = "the file itself is named by a direct reference; no index is asked"
KEPT = "the installed version is kept"


def elsewhere(index: IndexName, version: str, *, is_asked: bool, in_range: bool) -> str:
    """`pypi would give 2.4.0 if it were asked`; what another index has of a package."""
    if not version:
        return f"{index} lists it, with no file for this target"
    verb = (
        "has" if is_asked else "would give" if in_range else "has, as its newest for this target,"
    )
    text = f"{index} {verb} {version}"
    if not in_range:
        return f"{text}, which is not what is asked for"
    return text if is_asked else f"{text} if it were asked"


def local_label(version: str) -> str:
    """What a local label means (PEP 440); "" for a version without one."""
    public, _, label = version.partition("+")
    if not label:
        return ""
    return (
        f"{version} is {public} with the local label {label}: it meets =={public}, and ranks above "
        "the plain version (PEP 440)"
    )


# ---- what does not count, what is not there


def inactive(each: Inactive) -> str:
    """`click 8 requires colorama only where sys_platform == "win32"; sys_platform is 'linux'`."""
    if each.by_user:
        who = f"{each.requirement} ({each.stated_by}) counts"
    else:
        who = f"{each.stated_by} requires {each.requirement}"
    return f"{who} only where {each.marker}; {each.value}"


def absent(name: PackageName, reason: str, guesses: Sequence[PackageName] = ()) -> str:
    """Why a package is not part of the answer."""
    text = f"{name} is not part of the answer: {reason}."
    return f"{text} Did you mean {wording.join(list(guesses), 'or')}?" if guesses else text


NOBODY = "nothing that is asked for requires it"


def only_limited(what: Sequence[str]) -> str:
    """Only constraints or overrides speak of it."""
    verb = "forbids" if len(what) == 1 else "forbid"
    return f"{wording.join(list(what))} only {verb} versions, and nobody asks for it"


ALL_FALSE = "the marker of whatever asks for it is false here"
ONLY_EXTRAS = "it is only for extras that nobody asks for"


def via(path: Sequence[tuple[PackageName, str]]) -> str:
    """` (you ask for torch, by way of sympy 1.12)`: how one gets to the last of a path."""
    if not path:
        return ""
    text = f"you ask for {path[0][0]}"
    between = [f"{name} {version}" for name, version in path[1:-1]]
    return f" ({text}, by way of {wording.join(between)})" if between else f" ({text})"


def asker(each: Asker) -> str:
    """Who asks, with where it stands or the way to it."""
    place = f" ({each.origin})" if each.origin and each.origin not in each.text else ""
    return f"{each.text}{place}{via(each.path)}"


# ---- titles

WHO = "Who asks for it"
NEWER = "Why not newer"
VERSIONS = "Versions"
INDEX = "Why this index"
INACTIVE = "What does not count here"


def more(count: int) -> str:
    """What a list leaves out."""
    return f"and {count} more"


def newest(version: str) -> str:
    """For a package that is at its newest version."""
    return f"{version} is the newest that any index lists"


def funnel(stages: Sequence[Stage]) -> str:
    """`41 versions, 17 of them for this Python, 9 for this platform`."""
    if not stages:
        return ""
    first, *others = stages
    parts = [f"{first.count} {first.label}"]
    parts += [
        f"{each.count}{'' if number else ' of them'} {each.label}"
        for number, each in enumerate(others)
    ]
    return ", ".join(parts)
