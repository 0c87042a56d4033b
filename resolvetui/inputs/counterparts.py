"""What the options of pip and uv are called here, and why some have no counterpart."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from resolvetui.inputs.command_options import Found
from resolvetui.inputs.moments import prior_to
from resolvetui.inputs.options import OPTIONS, Option, checked
from resolvetui.inputs.pip_config import pip_settings
from resolvetui.inputs.project_model import PYPROJECT
from resolvetui.inputs.settings import IndexSetting, Setting

_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)=(\w+://.*)", re.DOTALL)
_CALLED = {
    "requirements": "requirement",
    "requirements-from-script": "requirement",
    "constraints": "constraint",
    "build-constraints": "build-constraint",
    "overrides": "override",
    "pypi-url": "index-url",
    "default-index": "index-url",
    "pre": "prerelease",
    "uploaded-prior-to": "exclude-newer",
    "no-build": "only-binary",
    "no-build-package": "only-binary",
    "no-dependencies": "no-deps",
    "no-require-hashes": "require-hashes",
    "no-upgrade": "upgrade",
    "no-offline": "offline",
    "force-reinstall": "reinstall",
    "platform": "python-platform",
    "allow-insecure-host": "trusted-host",
    "timeout": "http-timeout",
    "default-timeout": "http-timeout",
    "retries": "http-retries",
    "no-cache-dir": "no-cache",
    "isolated": "no-config",
}
_FIXED = {
    "pre": "allow",
    "no-build": ":all:",
    **dict.fromkeys(("no-require-hashes", "no-upgrade", "no-offline"), "false"),
}
"""Flags there that are a value here."""
_SAME = frozenset(
    {
        *("requirement", "constraint", "build-constraint", "override", "extra", "group"),
        *("index-url", "extra-index-url", "index", "find-links", "no-index", "index-strategy"),
        *("only-binary", "no-binary", "python", "python-version", "python-platform"),
        *("prerelease", "resolution", "exclude-newer", "no-deps", "upgrade", "reinstall"),
        "require-hashes",
        *("cache-dir", "no-cache", "offline", "no-config"),
        *("trusted-host", "cert", "client-cert", "proxy"),
    }
)
_OF_PIP_ALONE = {
    option.name: option
    for option in (
        Option("trusted-host", "many"),
        Option("cert"),
        Option("client-cert"),
        Option("proxy"),
    )
}
_UV_VARIABLES = {
    "UV_DEFAULT_INDEX": "default-index",
    "UV_INDEX_URL": "index-url",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_INDEX": "index",
    "UV_NO_INDEX": "no-index",
    "UV_INDEX_STRATEGY": "index-strategy",
    "UV_CONSTRAINT": "constraint",
    "UV_BUILD_CONSTRAINT": "build-constraint",
    "UV_OVERRIDE": "override",
    "UV_PRERELEASE": "prerelease",
    "UV_RESOLUTION": "resolution",
    "UV_EXCLUDE_NEWER": "exclude-newer",
    "UV_PYTHON": "python",
    "UV_REQUIRE_HASHES": "require-hashes",
    "UV_CACHE_DIR": "cache-dir",
    "UV_NO_CACHE": "no-cache",
    "UV_OFFLINE": "offline",
    "UV_NO_CONFIG": "no-config",
    "UV_HTTP_TIMEOUT": "timeout",
}
_WHERE = "where to install is said by --python or --venv"
_BUILDING = "how source distributions are built is no choice here"
_SAYING = "what is printed is decided by --verbose, --color and --format"
_FILE_OF_ANSWER = "--format requirements prints a requirements file"
_NOWHERE = "nothing is written to a folder; --format json lists the files"
_REASONS = {
    **dict.fromkeys(
        ("user", "root", "target", "prefix", "break-system-packages", "system", "no-user"), _WHERE
    ),
    **dict.fromkeys(
        (
            *("no-build-isolation", "config-settings", "use-pep517", "no-use-pep517"),
            *("check-build-dependencies", "no-build-isolation-package", "no-verify"),
            *("global-option", "no-clean", "src"),
        ),
        _BUILDING,
    ),
    **dict.fromkeys(
        (
            *("quiet", "verbose", "progress-bar", "no-progress", "color", "no-color", "log"),
            *("disable-pip-version-check", "no-python-version-warning", "debug"),
            *("no-warn-script-location", "no-warn-conflicts", "root-user-action"),
        ),
        _SAYING,
    ),
    **dict.fromkeys(
        ("output", "output-file", "generate-hashes", "no-annotate", "no-header"), _FILE_OF_ANSWER
    ),
    **dict.fromkeys(("dest", "wheel-dir"), _NOWHERE),
    **dict.fromkeys(("implementation", "abi"), "it follows from --python-version"),
    **dict.fromkeys(
        ("verify-hashes", "no-verify-hashes"), "hashes of requirements files are always checked"
    ),
    "build": "which code may run is said by --build POLICY",
    "dry-run": "nothing is installed without --install anyway",
    "report": "--format json prints a report",
    "ignore-installed": "--reinstall is the nearest to it",
    "prefer-binary": "--only-binary is the nearest to it",
    "no-input": "nobody is asked with --no-tui",
    "upgrade-strategy": "--upgrade renews all that is asked for",
    "upgrade-package": "--upgrade renews all packages",
    "reinstall-package": "--reinstall renews all packages",
    "torch-backend": "name the index of PyTorch by --extra-index-url",
    "universal": "the answer is for one target: see --python-platform",
    "keyring-provider": "credentials come from URLs and netrc",
}


def called_here(found: Found) -> str:
    """The name here of an option of pip or uv, or ""."""
    if found.option and found.option.is_ours:
        return found.word[2:]
    for spelling in found.option.spellings if found.option else ():
        name = spelling.lstrip("-")
        if spelling.startswith("--") and (name in _CALLED or name in _SAME):
            return _CALLED.get(name, name)
    return ""


def reason_of(found: Found) -> str:
    """Why a known option has no counterpart."""
    for spelling in found.option.spellings if found.option else ():
        if reason := _REASONS.get(spelling.lstrip("-")):
            return reason
    return "it has no counterpart here"


def settings_of(found: Found, origin: str, *, is_pip: bool) -> tuple[Setting, ...]:
    """What an option with a counterpart comes to here.

    Raises UsageError for a value that the option does not take.
    """
    if found.option and found.option.is_ours:
        return (checked(OPTIONS[called_here(found)], found.value or "true", found.word),)
    name = called_here(found)
    longs = [spelling[2:] for spelling in found.option.spellings] if found.option else []
    value = next((_FIXED[long] for long in longs if long in _FIXED), found.value)
    if "uploaded-prior-to" in longs:
        value = prior_to(value)
    return _settings(name, value or "true", origin, is_pip=is_pip)


def _settings(name: str, value: str, origin: str, *, is_pip: bool) -> tuple[Setting, ...]:
    if name == "python-version" and is_pip:
        value = re.sub(r"(\d)(\d+)", r"\1.\2", value) if value.isdigit() else value
    elif name == "requirement" and os.path.basename(value) == PYPROJECT:  # noqa: PTH119
        name, value = "project", os.path.dirname(value) or "."  # noqa: PTH120
    elif name == "index" and not re.match(r"[A-Za-z0-9._-]+=", value):
        name = "extra-index-url"
    elif name == "index-url" and (named := _NAMED.fullmatch(value)):
        checked(OPTIONS[name], named[2], origin)
        return (IndexSetting(name, named[2], origin, called=named[1]),)
    option = OPTIONS.get(name) or _OF_PIP_ALONE[name]
    return (checked(option, value, origin),)


def of_variable(variable: str, value: str) -> tuple[Setting, ...]:
    """What `PIP_PRE=1` or `UV_OFFLINE=1` comes to; nothing where it means nothing here."""
    if variable.startswith("PIP_"):
        only: Mapping[str, str] = {"PIP_CONFIG_FILE": os.devnull, variable: value}
        found = pip_settings(only) if variable != "PIP_CONFIG_FILE" else ()
        return tuple(_renamed(found))
    name = _UV_VARIABLES.get(variable, "")
    called = _CALLED.get(name, name)
    if not called or not value.strip():
        return ()
    option = OPTIONS[called]
    words = value.split() if option.kind == "many" else [value.strip()]
    return tuple(
        setting for word in words for setting in _settings(called, word, variable, is_pip=False)
    )


def _renamed(found: tuple[Setting, ...]) -> Iterator[Setting]:
    for setting in found:
        if setting.name == "pre":
            if setting.value == "true":
                yield Setting("prerelease", "allow", setting.origin)
        else:
            yield Setting(_CALLED.get(setting.name, setting.name), setting.value, setting.origin)
