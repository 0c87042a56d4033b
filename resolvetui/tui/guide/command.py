"""A guided install as one command without the app. Pure."""

from __future__ import annotations

import shlex

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.inputs.as_command import arguments_of
from resolvetui.model.query import Query, TargetRequest
from resolvetui.tui.safe import safe


class Made(Struct, frozen=True):
    """An environment that was made on the way."""

    folder: str
    python: str
    """What it was made with, "" for the default."""


def install_command(query: Query, made: Made | None, *, isolated: bool, demo: bool) -> str:
    """`resolvetui … --install --yes --no-tui`, without credentials.

    `made`: the command makes that environment, too, where it is not there. `isolated`: as in
    `arguments_of`. `demo`: with the demo's indexes, which have other addresses at each start.
    """
    words = ["resolvetui"]
    if demo:
        words.append("--demo")
    is_made = made is not None and query.target.python == made.folder
    if is_made and made is not None:
        query = replace(query, target=TargetRequest(python=made.python))
    found = list(arguments_of(query, isolated=isolated and not demo))
    words += _without_indexes(found) if demo else found
    if is_made and made is not None:
        words += ("--venv", made.folder)
    return safe(shlex.join([*words, "--install", "--yes", "--no-tui"]), 10_000)


def _without_indexes(words: list[str]) -> list[str]:
    kept: list[str] = []
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word in ("--index", "--index-url", "--find-links"):
            skips = True
        elif word != "--no-index":
            kept.append(word)
    return kept
