"""The error of this room: metadata that excludes a version, with the reason as data."""

from __future__ import annotations

from resolvetui.errors import MetadataError
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason


class UnusableMetadata(MetadataError):  # noqa: N818 - says what happened, like HashMismatch
    """The dependencies of one file cannot be had; the version is excluded for `reason`."""

    def __init__(
        self,
        what: str,
        *,
        reason: Reason = Reason.INVALID_METADATA,
        lasting: bool = True,
        why: str = "",
        what_to_do: str = "",
        culprit: str | None = None,
        successor: PackageName | None = None,
    ) -> None:
        super().__init__(what, why=why, what_to_do=what_to_do, culprit=culprit)
        self.reason = reason
        """INVALID_METADATA, INCONSISTENT_METADATA or SDIST_NOT_BUILDABLE."""
        self.lasting = lasting
        """Whether the same bytes will always fail; False where a server may yet do better."""
        self.successor = successor
        """As in `CoreMetadata.successor`."""
