"""Which server gets which user and password, and texts without either.

Credentials belong to the origin (scheme, host, port) that they were given for and go nowhere
else. They come from the user's index URLs, then netrc, then a keyring if one is passed in.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from urllib.parse import quote

from resolvetui.net.urls import Origin, origin_of, split_authority, user_and_password

UserPassword = tuple[str, str]

_PASSWORD = re.compile(r"(://)([^\s/?#@:]*):[^\s/?#]*@")
_TOKEN = re.compile(r"(://)(?!\*{4}@)[^\s/?#:@]+@")
# A password may hold, unquoted, one of the characters that end an authority (`/?#`). Greedy up to
# the last `@` of the word, unless what follows the colon is a port number.
_RAW_PASSWORD = re.compile(r"(://)([^\s/?#@:\[\]]*):(?!\*{4}@|\d*(?:[/?#\s]|$))[^\s\"'<>]*@")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_PASSWORD = frozenset({"", "x-oauth-basic"})
"""Passwords that say that the user is the token."""
_SHORTEST_SECRET = 4
"""Shorter ones would blank out ordinary words; inside URLs they are hidden all the same."""


def keyring_credentials(url: str) -> UserPassword | None:
    """What the system's keyring has for the URL or its host; None without the keyring package."""
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
        import keyring.errors  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    for service in (url, origin_of(url).host_header):
        try:
            found = keyring.get_credential(service, None)
        except keyring.errors.KeyringError:
            return None
        if found is not None:
            return found.username, found.password
    return None


class Credentials:
    """The credentials of a run, by origin.

    `urls`: the user's index and file URLs. `netrc`: read ~/.netrc (or $NETRC) when it is first
    needed. `ask`: asked once per origin, after a 401, such as `keyring_credentials`.
    """

    def __init__(
        self,
        urls: Iterable[str],
        netrc: bool = True,  # noqa: FBT001, FBT002
        ask: Callable[[str], UserPassword | None] | None = None,
    ) -> None:
        self._by_origin: dict[Origin, list[tuple[str, UserPassword]]] = {}
        self._secrets: set[str] = set()
        self._netrc: dict[str, UserPassword] | None = None if netrc else {}
        self._ask = ask
        self._asked: dict[Origin, UserPassword | None] = {}
        for url in urls:
            self._remember(url)

    def for_url(self, url: str) -> UserPassword | None:
        """(user, password) for this URL's origin, or None. The password may be "".

        Where two indexes of one origin have their own, the one with the longest common path.
        """
        try:
            origin = origin_of(url)
        except ValueError:
            return None
        known = self._by_origin.get(origin)
        if known:
            path = split_authority(url)[2]
            return max(known, key=lambda entry: _common_length(entry[0], path))[1]
        return self._asked.get(origin) or self._from_netrc(origin)

    def login_for(self, url: str) -> str:
        """Where the credentials come from that go to this URL: `url`, `netrc` or `keyring`; ""
        where there are none.
        """
        try:
            origin = origin_of(url)
        except ValueError:
            return ""
        if self._by_origin.get(origin):
            return "url"
        if self._asked.get(origin):
            return "keyring"
        return "netrc" if self._from_netrc(origin) else ""

    def after_refusal(self, url: str) -> UserPassword | None:
        """What the keyring has for an origin that answered 401, or None. May block."""
        origin = origin_of(url)
        if self._ask is None:
            return None
        if origin not in self._asked:
            self._asked[origin] = self._ask(strip(url))
        found = self._asked[origin]
        if found:
            self._hide(*found)
        return found

    def hide_in(self, url: str) -> None:
        """Keep this URL's user information out of all texts without sending it to its host."""
        user_information = split_authority(url)[1]
        if user_information:
            self._hide(*user_and_password(user_information))

    def strip(self, url: str) -> str:
        """The URL without user information."""
        return strip(url)

    def redact(self, text: str) -> str:
        """The text with every password hidden: in URLs of any origin, and those known here."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "****")
        return redact(text)

    def _remember(self, url: str) -> None:
        user_information = split_authority(url)[1]
        if not user_information:
            return
        self.hide_in(url)
        try:
            origin = origin_of(url)
        except ValueError:
            return
        entry = (split_authority(url)[2], user_and_password(user_information))
        self._by_origin.setdefault(origin, []).append(entry)

    def _hide(self, user: str, password: str) -> None:
        secret = user if password in _NO_PASSWORD else password
        basic = b64encode(f"{user}:{password}".encode()).decode()
        forms = {secret, quote(secret), quote(secret, safe=""), basic}
        self._secrets.update(form for form in forms if len(form) >= _SHORTEST_SECRET)

    def _from_netrc(self, origin: Origin) -> UserPassword | None:
        # Over plain http everybody on the way reads along, so netrc's entries, which name no
        # scheme, are for https and for this machine only.
        if origin.scheme != "https" and origin.host not in _LOOPBACK:
            return None
        if self._netrc is None:
            self._netrc = _read_netrc()
        found = self._netrc.get(origin.host)
        if found:
            self._hide(*found)
        return found


def strip(url: str) -> str:
    """The URL without user information.

    >>> strip("https://me:pw@index.example/simple?a=b")
    'https://index.example/simple?a=b'
    """
    scheme, _, rest = split_authority(url)
    return scheme + rest


def redact(text: str) -> str:
    """The text with the password or token of every URL in it replaced by `****`.

    >>> redact("see https://me:pw@index.example/simple")
    'see https://me:****@index.example/simple'
    """
    if "@" not in text:
        return text
    text = _PASSWORD.sub(r"\1\2:****@", text)
    text = _TOKEN.sub(r"\1****@", text)
    return _RAW_PASSWORD.sub(r"\1\2:****@", text)


def _common_length(known: str, path: str) -> int:
    """How many whole segments two `host/path` texts share."""
    length = 0
    for left, right in zip(known.split("/"), path.split("/"), strict=False):
        if left != right:
            break
        length += 1
    return length


def _read_netrc() -> dict[str, UserPassword]:
    """Host to (user, password); empty when there is no readable netrc file.

    Its `default` entry is left out: it would hand a password to any host that a page names.
    """
    import netrc  # most runs need no credentials
    import os

    path = os.environ.get("NETRC") or os.path.join(os.path.expanduser("~"), ".netrc")  # noqa: PTH111, PTH118
    try:
        hosts = netrc.netrc(path).hosts
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return {}
    return {
        host.lower(): (user, password or "")
        for host, (user, _, password) in hosts.items()
        if host != "default"
    }
