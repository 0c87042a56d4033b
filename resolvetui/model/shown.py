"""URLs as they may be shown: whatever could be a secret is masked."""

from __future__ import annotations


def shown_url(url: str) -> str:
    """The URL with its user information masked: `https://me:****@index.example/simple`.

    A user part without a password is taken for a token and masked as a whole.

    >>> shown_url("https://me:secret@index.example/simple")
    'https://me:****@index.example/simple'
    >>> shown_url("https://token@index.example/simple")
    'https://****@index.example/simple'
    """
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if not separator or "@" not in host:
        return url
    user, colon, _ = host.rpartition("@")[0].partition(":")
    masked = f"{user}:****" if colon else "****"
    return f"{scheme}://{masked}@{host.rpartition('@')[2]}{slash}{path}"


def without_user(url: str) -> str:
    """The URL without user and password, for sentences that may be given away.

    >>> without_user("https://me:secret@files.example/a.whl")
    'https://files.example/a.whl'
    """
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
