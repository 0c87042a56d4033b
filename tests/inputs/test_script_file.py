"""Scripts that name what they need (PEP 723)."""

from __future__ import annotations

import pytest

from resolvetui.model.query import TargetDemand
from resolvetui.model.requirement import Origin, OriginKind
from tests.inputs.support import CPU, Folder

SCRIPT = f"""\
#!/usr/bin/env python
# A script.

# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#   "torch",
#
# ]
# [[tool.uv.index]]
# name = "cpu"
# url = "{CPU}"
# explicit = true
# [tool.uv.sources]
# torch = {{ index = "cpu" }}
# [tool.uv]
# exclude-newer = "2024-05-07"
# constraint-dependencies = ["rich<14"]
# ///

import requests
"""


def test_a_script_asks_for_what_its_block_says(folder: Folder) -> None:
    folder.write("tools/run.py", SCRIPT)
    found = folder.query("-r", "tools/run.py", "six").query
    assert [(root.requirement.text, root.origin.where) for root in found.requirements] == [
        ("six", ""),
        ("requests<3", "tools/run.py:7"),
        ("torch", "tools/run.py:8"),
    ]
    origin = Origin(OriginKind.FILE, "tools/run.py", 5)
    assert found.demands == (TargetDemand(origin, ">=3.11"),)


def test_uvs_table_in_it_counts(folder: Folder) -> None:
    folder.write("run.py", SCRIPT)
    found = folder.query("-r", "run.py")
    assert found.query.pinned_indexes == {"torch": "cpu"}
    assert found.query.policies.exclude_newer == "2024-05-08T00:00:00Z"
    assert [root.text for root in found.query.constraints] == ["rich<14"]
    (newest,) = [setting for setting in found.settings if setting.name == "exclude-newer"]
    assert newest.origin == "run.py [tool.uv] exclude-newer"
    without = folder.query("-r", "run.py", "--no-config").query
    assert (without.pinned_indexes, without.policies.exclude_newer) == ({}, "")
    assert [root.text for root in without.requirements] == ["requests<3", "torch"]


def test_its_sources_and_options_outrank_those_of_the_folder(folder: Folder) -> None:
    folder.write("pyproject.toml", '[tool.uv]\nconstraint-dependencies = ["x<1"]\n')
    folder.write("run.py", SCRIPT)
    found = folder.query("-r", "run.py").query
    assert [root.text for root in found.constraints] == ["x<1", "rich<14"]


def test_places_in_it_start_at_its_folder(folder: Folder) -> None:
    folder.write("lib/pyproject.toml", '[project]\nname = "lib"\n')
    text = '# /// script\n# dependencies = ["lib @ ./lib"]\n# ///\n'
    folder.write("run.py", text)
    (root,) = folder.query("-r", "run.py").query.requirements
    assert root.requirement.url == (folder.path / "lib").as_uri()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import os\n", "Nothing in it says what it needs"),
        ("# /// script\n# dependencies = []\n", "Nothing in it says what it needs"),
        ("# /// other\n# x = 1\n# ///\n", "Nothing in it says what it needs"),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# b = 1\n# ///\n", "several of them"),
        ("\n# /// script\n# a = = 1\n# ///\n", "run.py:3 is not legal TOML"),
        ('# /// script\n# dependencies = "x"\n# ///\n', "run.py: dependencies cannot be used"),
        ('# /// script\n# dependencies = ["x=1"]\n# ///\n', "run.py:2"),
        ('# /// script\n# requires-python = "new"\n# ///\n', "run.py: requires-python cannot"),
    ],
)
def test_what_cannot_be_read_is_named(folder: Folder, text: str, says: str) -> None:
    folder.write("run.py", text)
    error = folder.refused("-r", "run.py")
    assert says in f"{error.what} {error.why} {error.culprit}"


def test_a_missing_script_is_named(folder: Folder) -> None:
    assert folder.refused("-r", "run.py").what == "There is no file run.py."


def test_a_forgotten_option_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("run.py", SCRIPT)
    monkeypatch.chdir(folder.path)
    assert "-r run.py" in folder.refused("run.py").what_to_do


def test_a_script_inside_a_requirements_file_is_no_such_file(folder: Folder) -> None:
    folder.write("run.py", SCRIPT)
    folder.write("all.txt", "-r run.py\n")
    error = folder.refused("-r", "all.txt")
    assert (error.what, error.why) == ("run.py is no requirements file.", "all.txt:1 names it.")


def test_commands_of_others_with_scripts(folder: Folder) -> None:
    folder.write("run.py", SCRIPT)
    wanted = ["requests<3", "torch"]
    for words in (
        "pip install --requirements-from-script run.py",
        "uv pip install -r run.py",
        "uv pip compile run.py",
    ):
        assert folder.asked("--", *words.split()) == wanted, words
