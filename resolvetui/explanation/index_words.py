"""Words about indexes that refuse or fail: what they answered, what others hold, what can be done.

Text from outside goes in raw, as in `wording.py`; URLs come masked.
"""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.errors import ErrorDetails, OtherIndex
from resolvetui.explanation.ranges import join_few

_MOST_NAMES = 5
_LOGINS = {
    "url": "the credentials from its URL",
    "netrc": "the credentials from netrc",
    "keyring": "the credentials from the keyring",
}
GIVE_CREDENTIALS = (
    "Put credentials into the URL of the index, before its host as USER:PASSWORD@HOST, or into a "
    "netrc file."
)
_CHECK_CREDENTIALS = {
    "url": "Check user and password in the URL: characters such as @, / and # have to be "
    "percent-encoded there.",
    "netrc": "Check the entry of that host in the netrc file; credentials in the URL go before it.",
    "keyring": "Check the entry of that host in the keyring; credentials in the URL go before it.",
}
NOT_INSTEAD = (
    "No other index is asked instead: a package of that name there may be somebody else's."
)


def status_words(status: int) -> str:
    """`401 Unauthorized`."""
    from http import HTTPStatus  # for failures only

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def refuses(index: str, projects: Sequence[str], status: int) -> str:
    """The first sentence about a refusal."""
    names = join_few(list(projects), _MOST_NAMES)
    return f"Index {index} refuses to list {names} (HTTP {status_words(status)})."


def answered(url: str, status: int, login: str, realm: str) -> str:
    """What was answered to which credentials; never the credentials themselves."""
    wants = f', wants a login for "{realm}"' if realm else ""
    return f"{url} answered {status_words(status)}{wants}; {sent(login)}."


def sent(login: str) -> str:
    """`no credentials were sent`, or whose were refused."""
    return f"{_LOGINS[login]} were sent and refused" if login else "no credentials were sent"


def was_not_logged_in(login: str) -> str:
    """The same where nothing was refused: a login page comes with status 200."""
    return f"{_LOGINS[login]} were sent" if login else "no credentials were sent"


def others_hold(project: str, others: Sequence[OtherIndex]) -> str:
    """`Of flask, b has 1.0 to 2.3 (12 versions); c has none.`"""
    parts = [f"{other.index} {_has(other)}" for other in others]
    return f"Of {project}, {'; '.join(parts)}."


def _has(other: OtherIndex) -> str:
    return f"has {other.versions}" if other.versions else other.answer


HAS_NONE = "has none"
NOT_ASKED = "was not asked (--offline)"
NO_ANSWER = "did not answer either"


def refuses_too(status: int) -> str:
    """Another index that refuses."""
    return f"refuses too ({status})"


def ways_out(details: ErrorDetails, advice: str, named_by: str, *, comes_first: bool) -> str:
    """What can be done, a line each, by the cause. `advice`: what is known already of the cause;
    `named_by`: the option or file that names the index; `comes_first`: it hides indexes that have
    the project.
    """
    lines = [_about_credentials(details) or advice]
    having = [other.index for other in details.others if other.versions]
    if having:
        lines.append(_take_from(details, having, comes_first=comes_first))
    lines = [line for line in lines if line]
    without = _leave_out(details, named_by)
    if without:
        lines.append(f"Or {without}" if lines else f"{without[0].upper()}{without[1:]}")
    return "\n".join(lines)


def _about_credentials(details: ErrorDetails) -> str:
    if details.status not in {401, 403}:
        return ""
    return _CHECK_CREDENTIALS.get(details.login, GIVE_CREDENTIALS)


def _take_from(details: ErrorDetails, having: Sequence[str], *, comes_first: bool) -> str:
    text = (
        f"--pin-index {details.project}={having[0]} takes {details.project} from {having[0]} alone"
    )
    if comes_first:
        text += (
            f"; with {having[0]} before {details.index}, {details.index} is asked only for the rest"
        )
    return f"{text}. Only if you trust {having[0]} for it."


def _leave_out(details: ErrorDetails, named_by: str) -> str:
    by = f" ({_named(named_by)})" if named_by else ""
    out = f"leave index {details.index} out{by}" if details.others else ""
    offline = "--offline answers from the cache alone" if _may_be_back(details) else ""
    text = "; ".join(part for part in (out, offline) if part)
    return f"{text}." if text else ""


def _named(named_by: str) -> str:
    """What names an index, as the inputs say it."""
    if named_by == "default":
        return "the default index; -i URL puts another in its place"
    return f"{named_by} names it"


def _may_be_back(details: ErrorDetails) -> bool:
    return details.status not in {401, 403}


# ---- an index that has nothing


def is_it_right(index: str, url: str) -> str:
    """The doubt about the URL of an index that lacks every project and is none itself."""
    text = f"Is the URL of {index} right? {url} has none of the projects asked for and is no index"
    return text if is_simple(url) else f"{text}; such URLs mostly end in /simple"


def is_simple(url: str) -> bool:
    """Whether a URL ends as those of indexes do."""
    return url.rstrip("/").endswith(("/simple", "/+simple"))


def check_url(index: str, url: str, named_by: str) -> str:
    """The same as a proposal."""
    by = f" ({_named(named_by)})" if named_by else ""
    guess = "" if is_simple(url) else f", such as {url.rstrip('/')}/simple"
    return f"check the URL of index {index}{by}: {url}{guess}"
