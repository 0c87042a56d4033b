"""Packages that come from one index only: `--pin-index` and the sources of [tool.uv]."""

from __future__ import annotations

from typing import NoReturn

from resolvetui.errors import UsageError
from resolvetui.inputs.options import near
from resolvetui.inputs.settings import Layers, Setting
from resolvetui.model.names import IndexName, PackageName, package_name
from resolvetui.model.query import IndexSource


def pinned_indexes(
    layers: Layers, indexes: tuple[IndexSource, ...]
) -> dict[PackageName, IndexName]:
    """Package to the name of its index; the strongest source wins, its last word counts.

    Without any index (`--no-index`) only folders and pages are left, and pins to others lapse;
    `--demo` brings its own indexes, and reads itself what is pinned to them. Raises UsageError
    for the name of an index that there is not.
    """
    if layers.is_on("demo"):
        return {}
    names = [source.name for source in indexes]
    pinned: dict[PackageName, IndexName] = {}
    for setting in layers.weakest_first("pin-index"):
        package, _, index = (part.strip() for part in setting.value.partition("="))
        if index in names:
            pinned[package_name(package)] = IndexName(index)
        elif not layers.is_on("no-index"):
            _refuse(setting, package, index, names)
    return dict(sorted(pinned.items()))


def _refuse(setting: Setting, package: str, index: str, names: list[IndexName]) -> NoReturn:
    guess = near(index, names)
    advice = f"Did you mean {guess}?" if guess else f"Define it: --index {index}=URL."
    raise UsageError(
        f"{setting.origin} takes {package} from the index {index}, which there is not.",
        why=f"The indexes are {', '.join(names)}.",
        what_to_do=advice,
        culprit=setting.origin,
    )
