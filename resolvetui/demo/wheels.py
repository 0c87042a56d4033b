"""Tiny distributions made in memory: valid, installable, and the same bytes at every build.

Owns the file formats (wheel: PyPA "Binary distribution format"; sdist: PEP 517, 625 and 643).
What is served, and how an index describes it, is left to `catalogue` and `pages`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence

_WHEN = (2024, 1, 1, 0, 0, 0)
_WHEN_UNIX = 1_704_067_200

_BACKEND = '''\
"""A PEP 517 backend that hands out the wheel beside it: building needs nothing else."""

import pathlib
import shutil
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = next(HERE.glob("*.whl"))
    shutil.copy(wheel, wheel_directory)
    return wheel.name


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    with zipfile.ZipFile(next(HERE.glob("*.whl"))) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" in name]
        archive.extractall(metadata_directory, names)
    return names[0].partition("/")[0]
'''

_PYPROJECT = """\
[build-system]
requires = [{requires}]
build-backend = "demo_backend"
backend-path = ["."]
"""


def escaped_name(name: str) -> str:
    """A project name as it stands in a file name; case is kept, as many indexes do."""
    return re.sub(r"[-_.]+", "_", name)


def import_name(name: str) -> str:
    """The module that the built distributions of a project hold."""
    return escaped_name(name).lower()


def wheel_filename(name: str, version: str, tags: str, build: str = "") -> str:
    """The file name of a wheel; `tags` is the whole triple, such as `cp311-cp311-win_amd64`."""
    middle = f"{version}-{build}" if build else version
    return f"{escaped_name(name)}-{middle}-{tags}.whl"


def sdist_filename(name: str, version: str) -> str:
    """The file name of a source distribution (PEP 625, case kept)."""
    return f"{escaped_name(name)}-{version}.tar.gz"


def metadata_text(
    name: str,
    version: str,
    *,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] | None = None,
    dynamic: Iterable[str] = (),
    summary: str = "",
) -> str:
    """Core metadata 2.2; `extras` maps each extra to the requirements that it adds."""
    lines = ["Metadata-Version: 2.2", f"Name: {name}", f"Version: {version}"]
    lines += [f"Summary: {summary}"] if summary else []
    lines += [f"Dynamic: {field}" for field in dynamic]
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    for extra, added in (extras or {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {_only_for(extra, requirement)}" for requirement in added]
    return "\n".join(lines) + "\n"


def _only_for(extra: str, requirement: str) -> str:
    """The requirement with the marker that makes it part of an extra."""
    body, _, marker = (part.strip() for part in requirement.partition(";"))
    condition = f'extra == "{extra}"'
    return f"{body} ; ({marker}) and {condition}" if marker else f"{body} ; {condition}"


def build_wheel(
    name: str,
    version: str,
    tags: str = "py3-none-any",
    *,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] | None = None,
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    modules: Mapping[str, str | bytes] | None = None,
    build: str = "",
) -> bytes:
    """The bytes of a wheel.

    `entry_points`: group to name to object reference. `modules`: path in the wheel to contents;
    by default one package whose `__version__` is the full version. Nothing is compressed, so
    that the bytes do not hang on the zlib at hand.
    """
    info = f"{escaped_name(name)}-{version}.dist-info"
    files: dict[str, bytes] = {
        path: _encoded(text) for path, text in (modules or default_modules(name, version)).items()
    }
    metadata = metadata_text(
        name, version, requires=requires, requires_python=requires_python, extras=extras
    )
    files[f"{info}/METADATA"] = metadata.encode()
    files[f"{info}/WHEEL"] = _wheel_text(tags, build).encode()
    if entry_points:
        files[f"{info}/entry_points.txt"] = _entry_points_text(entry_points).encode()
    files[f"{info}/RECORD"] = _record_text(files, f"{info}/RECORD").encode()
    return _zipped(files)


def default_modules(name: str, version: str) -> dict[str, str | bytes]:
    """One package that can be imported and says its version."""
    source = f'"""{name}, as the demo index ships it."""\n\n__version__ = "{version}"\n'
    return {f"{import_name(name)}/__init__.py": source}


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _wheel_text(tags: str, build: str) -> str:
    pythons, abis, platforms = (part.split(".") for part in tags.split("-"))
    pure = "true" if platforms == ["any"] else "false"
    lines = ["Wheel-Version: 1.0", "Generator: resolvetui-demo", f"Root-Is-Purelib: {pure}"]
    lines += [f"Build: {build}"] if build else []
    lines += [f"Tag: {p}-{a}-{where}" for p in pythons for a in abis for where in platforms]
    return "\n".join(lines) + "\n"


def _entry_points_text(entry_points: Mapping[str, Mapping[str, str]]) -> str:
    blocks = [
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in names.items())])
        for group, names in entry_points.items()
    ]
    return "\n\n".join(blocks) + "\n"


def _record_text(files: Mapping[str, bytes], own_path: str) -> str:
    rows = [f"{path},{_record_hash(data)},{len(data)}" for path, data in files.items()]
    return "\n".join([*rows, f"{own_path},,"]) + "\n"


def _record_hash(data: bytes) -> str:
    """PEP 376 form: URL-safe base64 without padding."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, date_time=_WHEN)
            entry.create_system = 3  # Unix on every platform, so that the bytes are equal
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def build_sdist(
    name: str,
    version: str,
    *,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] | None = None,
    dynamic: Iterable[str] = (),
    build_requires: Iterable[str] = (),
    modules: Mapping[str, str | bytes] | None = None,
    backend: str = "",
    summary: str = "",
) -> bytes:
    """The bytes of a source distribution with PKG-INFO (static unless `dynamic` names fields).

    It builds with an in-tree backend, whose source is `backend` or else one that copies a finished
    wheel, so a build needs no network unless `build_requires` asks for some.
    """
    requires = tuple(requires)
    wheel = build_wheel(
        name,
        version,
        requires=requires,
        requires_python=requires_python,
        extras=extras,
        modules=modules,
    )
    dynamic = tuple(dynamic)
    stated = () if "Requires-Dist" in dynamic else requires
    stated_extras = None if "Requires-Dist" in dynamic else extras
    info = metadata_text(
        name,
        version,
        requires=stated,
        requires_python=requires_python,
        extras=stated_extras,
        dynamic=dynamic,
        summary=summary,
    )
    needed = ", ".join(f'"{requirement}"' for requirement in build_requires)
    return _tarred(
        f"{escaped_name(name)}-{version}",
        {
            "PKG-INFO": info.encode(),
            "pyproject.toml": _PYPROJECT.format(requires=needed).encode(),
            "demo_backend.py": (backend or _BACKEND).encode(),
            wheel_filename(name, version, "py3-none-any"): wheel,
        },
    )


def _tarred(folder: str, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(f"{folder}/{path}")
            entry.size, entry.mtime, entry.mode = len(data), _WHEN_UNIX, 0o644
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), compresslevel=0, mtime=0)
