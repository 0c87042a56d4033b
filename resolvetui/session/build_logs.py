"""Where the whole output of a build is kept: one file for each source, the last build's."""

from __future__ import annotations

from pathlib import Path

from resolvetui.net.cache import default_cache_folder
from resolvetui.session.runtime import Runtime


def log_file(runtime: Runtime, label: str, sha256: str) -> Path:
    """An empty file for the output of a build.

    In the cache folder; without a cache, or where that cannot be written, among the user's logs or
    at last among temporary files.
    """
    name = f"{label}-{sha256[:12]}.log"
    for folder in _folders(runtime):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_bytes(b"")
        except OSError:
            continue
        return path
    import tempfile

    return Path(tempfile.mkdtemp(prefix="resolvetui-log-")) / name


def _folders(runtime: Runtime) -> list[Path]:
    from platformdirs import user_log_path

    logs = user_log_path("resolvetui", appauthor=False) / "builds"
    if runtime.no_cache:
        return [logs]
    return [Path(runtime.cache_dir or default_cache_folder()) / "builds", logs]
