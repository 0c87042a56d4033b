"""The real default index, without anything that this machine configures."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.network
def test_a_package_with_dependencies_resolves() -> None:
    arguments = ("--no-tui", "--no-config", "--no-cache", "--format", "json", "flask")
    run = subprocess.run(
        [sys.executable, "-m", "resolvetui", *arguments], capture_output=True, check=False
    )
    report = json.loads(run.stdout)
    assert report["error"] is None
    assert {"flask", "werkzeug", "jinja2"} <= {package["name"] for package in report["packages"]}
