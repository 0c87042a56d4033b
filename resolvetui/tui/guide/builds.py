"""Builds of one package for several backends (CPU, CUDA, ROCm): which can be chosen. Pure.

Known without asking anybody: from the names of the configured indexes, from local versions
(`2.3.0+cu121`) that were seen while resolving, and from where PyTorch's builds are published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.explanation.pytorch import BUILD_URL, PROJECTS
from resolvetui.inputs.changes import apply
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, PinVersion, Query
from resolvetui.session.protocol import CandidateTable

_LABEL = re.compile(r"(?:^|[-_/.])(cpu|xpu|cu\d{2,3}|rocm\d(?:\.\d)*)(?:/|$|[-_])", re.IGNORECASE)
_PUBLISHED = ("cpu", "cu118", "cu121", "cu124", "cu126", "cu128", "rocm6.3")
"""Offered for PyTorch where no index of its builds is configured."""
_ORIGIN = "guided install"


class Build(Struct, frozen=True):
    """One choice, and the query that it makes."""

    label: str
    """`cu121`; "" for the query as it is, or for versions without a label."""
    title: str
    how: str
    """What is done for it, in a few words."""
    query: Query


def builds_of(query: Query, tables: Mapping[str, CandidateTable], system: str) -> tuple[Build, ...]:
    """The choice that there is, the query as it is first; () where there is none.

    `system`: as a target's platform says it, such as `linux x86_64`.
    """
    return builds_by_index(query, system) or builds_by_version(query, tables)


def builds_by_index(query: Query, system: str) -> tuple[Build, ...]:
    """The choice between configured indexes of builds, or to add one of PyTorch's; () for none."""
    if _says_build(query):
        return ()
    labelled = [(index, _label_of(index)) for index in query.indexes if not index.explicit]
    known = [(index, label) for index, label in labelled if label]
    if len({label for _, label in known}) > 1:
        return (
            Build("", "as it is", "the order of the indexes decides", query),
            *(_only(query, index, label, known) for index, label in known),
        )
    wanted = {root.requirement.name for root in query.requirements}
    if known or not PROJECTS.intersection(wanted) or not _publishes_for(system):
        return ()
    if not any(index.kind == "simple" and index.origin != "--demo" for index in query.indexes):
        return ()  # --no-index: the user wants no other place
    return (
        Build("", "as it is", "what the indexes that are configured have", query),
        *(_added(query, label) for label in _PUBLISHED),
    )


def builds_by_version(query: Query, tables: Mapping[str, CandidateTable]) -> tuple[Build, ...]:
    """The choice between local versions that fit, of packages that the user named; () for none."""
    newest: dict[str, dict[str, str]] = {}
    roots = [root.requirement for root in query.requirements]
    said = {each.name for each in roots if "+" in each.specifier}
    for name in dict.fromkeys(each.name for each in roots):
        if name in tables and name not in said:
            for label, version in _newest_by_label(tables[name]).items():
                newest.setdefault(label, {})[name] = version
    if len(newest) < 2:
        return ()
    return (
        Build("", "as it is", "the highest version that fits, of any build", query),
        *(_pinned(query, label, versions) for label, versions in newest.items()),
    )


def _newest_by_label(table: CandidateTable) -> dict[str, str]:
    """Label to its newest version that fits; a version without label counts where others have one.

    Empty where no version has a label.
    """
    found: dict[str, str] = {}
    for version, _, cells in table.versions:
        if any(cell is not None and cell.hurdle is None for cell in cells):
            found.setdefault(version.partition("+")[2], version)
    return found if any(found) else {}


def _pinned(query: Query, label: str, versions: Mapping[str, str]) -> Build:
    changes = [PinVersion(PackageName(name), version) for name, version in versions.items()]
    what = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Build(label, label or "plain", what, apply(query, changes))


def _only(
    query: Query, chosen: IndexSource, label: str, known: list[tuple[IndexSource, str]]
) -> Build:
    others = [index for index, other in known if other != label]
    kept = tuple(index for index in query.indexes if index not in others)
    gone = ", ".join(index.name for index in others)
    return Build(label, label, f"{chosen.name}, not {gone}", replace(query, indexes=kept))


def _added(query: Query, label: str) -> Build:
    url = BUILD_URL.format(label=label)
    source = IndexSource(IndexName(f"pytorch-{label}"), url, "simple", _ORIGIN)
    first = next(n for n, index in enumerate(query.indexes) if index.kind == "simple")
    indexes = (*query.indexes[:first], source, *query.indexes[first:])
    how = f"one index more, {source.name}, asked first"
    return Build(label, label, how, replace(query, indexes=indexes))


def _publishes_for(system: str) -> bool:
    """Elsewhere (macOS) there is one build, on the default index."""
    return system.lower().startswith(("linux", "windows"))


def _label_of(index: IndexSource) -> str:
    path = index.url.partition("://")[2].partition("/")[2]
    found = _LABEL.search(path) or _LABEL.search(index.name)
    return found[1].lower() if found else ""


def _says_build(query: Query) -> bool:
    """Whether the user has said which build: by a label, or by an index for the package."""
    return any(
        "+" in root.requirement.specifier or root.requirement.name in query.pinned_indexes
        for root in query.requirements
    )
