"""An empty virtual environment for the demo, gone when the demo ends.

What is installed already takes part in a resolve, and the demo's wheels are empty shells that
nobody wants in an environment of their own; so the demo gets one of its own.
"""

from __future__ import annotations

import os
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_environment() -> Iterator[str]:
    """Path of the environment: a value for `TargetRequest.python`."""
    with tempfile.TemporaryDirectory(
        prefix="resolvetui-demo-", ignore_cleanup_errors=True
    ) as folder:
        environment = Path(folder, "demo")
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(environment)
        yield str(environment)
