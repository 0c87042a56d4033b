"""How the answer is asked for and shown: options that change neither question nor facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast, get_args

from msgspec import Struct

from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.options import environment_settings
from resolvetui.inputs.settings import Layers

Format = Literal["text", "json", "requirements"]
"""What the answer is printed as."""
CacheCommand = Literal["cache-info", "cache-clear", "cache-verify"]
CACHE_COMMANDS: tuple[CacheCommand, ...] = get_args(CacheCommand)


class Interface(Struct, frozen=True):
    """The front end's options."""

    no_tui: bool = False
    format: Format = "text"
    install: bool = False
    yes: bool = False
    rollback: bool = False
    """Undo the last install into the environment, and nothing else."""
    no_undo: bool = False
    """Keep nothing for a rollback of this install."""
    demo: bool = False
    web: bool = False
    """Serve the app to a browser."""
    web_port: int = 0
    """0 = any that is free."""
    explain: bool = False
    """Show the answer below the prompt instead of the whole app."""
    theme: str = ""
    """Of the app, as typed; "" = its own choice."""
    ascii: bool = False
    no_guide: bool = False
    """Never begin the guided install by itself."""
    color: Literal["auto", "always", "never"] = "auto"
    verbose: bool = False
    venv: str = ""
    """Make this folder a virtual environment first if it is none; "" = no."""
    check: bool = False
    """Look at an environment instead of resolving anything."""
    why: tuple[str, ...] = ()
    """Packages of the answer to tell all about, as typed."""
    record: str = ""
    """Write the run to this file; "" = no."""
    replay: str = ""
    """Answer from the run in this file; "" = no."""
    cache: CacheCommand | Literal[""] = ""
    """Look after the cache instead of resolving anything."""
    show_settings: bool = False
    """Print the settings in effect instead of resolving anything."""
    test_indexes: bool = False
    """Look at the indexes themselves instead of resolving anything."""


def read_interface(arguments: Arguments, environ: Mapping[str, str]) -> Interface:
    """Flags over `RESOLVETUI_*`; needs no file, so that errors of files can be shown as asked."""
    return interface_of(Layers(arguments.settings, environment_settings(environ)[0]))


def interface_of(layers: Layers) -> Interface:
    """The options, of layers whose values were checked against the choices."""
    return Interface(
        no_tui=layers.is_on("no-tui"),
        format=cast("Format", layers.text("format", "text")),
        install=layers.is_on("install"),
        yes=layers.is_on("yes"),
        rollback=layers.is_on("rollback"),
        no_undo=layers.is_on("no-undo"),
        demo=layers.is_on("demo"),
        web=layers.is_on("web"),
        web_port=int(layers.text("web-port", "0")),
        explain=layers.is_on("explain"),
        theme=layers.text("theme"),
        ascii=layers.is_on("ascii"),
        no_guide=layers.is_on("no-guide"),
        color=cast("Literal['auto', 'always', 'never']", layers.text("color", "auto")),
        verbose=layers.is_on("verbose"),
        venv=layers.text("venv"),
        check=layers.is_on("check"),
        why=tuple(dict.fromkeys(setting.value for setting in layers.all("why"))),
        record=layers.text("record"),
        replay=layers.text("replay"),
        cache=next((name for name in CACHE_COMMANDS if layers.is_on(name)), ""),
        show_settings=layers.is_on("show-settings"),
        test_indexes=layers.is_on("test-indexes"),
    )
