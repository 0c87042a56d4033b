"""Which settings are in effect, defaults included: what `-v` and the TUI show with origins."""

from __future__ import annotations

from resolvetui.inputs.settings import Layers, Setting
from resolvetui.model.query import Query

_DEFAULTS = {
    "index-strategy": "first-index",
    "prerelease": "if-necessary",
    "build": "ask",
    "resolution": "highest",
    "http-timeout": "15",
    "http-retries": "3",
    "offline": "false",
    "no-cache": "false",
    "no-index": "false",
    "cache-limit": "10240",
    "refresh": "false",
    "keyring": "false",
}
_SINGLE = (
    *("python", "python-version", "python-platform", "venv", "cache-dir", "no-config", "format"),
    *("cert", "client-cert", "proxy", "exclude-newer"),
    *(
        "no-deps",
        "require-hashes",
        "upgrade",
        "reinstall",
        "allow-breaking",
        "link-mode",
        "compile",
    ),
)
_ADDING_UP = (
    *("requirement", "editable", "constraint", "override", "project", "group", "extra"),
    *("only-binary", "no-binary", "allow-build", "pin-index", "trusted-host"),
    "refresh-package",
)
_SAME = {"http-timeout": "timeout", "http-retries": "retries", "prerelease": "pre"}
"""Our name for what pip and requirements files call otherwise."""


def settings_in_effect(query: Query, layers: Layers) -> tuple[Setting, ...]:
    """Sorted by name, the values of one option in order of preference."""
    found = [
        Setting("find-links" if source.kind == "flat" else "index", text, source.origin)
        for source in query.indexes
        for text in (f"{source.name}={source.url}",)
    ]
    found += layers.all(*_ADDING_UP)
    found += [setting for name in _SINGLE if (setting := layers.one(name))]
    found += [_single(name, default, layers) for name, default in _DEFAULTS.items()]
    return tuple(sorted(found, key=lambda setting: setting.name))


def _single(name: str, default: str, layers: Layers) -> Setting:
    setting = layers.one(name)
    if setting:
        return setting
    other = layers.one(_SAME.get(name, name))
    if not other:
        return Setting(name, default, "default")
    if name == "prerelease":
        return Setting(name, "allow" if other.value == "true" else default, other.origin)
    return Setting(name, other.value, other.origin)
