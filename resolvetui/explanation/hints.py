"""From the kinds of the facts to proposals: what the user could change.

None is checked by a resolve here, so none says so; but none contradicts a fact of the conflict.
`fixes.py` tries them, and more (`proposals.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from resolvetui.explanation import advice, index_words, wording
from resolvetui.explanation.about import DEMANDS, About, ascending, is_shadowed, stated_for, takes
from resolvetui.explanation.cut_off import next_cut_off
from resolvetui.explanation.dropping import drop_hint
from resolvetui.explanation.lines import Line
from resolvetui.explanation.platforms import nearest_platform
from resolvetui.explanation.proof import contradictory
from resolvetui.explanation.pythons import nearest_python
from resolvetui.explanation.pytorch import build_hints
from resolvetui.explanation.trace import Firing
from resolvetui.explanation.wrong_hash import hash_hints
from resolvetui.inputs.changes import arguments, asked, last_day
from resolvetui.model.explanation import Hint
from resolvetui.model.files import SdistFile, WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import (
    AddRequirement,
    AllowBreaking,
    AllowBuild,
    AllowSdist,
    AllowWheel,
    Change,
    DropConstraint,
    IndexStrategy,
    PrereleasePolicy,
    ReplaceRequirement,
    SetExcludeNewer,
    SetPlatform,
    SetPrerelease,
    SetPythonVersion,
    SetStrategy,
    UpgradeInstalled,
)
from resolvetui.model.requirement import OriginKind, Requirement, RootRequirement
from resolvetui.model.verdict import BUILD_REASONS, FileVerdict, Reason, VersionVerdict
from resolvetui.resolver.clause import ASKED, ROOT, Clause, PackageKey, base_name
from resolvetui.resolver.domain import ABSENT
from resolvetui.resolver.specifiers import parse_version

MOST = 6


def hints_for(about: About, core: Sequence[Clause], dead_end: Firing | None) -> tuple[Hint, ...]:
    """The proposals for a conflict, the nearest first; at most a handful."""
    return tuple(all_hints(about, core, dead_end))[:MOST]


def all_hints(about: About, core: Sequence[Clause], dead_end: Firing | None) -> list[Hint]:
    """All proposals for a conflict, each once, the nearest first."""
    found: dict[tuple[str, tuple[str, ...]], Hint] = {}
    for hint in _all(about, core, dead_end):
        found.setdefault((hint.text, hint.args), hint)
    return list(found.values())


def _all(about: About, core: Sequence[Clause], dead_end: Firing | None) -> Iterator[Hint]:
    names = _names(about, dead_end)
    helped: set[PackageName] = set()
    for name in names:
        for found in _of_package(about, name):
            if found.kind == "other-version":
                helped.add(name)
            yield found
    yield from build_hints(about)
    for line in about.lines:
        root = line.root()
        if line.kind == "constraint" and root is not None:
            yield hint(about, advice.lift_constraint(root), "constraint", lift(root))
            if root.origin.kind is OriginKind.INSTALLED:
                yield hint(about, advice.let_break(root), "allow-breaking", AllowBreaking())
    for line in about.lines:
        if line.kind == "requirement" and base_name(line.subject) not in helped:
            yield from _relax(about, core, line)


def hint(about: About, text: str, kind: str, change: Change) -> Hint:
    """A proposal that can be tried, with the arguments that apply it."""
    return Hint(text, kind, arguments(about.evidence.query, [change]), changes=(change,))


def lift(root: RootRequirement) -> Change:
    """Do without a constraint; one of an installed package goes when that may change too."""
    if root.origin.kind is OriginKind.INSTALLED:
        return UpgradeInstalled(PackageName(root.origin.file.partition(" ")[0]))
    return DropConstraint(root)


def _names(about: About, dead_end: Firing | None) -> list[PackageName]:
    subjects = [dead_end.line.subject] if dead_end else []
    subjects += [line.subject for line in about.lines if line.kind == "unusable"]
    subjects += [
        line.subject
        for line in about.lines
        if line.kind in DEMANDS and line.subject != line.depender and not about.allowed(line)
    ]
    return list(dict.fromkeys(map(base_name, subjects)))


def _of_package(about: About, name: PackageName) -> Iterator[Hint]:
    if not about.domain(PackageKey(name)).versions:
        yield from _missing(about, name)
        return
    mask = about.asked_mask(name)
    inside = [
        verdict for verdict in about.verdicts(name) if about.in_range(name, verdict.version, mask)
    ]
    if any(verdict.hurdle is None for verdict in inside):
        return  # its files are not what is wrong
    yield from _successor(about, name)
    yield from of_strategy(about, name, hiding(inside))
    yield from _other_version(about, name, inside)
    yield from of_python(about, name, inside)
    yield from of_platform(about, name, inside)
    yield from of_reasons(about, name, mask)
    yield from hash_hints(about, name, inside)


# ---- a package that is not there


def _missing(about: About, name: PackageName) -> Iterator[Hint]:
    """Another name; where none is like it, the index that it is on."""
    reasons = {exclusion.reason for exclusion in about.domain(PackageKey(name)).missing}
    if Reason.OFFLINE in reasons:
        yield Hint(advice.GO_ONLINE, "online")
        return
    if reasons - {Reason.NOT_FOUND}:
        return
    for index in about.evidence.doubtful():
        origin = next(each.origin for each in about.evidence.query.indexes if each.name == index)
        text = index_words.check_url(index, about.evidence.index_url(index), origin)
        yield Hint(text, "index-url")
    for line in about.about(name, ("requirement",)):
        root = line.root()
        for guess in about.guesses(name) if root else ():
            assert root is not None
            instead = replace(root.requirement, name=guess)
            yield replacing(about, root, instead, "did-you-mean")
    is_known = about.guesses(name) or about.evidence.listed_on(name)
    if not is_known and not about.evidence.doubtful():
        yield Hint(advice.add_index(name), "add-index")


def _successor(about: About, name: PackageName) -> Iterator[Hint]:
    """The project that a package without metadata of use sends its users to."""
    successor = about.evidence.successor(name)
    for line in about.about(name, ("requirement",)) if successor else ():
        root = line.root()
        if root is not None and successor is not None:
            instead = Requirement(successor, marker=root.requirement.marker)
            yield replacing(about, root, instead, "did-you-mean", advice.sent_to(name))


def replacing(
    about: About, root: RootRequirement, instead: Requirement, kind: str, reason: str = ""
) -> Hint:
    """Ask for something else in the place of what was asked."""
    text = advice.replace(root, wording.short_requirement(instead), reason)
    return hint(about, text, kind, ReplaceRequirement(root, instead))


# ---- versions whose files are what is wrong


def _other_version(
    about: About, name: PackageName, inside: Sequence[VersionVerdict]
) -> Iterator[Hint]:
    """The closest version with a file that fits, where only the user's own range is in the way."""
    for line in about.about(name, ("requirement",)):
        root = line.root()
        if root is None or line.override() is not None or not inside:
            continue
        versions = _allowed_elsewhere(about, name, line, root)
        if _of_builds(inside):  # another source distribution is no way out
            versions = [each for each in versions if _has_wheel(about, name, each)]
        version = _closest(versions, inside[0].version)
        fitting = _fitting_file(about, name, version) if version else None
        if fitting is None:
            continue
        public = version.partition("+")[0]  # it takes the local version, which nobody has to type
        instead = replace(root.requirement, specifier=f"=={public}")
        what = advice.has_file(fitting, about.evidence.target)
        yield replacing(about, root, instead, "other-version", what)


def _allowed_elsewhere(
    about: About, name: PackageName, line: Line, root: RootRequirement
) -> list[str]:
    """The usable versions that all other demands take, those outside the conflict too."""
    allowed = about.domain(line.subject).usable
    for other in about.about(name, (*DEMANDS, "constraint")):
        if other != line:
            allowed &= about.allowed(other)
    query = about.evidence.query
    stated = stated_for([*query.requirements, *query.constraints], name, about.evidence.target)
    bounds = [each.requirement.specifier for each in stated if each != root]
    versions = about.domain(line.subject).list(allowed)
    return [text for text in versions if all(takes(bound, text) for bound in bounds)]


def _closest(versions: Sequence[str], wanted: str) -> str:
    """The same public version if there, else the next newer, else the next older; final ones
    before pre-releases.
    """
    finals = [text for text in versions if not parse_version(text).is_prerelease] or list(versions)
    same = [text for text in finals if text.partition("+")[0] == wanted.partition("+")[0]]
    if same:
        return same[-1]
    newer = [text for text in finals if parse_version(text) > parse_version(wanted)]
    if newer:
        return newer[0]
    return finals[-1] if finals else ""


def _fitting_file(about: About, name: PackageName, version: str) -> FileVerdict | None:
    for verdict in about.verdicts(name):
        if verdict.version == version and verdict.hurdle is None and verdict.files:
            return verdict.files[0]
    return None


def _of_builds(inside: Sequence[VersionVerdict]) -> bool:
    """Whether a build is what is wrong with one of these versions."""
    return any(verdict.hurdle and verdict.hurdle.reason in BUILD_REASONS for verdict in inside)


def _has_wheel(about: About, name: PackageName, version: str) -> bool:
    fitting = _fitting_file(about, name, version)
    return fitting is not None and isinstance(fitting.file, WheelFile)


def of_strategy(about: About, name: PackageName, indexes: Sequence[IndexName]) -> Iterator[Hint]:
    """Ask these as well, which are not asked and have what is needed."""
    if indexes and not about.is_pinned(name):
        yield hint(
            about,
            advice.ask_all_indexes(name, indexes),
            "index-strategy",
            SetStrategy(IndexStrategy.UNSAFE_BEST_MATCH),
        )


def hiding(inside: Sequence[VersionVerdict]) -> list[IndexName]:
    """The indexes that are not asked and have a file that fits, in order of mention."""
    found = [
        verdict.index
        for verdict in inside
        if is_shadowed(verdict)
        and any(_fails_only(file, {Reason.SHADOWED}) for file in verdict.files)
    ]
    return list(dict.fromkeys(found))


def of_python(about: About, name: PackageName, inside: Sequence[VersionVerdict]) -> Iterator[Hint]:
    """The nearest Python that one of these versions has files for."""
    files = [file for verdict in inside if not is_shadowed(verdict) for file in verdict.files]
    python = nearest_python(files, about.evidence.target)
    if python:
        yield hint(about, advice.use_python(name, python), "python", SetPythonVersion(python))


def of_platform(
    about: About, name: PackageName, inside: Sequence[VersionVerdict]
) -> Iterator[Hint]:
    """The nearest platform that one of these versions has files for."""
    files = [file for verdict in inside if not is_shadowed(verdict) for file in verdict.files]
    found = nearest_platform(files, about.evidence.target)
    if found is not None:
        kind = "newer-system" if found.is_newer else "platform"
        yield hint(about, advice.use_platform(name, found.words), kind, SetPlatform(found.name))


def _fails_only(verdict: FileVerdict, reasons: set[Reason]) -> bool:
    return {hurdle.reason for hurdle in verdict.hurdles} <= reasons


def of_reasons(about: About, name: PackageName, mask: int) -> Iterator[Hint]:
    """One proposal for each reason that the facts of the conflict give for versions in range."""
    found: dict[Reason, int] = {}
    for line in about.about(name, ("unusable",)):
        for exclusion in line.exclusions():
            part = exclusion.mask & mask
            if part:
                found[exclusion.reason] = found.get(exclusion.reason, 0) | part
    for reason, part in found.items():
        yield from _of_reason(about, name, reason, part)


def _of_reason(about: About, name: PackageName, reason: Reason, part: int) -> Iterator[Hint]:
    domain = about.domain(PackageKey(name))
    newest = ascending(domain.list(part))[-1]
    match reason:
        case Reason.PRERELEASE:
            change: Change = SetPrerelease(PrereleasePolicy.IF_NECESSARY)
            yield hint(about, advice.allow_prereleases(name, newest), "prerelease", change)
        case Reason.YANKED:
            yield from _pin_yanked(about, name, newest)
        case Reason.ONLY_SDIST:
            if _has_sdist(about, name, part):
                yield hint(about, advice.allow_sdist(name), "only-binary", AllowSdist(name))
        case Reason.SDIST_NOT_BUILDABLE:
            yield from _of_build(about, name, newest)
        case Reason.ONLY_WHEEL:
            yield hint(about, advice.allow_wheels(name), "no-binary", AllowWheel(name))
        case Reason.EXCLUDE_NEWER:
            yield _later(about, name, domain.list(part), newest)
        case _:
            pass


def _of_build(about: About, name: PackageName, newest: str) -> Iterator[Hint]:
    """Consent to a build, where there is a Python to build with; nobody tries it unasked. Else
    where there would be one.
    """
    query, target = about.evidence.query, about.evidence.target
    if target.environment is None or not query.target.is_environment:
        is_foreign = bool(query.target.python_platform)
        machine = wording.platform_label(target) if is_foreign else "this machine"
        python = wording.python_label(target)
        yield Hint(advice.build_elsewhere(name, newest, python, machine), "build-elsewhere")
        return
    if not query.policies.may_build(name):
        found = hint(about, advice.allow_build(name, newest), "build", AllowBuild(name))
        yield replace(found, unchecked=advice.NEEDS_CONSENT)


def _later(about: About, name: PackageName, versions: Iterable[str], newest: str) -> Hint:
    moment, version = next_cut_off(about.verdicts(name), set(versions))
    day = last_day(moment) if moment else ""
    text = advice.later_cut_off(name, version or newest, day)
    return hint(about, text, "exclude-newer", SetExcludeNewer(moment))


def _pin_yanked(about: About, name: PackageName, newest: str) -> Iterator[Hint]:
    for line in about.about(name, ("requirement",)):
        root = line.root()
        if root is not None:
            instead = replace(root.requirement, specifier=f"=={newest}")
            yield replacing(about, root, instead, "yanked", advice.YANKED_IF_PINNED)
            return
    pin = AddRequirement(asked(name, f"=={newest}"))
    yield hint(about, advice.pin_yanked(name, newest), "yanked", pin)


def _has_sdist(about: About, name: PackageName, mask: int) -> bool:
    domain = about.domain(PackageKey(name))
    return any(
        isinstance(file.file, SdistFile) and _fails_only(file, {Reason.ONLY_SDIST})
        for verdict in about.verdicts(name)
        if domain.bit(verdict.version) & mask
        for file in verdict.files
    )


# ---- the user's own ranges


def _relax(about: About, core: Sequence[Clause], line: Line) -> Iterator[Hint]:
    """Ask for any version, where the rest of the conflict leaves one."""
    root = line.root()
    if root is None or not root.requirement.specifier or line.override() is not None:
        return
    own = {clause.id for clause in line.clauses}
    rest = [clause.terms for clause in core if clause.id not in own]
    relaxed = {ROOT: ASKED, line.subject: ABSENT}
    if not about.domain(line.subject).usable or contradictory([*rest, relaxed], about.domains):
        return
    yield drop_hint(about, line, root)
