"""From merged inputs to the settings of a session."""

from __future__ import annotations

from resolvetui.errors import UsageError
from resolvetui.inputs.merge import Effective
from resolvetui.session.runtime import Runtime


def runtime_of(effective: Effective) -> Runtime:
    """How facts are fetched, as the inputs say. Raises `UsageError` for --keyring without one."""
    if effective.keyring:
        _check_keyring()
    return Runtime(
        cache_dir=effective.cache_dir,
        no_cache=effective.no_cache,
        cache_limit_mib=effective.cache_limit_mib,
        refresh=effective.refresh,
        refresh_packages=effective.refresh_packages,
        keyring=effective.keyring,
        offline=effective.offline,
        timeout_s=effective.timeout_s,
        retries=effective.retries,
        link_mode=effective.link_mode,
        compile=effective.compile,
        build_timeout_s=effective.build_timeout_s,
        certificates=effective.certificates,
        client_certificate=effective.client_certificate,
        proxy=effective.proxy,
        trusted_hosts=effective.trusted_hosts,
        keep_undo=not effective.interface.no_undo,
    )


def _check_keyring() -> None:
    from importlib.util import find_spec  # few runs need it

    if find_spec("keyring") is None:
        raise UsageError(
            "--keyring needs the package keyring, which is not installed here.",
            what_to_do="Install it beside resolvetui: pip install 'resolvetui[keyring]'",
            culprit="--keyring",
        )
