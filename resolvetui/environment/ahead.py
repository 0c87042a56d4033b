"""A Python that nobody asked before is asked while the rest of the program is read.

To read the program takes as long as such a Python takes to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from resolvetui.environment.finding import find_python
from resolvetui.environment.probe import asked_ahead
from resolvetui.environment.remembered import recall, row_of, state_of
from resolvetui.errors import TargetError


def asking(
    request: str, environ: Mapping[str, str], cwd: Path, cache_folder: Path | None
) -> AbstractContextManager[None]:
    """Meanwhile the Python that a `--python` value means is asked, unless its answer is remembered.

    Raises nothing: who needs the answer is told what is wrong.
    """
    try:
        python = find_python(request, environ, cwd)
        state = state_of(python)
    except TargetError:
        return nullcontext()
    if cache_folder is not None and recall(row_of(python, cache_folder), state) is not None:
        return nullcontext()
    return asked_ahead(python)
