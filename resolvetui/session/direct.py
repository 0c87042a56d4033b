"""Direct references (PEP 508 `name @ url`): what each leads to, and those that are files.

Those that lead to sources whose name says nothing are fetched and read by `references.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.errors import UsageError
from resolvetui.index.filenames import wheel_parts
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.model.files import DistributionFile, SourceTree, WheelFile
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.query import Query
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.shown import shown_url
from resolvetui.net.auth import strip
from resolvetui.resolver.specifiers import parse_version

if TYPE_CHECKING:
    from resolvetui.session.attempts import Session

Kind: TypeAlias = Literal["wheel", "source"]
SOURCE: Kind = "source"
HASHES = ("sha256", "sha384", "sha512")
_OTHER_SYSTEMS = ("hg+", "svn+", "bzr+")


def direct_kind(requirement: Requirement) -> Kind:
    """What a direct reference leads to: a wheel, or sources that have to be fetched and read."""
    url = requirement.url.partition("#")[0]
    is_file = url.lower().endswith(".whl") or url.startswith(_OTHER_SYSTEMS)
    return "wheel" if is_file and not url.startswith("git+") else "source"


def direct_file(requirement: Requirement) -> DistributionFile:
    """The wheel that a direct reference names, without credentials; its fragment may hold a hash.

    Raises `UsageError` for a file of another name, and for version control other than git.
    """
    url, _, fragment = requirement.url.partition("#")
    filename, hashes = file_name_of(url), stated_hashes(fragment)
    if url.startswith(_OTHER_SYSTEMS):
        raise UsageError(
            f"{requirement.text} cannot be used.",
            why="Of version control only git is known here (git+https://…).",
            what_to_do="Build a wheel of it first (`pip wheel`) and name that file.",
            culprit=shown_url(requirement.url),
        )
    parts = wheel_parts(filename)
    if parts is None:
        raise UsageError(
            f"{filename} is not named as wheels are.",
            why="Wheels are named NAME-VERSION-PYTHON-ABI-PLATFORM.whl.",
            culprit=shown_url(requirement.url),
        )
    name, version, build, tags = parts
    if package_name(name) != requirement.name:
        raise UsageError(
            f"{filename} is a wheel of {name}, but it is required as {requirement.name}.",
            what_to_do=f"Write `{name} @ {shown_url(requirement.url)}`.",
            culprit=shown_url(requirement.url),
        )
    return WheelFile(
        filename=filename,
        url=strip(url),
        version=str(parse_version(version)),
        hashes=hashes,
        tags=tags,
        build=build,
    )


def file_name_of(url: str) -> str:
    """The last part of its path, decoded."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def stated_hashes(fragment: str) -> dict[str, str]:
    """Those that the fragment of a URL states: `sha256=HEX`, among others joined by `&`."""
    pairs = (part.partition("=") for part in fragment.split("&"))
    return {name: digest for name, _, digest in pairs if name in HASHES}


class Prepared(Struct, frozen=True):
    """Sources that are here, and what they are."""

    tree: SourceTree
    core: CoreMetadata


class SourceReader(Protocol):
    """Fetches and reads what direct references lead to; `references.References`, or a recording."""

    def of(
        self,
        session: Session,
        query: Query,
        target: Target,
        stated: Iterable[RootRequirement],
        on_step: Callable[[str], None] = lambda _: None,
    ) -> dict[PackageName, Prepared]:
        """What those of a query lead to. Raises `ResolvetuiError` where nothing does."""

    def forget_folders(self) -> None:
        """Read the user's own folders anew: they may have been edited."""

    def close(self) -> None:
        """Remove what was fetched."""


def prepared_sources(
    session: Session, query: Query, target: Target, on_step: Callable[[str], None]
) -> Mapping[PackageName, Prepared]:
    """The sources that the direct references of a query lead to; fetched where they are not here.

    Raises `ResolvetuiError`.
    """
    if not has_sources(query):
        return {}
    stated = [root for root in (*query.requirements, *query.overrides) if root.requirement.url]
    from resolvetui.environment.markers import MarkerEvaluator
    from resolvetui.session.references import References

    if session.references is None:
        session.references = References()
    applies = MarkerEvaluator(target).applies
    meant = [root for root in stated if applies(root.requirement.marker)]
    return session.references.of(session, query, target, meant, on_step)


def has_sources(query: Query) -> bool:
    """Whether a query has direct references to sources."""
    stated = (*query.requirements, *query.overrides)
    return any(root.requirement.url and direct_kind(root.requirement) == SOURCE for root in stated)
