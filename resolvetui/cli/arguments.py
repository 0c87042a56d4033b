"""The command line: what may be typed, `--help`, and errors that name the culprit.

Only the shape is decided here; which values options take is `inputs/options.py`, what they come
to with environment and files is `inputs/merge.py`.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from resolvetui import __version__
from resolvetui.cli.pasted import (
    at_dashes,
    check_not_empty,
    check_pasted,
    read_pasted,
    without_pasted,
)
from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import Interface
from resolvetui.inputs.options import OPTIONS, check_encodable, checked, near
from resolvetui.inputs.paths import is_file
from resolvetui.inputs.project_model import (
    OPTIONS_OF_PROJECTS,
    PYPROJECT,
    is_requirements_file,
)
from resolvetui.inputs.settings import Setting, redact

_EPILOG = """\
examples:
  resolvetui torch --extra-index-url https://download.pytorch.org/whl/cpu
  resolvetui -r requirements.txt -i https://index.example/simple --no-tui
  resolvetui 'torch==2.3.0' --python-version 3.12 --python-platform linux
  resolvetui flask --venv .venv --install --yes --no-tui
  resolvetui -- pip install -r requirements.txt --pre
  resolvetui --check --python .venv

After -- a command of pip (install, download, wheel) or uv (uv pip install,
uv pip compile) may stand as it is; what of it has no counterpart here is said.
Options before the -- win over those in it.

Every option is also an environment variable: RESOLVETUI_INDEX_URL for
--index-url, RESOLVETUI_OFFLINE=1 for --offline, values of repeatable options
separated by spaces; RESOLVETUI_HTTP_TIMEOUT (seconds) and
RESOLVETUI_HTTP_RETRIES besides. pip's configuration and PIP_* are honoured, and
what ./pyproject.toml [tool.uv] or ./uv.toml says about indexes.

exit codes: 0 resolved (and installed if asked), 1 no solution, 2 anything else,
130 Ctrl-C; with --check: 0 in order, 1 problems, 2 it cannot be checked
"""
_USAGE = (
    "resolvetui [REQUIREMENT ...] [-r FILE ...] [OPTION ...]\n"
    "       resolvetui [OPTION ...] -- pip install ..."
)
_SEE_HELP = "resolvetui --help lists all options."
_FORGOTTEN_R = (".txt", ".in")
_OTHER_FILES = (".toml", ".cfg", ".lock", ".yml", ".yaml", ".json", ".py")
_LISTS = frozenset({"requirement", "editable", *OPTIONS_OF_PROJECTS})
"""Options that name requirements."""
_ELSEWHERE = {
    "--pre": "Write --prerelease allow.",
    "--json": "Write --format json.",
    "--dry-run": "Leave it out: nothing is installed without --install.",
    "--uploaded-prior-to": "Write --exclude-newer.",
    "--no-dependencies": "Write --no-deps.",
    "--compile-bytecode": "Write --compile.",
    "--no-compile": "Leave it out: nothing is compiled without --compile.",
    "--force-reinstall": "Write --reinstall.",
    "--default-index": "Write -i or --index-url.",
    "--requirements": "Write -r or --requirement.",
    "--constraints": "Write -c or --constraint.",
    "--build-constraints": "Write --build-constraint.",
}
"""Options of pip and uv that are called otherwise here."""
_SYNONYMS = frozenset({"if-necessary-or-explicit"})
"""Values taken for the sake of uv's users and not listed."""


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """The arguments after the program's name, each option's value checked by itself.

    `--help` and `--version` print to stdout and raise SystemExit(0). Raises UsageError that
    names the culprit for everything that is not understood.
    """
    for argument in argv:
        check_encodable(argument)
    own, command = without_pasted(argv)
    parser = _parser()
    found = argparse.Namespace(settings=[])
    found, unknown = parser.parse_known_intermixed_args(list(own), found)
    check_pasted(argv, found.requirements)
    if unknown:
        _refuse_option(unknown[0])
    if not (found.requirements or found.settings):
        check_not_empty(argv)
    pasted = read_pasted(command, found.settings)
    requirements = (*found.requirements, *pasted.requirements)
    for text in requirements:
        _check_requirement(text)
    return Arguments(requirements, (*found.settings, *pasted.own), pasted)


def check_headless(interface: Interface, arguments: Arguments, settings: Sequence[Setting]) -> None:
    """Refuse what only makes sense where somebody can be asked. `settings`: those in effect.

    Called when no TUI is going to start; raises UsageError.
    """
    files = [setting for setting in settings if setting.name in _LISTS]
    if not (arguments.requirements or files or interface.demo):
        raise UsageError(
            "There is nothing to resolve.",
            what_to_do="Give requirements (resolvetui torch) or a file of them (-r FILE). "
            + _SEE_HELP,
        )
    if interface.install and not interface.yes:
        raise UsageError(
            "--install without a terminal cannot ask before it changes the environment.",
            what_to_do="Add --yes to install without a question.",
            culprit="--install",
        )


def fallback_interface(argv: Sequence[str], environ: Mapping[str, str]) -> Interface:
    """How to show the error when `parse_arguments` refused: as JSON if that was asked for."""
    words = " ".join(at_dashes(argv)[0]).replace("--format=", "--format ")
    asked = re.findall(r"(?:^| )--format (\S+)", words)
    chosen = asked[-1] if asked else environ.get(OPTIONS["format"].variable, "").strip()
    return Interface(format="json" if chosen == "json" else "text")


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print the usage and exit."""

    def error(self, message: str) -> NoReturn:
        found = re.match(r"argument (?P<option>[^:]+): (?P<problem>.*)", message, re.DOTALL)
        option = found["option"].rpartition("/")[2] if found else ""
        problem = found["problem"] if found else message
        if "expected one argument" in problem:
            raise UsageError(f"{option} needs a value.", what_to_do=_SEE_HELP, culprit=option)
        if "ignored explicit argument" in problem:
            raise UsageError(f"{option} takes no value.", what_to_do=_SEE_HELP, culprit=option)
        raise UsageError(
            f"The arguments are not understood: {message}.", what_to_do=_SEE_HELP, culprit=option
        )


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """80 columns on every terminal; values such as `first-index` are not broken."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=80)

    def _split_lines(self, text: str, width: int) -> list[str]:
        import textwrap  # for --help only

        return textwrap.wrap(text, width, break_on_hyphens=False)


class _Keep(argparse.Action):
    """Keeps an option in the order given, its value checked."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse's signature
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        option = OPTIONS[self.dest]
        value = "true" if option.kind == "flag" else str(values).strip()
        namespace.settings.append(checked(option, value, f"--{option.name}"))


def _parser() -> _Parser:
    parser = _Parser(
        prog="resolvetui",
        usage=_USAGE,
        description="See why a Python install fails, try the fixes, then install it as one\n"
        "transaction. Starts the app on a terminal, else prints the answer.",
        epilog=_EPILOG,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    for add_group in (_inputs, _sources, _target, _choices, _installing, _fetching, _output):
        add_group(parser)
    return parser


_Group = argparse._ArgumentGroup  # noqa: SLF001 - argparse gives the class of a group no other name


def _add(group: _Group, name: str, text: str, *, short: str = "", metavar: str = "") -> None:
    option = OPTIONS[name]
    shown = [choice for choice in option.choices if choice not in _SYNONYMS]
    group.add_argument(
        *([short] if short else []),
        f"--{name}",
        action=_Keep,
        dest=name,
        default=argparse.SUPPRESS,
        nargs=0 if option.kind == "flag" else None,
        metavar=metavar or None,
        help=text + (f": {', '.join(shown)}" if shown else ""),
    )


def _inputs(parser: _Parser) -> None:
    group = parser.add_argument_group("what to resolve")
    group.add_argument(
        "requirements",
        nargs="*",
        metavar="REQUIREMENT",
        help="a name, 'torch>=2.0', or where a wheel, an archive or a project is",
    )
    _add(group, "requirement", "requirements file, script or lock", short="-r", metavar="FILE")
    _add(group, "editable", "a project's folder, to be used in place", short="-e", metavar="DIR")
    _add(group, "constraint", "constraints file", short="-c", metavar="FILE")
    _add(group, "build-constraint", "constraints file for what builds need", metavar="FILE")
    _add(group, "override", "file whose requirements replace all others", metavar="FILE")
    _add(group, "project", "folder whose pyproject.toml counts", metavar="DIR")
    _add(group, "extra", "optional dependencies of the project", metavar="NAME")
    _add(group, "group", "dependency group of the project", metavar="NAME")
    _add(group, "instead", "in the place of what is asked of its package", metavar="REQUIREMENT")
    _add(group, "without", "do not ask for this package", metavar="NAME")
    _add(group, "lift", "do without this constraint or override", metavar="NAME")


def _sources(parser: _Parser) -> None:
    group = parser.add_argument_group(
        "indexes",
        "Preferred in this order: --find-links; --index and --extra-index-url as\n"
        "given; the default index. All but -i and --no-index may be repeated.",
    )
    _add(group, "index-url", "the default index", short="-i", metavar="URL")
    _add(group, "extra-index-url", "a further index", metavar="URL")
    _add(group, "index", "a further index, with a name to show", metavar="NAME=URL")
    _add(group, "find-links", "folder or page with wheels", short="-f", metavar="PATH_OR_URL")
    _add(group, "no-index", "use only --find-links")
    _add(group, "index-strategy", "a project on several indexes", metavar="STRATEGY")
    _add(group, "pin-index", "PACKAGE from this index alone", metavar="PACKAGE=INDEX")


def _target(parser: _Parser) -> None:
    group = parser.add_argument_group("target")
    _add(group, "python", "environment to install into", metavar="PATH_OR_VERSION")
    _add(group, "python-version", "resolve for this Python, here or not", metavar="X.Y[.Z]")
    _add(group, "python-platform", "resolve for another platform", metavar="NAME")


def _choices(parser: _Parser) -> None:
    group = parser.add_argument_group("choice of versions")
    _add(group, "prerelease", "pre-releases", metavar="POLICY")
    _add(group, "resolution", "which version is tried first", metavar="MODE")
    _add(group, "exclude-newer", "nothing uploaded after it: 2024-05-07", metavar="DATE")
    _add(group, "only-binary", "no source distributions of it; or :all:", metavar="NAME")
    _add(group, "no-binary", "no wheels of it; or :all:", metavar="NAME")
    _add(group, "build", "may code of source distributions run", metavar="POLICY")
    _add(group, "allow-build", "it may run for this package", metavar="NAME")
    _add(group, "no-deps", "only what is named, none of its dependencies")
    _add(group, "require-hashes", "a --hash for every package, as in -r files")
    _add(group, "upgrade", "do not prefer what is installed", short="-U")
    _add(group, "reinstall", "install anew what is installed")
    _add(group, "allow-breaking", "other installed packages may break")


def _installing(parser: _Parser) -> None:
    group = parser.add_argument_group("installing")
    _add(group, "install", "install what was resolved")
    _add(group, "yes", "install without asking")
    _add(group, "link-mode", "how files get out of the cache", metavar="MODE")
    _add(group, "compile", "compile to bytecode after the install")
    _add(group, "rollback", "undo the last install into the environment")
    _add(group, "no-undo", "keep nothing for --rollback")
    _add(group, "venv", "make DIR a virtual environment if it is none", metavar="DIR")


def _fetching(parser: _Parser) -> None:
    group = parser.add_argument_group("network and cache")
    _add(group, "offline", "use only what is in the cache")
    _add(group, "cache-dir", "where to keep what was fetched", metavar="DIR")
    _add(group, "no-cache", "keep and use nothing of earlier runs")
    _add(group, "refresh", "ask the indexes again, whatever the cache has")
    _add(group, "refresh-package", "ask them again about this package", metavar="NAME")
    _add(group, "cache-limit", "how large the cache may grow; 0: no limit", metavar="MIB")
    _add(group, "cache-info", "what is in the cache; resolves nothing")
    _add(group, "cache-verify", "check all of it, drop what is damaged")
    _add(group, "cache-clear", "remove all of it")
    _add(group, "keyring", "ask the system's keyring for credentials")
    _add(group, "no-config", "ignore the configuration of pip and uv")


def _output(parser: _Parser) -> None:
    group = parser.add_argument_group("output")
    _add(group, "no-tui", "print the answer instead of starting the app")
    _add(group, "format", "of the printed answer", metavar="FORMAT")
    _add(group, "why", "tell all about a package of the answer", metavar="NAME")
    _add(group, "check", "look for problems of an environment; resolves nothing")
    _add(group, "show-settings", "every setting in effect, and where it comes from")
    _add(group, "test-indexes", "try each index; resolves nothing")
    _add(group, "demo", "a bundled little index to try things on")
    _add(group, "record", "write the run to a file, for others to replay", metavar="FILE")
    _add(group, "replay", "answer from such a file alone", metavar="FILE")
    _add(group, "web", "show the app in a browser on this machine")
    _add(group, "web-port", "where it is served; else one that is free", metavar="PORT")
    _add(group, "explain", "show the answer in a few lines below the prompt")
    _add(group, "theme", "colours of the app", metavar="NAME")
    _add(group, "ascii", "draw with ASCII only")
    _add(group, "no-guide", "do not begin the guided install by itself")
    _add(group, "color", "of the output", metavar="WHEN")
    _add(group, "verbose", "say more on stderr", short="-v")
    group.add_argument(
        "--version", action="version", version=f"resolvetui {__version__}", help="print the version"
    )
    group.add_argument("-h", "--help", action="help", help="print this help")


def _refuse_option(text: str) -> NoReturn:
    option = re.split(r"[\s=]", text)[0]
    known = [f"--{name}" for name, entry in OPTIONS.items() if entry.on_command_line]
    guess = near(option, [*known, "--help", "--version"])
    if option in known:
        what = f"{option} and its value are one argument."
        what_to_do = "Give them as two, without quotes around both."
    else:
        what = f"There is no option {option}."
        what_to_do = f"Did you mean {guess}?" if guess else _SEE_HELP
    raise UsageError(what, what_to_do=_ELSEWHERE.get(option, what_to_do), culprit=option)


def _check_requirement(text: str) -> None:
    """A file where a requirement is expected: mostly a forgotten `-r`."""
    if text.startswith("-"):
        _refuse_option(text)
    suffix = os.path.splitext(text)[1].lower()  # noqa: PTH122 - pathlib costs 4 ms at each start
    shown = redact(text)
    if suffix in _FORGOTTEN_R:
        is_here = "is a file" if is_file(text) else "looks like a file"
        raise UsageError(
            f"{shown} {is_here}, not a requirement.",
            what_to_do=f"Write -r {shown} to resolve the requirements in it.",
            culprit=shown,
        )
    if suffix in _OTHER_FILES and is_file(text):
        raise UsageError(
            f"{shown} is a file, not a requirement.",
            what_to_do=_way_to_read(text),
            culprit=shown,
        )


def _way_to_read(path: str) -> str:
    folder, name = os.path.split(path)
    if name == PYPROJECT:
        return f"Write --project {folder or '.'} for the dependencies in it."
    if not is_requirements_file(path) and name != "setup.py":
        return f"Write -r {redact(path)} for what it says that it needs."
    return "Give its requirements as arguments, or as a requirements file with -r."
