"""A few words build a conflict: packages on indexes, judged and solved by the real rooms.

world = World()
world.serve("torch", "2.3.0+cpu", wheels=["cp312-cp312-linux_x86_64"], index="cpu")
explanation = world.explain("torch==2.3.0+cpu", platform="aarch64-manylinux_2_28")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from packaging.version import Version

from resolvetui.environment.requirement_text import parse_requirement
from resolvetui.environment.target import Target
from resolvetui.explanation.story import explain
from resolvetui.index.assessment import assess
from resolvetui.index.candidates import Candidates, Wishes, merge
from resolvetui.index.judging import FormatPolicy, Judge
from resolvetui.index.strategy import Roles, roles
from resolvetui.model.explanation import Explanation
from resolvetui.model.files import (
    DistributionFile,
    ProjectPage,
    Release,
    SdistFile,
    SkippedFile,
    WheelFile,
    encode_files,
)
from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.query import IndexSource, IndexStrategy, Policies, PrereleasePolicy, Query
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.model.verdict import Hurdle, Reason, VersionVerdict
from resolvetui.resolver import (
    Dependencies,
    Domain,
    NeedListings,
    NeedMetadata,
    Outcome,
    Problem,
    Refutation,
    Solver,
)
from resolvetui.resolver.domain import Exclusion
from resolvetui.resolver.requests import Unreadable
from tests.environment.helpers import a_target


def ask(text: str, where: str = "", kind: OriginKind | None = None) -> RootRequirement:
    """A requirement of the user; `where` is `file:line`."""
    file, _, number = where.partition(":")
    kind = kind or (OriginKind.FILE if file else OriginKind.ARGUMENT)
    return RootRequirement(parse_requirement(text), Origin(kind, file, int(number or 0)), text)


def constraint(text: str, where: str = "constraints.txt:1") -> RootRequirement:
    return ask(text, where, OriginKind.CONSTRAINT)


@dataclass
class World:
    """Packages on indexes, in order of preference of first mention."""

    files: dict[IndexName, dict[PackageName, dict[str, list[DistributionFile]]]] = field(
        default_factory=dict
    )
    needs: dict[tuple[PackageName, str], Dependencies] = field(default_factory=dict)
    unreadable: dict[tuple[PackageName, str], Unreadable] = field(default_factory=dict)
    answers: dict[PackageName, tuple[Exclusion, ...]] = field(default_factory=dict)
    """What indexes say of a package that none has, where that is not "not found"."""

    def serve(
        self,
        name: str,
        version: str,
        needs: Sequence[str] = (),
        *,
        wheels: Sequence[str] | None = None,
        index: str = "pypi",
        sdist: bool = False,
        requires_python: str | None = None,
        yanked: str | None = None,
        extras: dict[str, Sequence[str]] | None = None,
    ) -> None:
        if wheels is None:
            wheels = () if sdist else ("py3-none-any",)
        common = {"requires_python": requires_python, "yanked": yanked}
        stem = f"{name}-{version}"
        listed: list[DistributionFile] = [
            WheelFile(f"{stem}-{tags}.whl", f"https://i/{stem}", version, {}, tags=tags, **common)  # type: ignore[arg-type]
            for tags in wheels
        ]
        if sdist:
            listed.append(SdistFile(f"{stem}.tar.gz", f"https://i/{stem}", version, {}, **common))  # type: ignore[arg-type]
        projects = self.files.setdefault(IndexName(index), {})
        projects.setdefault(PackageName(name), {}).setdefault(version, []).extend(listed)
        by_extra = {
            ExtraName(extra): tuple(map(parse_requirement, texts))
            for extra, texts in (extras or {}).items()
        }
        self.needs[PackageName(name), version] = Dependencies(
            tuple(map(parse_requirement, needs)), by_extra
        )

    def explain(
        self,
        *requirements: str | RootRequirement,
        constraints: Sequence[RootRequirement] = (),
        overrides: Sequence[RootRequirement] = (),
        python: str = "3.12",
        platform: str = "x86_64-manylinux_2_28",
        policies: Policies | None = None,
    ) -> Explanation:
        roots = tuple(ask(item) if isinstance(item, str) else item for item in requirements)
        query = Query(
            roots,
            tuple(constraints),
            tuple(overrides),
            tuple(IndexSource(name, f"https://{name}.example/simple") for name in self.files),
            policies=policies or Policies(),
        )
        facts = Facts(self, query, a_target(python, platform))
        outcome = facts.solve()
        assert isinstance(outcome, Refutation), "there is a solution"
        return explain(outcome, facts)


@dataclass
class Facts:
    """The evidence of one query over a world, and a driver for the solver."""

    world: World
    query: Query
    target: Target

    def __post_init__(self) -> None:
        self._judge = Judge(self.target)

    def solve(self) -> Outcome:
        problem = Problem(self.query.requirements, self.query.constraints, self.query.overrides)
        search = Solver(problem).run()
        request = next(search)
        try:
            while True:
                match request:
                    case NeedListings(names):
                        request = search.send({name: self._domain(name) for name in names})
                    case NeedMetadata(name, version):
                        unreadable = self.world.unreadable.get((name, version))
                        request = search.send(unreadable or self.world.needs[name, version])
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome

    # -- Evidence

    def verdicts(self, package: PackageName) -> tuple[VersionVerdict, ...]:
        formats = FormatPolicy.of(self.query.policies, package)
        used = self._roles(package).used
        found = []
        for index, projects in self.world.files.items():
            hidden = all(source.name != index for source in used)
            first = used[0].name if used else ""
            extra = (Hurdle(Reason.SHADOWED, first),) if hidden else ()
            for release in _releases(projects.get(package, {})):
                verdict = self._judge.release(release, index, formats, extra)
                found.append(self._with_policies(package, verdict))
        return tuple(sorted(found, key=lambda each: Version(each.version), reverse=True))

    def _with_policies(self, package: PackageName, verdict: VersionVerdict) -> VersionVerdict:
        domain = self._domain(package)
        bit = domain.bit(verdict.version)
        for exclusion in domain.exclusions:
            if exclusion.reason is Reason.PRERELEASE and exclusion.mask & bit:
                hurdle = Hurdle(Reason.PRERELEASE)
                return VersionVerdict(verdict.version, verdict.index, hurdle, verdict.files)
        unreadable = self.world.unreadable.get((package, verdict.version))
        if unreadable and not verdict.hurdle:
            hurdle = Hurdle(unreadable.reason, unreadable.detail)
            return VersionVerdict(verdict.version, verdict.index, hurdle, verdict.files)
        return verdict

    def index_url(self, index: IndexName) -> str:
        return f"https://{index}.example/simple"

    def listed_on(self, package: PackageName) -> tuple[IndexName, ...]:
        return tuple(index for index, found in self.world.files.items() if package in found)

    def skipped(self, package: PackageName) -> tuple[SkippedFile, ...]:
        return ()

    def doubtful(self) -> tuple[IndexName, ...]:
        return ()

    def successor(self, package: PackageName) -> PackageName | None:
        return None

    def known_names(self) -> tuple[PackageName, ...]:
        return tuple(sorted({name for found in self.world.files.values() for name in found}))

    # -- what an index client does

    def _roles(self, name: PackageName) -> Roles:
        has = {str(index): name in found for index, found in self.world.files.items()}
        return roles(self.query.indexes, has, self.query.policies.index_strategy)

    def _domain(self, name: PackageName) -> Domain:
        return self._candidates(name).domain

    def _candidates(self, name: PackageName) -> Candidates:
        pages = [
            (source.name, assess(_page(self.world, name, source.name), self._judge))
            for source in self._roles(name).used
        ]
        missing = self.world.answers.get(
            name, tuple(Exclusion(Reason.NOT_FOUND, 0, index) for index in self.world.files)
        )
        asked = [r.requirement for r in self.query.requirements if r.requirement.name == name]
        exact = tuple(_exact(asked))
        return merge(name, pages, self.query.policies, Wishes(exact), missing)


def _exact(asked: Sequence[Requirement]) -> list[str]:
    return [item.specifier for item in asked if item.specifier.startswith("==")]


def _releases(versions: dict[str, list[DistributionFile]]) -> tuple[Release, ...]:
    return tuple(
        Release(version, encode_files(tuple(versions[version])))
        for version in sorted(versions, key=Version)
    )


def _page(world: World, name: PackageName, index: IndexName) -> ProjectPage:
    return ProjectPage(name, index, f"https://{index}.example", _releases(world.files[index][name]))


ALL_INDEXES = Policies(index_strategy=IndexStrategy.UNSAFE_BEST_MATCH)
NO_PRERELEASES = Policies(prerelease=PrereleasePolicy.DISALLOW)
