"""The one hierarchy of errors: what happened, why, and what to do.

    ResolvetuiError
    ├── UsageError                 arguments, files and configuration that cannot be used
    │   ├── RequirementSyntaxError     a requirement that PEP 508 / PEP 440 does not allow
    │   ├── MissingFileError           a file that is named and is not there
    │   └── HashesRequired             --require-hashes, and not everything has one
    ├── TargetError                no interpreter, unknown platform, broken environment
    │   └── EnvironmentRefused         read-only, externally managed (PEP 668), no environment
    ├── IndexFailure               an index that gave no usable answer
    │   ├── IndexUnreachable           no answer, time-out, 5xx
    │   ├── IndexRefused               401, 403
    │   └── BadPage                    an answer that is no index page
    ├── OfflineError               --offline, and the cache does not have it
    ├── MetadataError              a distribution whose metadata cannot be read
    ├── BuildFailed                a source distribution that could not be built
    ├── HashMismatch               bytes that are not those that the index promised
    ├── InstallFailed              a wheel or environment that refuses the install
    ├── CacheUnusable              the cache folder, where a command is about nothing else
    ├── Cancelled                  the user stopped it
    │   └── Interrupted                with Ctrl-C
    ├── GaveUp                     a limit was reached: not a proof that there is no solution
    └── InternalError              a bug of ours

"No solution" is not an error: it is an outcome (`model.resolution.Failure`), exit code 1.
Rendering is elsewhere; nothing here knows of terminals.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class OtherIndex(Struct, frozen=True):
    """What another index has of the project that an error is about."""

    index: str
    versions: str
    """`1.0 to 2.3 (12 versions)`; "" where it has none or could not be asked."""
    answer: str = ""
    """In words where it has none: `has none`, `was not asked (--offline)`."""


class ErrorDetails(Struct, frozen=True):
    """What an error is about, for programs; the sentences say it too. Empty: does not apply."""

    index: str = ""
    """The name of the index in the query."""
    project: str = ""
    url: str = ""
    """Without credentials."""
    cause: str = ""
    """`status`, `time-out`, `connection`, `dns`, `certificate`, `tls`, `proxy`, `protocol` or
    `page`.
    """
    status: int | None = None
    """HTTP status."""
    attempts: int = 0
    login: str = ""
    """Where the credentials came from that were sent: `url`, `netrc` or `keyring`."""
    realm: str = ""
    """What `WWW-Authenticate` names."""
    others: tuple[OtherIndex, ...] = ()
    """The other indexes, in order of preference."""
    expected: tuple[str, ...] = ()
    """Hashes that would have been right, `sha256:HEX`."""
    got: tuple[str, ...] = ()
    """Hashes that the bytes have."""


_NONE = ErrorDetails()


class ResolvetuiError(Exception):
    """What went wrong, in parts that text, JSON and TUI show each in their own way.

    `what`: one sentence. `why`: the evidence, "" when `what` says it all. `what_to_do`: a way
    out. `culprit`: the file, URL, package or argument at fault, or None. `details`: the same for
    programs.
    """

    kind: ClassVar[str] = "error"
    """The word in the JSON report's `error.kind`."""
    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        what_to_do: str = "",
        culprit: str | None = None,
        details: ErrorDetails = _NONE,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.what_to_do = what_to_do
        self.culprit = culprit
        self.details = details

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.why, self.what_to_do) if part)


class UsageError(ResolvetuiError):
    """Arguments, files or configuration that cannot be used as they are."""

    kind = "usage"


class RequirementSyntaxError(UsageError):
    """A requirement that is not legal; `text` is what was written, `column` (0-based)
    is where it fails.
    """

    kind = "requirement"

    def __init__(
        self,
        what: str,
        *,
        text: str,
        column: int,
        why: str = "",
        what_to_do: str = "",
        culprit: str | None = None,
    ) -> None:
        super().__init__(what, why=why, what_to_do=what_to_do, culprit=culprit)
        self.text = text
        self.column = column


class MissingFileError(UsageError):
    """A file that an argument or another file names and that cannot be read."""

    kind = "missing-file"


class HashesRequired(UsageError):  # noqa: N818
    """--require-hashes, and a package has no hash or no exact version that the user states."""

    kind = "hashes-required"


class TargetError(ResolvetuiError):
    """No such interpreter, an unknown platform, or an environment that cannot be read."""

    kind = "target"


class EnvironmentRefused(TargetError):  # noqa: N818 - says what happened, like HashMismatch
    """An environment that must not or cannot be written to (PEP 668, read-only, none at all)."""

    kind = "environment"


class IndexFailure(ResolvetuiError):  # noqa: N818 - `IndexError` is Python's
    """An index that gave no usable answer about a project; never the same as "not found"."""

    kind = "index"


class IndexUnreachable(IndexFailure):
    """No connection, a time-out, or a server error, after all retries."""

    kind = "index-unreachable"


class IndexRefused(IndexFailure):
    """401 or 403: credentials are missing or wrong."""

    kind = "index-refused"


class BadPage(IndexFailure):
    """An answer that is no project page: truncated, a login page, an unknown API version."""

    kind = "bad-page"


class OfflineError(ResolvetuiError):
    """--offline was given and the cache lacks what is needed."""

    kind = "offline"


class MetadataError(ResolvetuiError):
    """Core metadata that cannot be fetched or parsed."""

    kind = "metadata"


class BuildFailed(ResolvetuiError):  # noqa: N818 - says what happened, like HashMismatch
    """A source distribution that could not be built, or came out as something else."""

    kind = "build"


class HashMismatch(ResolvetuiError):  # noqa: N818
    """Bytes whose hash or size is not the promised one."""

    kind = "hash-mismatch"


class InstallFailed(ResolvetuiError):  # noqa: N818
    """A wheel that must not be installed, or an environment that refuses it."""

    kind = "install"


class CacheUnusable(ResolvetuiError):  # noqa: N818
    """A cache folder that cannot be looked through or changed; a resolve does without it."""

    kind = "cache"


class Cancelled(ResolvetuiError):  # noqa: N818
    """The user stopped it; nothing was changed."""

    kind = "cancelled"


INSTALLED = "Stopped when everything was done: the environment is the new one."
"""What `Interrupted` says where the install was not stopped by it."""


class Interrupted(Cancelled):
    """The user stopped it with Ctrl-C; says whether something was changed by then."""

    exit_code = 130
    """What a shell expects of a command that Ctrl-C ended."""


class GaveUp(ResolvetuiError):  # noqa: N818
    """A limit was reached before the search ended: not a proof that there is no solution."""

    kind = "gave-up"


class InternalError(ResolvetuiError):
    """A bug of ours: an invariant does not hold."""

    kind = "internal"
