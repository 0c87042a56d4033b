"""Which Python a command line means, before anything else is read."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

from resolvetui.environment.ahead import asking
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.options import environment_settings
from resolvetui.inputs.settings import Layers


def wanted_python(arguments: Arguments) -> tuple[str, Path | None]:
    """The value of `--python`, and where it is kept what is known of interpreters.

    By options and `RESOLVETUI_*`. Raises UsageError.
    """
    layers = Layers(arguments.settings, environment_settings(os.environ)[0])
    return layers.text("python"), _cache_folder(layers)


def asked_ahead(arguments: Arguments) -> AbstractContextManager[None]:
    """Has the Python answer while the program is read; mistakes of it are told later."""
    request, folder = wanted_python(arguments)
    return asking(request, os.environ, Path.cwd(), folder)


def _cache_folder(layers: Layers) -> Path | None:
    if layers.is_on("no-cache"):
        return None
    if folder := layers.text("cache-dir"):
        return Path(folder)
    from resolvetui.net.cache import default_cache_folder

    return default_cache_folder()
