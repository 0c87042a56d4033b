"""What a search was told, in a file: a query's requirements, domains and dependencies.

Made once with the network (`record.py`), solved again and again without (`solve.py`). Masks are
little-endian bytes. One file a scenario, in a folder outside the repository.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.verdict import Reason
from resolvetui.resolver import Dependencies, Domain, Exclusion, Problem, Unreadable
from resolvetui.resolver.decision import VersionChoice

_SCENARIOS = Path(__file__).with_name("scenarios.toml")


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """A question to the default index, wheels only."""

    python: str
    requirements: tuple[str, ...]
    exclude_newer: str = ""


class _Fact(Struct, frozen=True, array_like=True):
    reason: str
    mask: bytes
    index: str | None
    detail: str


class _Listing(Struct, frozen=True, array_like=True):
    name: PackageName
    versions: tuple[str, ...]
    facts: tuple[_Fact, ...]


class _Needs(Struct, frozen=True, array_like=True):
    name: PackageName
    version: str
    base: tuple[Requirement, ...] = ()
    by_extra: dict[ExtraName, tuple[Requirement, ...]] = {}
    unreadable: tuple[str, str] | None = None
    """Reason and detail, where the metadata was of no use."""


class Recording(Struct, frozen=True):
    """Everything that the solver may ask for in one scenario."""

    requirements: tuple[RootRequirement, ...]
    listings: tuple[_Listing, ...]
    needs: tuple[_Needs, ...]

    def problem(self) -> Problem:
        """The question, with the default policies."""
        direct = frozenset(item.requirement.name for item in self.requirements)
        return Problem(self.requirements, choice=VersionChoice(direct=direct))

    def domains(self) -> dict[PackageName, Domain]:
        """The listings, as the solver is told them."""
        return {
            listing.name: Domain(
                listing.name,
                listing.versions,
                tuple(
                    Exclusion(
                        Reason(fact.reason),
                        int.from_bytes(fact.mask, "little"),
                        None if fact.index is None else IndexName(fact.index),
                        fact.detail,
                    )
                    for fact in listing.facts
                ),
            )
            for listing in self.listings
        }

    def dependencies(self) -> dict[tuple[PackageName, str], Dependencies | Unreadable]:
        """The metadata, as the solver is told it."""
        return {
            (item.name, item.version): Unreadable(Reason(item.unreadable[0]), item.unreadable[1])
            if item.unreadable
            else Dependencies(item.base, item.by_extra)
            for item in self.needs
        }


def listing(domain: Domain) -> _Listing:
    """A domain in the form of the file."""
    return _Listing(
        domain.name,
        domain.versions,
        tuple(
            _Fact(
                fact.reason.value,
                fact.mask.to_bytes((fact.mask.bit_length() + 7) // 8, "little"),
                fact.index,
                fact.detail,
            )
            for fact in domain.exclusions
        ),
    )


def needs(name: PackageName, version: str, found: Dependencies | Unreadable) -> _Needs:
    """The metadata of a version in the form of the file."""
    if isinstance(found, Unreadable):
        return _Needs(name, version, unreadable=(found.reason.value, found.detail))
    return _Needs(name, version, found.base, dict(found.by_extra))


def scenarios() -> dict[str, Scenario]:
    """All scenarios by name."""
    return msgspec.convert(tomllib.loads(_SCENARIOS.read_text("utf-8")), dict[str, Scenario])


def default_folder() -> Path:
    """Where recordings lie when nothing else is said: beside this user's cache."""
    import platformdirs

    return platformdirs.user_cache_path("resolvetui-bench", appauthor=False)


def save(folder: Path, name: str, recording: Recording) -> None:
    """Keep a recording under its scenario's name."""
    folder.mkdir(parents=True, exist_ok=True)
    _file(folder, name).write_bytes(msgspec.msgpack.encode(recording))


def load(folder: Path, name: str) -> Recording | None:
    """The recording of a scenario, or None when there is none."""
    file = _file(folder, name)
    return msgspec.msgpack.decode(file.read_bytes(), type=Recording) if file.exists() else None


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('<', '-lt-')}.msgpack"
