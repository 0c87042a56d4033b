"""How wheels get into an environment: limits, the store of unpacked ones, how files are linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct, field

from resolvetui.errors import InstallFailed
from resolvetui.index.local import local_path
from resolvetui.install.demanded import digest_of
from resolvetui.install.plan import Action
from resolvetui.install.store import Unpacked, UnpackedWheels
from resolvetui.install.strict_zip import Limits, refused
from resolvetui.install.wheel import Wheel, check_identity, open_wheel
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.model.link_mode import LinkMode
from resolvetui.model.names import PackageName


class Means(Struct, frozen=True):
    """How files get into the staging folder, and what is known of them beforehand."""

    limits: Limits = field(default_factory=Limits)
    store: UnpackedWheels | None = None
    """Where unpacked wheels are kept; None keeps none."""
    digest: Callable[[Path], str] | None = None
    """The SHA-256 of an archive; needed with a store."""
    link_mode: LinkMode | None = None
    """None: the first of clone, hardlink and copy that works."""
    expected: Mapping[PackageName, CoreMetadata] = field(default_factory=dict)
    """The metadata that the plan was made with, where it is not the wheel's own for certain."""

    def key(self, action: Action, path: Path) -> str:
        """The SHA-256 that an archive is kept unpacked by; "" when nothing is kept.

        Where a line demands a hash of a local file, that is asked of its bytes (`demanded`), and so
        is this: what is remembered of its size and time must not bring the files of another.
        """
        if self.store is None or self.digest is None:
            return ""
        is_local = action.file is not None and local_path(action.file.url) is not None
        if is_local and action.demands:
            return digest_of(path, "sha256")
        return self.digest(path)

    def find(self, action: Action, key: str) -> Unpacked | None:
        """The wheel of an action as it is kept unpacked; its files are checked when they are used.

        Raises InstallFailed where it is not what the action says.
        """
        found = self.store.find(key) if self.store is not None and key else None
        if found is not None:
            tree, label = found[1], label_of(action)
            try:
                check_identity(
                    label,
                    tree.dist_info,
                    tree.name,
                    tree.version,
                    tree.wheel_tags,
                    planned=action.new_version,
                )
            except ValueError as error:
                raise refused(label, str(error)) from error
            _check_name(action, tree.name)
        return found

    def open(self, action: Action, path: Path) -> Wheel:
        """The archive of an action, which checks most of it. Raises InstallFailed."""
        wheel = open_wheel(path, label_of(action), version=action.new_version, limits=self.limits)
        try:
            _check_name(action, wheel.name)
        except InstallFailed:
            wheel.__exit__()
            raise
        return wheel


def label_of(action: Action) -> str:
    """What messages call the wheel of an action: its file name, as the index gives it."""
    assert action.file is not None
    return action.file.filename


def _check_name(action: Action, name: PackageName) -> None:
    if name != action.name:
        raise InstallFailed(
            f"{label_of(action)} must not be installed.",
            why=f"It holds {name!r}; the plan is to install {action.name!r}.",
            culprit=label_of(action),
        )
