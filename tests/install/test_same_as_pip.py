"""An environment that resolvetui filled is the one that pip would have made.

The small one is made here; that with popular wheels of all shapes needs the default index.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.install.twins import Twin, differences, make
from tests.install.wheels import EXECUTABLE, package

POPULAR = """
aiohttp attrs azure-core azure-identity babel black boto3 botocore certifi cffi charset-normalizer
click cmake coverage cryptography debugpy distlib django docutils fastapi flask google-api-core
google-auth google-cloud-storage googleapis-common-protos greenlet grpcio httpx ipykernel jinja2
jupyterlab lxml markupsafe matplotlib mypy nbformat ninja nltk notebook numpy packaging pandas
pillow pip protobuf psutil pybind11 pydantic pydantic-core pytest pywin32-ctypes pyyaml requests
rich ruff scipy setuptools sphinx sqlalchemy sympy textual tqdm tzdata urllib3 uvicorn virtualenv
wheel zope-interface
"""
"""Scripts, data files, headers, namespace packages, compiled, large, `.pth`, nested licences,
purelib and platlib, names that are not ASCII."""
SCRIPTS = ("black", "cmake", "coverage", "django-admin", "f2py", "flask", "mypy", "ninja", "pip")
REMOVED = ("numpy", "setuptools", "zope-interface", "azure-core", "cmake", "black", "jupyterlab")


def check(pips: Twin, ours: Twin) -> None:
    """Same files, same metadata; pip finds nothing to say about either that it says not of both."""
    assert differences(pips, ours) == []
    assert pips.metadata() == ours.metadata()
    assert pips.pip("list") == ours.pip("list")
    assert pips.pip("check") == ours.pip("check")


def check_removal(pips: Twin, ours: Twin, *names: str) -> None:
    for twin in (pips, ours):
        said = twin.pip("uninstall", "-y", *names)
        assert said.count("Successfully uninstalled") == len(names), said
    assert differences(pips, ours) == []


def test_small_wheels_of_all_shapes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "flask-1.0.data/scripts/old": "#!python\nprint('old')\n",
        "flask-1.0.data/scripts/shell": "#!/bin/sh\necho shell\n",
        "flask-1.0.data/data/share/flask/flask.1": "manual",
        "flask-1.0.data/headers/flask.h": "#define FLASK",
        "flask-1.0.data/platlib/flask_speed.so": b"\x7fELF",
        "flask-1.0.dist-info/licenses/sub/LICENSE": "MIT",
        "flask/\N{LATIN SMALL LETTER U WITH DIAERESIS}, 'x'.txt": "a name with everything",
        "flask/tool.sh": "#!/bin/sh\necho tool\n",
        "space/of/names.py": "",
        "flask.pth": "",
    }
    first = package("flask", files=files, scripts={"flask": "flask:main", "f2": "flask:main"})
    scripts = ("flask/tool.sh", "flask-1.0.data/scripts/old", "flask-1.0.data/scripts/shell")
    first.modes = dict.fromkeys(scripts, EXECUTABLE)
    second = package("jinja2", files={"space/of/others.py": "", "top.py": ""})
    pips, ours = make(tmp_path, [builder.save(tmp_path) for builder in (first, second)])
    check(pips, ours)
    for script in ("flask", "f2", "old", "shell"):
        said = [twin.run(twin.prefix / "bin" / script).stdout for twin in (pips, ours)]
        assert said[0] == said[1] != ""
    check_removal(pips, ours, "flask")


@pytest.mark.network
def test_popular_wheels(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    words = ["download", "-q", "--no-deps", "--only-binary=:all:", f"--dest={wheels}"]
    subprocess.run([sys.executable, "-m", "pip", *words, *POPULAR.split()], check=True)
    pips, ours = make(tmp_path, sorted(wheels.iterdir()))
    check(pips, ours)
    for script in SCRIPTS:
        runs = [twin.run(twin.prefix / "bin" / script, "--version") for twin in (pips, ours)]
        assert runs[0].returncode == runs[1].returncode
        assert runs[0].stdout.replace("/pip/env", "/our/env") == runs[1].stdout
    check_removal(pips, ours, *REMOVED)
    if uv := shutil.which("uv"):
        listed = [twin.run(uv, "pip", "list", f"--python={twin.python}") for twin in (pips, ours)]
        assert listed[0].stdout == listed[1].stdout
        for twin in (pips, ours):
            done = twin.run(uv, "pip", "uninstall", f"--python={twin.python}", "django", "sympy")
            assert done.returncode == 0, done.stderr
        assert differences(pips, ours) == []
