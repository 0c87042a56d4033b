"""Builds of PyTorch that are on an index of their own, one for each CPU or GPU platform.

Somebody who types `torch==2.3.0+cu121` has seen it there, and asks an index that never had it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolvetui.explanation import advice
from resolvetui.explanation.about import About
from resolvetui.inputs.changes import arguments
from resolvetui.model.explanation import Hint
from resolvetui.model.names import IndexName
from resolvetui.model.query import AddIndex, IndexSource

PROJECTS = frozenset({"torch", "torchvision", "torchaudio", "torchtext", "torchdata"})
"""Those that are published there."""
_CUDA = "92|100|101|102|110|111|113|115|116|117|118|121|124|126|128|129|130"
_PINNED = re.compile(rf"==[^+*,]+\+(cpu|xpu|cu(?:{_CUDA})|rocm[4-7](?:\.\d){{1,2}})")
BUILD_URL = "https://download.pytorch.org/whl/{label}"
"""The index of one build."""


def build_hints(about: About) -> Iterator[Hint]:
    """The index of a build that is asked for and that no index here has any version of."""
    for line in about.lines:
        for requirement in line.requirements():
            found = _PINNED.fullmatch(requirement.specifier)
            if found is None or requirement.name not in PROJECTS or about.allowed(line):
                continue
            label = found[1]
            versions = (verdict.version for verdict in about.verdicts(requirement.name))
            if not any(version.endswith(f"+{label}") for version in versions):
                yield _ask_too(about, label)


def _ask_too(about: About, label: str) -> Hint:
    """Nobody tries it: it asks a host that the user did not name."""
    query, url = about.evidence.query, BUILD_URL.format(label=label)
    text = advice.build_index(label)
    name = IndexName(f"pytorch-{label}")
    is_free = all(index.name != name for index in query.indexes)
    if not (is_free and query.indexes and query.indexes[-1].kind == "simple"):
        return Hint(f"{text}: --extra-index-url {url}", "add-index")
    change = AddIndex(IndexSource(name, url, origin="a way out"))
    return Hint(
        text, "add-index", arguments(query, [change]), changes=(change,), unchecked=advice.NOT_ASKED
    )
