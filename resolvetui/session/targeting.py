"""Which Python the query means: asks an interpreter, or describes one that is not here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from resolvetui.environment.finding import find_python, is_running_python
from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.environment.target import Target
from resolvetui.environment.targets import described_target
from resolvetui.errors import TargetError
from resolvetui.model.query import TargetRequest


def find_target(request: TargetRequest, cache_folder: Path | None) -> Target:
    """The target of a query; raises `TargetError` where there is no such interpreter.

    For a Python and platform that are both described, the running interpreter only lends what
    neither says.
    """
    base = describe_interpreter(_python_of(request), cache_folder)
    if request.is_environment:
        return base
    return described_target(request.python_version, request.python_platform, base)


def is_borrowed(request: TargetRequest) -> bool:
    """Whether the target is just the Python that runs resolvetui, for want of an environment.

    Nobody named that one: what is installed there takes no part, and nothing is installed there.
    """
    return request.is_environment and is_running_python(request.python, os.environ, Path.cwd())


def _python_of(request: TargetRequest) -> Path:
    if request.is_environment or request.python:
        return find_python(request.python, os.environ, Path.cwd())
    try:
        return find_python("", os.environ, Path.cwd())
    except TargetError:
        return Path(sys.executable)
