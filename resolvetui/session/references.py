"""Direct references that lead to sources: fetched, and read as far as needs no build.

Wheels, and archives whose name says project and version, are files like those of an index
(`direct.py`). Everything else becomes a folder of this machine: a git commit, an archive of another
name, a project's own folder. Each is fetched and read once a session.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.environment.target import Target
from resolvetui.errors import BuildFailed, HashMismatch, OfflineError, ResolvetuiError, UsageError
from resolvetui.index.local import local_path
from resolvetui.metadata.built import build_key
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.project_metadata import read_project
from resolvetui.metadata.source_archive import unpack_source
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.metadata.vcs import check_out, parse_git_url
from resolvetui.metadata.whole_file import fetch_whole
from resolvetui.model.files import SdistFile, SourceTree
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import RootRequirement
from resolvetui.model.shown import shown_url
from resolvetui.net.auth import redact, strip
from resolvetui.session.consent import why_not_built
from resolvetui.session.direct import (
    HASHES,
    SOURCE,
    Prepared,
    direct_kind,
    file_name_of,
    stated_hashes,
)

if TYPE_CHECKING:
    from resolvetui.session.attempts import Session


class References:
    """Those of one session."""

    def __init__(self) -> None:
        self._trees: dict[tuple[str, bool], SourceTree] = {}
        self._cores: dict[tuple[str, bool, str], CoreMetadata] = {}
        self._folder: Path | None = None

    def of(
        self,
        session: Session,
        query: Query,
        target: Target,
        stated: Iterable[RootRequirement],
        on_step: Callable[[str], None] = lambda _: None,
    ) -> dict[PackageName, Prepared]:
        """What the references of a query lead to. Raises `ResolvetuiError` where nothing does."""
        found: dict[PackageName, Prepared] = {}
        for root in stated:
            if root.requirement.url and direct_kind(root.requirement) == SOURCE:
                job = _Reading(self, session, query, target, root, on_step)
                found[root.requirement.name] = job.prepared()
        return found

    def folder(self) -> Path:
        """A new folder for sources; gone with the session."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="resolvetui-sources-"))
        return Path(tempfile.mkdtemp(dir=self._folder))

    def forget_folders(self) -> None:
        """Read the user's own folders anew: they may have been edited."""
        self._trees = {
            key: tree for key, tree in self._trees.items() if local_path(tree.url) is None
        }

    def close(self) -> None:
        """Remove what was fetched."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


class _Reading(Struct):
    """One reference."""

    references: References
    session: Session
    query: Query
    target: Target
    root: RootRequirement
    on_step: Callable[[str], None]

    @property
    def name(self) -> PackageName:
        return self.root.requirement.name

    @property
    def url(self) -> str:
        return self.root.requirement.url

    @property
    def _key(self) -> str:
        return build_key(self.target, self.query)

    def prepared(self) -> Prepared:
        """Fetched, if it was not before, and read."""
        references, key = self.references, (self.url, self.root.editable)
        tree = references._trees.get(key)  # noqa: SLF001 - one module
        if tree is None:
            tree = references._trees[key] = self._fetched()  # noqa: SLF001
        known = references._cores.get((tree.url, tree.editable, self._key))  # noqa: SLF001
        core = known if known and tree.commit else self._core(tree)
        references._cores[tree.url, tree.editable, self._key] = core  # noqa: SLF001
        if core.name != self.name:
            raise UsageError(
                f"{tree.filename} is {core.name}, but it is required as {self.name}.",
                what_to_do=f"Write {core.name} @ {shown_url(self.url)}",
                culprit=shown_url(self.url),
            )
        return Prepared(replace(tree, version=core.version), core)

    def _fetched(self) -> SourceTree:
        self.on_step(f"fetching {self.name}")
        path = local_path(self.url.partition("#")[0]) if self.url.startswith("file:") else None
        if self.url.startswith("git+"):
            return self._from_git()
        if path is not None and path.is_dir():
            return self._of_folder(path)
        return self._from_archive(path)

    def _of_folder(self, path: Path) -> SourceTree:
        url = self.url.partition("#")[0]
        tree = SourceTree(
            path.name or str(path), url, "", {}, folder=str(path), editable=self.root.editable
        )
        # The folder may change: what was built of it is of use to this session alone.
        self.session.built.note_digest(tree, f"{uuid.uuid4()}-{tree.editable}")
        return tree

    def _from_git(self) -> SourceTree:
        reference = parse_git_url(self.url)
        self._check_online(reference.repository)
        made = check_out(
            reference,
            self.references.folder(),
            tick=lambda: self.on_step(f"fetching {self.name}"),
        )
        name = urlsplit(reference.repository).path.rstrip("/").rpartition("/")[2]
        return SourceTree(
            f"{name.removesuffix('.git')} at {made.commit[:9]}",
            reference.pinned(made.commit),
            "",
            {},
            folder=str(made.folder),
            commit=made.commit,
            revision=reference.revision,
            subdirectory=reference.subdirectory,
        )

    def _from_archive(self, path: Path | None) -> SourceTree:
        """An archive whose name does not say what it is."""
        url, _, fragment = self.url.partition("#")
        filename, hashes = file_name_of(url), stated_hashes(fragment)
        file = SdistFile(filename, strip(url), "0", hashes)
        if path is None:
            sha256 = hashes.get("sha256")
            path = self.session.cache.file(sha256) if sha256 else None
        if path is None:
            self._check_online(file.url)
            path = asyncio.run(self._downloaded(file))
        digests = {name: _digest(path, name) for name in HASHES}
        for name, expected in hashes.items():
            if expected.lower() != digests[name]:
                raise HashMismatch(
                    f"{filename} is not the file that its requirement wants.",
                    why=f"It has the {name} {digests[name]}; {expected} is demanded.",
                    culprit=shown_url(self.url),
                )
        top = unpack_source(path, filename, self.references.folder())
        parts = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
        subdirectory = parts.get("subdirectory", "").strip("/")
        folder = top / subdirectory
        if ".." in subdirectory.split("/") or not folder.is_dir():
            raise UsageError(
                f"{filename} has no folder {subdirectory}.", culprit=shown_url(self.url)
            )
        return SourceTree(
            filename,
            strip(url),
            "",
            digests,
            folder=str(folder),
            subdirectory=subdirectory,
        )

    async def _downloaded(self, file: SdistFile) -> Path:
        async with self.session.open_transport(self.query) as transport:
            return await fetch_whole(file, transport, self.session.cache)

    def _check_online(self, url: str) -> None:
        if self.session.runtime.offline and not url.startswith("file:"):
            raise OfflineError(
                f"{redact(url)} has to be fetched.",
                why="It was not asked, because of --offline.",
                what_to_do="Run it without --offline.",
                culprit=redact(url),
            )

    def _core(self, tree: SourceTree) -> CoreMetadata:
        """What the sources say of themselves, else what a build gives."""
        core = read_project(Path(tree.folder))
        if core is not None:
            return core
        known = self.session.built.metadata(tree, self._key)
        if known is not None:
            return known
        refusal = why_not_built(self.query, self.target, self.name)
        if refusal:
            raise BuildFailed(
                f"What {self.name} requires is only known by building {tree.filename}.",
                why=f"Its version or dependencies are not static in pyproject.toml; {refusal}.",
                what_to_do=f"Allow it with --allow-build {self.name}.",
                culprit=shown_url(self.url),
            )
        from resolvetui.session.building import build_tree  # few runs build anything

        try:
            return build_tree(self.session, self.query, self.target, self.name, tree, self.on_step)
        except UnusableMetadata as error:
            raise _as_error(error) from error


def _as_error(error: UnusableMetadata) -> ResolvetuiError:
    return BuildFailed(
        error.what, why=error.why, what_to_do=error.what_to_do, culprit=error.culprit
    )


def _digest(path: Path, name: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, name).hexdigest()
