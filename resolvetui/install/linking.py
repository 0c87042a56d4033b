"""Files of the unpacked cache in a staging folder: cloned, linked or copied, whichever works.

What is staged is what was checked when the wheel was unpacked: size and time of change are
compared on every file, after it was linked or while it is open, so that a file which somebody
edited through a link is found out. The reasons are in decision 9.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from resolvetui.install.tree import TreeFile
from resolvetui.model.link_mode import LinkMode

_Ladder: TypeAlias = tuple[LinkMode, ...]

_LADDERS: dict[LinkMode | None, _Ladder] = {
    None: (LinkMode.CLONE, LinkMode.HARDLINK, LinkMode.COPY),
    LinkMode.CLONE: (LinkMode.CLONE, LinkMode.COPY),
    LinkMode.HARDLINK: (LinkMode.HARDLINK, LinkMode.COPY),
    LinkMode.COPY: (LinkMode.COPY,),
}
_NOT_HERE = frozenset(
    {
        *(errno.EXDEV, errno.EPERM, errno.EACCES, errno.EINVAL, errno.ENOTTY, errno.ENOSYS),
        *(errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK),
    }
)
"""What a file system says that cannot clone or link, or not between these two folders."""
_FICLONE = 0x40049409
"""Of linux/fs.h: the whole of one file becomes the content of another, shared until written to."""
_BLOCK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OLD = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_FEW = 4
"""Files of a folder that are linked before it would have paid to open it."""


class Damaged(Exception):  # noqa: N818 - never seen outside of this room
    """A cached file is not what was unpacked; the text is its path."""


class Linker:
    """Brings files from one folder to another, both of which stay the same for its lifetime.

    The cheapest way that works is found by trying. Safe to use from several threads.
    """

    def __init__(self, mode: LinkMode | None, folder_mode: int) -> None:
        """`folder_mode`: the mode that a new folder has here, which tells the umask."""
        self.asked = mode
        self._ways = _LADDERS[mode]
        umask = 0o777 & ~folder_mode
        self._modes = (0o666 & ~umask, 0o777 & ~umask)
        self._user = os.geteuid() if hasattr(os, "geteuid") else 0

    @property
    def way(self) -> LinkMode:
        """How files are placed now: the asked way, or the first after it that works."""
        return self._ways[0]

    def place_all(self, source: str, target: str, files: Sequence[TreeFile]) -> list[int]:
        """Bring files from one folder into another, as `place` does; their times of change."""
        done: list[int] = []
        if len(files) >= _FEW and self.way is LinkMode.HARDLINK and os.link in os.supports_dir_fd:
            done = self._link_all(source, target, files)
        for file in files[len(done) :]:
            done.append(
                self.place(f"{source}{os.sep}{file.name}", f"{target}{os.sep}{file.name}", file)
            )
        return done

    def _link_all(self, source: str, target: str, files: Sequence[TreeFile]) -> list[int]:
        """Link up to the first file that needs a closer look.

        By names in open folders: the kernel spends half of a link on walking two long paths.
        """
        done: list[int] = []
        link, look, modes, user = os.link, os.stat, self._modes, self._user
        with _opened_folder(source) as old, _opened_folder(target) as new:
            for file in files:
                name = file.name
                try:
                    link(name, name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
                except OSError:
                    break
                found = look(name, dir_fd=new, follow_symlinks=False)
                if (
                    found.st_size != file.size
                    or found.st_mtime_ns != file.changed_ns
                    or found.st_mode != stat.S_IFREG | modes[file.executable]
                    or found.st_uid != user
                ):
                    os.unlink(name, dir_fd=new)
                    break
                done.append(file.changed_ns)
        return done

    def place(self, source: str, target: str, file: TreeFile) -> int:
        """Bring one file, which must not be there yet; its time of change in ns.

        Raises Damaged unless the source is what `file` says, FileExistsError, OSError.
        """
        way = self._ways[0]
        try:
            if way is LinkMode.HARDLINK:
                return self._link(source, target, file)
            return self._copy(source, target, file, by_clone=way is LinkMode.CLONE)
        except OSError as error:
            if way is LinkMode.COPY or error.errno not in _NOT_HERE:
                raise
            if error.errno == errno.EMLINK:  # only this one has no room for another link
                return self._copy(source, target, file, by_clone=False)
            self._ways = _LADDERS[self.asked][_LADDERS[self.asked].index(way) + 1 :]
            return self.place(source, target, file)

    def _link(self, source: str, target: str, file: TreeFile) -> int:
        try:
            os.link(source, target, follow_symlinks=False)
        except FileNotFoundError as error:
            raise Damaged(source) from error
        found = os.lstat(target)
        if not _is_intact(found, file):
            os.unlink(target)  # noqa: PTH108
            raise Damaged(source)
        # unpacked by another user or under another umask?
        if found.st_mode & 0o7777 != self._modes[file.executable] or found.st_uid != self._user:
            os.unlink(target)  # noqa: PTH108
            return self._copy(source, target, file, by_clone=False)
        return file.changed_ns

    def read(self, source: str, file: TreeFile) -> bytes:
        """The content of one (small) file. Raises Damaged, OSError."""
        reading = _opened(source, file)
        try:
            return b"".join(iter(lambda: os.read(reading, _BLOCK), b""))
        finally:
            os.close(reading)

    def _copy(self, source: str, target: str, file: TreeFile, *, by_clone: bool) -> int:
        reading = _opened(source, file)
        try:
            writing = os.open(target, _NEW, 0o777 if file.executable else 0o666)
            try:
                _clone(reading, writing) if by_clone else _pour(reading, writing)
                return os.fstat(writing).st_mtime_ns
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(target)  # noqa: PTH108 - the next way begins with nothing there
                raise
            finally:
                os.close(writing)
        finally:
            os.close(reading)


@contextlib.contextmanager
def _opened_folder(path: str) -> Iterator[int]:
    try:
        folder = os.open(path, _FOLDER)
    except FileNotFoundError as error:
        raise Damaged(path) from error
    try:
        yield folder
    finally:
        os.close(folder)


def _opened(source: str, file: TreeFile) -> int:
    """A descriptor of a file that is as it was. Raises Damaged, OSError."""
    try:
        reading = os.open(source, _OLD)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EISDIR}:
            raise Damaged(source) from error
        raise
    if not _is_intact(os.fstat(reading), file):
        os.close(reading)
        raise Damaged(source)
    return reading


def _clone(reading: int, writing: int) -> None:
    try:
        import fcntl
    except ImportError:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    fcntl.ioctl(writing, _FICLONE, reading)


def _pour(reading: int, writing: int) -> None:
    while block := os.read(reading, _BLOCK):
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(writing, rest) :]


def _is_intact(found: os.stat_result, file: TreeFile) -> bool:
    return (
        found.st_size == file.size
        and found.st_mtime_ns == file.changed_ns
        and stat.S_ISREG(found.st_mode)
    )
