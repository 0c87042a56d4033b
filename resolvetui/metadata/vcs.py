"""A commit of a git repository, checked out into a folder (`git+URL@REVISION`).

git is the user's own, with its configuration: proxies, keys and credential helpers are its
business. What a repository brings is not run: no hooks, no filters beyond the user's own.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from resolvetui.errors import BuildFailed, UsageError
from resolvetui.net.auth import redact, strip
from resolvetui.net.urls import split_authority

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_TRANSPORTS = frozenset({"https", "http", "ssh", "file", "git"})
_POLL_S = 0.1
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never",
         "-c", "advice.detachedHead=false", "-c", "core.fsmonitor=false")  # fmt: skip


class GitReference(Struct, frozen=True):
    """What a `git+` URL asks for."""

    repository: str
    """Its URL without `git+`, without credentials and revision."""
    revision: str
    """"" for the repository's own default."""
    subdirectory: str
    """Where in it the project lies, or ""."""
    user_information: str = ""
    """`user:password`, as written: never show it."""

    def pinned(self, commit: str) -> str:
        """The URL that names exactly this commit, as a requirement has it."""
        at = f"#subdirectory={self.subdirectory}" if self.subdirectory else ""
        return f"git+{self.repository}@{commit}{at}"


def parse_git_url(url: str) -> GitReference:
    """The parts of `git+https://host/repo.git@REVISION#subdirectory=DIR` (PEP 610; pip's form).

    Raises UsageError for a transport that runs programs, and for what git would take for options.

    >>> parse_git_url("git+https://code.example/a.git@v1#subdirectory=lib").revision
    'v1'
    """
    whole, _, fragment = url.removeprefix("git+").partition("#")
    user = split_authority(whole)[1]
    # `git@host` is the user of ssh, no secret, and part of the address.
    is_login = user and not (whole.startswith("ssh:") and ":" not in user)
    bare = strip(whole) if is_login else whole
    scheme, path = urlsplit(bare).scheme, urlsplit(bare).path
    revision = unquote(path.rpartition("@")[2]) if "@" in path else ""
    repository = bare.removesuffix(f"@{path.rpartition('@')[2]}") if revision else bare
    parts = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
    subdirectory = unquote(parts.get("subdirectory", "")).strip("/")
    if scheme not in _TRANSPORTS:
        raise _refused(url, f"git is not asked over {scheme or 'nothing'}")
    if revision.startswith("-") or re.search(r"[\x00-\x20\x7f]", revision):
        raise _refused(url, f"{revision!r} is no revision")
    if ".." in subdirectory.split("/"):
        raise _refused(url, f"its subdirectory {subdirectory!r} is outside of it")
    return GitReference(repository, revision, subdirectory, user if is_login else "")


class Checkout(Struct, frozen=True):
    """A commit in a folder."""

    folder: Path
    """Where the project lies."""
    commit: str


def check_out(
    reference: GitReference,
    folder: Path,
    *,
    tick: Callable[[], None] = lambda: None,
    time_limit_s: float = 600.0,
    environ: Mapping[str, str] | None = None,
) -> Checkout:
    """Fetch the commit into `folder`, which is empty, submodules included.

    `tick` is called several times a second, and may raise. Raises BuildFailed with what git says.
    """
    git = _Git(reference, folder, tick, time_limit_s, environ or os.environ)
    git("init", "--quiet", "--template=", ".")
    git("remote", "add", "--", "origin", reference.repository)
    wanted = reference.revision or "HEAD"
    try:
        git("fetch", "--quiet", "--depth=1", "--", "origin", wanted)
    except BuildFailed:
        # A part of a commit's name, or a server that gives out no single commits.
        git("fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
        wanted = _found(git, wanted)
    else:
        wanted = "FETCH_HEAD"
    git("checkout", "--quiet", "--detach", wanted)
    if (folder / ".gitmodules").is_file():
        git("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
    commit = git("rev-parse", "HEAD").strip()
    project = folder / reference.subdirectory
    inside = project.resolve().is_relative_to(folder.resolve())
    if not _COMMIT.fullmatch(commit) or not inside or not project.is_dir():
        raise _failed(reference, f"it has no folder {reference.subdirectory}")
    return Checkout(project, commit)


def _found(git: _Git, wanted: str) -> str:
    for name in (f"refs/remotes/origin/{wanted}", wanted):
        with suppress(BuildFailed):
            return git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    raise _failed(git.reference, f"it has no branch, tag or commit {wanted}")


class _Git(Struct, frozen=True):
    """Runs git in a folder."""

    reference: GitReference
    folder: Path
    tick: Callable[[], None]
    time_limit_s: float
    environ: Mapping[str, str]

    def __call__(self, *arguments: str) -> str:
        """What it prints; raises BuildFailed."""
        words = ["git", *_SAFE, *arguments]
        output = self.folder.with_name(f"{self.folder.name}.git-output")
        with output.open("w+b") as told:
            try:
                process = subprocess.Popen(  # noqa: S603 - words of ours, and a checked URL
                    words,
                    cwd=self.folder,
                    env=_environ(self.environ, self.reference),
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=subprocess.STDOUT,
                )
            except OSError as error:
                why = f"git cannot be run ({error.strerror})"
                raise _failed(self.reference, why) from error
            try:
                self._wait(process)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            told.seek(0)
            text = told.read(1 << 20).decode("utf-8", "replace")
        if process.returncode:
            raise _failed(self.reference, _last_lines(text))
        return text

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        ends_at = time.monotonic() + self.time_limit_s
        while process.poll() is None:
            self.tick()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_S)
            if time.monotonic() > ends_at:
                raise _failed(self.reference, f"git took more than {self.time_limit_s:g} s")


def _environ(environ: Mapping[str, str], reference: GitReference) -> dict[str, str]:
    """Nobody is asked anything; credentials are handed over where no list of processes has them."""
    # Those that a hook or an outer git has set would lead it to another repository.
    kept = {name: text for name, text in environ.items() if not name.startswith("GIT_DIR")}
    for name in ("GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        kept.pop(name, None)
    kept |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    if reference.user_information:
        scheme, _, rest = split_authority(reference.repository)
        host = rest.partition("/")[0]
        count = int(kept.get("GIT_CONFIG_COUNT", "0") or 0)
        with_login = f"{scheme}{reference.user_information}@{host}/"
        kept |= {
            "GIT_CONFIG_COUNT": str(count + 1),
            f"GIT_CONFIG_KEY_{count}": f"url.{with_login}.insteadOf",
            f"GIT_CONFIG_VALUE_{count}": f"{scheme}{host}/",
        }
    return kept


def _last_lines(text: str, most: int = 3) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
    return redact("; ".join((telling or lines)[-most:])) or "git failed without a word"


def _failed(reference: GitReference, why: str) -> BuildFailed:
    revision = f" at {reference.revision}" if reference.revision else ""
    return BuildFailed(
        f"{reference.repository}{revision} cannot be fetched with git.",
        why=f"{why}.",
        what_to_do="Check URL and revision: try `git ls-remote` with them.",
        culprit=reference.repository,
    )


def _refused(url: str, why: str) -> UsageError:
    shown = redact(url)
    return UsageError(f"{shown} cannot be used: {why}.", culprit=shown)
