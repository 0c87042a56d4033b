"""Proposals in words: what the user could change. `hints.py` and `dropping.py` decide which.

Text from outside goes in raw, as in `wording.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.model.explanation import ChangedPackage, FixOutcome
from resolvetui.model.files import WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import OriginKind, Requirement, RootRequirement
from resolvetui.model.shown import without_user
from resolvetui.model.verdict import FileVerdict

GO_ONLINE = "run without --offline once, so that the cache learns of it"
YANKED_IF_PINNED = "a yanked version is taken where it is pinned exactly"
NAMES_PRERELEASE = "it names a pre-release, and so lets those of its package in"
TRUSTS_ALL = "every index is then trusted for every package"
RUNS_CODE = "building it runs its code"
OTHER_MACHINE = "nothing of it can be installed on this machine"
OUT_OF_TIME = "the time for trying was over"
NEEDS_CONSENT = "needs your consent to run its code"
NOT_ASKED = "keeps the build that you ask for; needs your word, since you did not name that index"
BREAKS = "what is installed and not asked for may stop working"
WITHDRAWN = "its project withdrew it"


def replace(root: RootRequirement, instead: str, reason: str) -> str:
    """Another requirement in the place of what the user stated."""
    old = wording.short_requirement(root.requirement)
    where = root.origin.where
    text = f"change {old} in {where} to {instead}" if where else f"{instead} instead of {old}"
    return f"{text}: {reason}" if reason else text


def sent_to(name: PackageName) -> str:
    """Why another project may be meant."""
    return f"the summary of {name} itself sends its users there"


def has_file(verdict: FileVerdict, target: Target) -> str:
    """`it has a wheel for Linux aarch64`."""
    kind = "wheel" if isinstance(verdict.file, WheelFile) else "source distribution"
    return f"it has a {kind} for {wording.python_label(target)} on {wording.platform_label(target)}"


def drop(root: RootRequirement, kept: Sequence[str] = (), then: str = "") -> str:
    """`drop >=2 from b`; `kept` is what else is asked of b, `then` what that leads to."""
    asked = root.requirement
    bare = wording.short_requirement(Requirement(asked.name, asked.extras))
    text = f"drop {asked.specifier} from {bare}{wording.place(root.origin)}"
    if kept:
        text = f"{text} and keep {wording.join(kept)}"
    return f"{text}: {then}" if then else text


def suits(requirement: Requirement, depender: str) -> str:
    """`numpy<1.27 would suit numba 0.59.0`."""
    return f"{wording.short_requirement(requirement)} would suit {depender}"


def newest_usable(version: str) -> str:
    """What there is instead of a version that is not."""
    return f"the newest that can be used is {version}"


def lift_constraint(root: RootRequirement) -> str:
    """`lift the constraint torch<2 (constraints.txt:4)`."""
    if root.origin.kind is OriginKind.INSTALLED:
        return f"let {root.origin.file} change too: ask for it by name"
    return f"lift the {wording.constraint_words(root)}"


def let_break(root: RootRequirement) -> str:
    """`let torchaudio 2.3.0 break, which requires torch==2.3.0`."""
    what = wording.short_requirement(root.requirement)
    return f"let {root.origin.file} break, which requires {what}"


def leave_out(root: RootRequirement) -> str:
    """`do without b>=2 (requirements.txt:3)`."""
    return f"do without {wording.short_requirement(root.requirement)}{wording.place(root.origin)}"


def leave_out_extras(root: RootRequirement, extras: Sequence[str]) -> str:
    """`do without the extra opt of b`."""
    noun = "extra" if len(extras) == 1 else "extras"
    of = f"{root.requirement.name}{wording.place(root.origin)}"
    return f"do without the {noun} {wording.join(extras)} of {of}"


def from_index(root: RootRequirement) -> str:
    """`take b from the indexes instead of https://…`."""
    wanted = root.requirement
    return f"take {wanted.name} from the indexes, not from {without_user(wanted.url)}"


def lift_override(root: RootRequirement) -> str:
    """`lift the override torch==2 (overrides.txt:1)`."""
    return f"lift the {wording.override_words(root)}"


def ask_prerelease(wanted: str) -> str:
    """A bound that is a pre-release lets the pre-releases of its package in."""
    return f"ask for {wanted} as well: {NAMES_PRERELEASE}"


def changed(package: ChangedPackage) -> str:
    """`numpy 1.26.4`, or where it is installed `numpy 2.1.0 to 1.26.4`."""
    before = f"{package.old} to " if package.old else ""
    return f"{package.name} {before}{package.new}"


def leads_to(outcome: FixOutcome, most: int = 3) -> str:
    """`gives numpy 1.26.4, scipy 1.13.0 and 8 more packages`, and what to know of it."""
    shown = [changed(package) for package in outcome.changed[:most]]
    rest = len(outcome.changed) - len(shown)
    if rest:
        shown.append(f"{rest} more package{'' if rest == 1 else 's'}")
    text = f"gives {wording.join(shown)}" if shown else "leaves everything as it is installed"
    return f"{text}; {outcome.caution}" if outcome.caution else text


def other_environment(target: Target) -> str:
    """What another Python costs where there is an environment."""
    return f"the environment has {wording.python_label(target)}, so it needs another one"


def take_from(name: PackageName, index: IndexName) -> str:
    """`take torch from mirror alone`."""
    return f"take {name} from {index} alone"


def ask_all_indexes(name: PackageName, indexes: Sequence[IndexName]) -> str:
    """All indexes compete; said with what that risks."""
    return f"take {name} from {wording.join(indexes)} too ({TRUSTS_ALL})"


def use_python(name: PackageName, python: str) -> str:
    """`use Python 3.12, which torch has files for`."""
    return f"use Python {python}, which {name} has files for"


def use_platform(name: PackageName, platform: str) -> str:
    """`use Linux x86_64 with glibc 2.28+, which tool has files for`."""
    return f"use {platform}, which {name} has files for"


def build_index(label: str) -> str:
    """Builds of PyTorch for one platform have an index of their own."""
    return f"ask the index of PyTorch's +{label} builds too"


def add_index(name: PackageName) -> str:
    """A package that no index has, and whose name is like no other."""
    return f"name the index that has {name}: --extra-index-url URL"


def allow_prereleases(name: PackageName, version: str) -> str:
    """`allow pre-releases where nothing else is left, such as a 2.0rc1`."""
    return f"allow pre-releases where nothing else is left, such as {name} {version}"


def pin_yanked(name: PackageName, version: str) -> str:
    """A yanked version that only a dependency asks for."""
    return f"pin {name} {version} as well: {YANKED_IF_PINNED}"


def allow_sdist(name: PackageName) -> str:
    """A source distribution would do, and runs code."""
    return f"allow the source distribution of {name} ({RUNS_CODE})"


def allow_build(name: PackageName, version: str) -> str:
    """`allow building docopt 0.6.2 (building it runs its code)`."""
    return f"allow building {name} {version} ({RUNS_CODE})"


def build_elsewhere(name: PackageName, version: str, python: str, machine: str) -> str:
    """The target is described only, and a build takes a Python that can be started."""
    builder = f"resolve with --python PATH of a {python} on {machine}"
    return f"{builder}, which can build {name} {version} ({RUNS_CODE})"


def allow_wheels(name: PackageName) -> str:
    """--no-binary stands in the way."""
    return f"lift --no-binary for {name}"


def later_cut_off(name: PackageName, version: str, day: str) -> str:
    """--exclude-newer stands in the way; `day` is the first that helps, "" where none is known."""
    what = f"set --exclude-newer to {day}" if day else "do without --exclude-newer"
    return f"{what}, so that {name} {version} counts"
