"""Where the files of a wheel belong in an environment, and where nothing may go.

Every path here is real (no symbolic links) and absolute, so that paths can be compared as text.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from resolvetui.environment.target import STATE_FOLDER, Target
from resolvetui.errors import EnvironmentRefused
from resolvetui.install.entry_points import check_script_name
from resolvetui.install.wheel import Scheme

_STANDARD_FOLDERS = ("bin", "Scripts", "include", "lib", "Lib", "lib64")


class Layout(Struct, frozen=True):
    """The folders of one environment."""

    prefix: str
    executable: str
    """As the environment is entered: the link in its `bin`, not what that points to."""
    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str
    """Each package has a folder of its own below."""
    stdlib: str

    @property
    def state(self) -> Path:
        """The folder of locks and transactions."""
        return Path(self.prefix, STATE_FOLDER)

    @property
    def fixed_folders(self) -> frozenset[str]:
        """Folders that stay, even when they are empty: those of the environment itself."""
        roots = {self.prefix, self.purelib, self.platlib, self.scripts, self.data, self.stdlib}
        roots.update(os.path.join(self.prefix, name) for name in _STANDARD_FOLDERS)  # noqa: PTH118
        parents = {str(parent) for root in roots for parent in Path(root).parents}
        return frozenset(roots | parents)

    def root(self, scheme: Scheme, package: str) -> str:
        """The folder that a scheme's files go to (sysconfig; PyPA, "The .data directory")."""
        match scheme:
            case "purelib":
                return self.purelib
            case "platlib":
                return self.platlib
            case "scripts":
                return self.scripts
            case "data":
                return self.data
            case "headers":
                return os.path.join(self.headers, package)  # noqa: PTH118

    def folder(self, scheme: Scheme, package: str, path: str) -> str:
        """The final folder of files whose folder inside a scheme is `path`, with `/`."""
        root = self.root(scheme, package)
        return f"{root}{os.sep}{path.replace('/', os.sep)}" if path else root

    def contains(self, path: str) -> bool:
        """Whether a path belongs to this environment."""
        if is_below(path, self.prefix):
            return True
        roots = (self.purelib, self.platlib, self.scripts, self.data, self.headers)
        return any(is_below(path, root) for root in roots)

    def fault(self, path: str, own_dist_info: str) -> str:
        """Why no package may have a file at `path`, as the end of a sentence; or ""."""
        if not self.contains(path):
            return "outside of the environment"
        if is_below(path, str(self.state)) or path == str(Path(self.prefix, "pyvenv.cfg")):
            return "which is the environment's own"
        if os.path.dirname(path) == self.scripts and _is_interpreter(path):  # noqa: PTH120
            return "which is the interpreter's own"
        for library in (self.purelib, self.platlib):
            if is_below(path, library):
                top = path[len(library) + 1 :].partition(os.sep)[0]
                is_metadata = top.lower().endswith((".dist-info", ".egg-info"))
                foreign = is_metadata and top != own_dist_info
                return "which is the metadata of another package" if foreign else ""
        return "which is Python's own library" if is_below(path, self.stdlib) else ""


def layout_of(target: Target) -> Layout:
    """The folders of the environment behind `target`. Raises EnvironmentRefused without one."""
    paths = target.environment
    if paths is None:
        raise EnvironmentRefused(
            "This target is only described: there is no environment to install into.",
            what_to_do="Name an interpreter or an environment with --python.",
        )
    return Layout(
        prefix=os.path.realpath(paths.prefix),
        executable=paths.executable,
        purelib=os.path.realpath(paths.purelib),
        platlib=os.path.realpath(paths.platlib),
        scripts=os.path.realpath(paths.scripts),
        data=os.path.realpath(paths.data),
        headers=os.path.realpath(paths.headers),
        stdlib=os.path.realpath(paths.stdlib),
    )


def is_below(path: str, folder: str) -> bool:
    """Whether a path is inside a folder, both normalised."""
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_interpreter(path: str) -> bool:
    try:
        check_script_name(os.path.basename(path))  # noqa: PTH119
    except ValueError:
        return True
    return False
