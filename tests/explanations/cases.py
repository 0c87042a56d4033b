"""Cases as data: a tiny index, a command, the text that it prints, the fix that must be found.

One file a case in `cases/`; how it is read stands in its fields below. `python -m
tests.explanations.cases` writes the texts that the commands print now: read the difference as a
user would before it is committed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from resolvetui.cli.main import main
from tests.environment.helpers import a_virtual_environment, add_dist_info
from tests.support.index import World

FOLDER = Path(__file__).parent / "cases"
_PYTHON = ".".join(map(str, sys.version_info[:2]))
_DIGEST = re.compile(r"sha256:(?!0000)[0-9a-f]{12,64}")
TARGET = ("--python-version=3.12", "--python-platform=x86_64-manylinux_2_28")


@dataclass(frozen=True)
class Case:
    """One command over one world."""

    path: Path
    why: str
    """What it is about."""
    command: str
    """Arguments; `{URL}` is that of the first index, `{FILES}` the folder of its files."""
    text: str = ""
    """What it prints: standard output, or standard error where it is an error."""
    code: int = 1
    """Exit code."""
    fix: str = ""
    """The words of the way out that a resolve must have confirmed; `{URL}` as in `command`."""
    advice: str = ""
    """How the first way out begins that cannot be checked."""
    serve: tuple[Mapping[str, Any], ...] = ()
    """Arguments of `World.serve`."""
    indexes: tuple[str, ...] = ("main",)
    """In order of preference."""
    habits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Index to fields of `IndexHabits`."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Path to contents, in the folder of the command; `{URL}` as in `command`."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Path to the name of a file of the first index, whose bytes it gets."""
    installed: Mapping[str, str] = field(default_factory=dict)
    """`name version` to the `Requires-Dist` lines of an environment that the command is for."""
    environ: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    """Arguments of a run before, with the same cache."""


def cases() -> dict[str, Case]:
    """All, by name."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}


def read(path: Path) -> Case:
    """The case in a file; raises for fields that are not there."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(value) for name, value in table.items() if isinstance(value, list)}
    return Case(path=path, **(table | lists))


@dataclass(frozen=True)
class Run:
    """The command of one case, in its world."""

    case: Case
    folder: Path
    urls: tuple[str, ...]

    def __call__(self, *more: str) -> tuple[int, str, str]:
        """(exit code, standard output, standard error) with these arguments besides."""
        if self.case.first:
            self._main(self.words(self.case.first))
        return self._main(self.words(self.case.command, *more))

    def filled(self, text: str) -> str:
        """With the URLs in their places."""
        return filled(text, self.urls[0])

    def words(self, command: str, *more: str) -> list[str]:
        """The arguments of a command of the case, those of its world included."""
        words = shlex.split(self.filled(command))
        config = [] if self.case.environ else ["--no-config"]
        cache = ["--cache-dir=cache"] if self.case.first else ["--no-cache"]
        target = [word for word in TARGET if not any(_is_same(word, each) for each in words)]
        if self.case.installed:
            target = ["--python=venv"]
        named = [
            f"--index={name}={url}" for name, url in zip(self.case.indexes, self.urls, strict=True)
        ]
        given = any(word in ("-i", "--no-index") for word in words)
        sources = [] if given else [*named, "-i", self.urls[-1]]
        at = words.index("--") if "--" in words else len(words)
        words = [*words[:at], *more, *words[at:]]  # what follows is not for this program
        return ["--no-tui", *config, *cache, *target, *sources, *words]

    def _main(self, words: list[str]) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        out_bytes = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with (
            self.here(),
            contextlib.redirect_stdout(out_bytes),
            contextlib.redirect_stderr(err),
        ):
            code = main(words)
        out_bytes.flush()
        assert isinstance(out_bytes.buffer, io.BytesIO)
        out.write(out_bytes.buffer.getvalue().decode())
        return code, out.getvalue(), err.getvalue()

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """In the folder and with the environment variables of the case, and no others."""
        environ = {name: value for name, value in os.environ.items() if not _is_setting(name)}
        environ |= {"COLUMNS": "80", "RESOLVETUI_HTTP_RETRIES": "0", **self.case.environ}
        with contextlib.chdir(self.folder), _environment(environ):
            yield

    def text(self) -> tuple[int, str]:
        """(exit code, what a person reads)."""
        code, out, err = self()
        text = out if code in {0, 1} else err
        for name, url in zip(self.case.indexes, self.urls, strict=True):
            text = text.replace(url.partition(f"/{name}/")[0], "http://127.0.0.1:PORT")
        text = _DIGEST.sub("sha256:DIGEST", text)  # bytes differ between versions of zlib
        if self.case.installed:  # the environment is of the Python that runs
            text = text.replace(f"CPython {_PYTHON}", "CPython 3.11")
        return code, text


@contextlib.contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def filled(text: str, url: str) -> str:
    """`{URL}` and `{FILES}` in a text."""
    return text.replace("{URL}", url).replace("{FILES}", f"{url.removesuffix('simple')}files")


def _is_setting(name: str) -> bool:
    return name.startswith(("PIP_", "RESOLVETUI_", "UV_")) or name in ("VIRTUAL_ENV", "NO_COLOR")


def _is_same(word: str, other: str) -> bool:
    return other.partition("=")[0] == word.partition("=")[0]


@contextlib.contextmanager
def running(case: Case, folder: Path) -> Iterator[Run]:
    """The case's world, served on loopback."""
    world = World()
    for name in case.indexes:
        world.index(name, **case.habits.get(name, {}))
    for release in case.serve:
        world.serve(**{"index": case.indexes[0], **release})
    if case.installed:
        python = a_virtual_environment(folder / "venv")
        packages = python.parents[1] / "lib" / f"python{_PYTHON}" / "site-packages"
        packages.mkdir(parents=True)
        for item, headers in case.installed.items():
            name, _, release_version = item.partition(" ")
            add_dist_info(packages, name, release_version, headers)
    with world.running() as indexes:
        urls = tuple(indexes.url(name) for name in case.indexes)
        for name, content in case.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(filled(content, urls[0]), encoding="utf-8")
        for name, source in case.copies.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(world.index(case.indexes[0]).files[source].content)
        yield Run(case, folder, urls)


def rewritten(case: Case) -> str:
    """The case's file with the text that the command prints now."""
    with tempfile.TemporaryDirectory() as folder, running(case, Path(folder)) as run:
        _, text = run.text()
    source = case.path.read_text(encoding="utf-8")
    before, _, _ = source.partition("text = '''")
    return f"{before.rstrip()}\ntext = '''\n{text}'''\n"


def _check_fields() -> None:
    known = {each.name for each in fields(Case)}
    for path in FOLDER.glob("*.toml"):
        unknown = set(tomllib.loads(path.read_text(encoding="utf-8"))) - known
        assert not unknown, (path.name, unknown)


if __name__ == "__main__":
    _check_fields()
    wanted = set(sys.argv[1:])
    for name, case in cases().items():
        if not wanted or name in wanted:
            case.path.write_text(rewritten(case), encoding="utf-8")
