"""A warm headless run loads only what it needs: imports would cost more than the resolve."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.index import World

RUNNER = """
import json, sys
from resolvetui.cli.main import main
code = main(sys.argv[1:])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""
UNWANTED = {"asyncio", "email", "httpx", "h11", "importlib.metadata", "rich", "ssl", "textual"}


def run(*arguments: str) -> tuple[int, set[str]]:
    """Exit code and loaded modules of one run in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr, done
    report = json.loads(done.stderr.splitlines()[-1])
    return report["code"], set(report["modules"])


def test_warm_offline_run_loads_neither_network_nor_terminal(tmp_path: Path) -> None:
    world = World()
    world.serve("six", "1.16.0")
    world.serve("python-dateutil", "2.9.0", needs=["six>=1.5"])
    with world.running() as indexes:
        arguments = ["--no-tui", "--no-config", "--index-url", indexes.url("main")]
        arguments += ["--cache-dir", str(tmp_path), "python-dateutil"]
        code, modules = run(*arguments)
        assert code == 0
        assert "resolvetui.net.transport" in modules
    code, modules = run("--offline", *arguments)
    assert code == 0
    assert modules & UNWANTED == set()
