"""Whether a wheel requires what the plan was made with.

A resolve reads metadata before the wheel is here: from a file beside it (PEP 658), from a part of
it, from the cache. A server that tells two stories would have the user agree to one and get the
other.
"""

from __future__ import annotations

from resolvetui.errors import InstallFailed
from resolvetui.metadata.core_metadata import CoreMetadata, parse_metadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.requirement import Requirement


def check_agreement(label: str, text: bytes, expected: CoreMetadata) -> None:
    """Compare the METADATA of a wheel with what was known before; `label` is its file name.

    Raises InstallFailed when they differ in requirements or Requires-Python.
    """
    try:
        found = parse_metadata(text, label)
    except UnusableMetadata as error:
        raise _refused(label, error.why) from error
    if found.requires_python != expected.requires_python:
        raise _refused(
            label,
            f"Its METADATA says Requires-Python {found.requires_python!r}; the plan was made with "
            f"{expected.requires_python!r}.",
        )
    before, now = set(expected.requires), set(found.requires)
    if before == now:
        return
    parts = [
        *(f"it requires {_shown(now - before)}, which the plan left out",) * bool(now - before),
        *(f"it does not require {_shown(before - now)}",) * bool(before - now),
    ]
    raise _refused(label, f"By its own METADATA {'; '.join(parts)}.")


def _shown(requirements: set[Requirement]) -> str:
    texts = sorted(requirement.text for requirement in requirements)
    rest = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return ", ".join(map(repr, texts[:3])) + rest


def _refused(label: str, why: str) -> InstallFailed:
    return InstallFailed(
        f"{label} is not what its index said.",
        why=why,
        what_to_do="Do not install it; tell the maintainers of the index. If the index was mended "
        "since, --no-cache reads it anew.",
        culprit=label,
    )
