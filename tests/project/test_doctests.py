"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import resolvetui

FRONT_ENDS = ("resolvetui.tui", "resolvetui.cli")
"""Have no examples; importing them here would hide that headless runs do without."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(resolvetui.__path__, "resolvetui."):
        if not found.name.startswith(FRONT_ENDS) and not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def test_examples_in_docstrings() -> None:
    results = {module.__name__: doctest.testmod(module) for module in modules()}
    assert sum(result.attempted for result in results.values()) > 5
    assert [name for name, result in results.items() if result.failed] == []
