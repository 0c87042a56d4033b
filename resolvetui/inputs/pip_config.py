"""pip's configuration files and `PIP_*` variables as settings, and pip's own default index.

Follows pip's documentation, "Configuration": where the files are, which wins, how names and
values are normalised. pip's own module for it costs 60 ms of imports, so it is not used. The
names that nothing here honours are left out.
"""

# pathlib would cost every warm start 4 ms.
# ruff: noqa: PTH110, PTH111, PTH112, PTH118

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping

from resolvetui.errors import UsageError
from resolvetui.inputs.moments import prior_to
from resolvetui.inputs.options import OPTIONS, Option, checked
from resolvetui.inputs.settings import Setting

_PRIOR_TO = "uploaded-prior-to"
_ALIASES = {
    "default-timeout": "timeout",
    "pypi-url": "index-url",
    "no-dependencies": "no-deps",
    "force-reinstall": "reinstall",
    _PRIOR_TO: "exclude-newer",
}
_HONOURED = {
    option.name: option
    for option in (
        OPTIONS["index-url"],
        OPTIONS["extra-index-url"],
        OPTIONS["find-links"],
        OPTIONS["no-index"],
        OPTIONS["constraint"],
        OPTIONS["build-constraint"],
        OPTIONS["exclude-newer"],
        OPTIONS["only-binary"],
        OPTIONS["no-binary"],
        OPTIONS["no-deps"],
        OPTIONS["require-hashes"],
        OPTIONS["upgrade"],
        OPTIONS["reinstall"],
        Option("pre", "flag"),
        Option("cert"),
        Option("client-cert"),
        Option("proxy"),
        Option("trusted-host", "many"),
        Option("timeout", "seconds"),
        Option("retries", "count"),
    )
}
_OURS_ONLY = frozenset({"reinstall", "exclude-newer"})
"""Names of ours that pip calls otherwise."""
_ADDING_UP = frozenset({"only-binary", "no-binary"})
"""Options where a later section adds to an earlier one instead of replacing it."""
_SECTIONS = ("global", "install", ":env:")
"""Weakest first. Every section of every file outranks an earlier section: pip's order."""


def pip_settings(environ: Mapping[str, str]) -> tuple[Setting, ...]:
    """What pip would go by for `pip install`, one setting a value; strongest last.

    Options that may be repeated give a setting for each of their values. Raises UsageError for
    a file that is no configuration file, or a value that the option does not take.
    """
    values: dict[tuple[str, str], tuple[str, str]] = {}
    for file in configuration_files(environ):
        values.update(_file_values(file))
    values.update(_variables(environ))
    found: dict[str, list[Setting]] = {}
    adding_up: list[Setting] = []
    for section in _SECTIONS:
        for (in_section, key), (text, origin) in values.items():
            value = prior_to(text) if key == _PRIOR_TO else text
            option = _HONOURED.get(_ALIASES.get(key, key)) if key not in _OURS_ONLY else None
            if in_section != section or not option or not value.strip():
                continue
            if option.name in _ADDING_UP:
                adding_up += _settings_of(option, value, origin)
            else:
                found[option.name] = _settings_of(option, value, origin)
    return (*(setting for settings in found.values() for setting in settings), *adding_up)


def _settings_of(option: Option, value: str, origin: str) -> list[Setting]:
    words = value.split() if option.kind == "many" else [value.strip()]
    return [checked(option, word, origin) for word in words]


def configuration_files(
    environ: Mapping[str, str], *, prefix: str = "", platform: str = sys.platform
) -> list[str]:
    """The files that pip would read, weakest first, whether they exist or not.

    `prefix` is the environment whose own file counts: the active one, else this Python's.
    """
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return []
    base = "pip.ini" if platform == "win32" else "pip.conf"
    folders = _global_folders(environ, platform)
    if not (chosen and os.path.exists(chosen)):
        folders += _user_folders(environ, platform)
    folders.append(prefix or environ.get("VIRTUAL_ENV") or sys.prefix)
    files = [os.path.join(folder, base) for folder in folders]
    return [*files, chosen] if chosen else files


def _home(environ: Mapping[str, str], platform: str) -> str:
    name = "USERPROFILE" if platform == "win32" else "HOME"
    return environ.get(name) or os.path.expanduser("~")


def _global_folders(environ: Mapping[str, str], platform: str) -> list[str]:
    if platform == "win32":
        return [os.path.join(environ.get("PROGRAMDATA") or r"C:\ProgramData", "pip")]
    if platform == "darwin":
        homebrew = ["/opt/homebrew/share/pip"] if sys.prefix.startswith("/opt/homebrew") else []
        return [*homebrew, "/Library/Application Support/pip"]
    folders = (environ.get("XDG_CONFIG_DIRS") or "").strip() or "/etc/xdg"
    return [os.path.join(os.path.expanduser(f), "pip") for f in folders.split(":")] + ["/etc"]


def _user_folders(environ: Mapping[str, str], platform: str) -> list[str]:
    home = _home(environ, platform)
    if platform == "win32":
        roaming = environ.get("APPDATA") or os.path.join(home, "AppData", "Roaming")
        return [os.path.join(home, "pip"), os.path.join(roaming, "pip")]
    config = os.path.join(home, ".config")
    if platform == "darwin":
        library = os.path.join(home, "Library", "Application Support", "pip")
        own = library if os.path.isdir(library) else os.path.join(config, "pip")
    else:
        own = os.path.join((environ.get("XDG_CONFIG_HOME") or "").strip() or config, "pip")
    return [os.path.join(home, ".pip"), own]


def _file_values(file: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """((section, normalised name), (value, origin)) of one file; nothing if it is not there."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(file)  # in the encoding of the locale, as pip does
    except (configparser.Error, UnicodeDecodeError) as error:
        raise UsageError(
            f"pip's configuration file {file} cannot be read.",
            why=" ".join(str(error).split()),
            what_to_do="Mend it (pip refuses it too), or go without by --no-config.",
            culprit=file,
        ) from error
    for section in parser.sections():
        for name, value in parser.items(section):
            yield (section, _normalised(name)), (value, f"{file} [{section}]")


def _variables(environ: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for variable, value in environ.items():
        if variable.startswith("PIP_"):
            yield (":env:", _normalised(variable[4:])), (value, variable)


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def default_index_url() -> str:
    """The default index of pip itself, as a simple API root (PEP 503). Nothing else here names one.

    Raises UsageError where there is no pip.
    """
    index = _pip_index_module()
    if index is None:
        raise UsageError(
            "There is no default index: pip, whose default it is, cannot be found.",
            what_to_do="Name one by --index-url, or install pip beside resolvetui.",
            culprit="pip",
        )
    return str(vars(index)["PyPI"].simple_url)


def _pip_index_module() -> object | None:
    """The module of pip with its index addresses, alone: the package around it costs 20 ms."""
    import importlib.util

    spec = importlib.util.find_spec("pip")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = os.path.join(folder, "_internal", "models", "index.py")
        alone = importlib.util.spec_from_file_location("resolvetui_pip_index", file)
        if alone and alone.loader and os.path.exists(file):
            module = importlib.util.module_from_spec(alone)
            alone.loader.exec_module(module)
            return module
    try:
        from pip._internal.models import index
    except ImportError:
        return None
    return index
