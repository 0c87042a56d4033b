"""An error in the JSON report: its sentences, and what they are about where that applies."""

from __future__ import annotations

from msgspec import Struct

from resolvetui.report.model import ReportedError


class JsonOtherIndex(Struct):
    """An index beside the one that failed."""

    index: str
    versions: str | None
    """In words; None where it has none or did not say."""
    answer: str
    """Why, in that case; else ""."""


class JsonError(Struct, omit_defaults=True):
    """What went wrong. The fields from `index` on are there where they apply (`ErrorDetails`)."""

    kind: str
    what: str
    why: str
    what_to_do: str
    culprit: str | None
    index: str = ""
    project: str = ""
    url: str = ""
    cause: str = ""
    status: int | None = None
    attempts: int = 0
    login: str = ""
    realm: str = ""
    others: tuple[JsonOtherIndex, ...] = ()
    expected: tuple[str, ...] = ()
    got: tuple[str, ...] = ()


def json_error(error: ReportedError) -> JsonError:
    """The object before its strings are made safe."""
    about = error.details
    return JsonError(
        kind=error.kind,
        what=error.what,
        why=error.why,
        what_to_do=error.what_to_do,
        culprit=error.culprit,
        index=about.index,
        project=about.project,
        url=about.url,
        cause=about.cause,
        status=about.status,
        attempts=about.attempts,
        login=about.login,
        realm=about.realm,
        others=tuple(
            JsonOtherIndex(other.index, other.versions or None, other.answer)
            for other in about.others
        ),
        expected=about.expected,
        got=about.got,
    )
