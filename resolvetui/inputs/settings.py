"""A setting with its provenance, and the layers in which settings are looked up.

Flags, `RESOLVETUI_*`, requirements files and pip's configuration all become `Setting`s under
one option name; `merge.py` asks the layers. Which names exist stands in `options.py`.
"""

from __future__ import annotations

import re

from msgspec import Struct

_CREDENTIALS = re.compile(r"(?<=://)(?:([^/\s:@]+):)?[^/\s]*@")


def redact(text: str) -> str:
    """`text` with the credentials of every URL in it hidden; a lone user name may be a token.

    >>> redact("https://me:secret@index.example/simple"), redact("https://token@index.example/")
    ('https://me:****@index.example/simple', 'https://****@index.example/')
    """
    return _CREDENTIALS.sub(lambda found: f"{found[1]}:****@" if found[1] else "****@", text)


class Setting(Struct, frozen=True):
    """One value of one option, as text."""

    name: str
    """The option's long name without dashes: `extra-index-url`."""
    value: str
    """As written, with any credentials; a flag is `true` or `false`."""
    origin: str
    """What said so: `--offline`, `RESOLVETUI_OFFLINE`, `pip.conf [global]`, `base.txt:3`."""

    @property
    def shown(self) -> str:
        """The value without credentials."""
        return redact(self.value)


class IndexSetting(Setting, frozen=True):
    """An index that a configuration names: `index`, `index-url` (the default) or `find-links`."""

    called: str = ""
    """Its name there, or ""; `value` is the URL alone."""
    explicit: bool = False
    """Only for packages that are pinned to it."""


class InputWarning(Struct, frozen=True):
    """Something about the inputs that the user should know and that stops nothing."""

    kind: str
    text: str


class Layers:
    """Settings of several sources, the strongest source first."""

    def __init__(self, *layers: tuple[Setting, ...]) -> None:
        self._layers = layers

    def one(self, name: str) -> Setting | None:
        """The last value of the first source that has one."""
        for layer in self._layers:
            for setting in reversed(layer):
                if setting.name == name:
                    return setting
        return None

    def text(self, name: str, default: str = "") -> str:
        """The value of `one`, or `default`."""
        setting = self.one(name)
        return setting.value if setting else default

    def is_on(self, name: str) -> bool:
        """Whether a flag is set."""
        return self.text(name) == "true"

    def all(self, *names: str) -> list[Setting]:
        """Every value of options that add up, the strongest source first, each in its order."""
        return [setting for layer in self._layers for setting in layer if setting.name in names]

    def weakest_first(self, *names: str) -> list[Setting]:
        """Like `all`, for options where a later value takes back an earlier one."""
        return [s for layer in reversed(self._layers) for s in layer if s.name in names]
