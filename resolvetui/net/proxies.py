"""Which origins are reached through a proxy. The requests through it are `proxied.py`'s."""

from __future__ import annotations

import os
import sys

from resolvetui.net.urls import Origin

_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


def proxy_of(origin: Origin, option: str) -> str:
    """The URL of the proxy for this origin, "" for a direct connection.

    `option` (the user's or pip's setting) comes before HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, from
    which NO_PROXY excepts hosts. macOS and Windows have system settings besides.
    """
    if option:
        return _with_scheme(option)
    if sys.platform == "linux" and not _VARIABLES & {name.lower() for name in os.environ}:
        return ""
    from urllib.request import getproxies, proxy_bypass  # slow to import, rarely needed

    proxies = getproxies()
    url = proxies.get(origin.scheme) or proxies.get("all") or ""
    if not url or proxy_bypass(origin.host_header):
        return ""
    return _with_scheme(url)


def _with_scheme(url: str) -> str:
    """`proxy.example:3128` is how many write `http://proxy.example:3128`."""
    return url if "://" in url else f"http://{url}"
