"""Bytecode of what was installed, when the user asks for it: after the install, not part of it.

Python makes it by itself when a module is first imported, so that a failure here costs nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection

from resolvetui.environment.installed import read_installed
from resolvetui.environment.target import Target
from resolvetui.install.ownership import installed_rows
from resolvetui.model.names import PackageName

_LONGEST_S = 1800


def compile_packages(target: Target, names: Collection[PackageName]) -> str:
    """Compile the modules of these packages; a sentence about what came of it.

    The target's own Python does it, isolated and without `site`: neither a `.pth` file nor a
    `sitecustomize` that was just installed runs, nor does anything of the packages.
    """
    if target.environment is None:
        return ""
    modules = [
        row.path
        for distribution in read_installed(target)[0]
        if distribution.name in names and not distribution.external
        for row in installed_rows(distribution)
        if row.path.endswith(".py")
    ]
    command = [target.environment.executable, "-I", "-S", "-m", "compileall", "-qq", "-j0", "-i-"]
    try:
        subprocess.run(  # noqa: S603 - the interpreter that the user installs for
            command,
            input="\n".join(modules).encode("utf-8", "surrogateescape"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST_S,
            check=False,  # a package may hold files of another Python
            cwd=os.path.dirname(target.environment.executable),  # noqa: PTH120
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The new modules were not compiled: {error}."
    return f"compiled {len(modules)} modules"
