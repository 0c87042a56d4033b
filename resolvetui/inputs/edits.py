"""What was typed into a form about target, indexes and policies, as a query.

The texts are read by what reads the command line, so that both take and refuse the same. Each
field is read by itself: one that cannot be used leaves the others alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.environment.finding import find_python
from resolvetui.environment.platforms import describe
from resolvetui.environment.targets import full_version
from resolvetui.errors import ResolvetuiError, UsageError
from resolvetui.inputs.changes import last_day
from resolvetui.inputs.indexes import index_sources
from resolvetui.inputs.options import OPTIONS, checked
from resolvetui.inputs.pip_config import default_index_url
from resolvetui.inputs.policies import binary_formats
from resolvetui.inputs.settings import Layers, Setting
from resolvetui.model.query import (
    IndexSource,
    IndexStrategy,
    Policies,
    PrereleasePolicy,
    Query,
    ResolutionMode,
    TargetRequest,
)

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|:all:|:none:")
_EXACT = re.compile(r"(?:python|cpython-)?3\.\d+\.\d+t?")


class Edits(Struct, frozen=True):
    """The fields of the form, as texts where the user types; "" stands for the default."""

    python: str
    python_version: str
    python_platform: str
    indexes: tuple[IndexSource, ...]
    strategy: IndexStrategy
    prerelease: PrereleasePolicy
    resolution: ResolutionMode
    exclude_newer: str
    only_binary: str
    """Names with commas or spaces between them, or `:all:`."""
    no_binary: str


Errors = dict[str, ResolvetuiError]
"""What is wrong with a field, by the field's name."""


def edits_of(query: Query) -> Edits:
    """The form of a query."""
    policies, target = query.policies, query.target
    return Edits(
        python=target.python,
        python_version=target.python_version,
        python_platform=target.python_platform,
        indexes=query.indexes,
        strategy=policies.index_strategy,
        prerelease=policies.prerelease,
        resolution=policies.resolution,
        exclude_newer=last_day(policies.exclude_newer) if policies.exclude_newer else "",
        only_binary=", ".join(policies.only_binary),
        no_binary=", ".join(policies.no_binary),
    )


def edited(query: Query, edits: Edits) -> tuple[Query, Errors]:
    """The query as the form says; a field that cannot be read stays as it is in `query`.

    Whether there is such a Python is not looked at: `check_python` does.
    """
    errors: Errors = {}

    def read(field: str, make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except ResolvetuiError as error:
            errors[field] = error
            return otherwise

    target, policies = query.target, query.policies
    formats = (policies.only_binary, policies.no_binary)
    only_binary, no_binary = read("only_binary", lambda: _formats(edits), formats)
    if "only_binary" in errors and errors["only_binary"].culprit == "--no-binary":
        errors["no_binary"] = errors.pop("only_binary")
    found = replace(
        query,
        indexes=read("indexes", lambda: _some(edits.indexes, query), query.indexes),
        policies=replace(
            policies,
            index_strategy=edits.strategy,
            prerelease=edits.prerelease,
            resolution=edits.resolution,
            exclude_newer=read(
                "exclude_newer", lambda: _moment(edits, policies), policies.exclude_newer
            ),
            only_binary=only_binary,
            no_binary=no_binary,
            allow_build=_consents(policies, no_binary),
        ),
        target=TargetRequest(
            python=edits.python.strip(),
            python_version=read(
                "python_version",
                lambda: _version(edits.python_version.strip()),
                target.python_version,
            ),
            python_platform=read(
                "python_platform",
                lambda: _platform(edits.python_platform.strip()),
                target.python_platform,
            ),
        ),
    )
    names = {index.name for index in found.indexes}
    pinned = {name: index for name, index in query.pinned_indexes.items() if index in names}
    return replace(found, pinned_indexes=pinned), errors


def check_python(text: str) -> None:
    """Raise `TargetError` where there is no such Python. Only looks at names and folders.

    A version in full is left to whoever resolves: commands would have to be started for it.
    """
    wanted = text.strip()
    if wanted and not _EXACT.fullmatch(wanted):
        find_python(wanted, os.environ, Path.cwd())


def added_index(indexes: Sequence[IndexSource], text: str) -> IndexSource:
    """What `--index` would make of a text: `NAME=URL`, a URL, or a folder.

    Raises UsageError for one that cannot be an index, or is among `indexes` already.
    """
    setting = checked(OPTIONS["index"], text.strip(), "--index")
    builtin = default_index_url()
    folder = str(Path.cwd())
    default = Setting("index-url", builtin, "default")
    found = index_sources((), (setting,), default, builtin_url=builtin, folder=folder)[0]
    for index in indexes:
        if index.kind == found.kind and index.url.rstrip("/") == found.url.rstrip("/"):
            raise UsageError(f"{index.name} has this URL already.", culprit=setting.shown)
    taken = {index.name for index in indexes}
    if found.name not in taken:
        return found
    if setting.value.startswith(f"{found.name}="):
        raise UsageError(
            f"An index is called {found.name} already.",
            what_to_do="Give it another name: NAME=URL.",
            culprit=setting.shown,
        )
    names = (f"{found.name}-{number}" for number in range(2, len(taken) + 3))
    return replace(found, name=next(name for name in names if name not in taken))


def _some(indexes: tuple[IndexSource, ...], query: Query) -> tuple[IndexSource, ...]:
    if query.indexes and not indexes:
        raise UsageError(
            "No index is left to ask.", what_to_do="Add one: NAME=URL.", culprit="indexes"
        )
    return indexes


def _version(text: str) -> str:
    if not text:
        return ""
    checked(OPTIONS["python-version"], text, "--python-version")
    full_version(text)
    return text


def _platform(text: str) -> str:
    if text:
        describe(text)
    return text


def _moment(edits: Edits, policies: Policies) -> str:
    text = edits.exclude_newer.strip()
    if not text:
        return ""
    if policies.exclude_newer and text == last_day(policies.exclude_newer):
        return policies.exclude_newer
    return checked(OPTIONS["exclude-newer"], text, "--exclude-newer").value


def _formats(edits: Edits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Both options together: what one names the other does not."""
    settings = [
        setting
        for name, text in (("only-binary", edits.only_binary), ("no-binary", edits.no_binary))
        for setting in _names(name, text)
    ]
    settings.sort(key=lambda setting: ":all:" not in setting.value)
    return binary_formats(Layers(tuple(settings)))


def _consents(policies: Policies, no_binary: tuple[str, ...]) -> tuple[str, ...]:
    """Who takes a package's wheels away by its name allows its build, as on a command line."""
    before = {name for name in policies.no_binary if name != ":all:"}
    after = {name for name in no_binary if name != ":all:"}
    kept = set(policies.allow_build) - (before - after)
    return tuple(sorted(kept | (after - before)))


def _names(option: str, text: str) -> list[Setting]:
    words = text.replace(",", " ").split()
    for word in words:
        if not _NAME.fullmatch(word):
            raise UsageError(
                f"--{option} does not take '{word}'.",
                what_to_do="Give names of packages with commas between them, or :all:.",
                culprit=f"--{option}",
            )
    if not words:
        return []
    return [checked(OPTIONS[option], ",".join(words), f"--{option}")]
