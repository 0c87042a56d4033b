"""Why an exchange with a server failed, in words, and whether another try can help.

Everything that sockets, TLS and HTTP can throw becomes a `NetworkFailure` here; `transport.py`
adds who was asked for what and makes one of the public errors of it.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping

import h11

_RETRIED_STATES = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 15.0
"""A server may ask for an hour; whoever waits for an install would rather have the error."""
_CERTIFICATE_ADVICE = (
    "If your network brings its own certificates, point SSL_CERT_FILE or pip's `cert` setting at "
    "their bundle. pip's `trusted-host` setting switches the check off for one host."
)


_TLS_ADVICE = "Check scheme and port of the URL: does that port speak https?"
_NAME_ADVICE = "Check the host name in the URL."


class NetworkFailure(Exception):  # noqa: N818 - a failure of theirs, an error only when final
    """One attempt failed. Never leaves this room."""

    def __init__(
        self,
        cause: str,
        *,
        kind: str = "protocol",
        retry: bool = True,
        wait_s: float | None = None,
        advice: str = "",
        status: int | None = None,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        """A clause that goes on after "the server": "answered 503", "closed the connection"."""
        self.kind = kind
        """As in `ErrorDetails.cause`."""
        self.status = status
        self.retry = retry
        self.wait_s = wait_s
        """Seconds that the server asked to wait, bounded; None when it did not."""
        self.advice = advice


class TooLarge(Exception):  # noqa: N818
    """A body went over the limit (bytes)."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self.limit_bytes = limit_bytes


def network_failure(error: Exception) -> NetworkFailure:
    """What an exception of the socket, TLS or HTTP layer means."""
    match error:
        case NetworkFailure():
            return error
        case TimeoutError():
            advice = "RESOLVETUI_HTTP_TIMEOUT sets how many seconds it may take."
            return NetworkFailure("did not answer in time", kind="time-out", advice=advice)
        case ConnectionRefusedError():
            advice = "Check host and port of the URL."
            return NetworkFailure("refused the connection", kind="connection", advice=advice)
        case ssl.SSLCertVerificationError():
            cause = f"has a certificate that cannot be trusted: {error.verify_message or error}"
            return NetworkFailure(
                cause, kind="certificate", retry=False, advice=_CERTIFICATE_ADVICE
            )
        case ConnectionError() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            cause = "closed the connection before its answer was complete"
            return NetworkFailure(cause, kind="connection")
        case ssl.SSLError():
            cause = f"and this machine cannot agree on TLS: {error.reason or error}"
            return NetworkFailure(cause, kind="tls", retry=False, advice=_TLS_ADVICE)
        case socket.gaierror():
            cause = f"was not found: {error.strerror}"
            again = error.errno == socket.EAI_AGAIN
            return NetworkFailure(cause, kind="dns", retry=again, advice=_NAME_ADVICE)
        case h11.RemoteProtocolError():
            return NetworkFailure(f"does not speak HTTP: {str(error)[:200]}")
        case h11.LocalProtocolError():
            return NetworkFailure(f"cannot be asked like this: {error}", retry=False)
        case OSError():
            cause = f"cannot be reached: {error.strerror or error}"
            return NetworkFailure(cause, kind="connection")
        case _:
            raise error


def status_failure(status: int, headers: Mapping[str, str]) -> NetworkFailure | None:
    """The failure that a status stands for; None for an answer that the caller gets to see."""
    if status < 500 and status not in _RETRIED_STATES:
        return None
    retry = status in _RETRIED_STATES
    wait_s = _retry_after(headers) if retry else None
    cause = f"answered {status_words(status)}"
    return NetworkFailure(
        cause, kind="status", retry=retry, wait_s=wait_s, status=status, advice="Try again later."
    )


def status_words(status: int) -> str:
    """`503 Service Unavailable`; the number alone where nobody has a name for it.

    >>> status_words(401), status_words(499)
    ('401 Unauthorized', '499')
    """
    from http import HTTPStatus  # for failures only

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


_REALM = re.compile(r"""realm\s*=\s*(?:"([^"]*)"|([^\s,]+))""", re.IGNORECASE)
_LONGEST_REALM = 80


def realm_of(headers: Mapping[str, str]) -> str:
    """What a server wants credentials for, as `WWW-Authenticate` names it (RFC 9110, 11.6.1)."""
    found = _REALM.search(headers.get("www-authenticate", ""))
    return (found[1] or found[2] or "")[:_LONGEST_REALM] if found else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from `Retry-After`, at most `_LONGEST_WAIT_S` (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        from email.utils import parsedate_to_datetime  # slow to import, rarely needed

        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)
