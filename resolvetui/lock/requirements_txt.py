"""A resolution as a requirements file with hashes (pip, "Requirements File Format"; pure).

The file holds for the target that was resolved for: the hash of each package is that of the one
file that was chosen. `pip install -r FILE` then takes those files and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resolvetui.environment.target import Target
from resolvetui.model.query import IndexSource
from resolvetui.model.resolution import Pin, Resolution

DEFAULT_INDEX = "pypi"
"""The name of pip's own default index, which needs no line."""
_CONTINUED = " \\\n    "


def requirements_txt(resolution: Resolution, target: Target, indexes: Sequence[IndexSource]) -> str:
    """The text of the file: what it is for, where packages come from, a requirement a package.

    Credentials of index URLs are masked: whoever installs from the file gives their own.
    """
    lines = [f"# for {target.python_full} on {target.platform}"]
    lines += _index_lines(indexes)
    lines += [_requirement(pin) for pin in resolution.pins]
    return "\n".join(lines) + "\n"


def _index_lines(indexes: Sequence[IndexSource]) -> Iterator[str]:
    """Pip's options; the last index of a query is its default one."""
    simple = [source for source in indexes if source.kind == "simple"]
    for source in simple[-1:]:
        if source.name != DEFAULT_INDEX:
            yield f"--index-url {source.shown_url}"
    for source in simple[:-1]:
        yield f"--extra-index-url {source.shown_url}"
    for source in indexes:
        if source.kind == "flat":
            yield f"--find-links {source.shown_url}"


def _requirement(pin: Pin) -> str:
    extras = f"[{','.join(pin.extras)}]" if pin.extras else ""
    if pin.kind == "url" and pin.file is not None:
        stated = f"{pin.name}{extras} @ {pin.file.url}"
    else:
        stated = f"{pin.name}{extras}=={pin.version}"
    hashes = pin.file.hashes if pin.file is not None else {}
    return _CONTINUED.join(
        [stated, *(f"--hash={name}:{digest}" for name, digest in sorted(hashes.items()))]
    )
