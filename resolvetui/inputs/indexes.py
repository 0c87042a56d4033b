"""The indexes of a query: which there are, in which order, and what each is called.

Order of preference: find-links first, then `--index` and `--extra-index-url` as given, the
default index last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Literal, NoReturn
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from resolvetui.errors import UsageError
from resolvetui.inputs.paths import absolute, file_url, scheme_of
from resolvetui.inputs.settings import IndexSetting, Setting, redact
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource

_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_SCHEMES = frozenset({"http", "https", "file"})
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_UNTELLING_LABELS = frozenset(
    {"www", "download", "downloads", "files", "packages", "simple", "index", "api", "repo"}
)
_UNTELLING_PARTS = frozenset({"", "simple", "+simple", "whl", "index", "repository", "packages"})
DEFAULT_NAME = IndexName("pypi")


class _Place(Struct):
    """An index before it has its name."""

    url: str
    kind: Literal["simple", "flat"]
    origin: str
    name: str = ""
    is_builtin: bool = False
    explicit: bool = False
    is_configured: bool = False
    """By a file that can name and mark it, not by an option."""


def index_sources(
    find_links: Iterable[Setting],
    extra: Iterable[Setting],
    default: Setting,
    *,
    builtin_url: str,
    folder: str,
) -> tuple[IndexSource, ...]:
    """The sources in order of preference, each once, with names that are unique.

    `extra`: settings named `index` (`NAME=URL` or a URL) and `extra-index-url`. `builtin_url`:
    the URL that gets the name `pypi`. An option's index stands for a configured one of its name.
    Relative paths start at `folder`. Raises UsageError for a URL of another scheme, a folder that
    is not there, a name given twice.
    """
    places = [_links(setting, folder) for setting in find_links]
    places += [_index(setting, folder, builtin_url) for setting in extra]
    places = _redefined([*places, _index(default, folder, builtin_url)])
    kept = _merged(places)
    _check_names(kept)
    return _named(kept)


def links_alone(find_links: Iterable[Setting], folder: str) -> tuple[IndexSource, ...]:
    """The sources under `--no-index`: find-links only."""
    places = {place.url: place for place in (_links(setting, folder) for setting in find_links)}
    return _named(list(places.values()))


def missing_links(setting: Setting, folder: str) -> str:
    """The path that a find-links setting names and that is not there; else ""."""
    path = "" if scheme_of(setting.value) else absolute(setting.value, folder)
    return path if path and not os.path.exists(path) else ""  # noqa: PTH110


def _links(setting: Setting, folder: str) -> _Place:
    value = setting.value
    if scheme_of(value):
        return _described(_Place(_checked_url(value, setting), "flat", setting.origin), setting)
    if missing_links(setting, folder):
        raise UsageError(
            f"There is no folder or page {value} to find links in.",
            why=f"{setting.origin} names it.",
            culprit=value,
        )
    return _described(_Place(file_url(value, folder), "flat", setting.origin), setting)


def _described(place: _Place, setting: Setting) -> _Place:
    """With what a configuration says about it."""
    if isinstance(setting, IndexSetting):
        place.name, place.explicit, place.is_configured = setting.called, setting.explicit, True
    return place


def _redefined(places: list[_Place]) -> list[_Place]:
    """Without the configured indexes whose name an option gives to another URL.

    The default stays, nameless: without it the builtin one would be asked in its place. An
    index stays as explicit as it was configured.
    """
    options = {place.name: place for place in places if place.name and not place.is_configured}
    kept: list[_Place] = []
    for place in places:
        option = options.get(place.name) if place.is_configured else None
        if option and place is not places[-1]:
            option.explicit = place.explicit
            continue
        if option:
            place.name = ""
        kept.append(place)
    return kept


def _merged(places: list[_Place]) -> list[_Place]:
    """Each URL once. A second name that a configuration has for one stays as an explicit index,
    so that packages can be pinned to it.
    """
    unique: dict[tuple[str, str], _Place] = {}
    more_names: list[_Place] = []
    # Explicit ones last: their place does not matter, that of the others does.
    for place in sorted(places, key=lambda place: place.explicit):
        first = unique.setdefault((place.kind, place.url.rstrip("/")), place)
        if place.is_configured and first.name and place.name not in {"", first.name}:
            place.explicit = True
            more_names.append(place)
        first.name = first.name or place.name
    return [*unique.values(), *more_names]


def _index(setting: Setting, folder: str, builtin_url: str) -> _Place:
    takes_name = setting.name == "index" and not isinstance(setting, IndexSetting)
    named = _NAMED.fullmatch(setting.value) if takes_name else None
    name, value = (named[1], named[2]) if named else ("", setting.value)
    if not scheme_of(value) and os.path.isdir(absolute(value, folder)):  # noqa: PTH112
        value = file_url(value, folder)
    url = _checked_url(value, setting)
    is_builtin = url.rstrip("/") == builtin_url.rstrip("/")
    return _described(_Place(url, "simple", setting.origin, name, is_builtin), setting)


def _checked_url(url: str, setting: Setting) -> str:
    scheme = scheme_of(url)
    if scheme not in _SCHEMES:
        _refuse(
            url,
            setting,
            f"Its scheme is {scheme}; http, https and file are possible."
            if scheme
            else "It has no scheme (http, https or file) and is no folder.",
        )
    if _CONTROLS.search(url):
        _refuse(url, setting, "A URL holds no spaces or control characters.")
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        _refuse(url, setting, f"{str(error).capitalize()}.")
    if scheme != "file" and not has_host:
        _refuse(url, setting, "It names no host.")
    return url.partition("#")[0]


def _refuse(url: str, setting: Setting, why: str) -> NoReturn:
    shown = redact(url)
    raise UsageError(
        f"{setting.origin}: {shown} cannot be an index.",
        why=why,
        what_to_do="Give a URL such as https://index.example/simple.",
        culprit=shown,
    )


def _check_names(places: list[_Place]) -> None:
    seen: dict[str, _Place] = {}
    for place in places:
        other = seen.setdefault(place.name, place) if place.name else place
        if other is not place:
            raise UsageError(
                f"Two indexes are called {place.name}.",
                why=f"{redact(other.url)} and {redact(place.url)}.",
                what_to_do="Give one of them another name.",
                culprit=place.name,
            )


def _named(places: list[_Place]) -> tuple[IndexSource, ...]:
    # `pypi` is kept for the default: an index of that host name elsewhere is not it.
    taken = {DEFAULT_NAME, *(place.name for place in places if place.name)}
    sources: list[IndexSource] = []
    for place in places:
        name = place.name or (DEFAULT_NAME if place.is_builtin else _new_name(place.url, taken))
        taken.add(name)
        sources.append(
            IndexSource(IndexName(name), place.url, place.kind, place.origin, place.explicit)
        )
    return tuple(sources)


def _new_name(url: str, taken: set[str]) -> str:
    names = _names_for(url)
    numbered = (f"{names[0]}-{number}" for number in range(2, 2 + len(taken)))
    return next(name for name in (*names, *numbered) if name not in taken)


def _names_for(url: str) -> list[str]:
    """Short names for a URL, the best first.

    >>> _names_for("https://download.pytorch.org/whl/cpu")
    ['pytorch-cpu', 'pytorch-whl-cpu']
    >>> _names_for("http://127.0.0.1:8000/whl/cpu/")
    ['127.0.0.1-cpu', '127.0.0.1-whl-cpu', '127.0.0.1-8000-cpu', '127.0.0.1-8000-whl-cpu']
    """
    parts = urlsplit(url)
    path = [re.sub(r"\.html?$", "", unquote(part)) for part in parts.path.split("/")]
    path = [part for part in path if part]
    telling = [part for part in path if part.lower() not in _UNTELLING_PARTS]
    tails = dict.fromkeys(("-".join(telling[-1:]), "-".join(path)))
    host = "file" if parts.scheme == "file" else _host_name(parts.hostname or "")
    heads = [host, f"{host}-{parts.port}"] if parts.port else [host]
    return list(dict.fromkeys(_slug(f"{head}-{tail}") for head in heads for tail in tails))


def _host_name(host: str) -> str:
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or ":" in host:
        return host
    telling = [label for label in labels[:-1] if label not in _UNTELLING_LABELS]
    return "-".join(telling) or host


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._") or "index"
