"""From merged inputs to the settings of a session."""

from __future__ import annotations

from resolvetui.inputs.merge import Effective
from resolvetui.session.runtime import Runtime


def runtime_of(effective: Effective) -> Runtime:
    """How facts are fetched, as the inputs say."""
    return Runtime(
        cache_dir=effective.cache_dir,
        no_cache=effective.no_cache,
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
