"""The options of pip and uv: how each is spelt, and whether the next word is its value.

pip's are read from pip's own parser, since they grow with every release; uv's and, where there
is no such parser, pip's stand in tables here (from `uv pip install --help`, `uv pip compile
--help`, `pip install --help`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from resolvetui.errors import UsageError
from resolvetui.inputs.options import OPTIONS, near
from resolvetui.inputs.paths import scheme_of
from resolvetui.inputs.settings import redact

_PIP = """
-r --requirement= | -c --constraint= | --build-constraint= | --requirements-from-script=
--no-deps --no-dependencies | --only-deps --only-dependencies | -e --editable= | --dry-run
-t --target= | -d --dest --destination-dir --destination-directory= | -w --wheel-dir=
--platform= | --python-version= | --implementation= | --abi= | --user | --no-user | --root=
--prefix= | --src --source --source-dir --source-directory= | -U --upgrade | --upgrade-strategy=
--force-reinstall | -I --ignore-installed | --ignore-requires-python | --no-build-isolation
--use-pep517 | --no-use-pep517 | --check-build-dependencies | --break-system-packages
-C --config-settings= | --global-option= | --compile | --no-compile | --no-warn-script-location
--no-warn-conflicts | --require-hashes | --no-require-hashes | --progress-bar=
--root-user-action= | --report= | --group= | --no-clean | --no-verify | --pre | --all-releases=
--only-final= | --no-binary= | --only-binary= | --prefer-binary | -i --index-url --pypi-url=
--extra-index-url= | --no-index | --refresh-package= | -f --find-links= | --uploaded-prior-to=
-h --help | --debug | --isolated | --require-virtualenv --require-venv | --python= | -v --verbose
-q --quiet | --log --log-file --local-log= | --no-input | --keyring-provider= | --proxy=
--no-proxy-env | --retries= | --timeout --default-timeout= | --exists-action= | --trusted-host=
--cert= | --client-cert= | --cache-dir= | --no-cache-dir | --disable-pip-version-check
--no-color | --no-python-version-warning | --use-feature= | --use-deprecated= | --resume-retries=
-o --output=
"""
_UV = """
-r --requirements --requirement= | -c --constraints --constraint= | --overrides --override=
-e --editable= | -b --build-constraints --build-constraint= | --excludes --exclude= | --extra=
--all-extras | --no-extra= | --group= | --index= | --default-index= | -i --index-url=
--extra-index-url= | -f --find-links= | --no-index | --index-strategy= | --keyring-provider=
-U --upgrade | --no-upgrade | -P --upgrade-package= | --reinstall --force-reinstall
--reinstall-package= | --refresh | --refresh-package= | --resolution= | --prerelease= | --pre
--fork-strategy= | --exclude-newer= | --exclude-newer-package= | --no-sources
--no-sources-package= | --no-build-isolation | --build-isolation | --no-build-isolation-package=
-C --config-settings --config-setting= | --config-settings-package= | --no-build | --build
--no-build-package= | --no-binary= | --only-binary= | --link-mode= | --compile-bytecode --compile
--no-compile-bytecode --no-compile | --require-hashes | --no-require-hashes | --verify-hashes
--no-verify-hashes | --no-deps --no-dependencies | -p --python= | --system | --no-system
--break-system-packages | --no-break-system-packages | -t --target= | --prefix= | --user
--python-version= | --python-platform --platform= | --torch-backend= | --exact | --strict
--dry-run | --inexact | --no-allow-empty-requirements | --allow-empty-requirements
-n --no-cache --no-cache-dir | --cache-dir= | --managed-python | --no-managed-python
--no-python-downloads | --python-preference= | --python-fetch= | -q --quiet | -v --verbose
--color= | --no-color | --native-tls | --system-certs | --no-native-tls | --offline
--no-offline | --allow-insecure-host --trusted-host= | --no-progress | --directory= | --project=
--config-file= | --no-config | --isolated | --preview | --no-preview | --preview-features=
--no-installer-metadata | --ignore-requires-python | --disable-pip-version-check | -h --help
-V --version | -o --output-file= | --format= | --no-strip-extras | --strip-extras
--no-strip-markers | --strip-markers | --no-annotate | --annotate | --no-header | --header
--annotation-style= | --custom-compile-command= | --generate-hashes | --no-generate-hashes
--no-emit-package --unsafe-package= | --emit-index-url | --no-emit-index-url | --emit-find-links
--no-emit-find-links | --emit-build-options | --no-emit-build-options
--emit-marker-expression | --emit-index-annotation | --no-emit-index-annotation | --universal
--no-universal | --python-downloads= | --client-cert= | --cert=
"""


class KnownOption(Struct, frozen=True):
    """One option of pip or uv."""

    spellings: tuple[str, ...]
    """`-r`, `--requirement`."""
    takes_value: bool
    is_ours: bool = False
    """One of resolvetui, which the program lacks."""


class Found(Struct, frozen=True):
    """A word of a command that means something: an option with its value, or an argument."""

    word: str
    """The option as it was spelt, without its value; or the argument."""
    option: KnownOption | None = None
    """None for an argument, and for an option that is not known."""
    value: str = ""
    is_option: bool = False
    was_next: bool = False
    """The value of an unknown option was the next word: a guess."""

    @property
    def shown(self) -> str:
        """Option and value, without credentials."""
        separator = " " if self.was_next or not self.word.startswith("--") else "="
        return redact(f"{self.word}{separator}{self.value}" if self.value else self.word)


Table = Mapping[str, KnownOption]
"""Spelling to option."""


def pip_options(command: str, load: Callable[[str], Iterable[Any]] | None = None) -> Table:
    """The options of `pip COMMAND`; of every command of pip that installs, where pip tells none.

    `load` gives the options of a command as optparse has them.
    """
    try:
        options = [
            KnownOption(tuple(str(option).split("/")), bool(option.takes_value()))
            for option in (load or _of_parser)(command)
        ]
    except Exception:  # noqa: BLE001 - pip calls its insides private, and may change them at will
        options = []
    return _by_spelling(options or _listed(_PIP))


def uv_options() -> Table:
    """The options of `uv pip install` and `uv pip compile`."""
    return _by_spelling(_listed(_UV))


def _of_parser(command: str) -> Iterable[Any]:
    from pip._internal.commands import create_command  # 0.1 s, for pasted commands only

    parser: Any = create_command(command).parser
    return list(parser.option_list_all)


def _listed(table: str) -> Iterator[KnownOption]:
    for entry in table.replace("\n", "|").split("|"):
        if entry.strip():
            yield KnownOption(tuple(entry.strip("= ").split()), entry.strip().endswith("="))


def _by_spelling(options: Iterable[KnownOption]) -> dict[str, KnownOption]:
    return {spelling: option for option in options for spelling in option.spellings}


def scanned(words: Iterable[str], table: Table, *, abbreviated: bool) -> Iterator[Found]:
    """The words as options with their values, and arguments.

    `abbreviated`: the beginning of one long option alone stands for it, as optparse has it.
    Raises UsageError for an option without its value, or a flag with one.
    """
    rest = deque(words)
    while rest:
        word = rest.popleft()
        if word == "--":
            yield from map(Found, rest)
            return
        if word.startswith("--"):
            yield _long(word, table, rest, abbreviated=abbreviated)
        elif word.startswith("-") and word != "-":
            yield from _short(word, table, rest)
        else:
            yield Found(word)


def _long(word: str, table: Table, rest: deque[str], *, abbreviated: bool) -> Found:
    spelt, has_value, value = word.partition("=")
    option = table.get(spelt)
    if not option and abbreviated:
        options = {known for spelling, known in table.items() if spelling.startswith(spelt)}
        option = options.pop() if len(options) == 1 else None
    if ours := _ours(spelt, option, value if has_value else next(iter(rest), ""), table):
        option = ours
    if not option:
        if has_value:
            return Found(spelt, value=value, is_option=True)
        return _unknown(spelt, rest, table)
    if option.takes_value:
        value = value if has_value else _next(spelt, rest)
    elif has_value:
        raise UsageError(
            f"{spelt} in the pasted command takes no value.",
            what_to_do=f"Write {spelt} alone.",
            culprit=spelt,
        )
    return Found(spelt, option, value, is_option=True)


def _ours(spelt: str, theirs: KnownOption | None, value: str, table: Table) -> KnownOption | None:
    """The option here of that name, if the program lacks it.

    Where `spelt` abbreviates one of theirs, or is a flag there, the value tells which is meant.
    """
    option = OPTIONS.get(spelt[2:])
    if not option or not option.on_command_line:
        return None
    is_theirs, is_abbreviated = theirs is not None, spelt not in table
    if theirs and option.choices and (is_abbreviated or not theirs.takes_value):
        is_theirs = value not in option.choices
    elif theirs and is_abbreviated:
        is_named = re.fullmatch(r"[\w.-]+=\S+", value) is not None
        is_theirs = {
            "index": not is_named,
            "extra": bool(scheme_of(value)) or "/" in value,
        }.get(option.name, True)
    return None if is_theirs else KnownOption((spelt,), option.kind != "flag", is_ours=True)


def _short(word: str, table: Table, rest: deque[str]) -> Iterator[Found]:
    """`-Ur FILE`: flags may stand together, the last option may have its value glued to it."""
    for position in range(1, len(word)):
        spelt = f"-{word[position]}"
        option = table.get(spelt)
        if not option:
            yield _unknown(f"-{word[position:]}", rest, table)
            return
        if option.takes_value:
            glued = word[position + 1 :].removeprefix("=")
            yield Found(spelt, option, glued or _next(spelt, rest), is_option=True)
            return
        yield Found(spelt, option, is_option=True)


def _next(spelt: str, rest: deque[str]) -> str:
    if not rest:
        raise UsageError(
            f"{spelt} in the pasted command needs a value.",
            what_to_do=f"Write {spelt} VALUE, or leave it out.",
            culprit=spelt,
        )
    return rest.popleft()


def _unknown(spelt: str, rest: deque[str], table: Table) -> Found:
    """With the next word as its value, if what it is like takes one or that is no requirement."""
    guess = table.get(guessed(spelt, table))
    takes_value = bool(guess and guess.takes_value)
    is_alone = not rest or rest[0].startswith("-")
    if is_alone or not (takes_value or not _may_be_requirement(rest[0])):
        return Found(spelt, is_option=True)
    return Found(spelt, value=rest.popleft(), is_option=True, was_next=True)


def guessed(spelt: str, table: Table) -> str:
    """The option that an unknown one is most like, or ""."""
    return near(spelt, table, cutoff=0.8) if spelt.startswith("--") else ""


def _may_be_requirement(word: str) -> bool:
    is_place = "/" in word or "\\" in word
    return word[:1].isalpha() and (not is_place or word.endswith((".whl", ".tar.gz", ".zip")))
