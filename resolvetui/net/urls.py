"""URLs from pages and headers, taken apart safely: origin, user information, request target.

Text work only. Who may get which credentials is `auth.py`'s business.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What RFC 3986 allows in path and query, and "%" because the text is quoted already.
_LEGAL = "/?%:@!$&'()*+,;=-._~[]|"
_AUTHORITY_END = re.compile(r"[/?#]")


class Origin(NamedTuple):
    """Scheme, host (lower case, IDNA, no brackets) and port: what credentials are bound to."""

    scheme: str
    host: str
    port: int

    @property
    def host_header(self) -> str:
        """The value of `Host`: brackets for IPv6, no port when it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_header}"


@lru_cache(maxsize=4096)
def split_authority(url: str) -> tuple[str, str, str]:
    """Scheme with `://`, user information without `@`, and the rest; never fails.

    >>> split_authority("https://me:pw@index.example/simple")
    ('https://', 'me:pw', 'index.example/simple')
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "", "", url
    end = _AUTHORITY_END.search(rest)
    authority = rest[: end.start()] if end else rest
    user_information, at, host = authority.rpartition("@")
    return scheme + separator, user_information if at else "", host + rest[len(authority) :]


def user_and_password(user_information: str) -> tuple[str, str]:
    """The two parts, percent-decoded; no password reads as "" (a bare token)."""
    user, _, password = user_information.partition(":")
    return unquote(user), unquote(password)


@lru_cache(maxsize=1024)
def origin_of(url: str) -> Origin:
    """Where the URL leads. Raises ValueError when that is no http or https server."""
    parts = urlsplit(url)
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    # Browsers end the host at a backslash, this parser does not: such a URL is for neither.
    if default_port is None or not parts.hostname or "\\" in parts.netloc:
        raise ValueError(f"not an http or https URL: {url!r}")
    host = parts.hostname
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    return Origin(parts.scheme, host, parts.port or default_port)


def request_target(url: str) -> str:
    """Path and query as they go over the wire: ASCII, quoted, no fragment (RFC 9112, 3.2.1)."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe=_LEGAL)


def file_name(url: str) -> str:
    """The last segment of the path, for people to read.

    >>> file_name("https://files.example/a/torch-2.3.0%2Bcpu-cp311-none-any.whl?x=1")
    'torch-2.3.0+cpu-cp311-none-any.whl'
    """
    path = split_authority(url)[2].partition("#")[0].partition("?")[0]
    return unquote(path.rstrip("/").rpartition("/")[2])
