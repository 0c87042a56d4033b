"""What must not leave the machine in a file that is made to be given away.

Credentials in URLs go; of the user's home folder only the environment's own path is kept, the
rest becomes `~`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from typing import Any

from resolvetui.net.auth import redact

_MASKED = re.compile(r"(?<=://)[^\s/]*\*{4}@")
_NAME_GOES_ON = r"(?![\w-]|\.\w)"
_PATH_GOES_BEFORE = r"(?<![\w.~/\\-])"


class Discretion:
    """Rewrites texts for one user and one environment; both are absolute paths, or "" for none."""

    def __init__(self, home: str, environment: str = "") -> None:
        self._rules = [
            rule
            for folder in dict.fromkeys((home, os.path.realpath(home)) if home else ())
            if len(PurePath(folder).parts) > 1  # a home of `/` says nothing about anybody
            for rule in _rules(folder, environment)
        ]

    def applied(self, value: Any) -> Any:  # noqa: ANN401 - JSON is made of anything
        """JSON with all its strings rewritten, but for the keys of its objects."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: self.applied(item) for key, item in value.items()}
            case list() | tuple():
                return [self.applied(item) for item in value]
            case _:
                return value

    def text(self, text: str) -> str:
        """The text without credentials, and with `~` for the home folder."""
        text = without_credentials(text)
        for pattern, instead in self._rules:
            text = pattern.sub(instead, text)
        return text


def without_credentials(text: str) -> str:
    """A text whose URLs have lost their user information; one that hid it already stays.

    Lost, not masked: sentences made anew from such a URL are then the same.

    >>> without_credentials("a @ https://me:secret@files.example/a.whl")
    'a @ https://files.example/a.whl'
    >>> without_credentials("https://me:****@index.example/ wants credentials")
    'https://me:****@index.example/ wants credentials'
    """
    masked = redact(text)
    return text if masked == text else _MASKED.sub("", masked)


def _rules(home: str, environment: str) -> list[tuple[re.Pattern[str], str]]:
    within = environment[len(home) :] if environment.startswith(home + os.sep) else ""
    kept = f"(?!{re.escape(within)}{_NAME_GOES_ON})" if within else ""
    plain = re.compile(_PATH_GOES_BEFORE + re.escape(home) + _NAME_GOES_ON + kept)
    url = re.compile(re.escape(Path(home).as_uri()) + _NAME_GOES_ON)
    return [(url, "file:///~"), (plain, "~")]
