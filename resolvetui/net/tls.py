"""TLS contexts: the system's certificates unless the user names a bundle.

Made when the first https server is asked, since reading the certificates costs tens of
milliseconds.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from resolvetui.errors import UsageError
from resolvetui.net.urls import Origin


class TlsContexts:
    """One context that verifies, one that does not for the hosts that the user trusts blindly.

    `certificates`: path of a CA bundle (file or folder), "" for the system's.
    `client_certificate`: PEM file with key, or "". `trusted_hosts`: `host` or `host:port`.
    """

    def __init__(
        self,
        certificates: str = "",
        client_certificate: str = "",
        trusted_hosts: Collection[str] = (),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._certificates = certificates
        self._client_certificate = client_certificate
        self._trusted_hosts = frozenset(host.strip().lower() for host in trusted_hosts)
        self._environment = environment
        self._made: dict[bool, ssl.SSLContext] = {}

    def for_origin(self, origin: Origin) -> ssl.SSLContext:
        """The context for connections to it. Raises UsageError for files that cannot be used."""
        trusted = not self._trusted_hosts.isdisjoint(
            (origin.host, f"{origin.host}:{origin.port}", origin.host_header)
        )
        if trusted not in self._made:
            self._made[trusted] = self._make(trusted=trusted)
        return self._made[trusted]

    def _make(self, *, trusted: bool) -> ssl.SSLContext:
        context = self._trusting() if trusted else self._verifying()
        context.set_alpn_protocols(["http/1.1"])
        if self._client_certificate:
            self._load_client_certificate(context)
        return context

    def _trusting(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def _verifying(self) -> ssl.SSLContext:
        bundle = self._certificates
        if bundle:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            _load(context, bundle, "CA bundle")
            return context
        context = _system_context()
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            bundle = self._environment.get(variable, "")
            if bundle and bundle not in _openssl_default():
                _load(context, bundle, variable)
                break
        return context

    def _load_client_certificate(self, context: ssl.SSLContext) -> None:
        try:
            # Without a password OpenSSL would ask for one on the terminal.
            context.load_cert_chain(self._client_certificate, password="")
        except OSError as error:  # ssl.SSLError is one
            raise UsageError(
                "The client certificate cannot be used.",
                why=error.strerror or str(error),
                what_to_do="Give a PEM file that holds certificate and key, without a password.",
                culprit=self._client_certificate,
            ) from error


def _system_context() -> ssl.SSLContext:
    """What OpenSSL finds by itself (also by SSL_CERT_FILE and SSL_CERT_DIR), else truststore.

    truststore does the same on Linux, but reads the certificates anew for every connection.
    """
    if any(_openssl_default()):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _openssl_default() -> tuple[str, ...]:
    """Bundle and folder that OpenSSL reads by default; empty where it has none (macOS, Windows)."""
    if sys.platform != "linux":
        return ()
    paths = ssl.get_default_verify_paths()
    return tuple(path for path in (paths.cafile, paths.capath) if path)


def _load(context: ssl.SSLContext, bundle: str, name: str) -> None:
    try:
        if Path(bundle).is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(
            f"The certificates that {name} names cannot be read.",
            why=error.strerror or str(error),
            culprit=bundle,
        ) from error
