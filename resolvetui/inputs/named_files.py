"""What `-r` names besides requirements files: scripts (PEP 723) and locks (PEP 751)."""

from __future__ import annotations

import re

from resolvetui.inputs.paths import absolute
from resolvetui.inputs.project_model import LOCK, Projects
from resolvetui.inputs.settings import Layers, Setting


def read_named(named: Layers, files: list[Setting], cwd: str, *, configured: bool) -> Projects:
    """What those files come to, together. Raises UsageError (MissingFileError) with file and line.

    `--extra` and `--group` choose in locks where no project is named.
    """
    found = Projects()
    seen: dict[str, str] = {}
    for setting in files:
        if setting.value.endswith(".py"):
            from resolvetui.inputs.script_file import read_script

            found = joined(found, read_script(setting, cwd, configured=configured))
            continue
        place = absolute(setting.value, cwd)
        if place in seen:
            continue
        seen[place] = _index_name(setting.value, seen)
        from resolvetui.inputs.pylock_file import Chosen, read_lock

        chosen = Chosen()
        if not named.all("project"):
            chosen = Chosen(tuple(named.all("extra")), tuple(named.all("group")))
        found = joined(found, read_lock(setting, cwd, chosen, seen[place]))
    return found


def joined(first: Projects, second: Projects) -> Projects:
    """Both, the first before the second; for the source of a package the second counts."""
    return Projects(
        **{
            name: (*getattr(first, name), *getattr(second, name))
            for name in Projects.__struct_fields__
        }
    )


def _index_name(path: str, seen: dict[str, str]) -> str:
    found = LOCK.search(path)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", found[0] if found else "pylock.toml")
    return f"{name}-{len(seen) + 1}" if name in seen.values() else name
