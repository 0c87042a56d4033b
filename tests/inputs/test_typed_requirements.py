"""What is typed or pasted where a requirement is expected."""

from __future__ import annotations

import pytest

from resolvetui.errors import UsageError
from resolvetui.inputs.typed_requirements import typed_requirements
from resolvetui.model.requirement import Origin, OriginKind
from tests.inputs.support import Folder

PROMPT = Origin(OriginKind.PROMPT)


@pytest.fixture
def lib(folder: Folder) -> str:
    folder.write("lib/pyproject.toml", '[project]\nname = "Lib"\nversion = "1"\n')
    return (folder.path / "lib").as_uri()


@pytest.mark.parametrize("text", ["-e ./lib", "-e lib", " --editable  lib ", "--editable=./lib"])
def test_an_editable_folder(folder: Folder, lib: str, text: str) -> None:
    (root,) = typed_requirements(text, PROMPT, str(folder.path))
    assert (root.requirement.name, root.requirement.url, root.editable) == ("lib", lib, True)


def test_several_on_one_line(folder: Folder, lib: str) -> None:
    found = typed_requirements("flask -e ./lib ./lib rich>=1", PROMPT, str(folder.path))
    stated = [(root.requirement.name, root.editable) for root in found]
    assert stated == [("flask", False), ("lib", True), ("lib", False), ("rich", False)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-e nowhere", "nowhere is no folder of this machine"),
        ("-e", "-e"),
        ("-e git+https://code.example/x", "is no folder"),
        ("flask -e", "flask -e"),
    ],
)
def test_what_cannot_be_used_is_named(folder: Folder, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        typed_requirements(text, PROMPT, str(folder.path))
    assert says in f"{caught.value.what} {getattr(caught.value, 'text', '')}"
