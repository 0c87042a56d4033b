"""The commands in the documents, and what they print.

    python -m tests.support.documents

writes what they print now into the documents, and the pages that are made from tables of the
program; read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
TARGET = {"--python-version": "3.12", "--python-platform": "linux"}
"""What the outputs in the documents are for, where their command does not say it."""
FILES = ROOT / "docs" / "how-to" / "files"
"""The files that commands name."""


def output_of(command: str) -> str:
    """What `$ resolvetui --demo …` prints for TARGET on 100 columns; times are all 0.05 s."""
    prompt, program, *arguments = shlex.split(command)
    assert (prompt, program) == ("$", "resolvetui")
    at = arguments.index("--") if "--" in arguments else len(arguments)
    target = [word for item in TARGET.items() if item[0] not in arguments for word in item]
    own = [*arguments[:at], *target, "--no-config"]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
    done = subprocess.run(
        [sys.executable, "-m", "resolvetui", *own, *arguments[at:]],
        cwd=FILES,
        env=kept | {"COLUMNS": "100", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout, done.stderr
    return re.sub(r" in \d+\.\d\d s$", " in 0.05 s", done.stdout, flags=re.MULTILINE)


def refreshed(text: str) -> str:
    """A document with the outputs of today."""

    def shown(block: re.Match[str]) -> str:
        command = block[1].partition("\n")[0]
        return f"```console\n{command}\n{output_of(command)}```"

    return CONSOLE.sub(shown, text)


def made_pages() -> dict[str, str]:
    """The pages that are made as a whole: place to text."""
    from tests.support import keys_page

    return {keys_page.PLACE: keys_page.keys_page()}


if __name__ == "__main__":
    for place, page in made_pages().items():
        (ROOT / place).write_text(page, "utf-8")
    for document in DOCUMENTS:
        document.write_text(refreshed(document.read_text("utf-8")), "utf-8")
