"""Settings of a session that come from the command line and the configuration, not the query."""

from __future__ import annotations

from msgspec import Struct


class Runtime(Struct, frozen=True):
    """Settings that change how facts are fetched, never the answer."""

    cache_dir: str = ""
    """"" = the user's cache folder."""
    no_cache: bool = False
    cache_limit_mib: int = 0
    """How large the cache may grow; 0: as large as it will."""
    refresh: bool = False
    """Ask indexes again, however fresh their answers in the cache are."""
    refresh_packages: tuple[str, ...] = ()
    """Normalised names: ask again about these alone."""
    keyring: bool = False
    """Ask the system's keyring after a 401."""
    offline: bool = False
    timeout_s: float = 15.0
    retries: int = 3
    link_mode: str = ""
    """A `LinkMode`, or "" for the first that works."""
    compile: bool = False
    """Whether to compile what was installed to bytecode."""
    build_timeout_s: float = 1800.0
    """For one step of a build."""
    certificates: str = ""
    """A CA bundle, or "" for the system's."""
    client_certificate: str = ""
    """A PEM file with certificate and key, or ""."""
    proxy: str = ""
    trusted_hosts: tuple[str, ...] = ()
    keep_undo: bool = True
    """Whether an install keeps what it replaced, for a rollback."""
    replay: str = ""
    """A recording that answers instead of indexes and interpreter, or ""."""
