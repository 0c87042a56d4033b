"""A source distribution built: metadata, and a wheel, out of the hooks of its backend (PEP 517).

This runs code of the distribution: whoever calls has the user's consent. How the environment of a
build comes by what it requires is a callable of the caller's (`Fill`), since to resolve and to
install is the business of rooms above this one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from msgspec import Struct, field
from pyproject_hooks import (
    BackendUnavailable,
    BuildBackendHookCaller,
    BuildBackendWarning,
    HookMissing,
    UnsupportedOperation,
)

from resolvetui.environment.tags import TagMatcher
from resolvetui.environment.target import Target
from resolvetui.index.filenames import wheel_parts
from resolvetui.metadata.archive import METADATA_LIMIT_BYTES
from resolvetui.metadata.build_output import build_failed, telling_lines
from resolvetui.metadata.build_system import BuildSystem, parse_build_requires, read_build_system
from resolvetui.metadata.core_metadata import CoreMetadata, parse_metadata
from resolvetui.metadata.hook_process import HookFailed, HookRunner
from resolvetui.metadata.remote_wheel import read_local_wheel
from resolvetui.metadata.source_archive import unpack_source
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import Reason
from resolvetui.resolver.specifiers import parse_version


class Fill(Protocol):
    """Brings an environment about that has these packages, or adds them to one."""

    def __call__(self, folder: Path, requires: Sequence[Requirement], /) -> Path:
        """The environment's interpreter. Raises `UnusableMetadata` where they cannot be had."""


class Source(Struct, frozen=True):
    """What is built."""

    name: PackageName
    version: str
    """What has to come out of it; "" where nothing else says its version."""
    filename: str
    archive: Path
    """The archive, or the folder itself, which is then built where it lies."""
    editable: bool = False
    """The wheel is to lead to the folder (PEP 660)."""


class Workshop(Struct, frozen=True):
    """How it is built."""

    target: Target
    """What the wheel has to fit: the Python that builds."""
    fill: Fill
    log: Path
    """Where all output goes; its folder exists."""
    tick: Callable[[], None] = lambda: None
    """Called several times a second; may raise to stop the build."""
    time_limit_s: float = 1800.0
    """For one hook."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Built(Struct, frozen=True):
    """What came out."""

    core: CoreMetadata
    wheel: str
    """The wheel's file name, or "" where metadata could be had without it."""


Keep: TypeAlias = Callable[[Path, CoreMetadata], None]


def build_source(source: Source, workshop: Workshop, keep: Keep, *, wheel: bool) -> Built:
    """Build the wheel, or only its metadata if that is enough and the backend can.

    `keep` is handed the wheel's path if there is one; its folder is gone afterwards. Raises
    `UnusableMetadata`: `BUILD_FAILED` with the step and the lines that matter, `INVALID_METADATA`
    for an archive that is refused; and what `fill` and `tick` raise.
    """
    folder = Path(tempfile.mkdtemp(prefix="resolvetui-build-"))
    try:
        made = _Build(source, workshop, folder).run(wheel=wheel)
        if made.wheel:
            keep(folder / "wheel" / made.wheel, made.core)
        return made
    finally:
        _remove(folder)


class _Build:
    """One build in one temporary folder."""

    def __init__(self, source: Source, workshop: Workshop, folder: Path) -> None:
        self._source = source
        self._workshop = workshop
        self._folder = folder

    def run(self, *, wheel: bool) -> Built:
        for name in ("source", "metadata", "wheel", "temporary"):
            (self._folder / name).mkdir()
        tree = self._source.archive
        if not tree.is_dir():
            tree = unpack_source(tree, self._source.filename, self._folder / "source")
        system = read_build_system(tree, self._source.filename)
        hooks = self._hooks(tree, system, self._fill(system.requires))
        editable = wheel and self._source.editable
        step = f"get_requires_for_build_{'editable' if editable else 'wheel'}"
        more = parse_build_requires(
            self._strings(step, self._call(step, getattr(hooks, step))),
            self._source.filename,
            step,
        )
        if more:
            self._fill((*system.requires, *more))
        core = None if wheel else self._metadata(hooks)
        return self._wheel(hooks) if core is None else Built(core, "")

    def _fill(self, requires: Sequence[Requirement]) -> Path:
        return self._workshop.fill(self._folder / "environment", requires)

    def _hooks(self, tree: Path, system: BuildSystem, python: Path) -> BuildBackendHookCaller:
        shop = self._workshop
        runner = HookRunner(
            python.parent,
            self._folder / "temporary",
            shop.log,
            shop.time_limit_s,
            shop.tick,
            shop.environ,
        )
        try:
            return BuildBackendHookCaller(
                str(tree),
                system.backend,
                list(system.backend_path) or None,
                runner=runner,
                python_executable=str(python),
            )
        except ValueError as error:
            raise self._failed("reading pyproject.toml", [f"backend-path: {error}"]) from None

    # ---- what hooks give

    def _metadata(self, hooks: BuildBackendHookCaller) -> CoreMetadata | None:
        """Without a wheel; None where the backend has no hook for it."""
        step, folder = "prepare_metadata_for_build_wheel", self._folder / "metadata"
        try:
            found = self._call(
                step,
                lambda: hooks.prepare_metadata_for_build_wheel(str(folder), _allow_fallback=False),
            )
        except HookMissing:
            return None
        path = folder / self._file_name(step, found) / "METADATA"
        try:
            if not path.is_file() or path.stat().st_size > METADATA_LIMIT_BYTES:
                raise self._failed(step, ["it left no METADATA"])
            text = path.read_bytes()
        except OSError as error:
            raise self._failed(step, [error.strerror or str(error)]) from error
        return self._checked(step, text)

    def _wheel(self, hooks: BuildBackendHookCaller) -> Built:
        step = "build_editable" if self._source.editable else "build_wheel"
        folder, hook = self._folder / "wheel", getattr(hooks, step)
        try:
            filename = self._file_name(step, self._call(step, lambda: hook(str(folder))))
        except HookMissing:
            raise self._failed(step, ["its backend makes no editable installs"]) from None
        path = folder / filename
        parts = wheel_parts(filename)
        if parts is None or not path.is_file() or path.is_symlink():
            raise self._failed(step, [f"it left no wheel, but {filename!r}"])
        if TagMatcher(self._workshop.target).verdict(parts[3]).rank is None:
            raise self._failed(step, [f"it left {filename}, which does not fit this Python"])
        try:
            text = read_local_wheel(path, filename)
        except UnusableMetadata as error:
            raise self._failed(step, [error.what]) from None
        return Built(self._checked(step, text), filename)

    def _checked(self, step: str, text: bytes) -> CoreMetadata:
        """The metadata, if it is that of the name and version that were asked for."""
        source = self._source
        try:
            core = parse_metadata(text, source.filename)
        except UnusableMetadata as error:
            raise self._failed(step, [error.what]) from None
        is_other = source.version and parse_version(core.version) != parse_version(source.version)
        if core.name != source.name or is_other:
            raise UnusableMetadata(
                f"Building {source.filename} gives {core.name} {core.version}.",
                reason=Reason.BUILD_FAILED,
                lasting=False,
                why=f"{step}: it gives {core.name} {core.version}, "
                f"not {source.name} {source.version}".rstrip(),
                what_to_do="Use another version, or tell the maintainers of the index.",
                culprit=source.filename,
            )
        return core

    def _call(self, step: str, hook: Callable[[], Any]) -> Any:  # noqa: ANN401 - what a hook returns
        """What a hook returns; its errors as ours, but for a missing one."""
        with self._workshop.log.open("a", encoding="utf-8") as log:
            log.write(f"---- {step}\n")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", BuildBackendWarning)  # they are in the output
                return hook()
        except HookFailed as error:
            lines = [error.why] if error.why else []
            raise self._failed(step, [*lines, *telling_lines(self._told(error.output))]) from None
        except BackendUnavailable as error:
            lines = telling_lines(self._told(error.traceback)) or [str(error)]
            raise self._failed(step, ["the backend cannot be loaded", *lines]) from None
        except UnsupportedOperation as error:
            raise self._failed(step, telling_lines(self._told(error.traceback))) from None
        except (OSError, KeyError, ValueError) as error:  # the process ended without an answer
            raise self._failed(step, [f"the backend gave no answer ({error})"]) from error

    def _told(self, output: str) -> str:
        """Output without the name of our folder, which is another one each time."""
        for folder in {str(self._folder), os.path.realpath(self._folder)}:
            output = output.replace(f"{folder}{os.sep}", "")
        return output

    def _file_name(self, step: str, found: Any) -> str:  # noqa: ANN401 - what a hook returns
        """A name in the folder that the hook was given, and nothing else."""
        is_name = isinstance(found, str) and found == Path(found).name and "\\" not in found
        if not is_name or found in {"", ".", ".."}:
            raise self._failed(step, [f"it returned {str(found)[:80]!r}, which is no file name"])
        assert isinstance(found, str)
        return found

    def _strings(self, step: str, found: Any) -> list[str]:  # noqa: ANN401 - what a hook returns
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise self._failed(step, ["it returned no list of requirements"])
        return found

    def _failed(self, step: str, lines: Sequence[str]) -> UnusableMetadata:
        with suppress(OSError), self._workshop.log.open("a", encoding="utf-8") as log:
            log.write("\n".join([f"---- {step} failed", *lines, ""]))
        return build_failed(self._source.filename, step, lines)


def _remove(folder: Path) -> None:
    """Remove it all, folders that the build has made read-only too."""
    for path, _, _ in os.walk(folder):
        with suppress(OSError):
            os.chmod(path, 0o700)  # noqa: PTH101 - os.walk gives strings
    shutil.rmtree(folder, ignore_errors=True)
