"""From a failure that is final to a public error: who was asked for what, how often, what came.

URLs come as they may be shown; what an index is called and what others have is not known here
(`index/client.py`, `session/diagnosis.py`).
"""

from __future__ import annotations

from resolvetui.errors import (
    BadPage,
    ErrorDetails,
    IndexFailure,
    IndexRefused,
    IndexUnreachable,
)
from resolvetui.net.failures import NetworkFailure, TooLarge, status_words


def unreachable(failure: NetworkFailure, attempts: int, shown: str, what: str) -> IndexUnreachable:
    """No answer below 500, after all attempts."""
    tries = f" ({attempts} attempts)" if attempts > 1 else ""
    return IndexUnreachable(
        f"{what or shown} could not be fetched.",
        why=f"{shown}: the server {failure.cause}{tries}.",
        what_to_do=failure.advice,
        culprit=shown,
        details=ErrorDetails(
            url=shown, cause=failure.kind, status=failure.status, attempts=attempts
        ),
    )


def too_large(error: TooLarge, shown: str, what: str) -> BadPage:
    """A body above its limit."""
    return BadPage(
        f"The answer about {what or shown} is too large.",
        why=f"{shown}: it has more than {error.limit_bytes} bytes.",
        culprit=shown,
        details=ErrorDetails(url=shown, cause="page"),
    )


def not_served(name: str, shown: str, status: int, login: str, realm: str) -> IndexFailure:
    """A file that its server does not give away."""
    kind = IndexRefused if status in {401, 403} else IndexFailure
    return kind(
        f"{name} could not be fetched.",
        why=f"{shown}: the server answered {status_words(status)}.",
        what_to_do="The server wants credentials." if status == 401 else "",
        culprit=shown,
        details=ErrorDetails(
            url=shown, cause="status", status=status, attempts=1, login=login, realm=realm
        ),
    )
