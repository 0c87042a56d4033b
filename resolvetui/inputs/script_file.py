"""Scripts that name what they need in a comment (PEP 723): `# /// script` … `# ///`.

The block is TOML with `dependencies`, `requires-python` and uv's own table; nothing of the script
is run, and nothing but its comments is looked at.
"""

from __future__ import annotations

import re

from msgspec import Struct

from resolvetui.errors import MissingFileError
from resolvetui.inputs.paths import read_text
from resolvetui.inputs.project_model import Projects
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.settings import Setting
from resolvetui.inputs.target_demands import checked_python
from resolvetui.inputs.toml_file import TomlFile, parse_toml, wrong_file
from resolvetui.inputs.uv_config import uv_configuration
from resolvetui.model.query import TargetDemand
from resolvetui.model.requirement import Origin, OriginKind

_BLOCK = re.compile(
    r"^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$", re.MULTILINE
)
"""As PEP 723 has it; any line of the block may itself be `# ///`, so that the last one ends it."""
_NOTHING = frozenset[str]()


class _Script(Struct, rename="kebab"):
    dependencies: list[str] = []
    requires_python: str = ""


def read_script(setting: Setting, cwd: str, *, configured: bool) -> Projects:
    """What a script asks for; `configured`: whether uv's table in it counts.

    Raises UsageError (MissingFileError) with file and line for what cannot be used.
    """
    file = _block_of(setting, cwd)
    table = file.typed(_Script)
    uv = uv_configuration(file, None, whole=True) if configured else None
    requirements = tuple(
        parse_root_requirement(
            text,
            Origin(OriginKind.FILE, file.name, file.line_of(text, r"dependencies\s*=")),
            file.folder,
        )
        for text in table.dependencies
    )
    demands: tuple[TargetDemand, ...] = ()
    if table.requires_python:
        line = file.line_of(table.requires_python, r"requires-python\s*=")
        origin = Origin(OriginKind.FILE, file.name, line)
        python = checked_python(file, "requires-python", table.requires_python)
        demands = (TargetDemand(origin, python),)
    return Projects(
        requirements=requirements,
        settings=uv.settings if uv else (),
        constraints=uv.constraints if uv else (),
        build_constraints=uv.build_constraints if uv else (),
        overrides=uv.overrides if uv else (),
        sources=(uv.sources,) if uv else (),
        warnings=uv.warnings if uv else (),
        demands=demands,
    )


def _block_of(setting: Setting, cwd: str) -> TomlFile:
    """The block as a file of its own, whose lines are those of the script."""
    name = setting.value
    try:
        text = read_text(name, cwd)
    except MissingFileError as error:
        error.why = error.why or f"{setting.origin} reads it."
        raise
    lines = "\n".join(text.splitlines()) + "\n"
    blocks = [found for found in _BLOCK.finditer(lines) if found["type"] == "script"]
    if len(blocks) != 1:
        why = "It has several of them." if blocks else "Nothing in it says what it needs."
        raise wrong_file(
            name,
            "a script with one block of `# /// script`",
            why,
            "Give what it needs as arguments, or write such a block (PEP 723).",
        )
    content = "".join(
        line[2:] if line.startswith("# ") else line[1:]
        for line in blocks[0]["content"].splitlines(keepends=True)
    )
    above = lines.count("\n", 0, blocks[0].start("content"))
    return parse_toml(name, "\n" * above + content, cwd)
