"""The choices that hold for every package, from the settings that state them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from resolvetui.inputs.settings import Layers, Setting
from resolvetui.model.names import package_name
from resolvetui.model.query import (
    BuildPolicy,
    IndexStrategy,
    Policies,
    PrereleasePolicy,
    ResolutionMode,
)


def policies_of(layers: Layers) -> Policies:
    """All but whose code may run."""
    only_binary, no_binary = binary_formats(layers)
    return Policies(
        index_strategy=IndexStrategy(layers.text("index-strategy", IndexStrategy.FIRST_INDEX)),
        prerelease=_prerelease(layers),
        resolution=ResolutionMode(layers.text("resolution", ResolutionMode.HIGHEST)),
        only_binary=only_binary,
        no_binary=no_binary,
        exclude_newer=layers.text("exclude-newer"),
        no_deps=layers.is_on("no-deps"),
        upgrade=layers.is_on("upgrade"),
        reinstall=layers.is_on("reinstall"),
        allow_breaking=layers.is_on("allow-breaking"),
        require_hashes=layers.is_on("require-hashes"),
    )


def with_builds(policies: Policies, consents: Layers) -> Policies:
    """Whose code may run: `--build`, and the names of `--allow-build` and `--no-binary`."""
    names = _names(consents.all("allow-build"))
    names |= _names(consents.all("no-binary")) & set(policies.no_binary)
    return structs.replace(
        policies,
        build=BuildPolicy(consents.text("build", BuildPolicy.ASK)),
        allow_build=tuple(sorted(names)),
    )


def _names(settings: Iterable[Setting]) -> set[str]:
    words = (part.strip() for setting in settings for part in setting.value.split(","))
    return {package_name(word) for word in words if word and not word.startswith(":")}


def _prerelease(layers: Layers) -> PrereleasePolicy:
    """`--prerelease`; else `pre` of a requirements file or of pip's configuration."""
    default = PrereleasePolicy.ALLOW if layers.is_on("pre") else PrereleasePolicy.IF_NECESSARY
    text = layers.text("prerelease", default)
    return PrereleasePolicy(text.removesuffix("-or-explicit"))


def binary_formats(layers: Layers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(only binary, no binary), sorted, by pip's rules: later values take back earlier ones.

    pip reference, "--no-binary" and "--only-binary": `:all:`, `:none:` or names with commas.
    """
    chosen: dict[str, set[str]] = {"only-binary": set(), "no-binary": set()}
    for setting in layers.weakest_first("only-binary", "no-binary"):
        target = chosen[setting.name]
        other = chosen["no-binary" if setting.name == "only-binary" else "only-binary"]
        for word in filter(None, (part.strip() for part in setting.value.split(","))):
            if word == ":none:":
                target.clear()
            elif word == ":all:":
                other.clear()
                target.clear()
                target.add(word)
            else:
                name = package_name(word)
                other.discard(name)
                target.add(name)
    return tuple(sorted(chosen["only-binary"])), tuple(sorted(chosen["no-binary"]))
