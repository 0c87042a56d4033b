"""The command: reads the arguments, then starts the app or answers headless.

Exit codes: 0 resolved (and installed if asked), 1 no solution, 130 Ctrl-C, 2 anything else;
`--check`: 0 in order, 1 problems. stdout is data only; progress, warnings and errors of the text
format go to stderr.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import NoReturn

from resolvetui.cli.arguments import check_headless, fallback_interface, parse_arguments
from resolvetui.errors import InternalError, Interrupted, ResolvetuiError, UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import Interface, read_interface

_NEW_OBJECTS = 100_000
"""As many new objects, and Python looks for garbage."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code."""
    words = sys.argv[1:] if argv is None else argv
    interface = fallback_interface(words, os.environ)
    try:
        arguments = parse_arguments(words)
        interface = read_interface(arguments, os.environ)
        if interface.web and not _is_in_browser():
            return _serve(words, interface)
        with _asked_ahead(arguments, interface):
            return _run(arguments, interface)
    except ResolvetuiError as error:
        _show_error(error, interface)
        return error.exit_code
    except KeyboardInterrupt:
        _show_error(Interrupted("Stopped; nothing was changed."), interface)
        return Interrupted.exit_code
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # noqa: BLE001 - no input makes a traceback (it is in the log)
        _show_error(_internal(error), interface)
        return InternalError.exit_code


def _run(arguments: Arguments, interface: Interface) -> int:
    if interface.check:
        from resolvetui.cli.checking import check_environment

        return check_environment(arguments, interface)
    if interface.cache:
        from resolvetui.cli.caching import look_after_cache

        return look_after_cache(arguments, interface)
    if interface.show_settings or interface.test_indexes:
        return _run_without_resolving(arguments, interface)
    if _wants_app(interface):
        _check_app(interface)
    if interface.rollback:
        from resolvetui.cli.rolling_back import roll_back

        return roll_back(arguments, interface)
    if interface.replay:
        from resolvetui.cli.replaying import replay

        return replay(arguments, interface, in_app=_wants_app(interface))
    from resolvetui.inputs.merge import build_query

    with ExitStack() as stack:
        effective = build_query(arguments, os.environ, str(Path.cwd()))
        if interface.demo:
            from resolvetui.cli.demonstration import demonstrate

            effective = demonstrate(effective, stack)
        if _wants_app(interface):
            from resolvetui.cli.interactive import start_app

            if interface.explain:
                check_headless(interface, arguments, effective.settings)
            return start_app(effective)
        check_headless(interface, arguments, effective.settings)
        from resolvetui.cli.headless import Headless

        return Headless(effective).run()


def _serve(words: Sequence[str], interface: Interface) -> int:
    """Serve the app, for which the same words are read again by each session."""
    without = (
        ("--no-tui", interface.no_tui),
        ("--check", interface.check),
        ("--explain", interface.explain),
    )
    for option, value in without:
        if value:
            raise UsageError(
                f"--web shows the app, and {option} does without it.",
                what_to_do=f"Leave out --web or {option}.",
                culprit=option,
            )
    _check_app(interface)
    from resolvetui.cli.serving import serve_app

    return serve_app(words, interface.web_port)


def _is_in_browser() -> bool:
    """Whether the server of `--web` started this process, which draws for a browser then."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def _run_without_resolving(arguments: Arguments, interface: Interface) -> int:
    from resolvetui.inputs.merge import build_query

    effective = build_query(arguments, os.environ, str(Path.cwd()))
    if interface.show_settings:
        from resolvetui.cli.settings_shown import show_settings

        return show_settings(effective)
    from resolvetui.cli.index_testing import test_indexes

    return test_indexes(effective)


def _asked_ahead(arguments: Arguments, interface: Interface) -> AbstractContextManager[None]:
    if not _needs_target(interface):
        return nullcontext()
    from resolvetui.cli.interpreters import asked_ahead

    return asked_ahead(arguments)


def _needs_target(interface: Interface) -> bool:
    """Whether this process is going to look at a Python; the app has another one do it."""
    without = (
        interface.cache,
        interface.show_settings,
        interface.test_indexes,
        interface.rollback,
        interface.replay,
    )
    return not any(without) and (interface.check or not _wants_app(interface))


def _wants_app(interface: Interface) -> bool:
    """The app needs a terminal to draw on and to read keys from.

    Who gives `--install --yes` has nothing left to be asked.
    """
    return (
        not interface.no_tui
        and not interface.rollback
        and not (interface.install and interface.yes)
        and (not interface.explain or _may_be_inline(interface))
        and interface.format == "text"
        and (_is_in_browser() or (sys.stdout.isatty() and sys.stdin.isatty()))
    )


def _may_be_inline(interface: Interface) -> bool:
    """`--explain` draws below the prompt; where that cannot be, the answer is printed."""
    return not (sys.platform == "win32" or _is_in_browser() or interface.record)


def _check_app(interface: Interface) -> None:
    """Refuse what the app does not do."""
    if interface.why:
        raise UsageError(
            "--why does not work in the app.", what_to_do="Add --no-tui.", culprit="--why"
        )


def _show_error(error: ResolvetuiError, interface: Interface) -> None:
    from resolvetui.cli.printing import show_error

    show_error(error, interface)


def _internal(error: Exception) -> InternalError:
    from resolvetui.cli.crash import write_log

    path = write_log(error)
    return InternalError(
        f"resolvetui made a mistake: {type(error).__name__}: {error}",
        why=f"Details are in {path}." if path else "",
        what_to_do="Please report it, with that file.",
    )


def run() -> NoReturn:
    """The entry point of the command."""
    # Nearly all objects live until the end, so that looking for garbage after each 700 new ones
    # finds nothing; it took a twentieth of an install.
    gc.set_threshold(_NEW_OBJECTS)
    code = main()
    if threading.active_count() > 1:
        sys.exit(code)
    # Nothing is at work: without this Python takes apart every object it has, one by one, which
    # takes as long as resolving a dozen packages.
    atexit._run_exitfuncs()  # noqa: SLF001
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # nobody reads any more
        pass
    os._exit(code)
