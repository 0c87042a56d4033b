"""The target of a resolve: which Python on which platform, as plain values."""

from __future__ import annotations

import hashlib

from msgspec import Struct

STATE_FOLDER = ".resolvetui"
"""Below an environment's prefix: what the last transaction replaced, for a rollback; and while an
install is at work or has to be repaired, its lock and its transaction."""


class EnvironmentPaths(Struct, frozen=True):
    """Where a real environment keeps things (sysconfig's scheme for it). All absolute."""

    executable: str
    prefix: str
    base_prefix: str
    """Differs from `prefix` in a virtual environment."""
    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str
    stdlib: str
    external_packages: tuple[str, ...] = ()
    """Further folders whose packages it sees and that are never written to: the base's, for a
    virtual environment with system packages; a distributor's own, for a system's Python."""

    @property
    def is_virtual(self) -> bool:
        """Whether this is a virtual environment (PEP 405)."""
        return self.prefix != self.base_prefix


class Target(Struct, frozen=True):
    """What a wheel must fit and what markers are evaluated with."""

    python_version: str
    """Full version, `3.12.1`; `X.Y.0` where only X.Y was asked for."""
    implementation: str
    """`cpython` or `pypy`."""
    platform: str
    """For people: `linux x86_64`, `macos arm64`, `windows amd64`."""
    libc: str
    """`glibc 2.36`, `musl 1.2`, or "" where there is none."""
    markers: dict[str, str]
    """The marker environment (PEP 508), all names but `extra`."""
    tags: tuple[str, ...]
    """Supported tags, best first (PEP 425), each `cp312-cp312-manylinux_2_28_x86_64`."""
    environment: EnvironmentPaths | None = None
    """The environment behind it, or None for a target that is only described."""
    externally_managed: str | None = None
    """PEP 668: None when not; else the message of the marker file (may be "")."""

    @property
    def python_full(self) -> str:
        """For people: `CPython 3.12.1`, `PyPy 3.10.14`."""
        names = {"cpython": "CPython", "pypy": "PyPy"}
        return f"{names.get(self.implementation, self.implementation)} {self.python_version}"

    @property
    def key(self) -> str:
        """Same key, same verdicts: a digest of Python version and tags, for cache rows."""
        text = "\n".join((self.python_version, self.implementation, *self.tags))
        return hashlib.sha256(text.encode()).hexdigest()[:32]
