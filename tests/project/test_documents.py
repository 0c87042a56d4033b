"""The documents say what is true: their examples run, and their links lead somewhere."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.support.documents import CONSOLE, DOCUMENTS, ROOT, made_pages, output_of

LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


def anchors(document: Path) -> set[str]:
    """The fragments that the headings of a document can be reached by."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def dead_links(document: Path) -> list[str]:
    dead = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        path, _, fragment = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (fragment and fragment not in anchors(target)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert dead_links(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_examples_run(document: Path) -> None:
    assert doctest.testfile(str(document), module_relative=False).failed == 0


@pytest.mark.parametrize(
    ("document", "block"),
    [(doc, block) for doc in DOCUMENTS for block in CONSOLE.findall(doc.read_text("utf-8"))],
    ids=lambda value: value.name if isinstance(value, Path) else value.splitlines()[0][2:],
)
def test_commands_print_what_the_documents_show(document: Path, block: str) -> None:
    command, _, shown = block.partition("\n")
    assert output_of(command) == shown


@pytest.mark.parametrize("place", made_pages())
def test_pages_that_are_made_are_up_to_date(place: str) -> None:
    assert (ROOT / place).read_text("utf-8") == made_pages()[place], "make documents"


def test_index_names_every_document() -> None:
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [file.relative_to(ROOT / "docs") for file in DOCUMENTS if "docs" in file.parts]
    assert [
        str(page) for page in pages if page.name != "README.md" and f"({page})" not in listed
    ] == []


def test_sections_named_in_the_solver_exist() -> None:
    """Docstrings of the solver point to sections as (docs: "Section")."""
    sources = "\n".join(f.read_text() for f in (ROOT / "resolvetui/resolver").glob("*.py"))
    named = {" ".join(section.split()) for section in re.findall(r'\(docs: "([^"]+)"\)', sources)}
    text = (ROOT / "docs/explanation/solver.md").read_text(encoding="utf-8")
    assert named
    assert {section for section in named if f"## {section}\n" not in text} == set()
