"""Random cases with everything that a query may hold, and an exhaustive search over them.

A case has up to eight packages on up to three indexes, extras, unusable and unreadable versions,
direct references, constraints, overrides, installed packages, and any order of preference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexStrategy, PrereleasePolicy, ResolutionMode
from resolvetui.model.requirement import OriginKind
from resolvetui.model.verdict import Reason
from resolvetui.resolver import Problem, Solver
from resolvetui.resolver.decision import CONFLICT_THRESHOLD, VersionChoice
from resolvetui.resolver.events import Observer
from tests.resolver.worlds import OPERATORS, VERSIONS, World, parse, root


@dataclass
class Case:
    """One query over one world."""

    world: World
    roots: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """What installed packages that stay require: constraints of another origin."""
    installed: dict[str, str] = field(default_factory=dict)
    mode: ResolutionMode = ResolutionMode.HIGHEST
    prerelease: PrereleasePolicy = PrereleasePolicy.IF_NECESSARY
    threshold: int = CONFLICT_THRESHOLD
    """Small cases would hardly ever reach the usual one."""

    def solver(self, observe: Observer = None) -> Solver:
        solver = Solver(self.problem(), observe)
        solver._priorities.threshold = self.threshold
        return solver

    def problem(self) -> Problem:
        return Problem(
            tuple(root(text) for text in self.roots),
            (
                *(root(text, OriginKind.CONSTRAINT) for text in self.constraints),
                *(root(text, OriginKind.INSTALLED) for text in self.kept),
            ),
            tuple(root(text, OriginKind.OVERRIDE) for text in self.overrides),
            VersionChoice(
                prerelease=self.prerelease,
                resolution=self.mode,
                preferred={PackageName(name): v for name, v in self.installed.items()},
                direct=frozenset(PackageName(parse(text).name) for text in self.roots),
            ),
        )

    # -- brute force: what the words mean, without masks, clauses or order

    def candidates(self, name: str) -> list[str]:
        """The versions that can be chosen at all."""
        return [
            version
            for version in self.world.needs.get(name, {})
            if version not in self.world.unusable.get(name, {})
            and (name, version) not in self.world.unreadable
            and all(
                takes(text, version, self.world.urls.get(name, ""))
                for text in (*self.constraints, *self.kept)
                if parse(text).name == name
            )
        ]

    def needs(self, text: str, version: str) -> list[str]:
        """What follows from a requirement that is met by this version."""
        stated = parse(text)
        found = list(self.world.needs[stated.name][version])
        for extra in sorted(stated.extras):
            found += self.world.extras.get((stated.name, version), {}).get(extra, [])
        return found

    def is_met(self, text: str, version: str) -> bool:
        """Whether a version meets a requirement, or the overrides that stand in its place."""
        name = parse(text).name
        instead = [override for override in self.overrides if parse(override).name == name]
        url = self.world.urls.get(name, "")
        return all(takes(each, version, url) for each in instead or [text])

    def unmet(self, chosen: Mapping[str, str]) -> Iterator[str]:
        """The requirements that a selection does not meet."""
        for text in self.reached(chosen):
            name = parse(text).name
            version = chosen.get(name)
            if version is None or not self.is_met(text, version):
                yield text

    def reached(self, chosen: Mapping[str, str]) -> list[str]:
        """Every requirement that counts, with this selection."""
        seen: dict[str, None] = dict.fromkeys(self.roots)
        queue = list(self.roots)
        while queue:
            text = queue.pop()
            version = chosen.get(parse(text).name)
            for need in self.needs(text, version) if version is not None else ():
                if need not in seen:
                    seen[need] = None
                    queue.append(need)
        return list(seen)

    def has_solution(self, chosen: dict[str, str] | None = None) -> bool:
        """Try every version of every package that is needed."""
        chosen = chosen or {}
        missing = next(self.unmet(chosen), None)
        if missing is None:
            return True
        name = parse(missing).name
        if name in chosen:
            return False
        return any(
            self.has_solution({**chosen, name: version}) for version in self.candidates(name)
        )


@cache
def takes(text: str, version: str, url: str) -> bool:
    """Whether a requirement takes a version; `url` is the direct reference that it comes from."""
    stated = parse(text)
    if stated.url:
        return stated.url == url
    return stated.specifier.contains(version, prereleases=True)


class Maker:
    """Makes the case of one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names = list("abcdefgh")[: self.rng.randint(2, 8)]
        self.world = World()
        self.dense = self.rng.random() < 0.4
        """Much is required and little is impossible from the start, so that conflicts are deep."""

    def case(self) -> Case:
        rng = self.rng
        strategy = rng.choice(list(IndexStrategy))
        for name in self.names:
            self._add_package(name, strategy)
        if rng.random() < 0.08:
            self.world.needs.pop(rng.choice(self.names))
        roots = tuple(self.requirement() for _ in range(rng.randint(1, 3)))
        installed = self._install() if rng.random() < 0.3 else {}
        overrides = self._few(0.15)
        roots, overrides = self._add_urls(roots, overrides)
        return Case(
            self.world,
            roots,
            constraints=self._few(0.3),
            overrides=overrides,
            kept=self._few(0.5) if installed else (),
            installed=installed,
            mode=rng.choice((ResolutionMode.HIGHEST, *ResolutionMode)),
            prerelease=rng.choice((PrereleasePolicy.IF_NECESSARY, PrereleasePolicy.ALLOW)),
            threshold=rng.choice((1, 2, CONFLICT_THRESHOLD)),
        )

    def _add_package(self, name: str, strategy: IndexStrategy) -> None:
        """Versions on one to three indexes; what the strategy leaves is the package."""
        listed = [
            set(self.rng.sample(VERSIONS, self.rng.randint(4 if self.dense else 1, 6)))
            for _ in range(self.rng.choice((1, 1, 1, 2, 3)))
        ]
        if strategy is IndexStrategy.FIRST_INDEX:
            listed = listed[:1]
        if strategy is IndexStrategy.UNSAFE_FIRST_MATCH:
            self.world.indexes[name] = listed
        versions = [version for version in VERSIONS if any(version in each for each in listed)]
        self.world.needs[name] = {version: self._needs() for version in versions}
        for version in versions:
            if self.rng.random() < 0.12:
                self.world.unusable.setdefault(name, {})[version] = self.rng.choice(list(Reason))
            if self.rng.random() < 0.04:
                self.world.unreadable[name, version] = Reason.INVALID_METADATA
            if self.rng.random() < 0.3:
                self.world.extras[name, version] = {
                    extra: self._needs() for extra in ("x", "y") if self.rng.random() < 0.7
                }

    def _install(self) -> dict[str, str]:
        """Installed versions, listed or not; each can be kept whatever the indexes say."""
        installed = {}
        for name in self.names:
            if self.rng.random() < 0.4:
                version = installed[name] = self.rng.choice((*VERSIONS, "1.5+mine"))
                self.world.needs.setdefault(name, {}).setdefault(version, self._needs())
                self.world.unusable.get(name, {}).pop(version, None)
                self.world.unreadable.pop((name, version), None)
        return installed

    def _add_urls(
        self, roots: tuple[str, ...], overrides: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Now and then a requirement of the user names a file, which then is the package."""
        if self.rng.random() > 0.1:
            return roots, overrides
        name, version = self.rng.choice(self.names), self.rng.choice(VERSIONS)
        url = _url(name, "1")
        self.world.urls[name] = url
        self.world.needs[name] = {version: self._needs()}
        self.world.unusable.pop(name, None)
        self.world.indexes.pop(name, None)
        reference = f"{name} @ {url}"
        if self.rng.random() < 0.3:
            return roots, (reference, *overrides)
        return (*roots, reference), overrides

    def _few(self, likely: float) -> tuple[str, ...]:
        if self.rng.random() > likely:
            return ()
        return tuple(self.requirement(extras=False) for _ in range(self.rng.randint(1, 2)))

    def _needs(self) -> list[str]:
        return [
            self.requirement()
            for _ in range(self.rng.choice((1, 2, 2, 3) if self.dense else (0, 0, 1, 1, 2)))
        ]

    def requirement(self, *, extras: bool = True) -> str:
        rng = self.rng
        name = rng.choice(self.names)
        extra = rng.choice(("", "", "", "[x]", "[y]", "[x,y]")) if extras else ""
        kind = rng.random()
        if kind < 0.3:
            return f"{name}{extra}"
        if kind < 0.31:
            return f"{name}{extra} @ {_url(name, rng.choice('12'))}"
        operator = rng.choice(OPERATORS[1:] if self.dense else OPERATORS)
        version = rng.choice(VERSIONS)
        if operator not in {"==", "!="}:
            version = version.partition("+")[0]
        return f"{name}{extra}{operator}{version}"


def _url(name: str, folder: str) -> str:
    return f"https://files.example/{folder}/{name}.whl"
