"""pip's format of requirements files."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.errors import MissingFileError, RequirementSyntaxError, UsageError
from resolvetui.inputs.requirements_file import RequirementsFile, read_requirements_file
from resolvetui.model.requirement import OriginKind, RootRequirement

A, B = "a" * 64, "b" * 64


def reader(files: dict[str, str]) -> Callable[[str], str]:
    def read(path: str) -> str:
        if path in files:
            return files[path]
        raise MissingFileError(f"There is no file {path}.", culprit=path)

    return read


def parsed(
    text: str,
    kind: OriginKind = OriginKind.FILE,
    environ: dict[str, str] | None = None,
    **more: str,
) -> RequirementsFile:
    files = {"req/a.txt": text, **{f"req/{name}.txt": other for name, other in more.items()}}
    return read_requirements_file("req/a.txt", kind, reader(files), environ=environ or {})


def texts(roots: tuple[RootRequirement, ...]) -> list[str]:
    return [root.requirement.text for root in roots]


def settings(file: RequirementsFile) -> list[tuple[str, str, str]]:
    return [(setting.name, setting.value, setting.origin) for setting in file.settings]


def test_comments_and_blank_lines_are_skipped() -> None:
    file = parsed("# head\n\ntorch # why\n  numpy>=1  \n")
    assert texts(file.requirements) == ["torch", "numpy>=1"]


def test_hash_sign_inside_a_word_is_no_comment() -> None:
    url = "https://f.example/x-1-py3-none-any.whl#sha256=" + "0" * 64
    assert parsed(f"x @ {url}").requirements[0].requirement.url == url


def test_every_requirement_knows_its_line() -> None:
    file = parsed("torch\n\nnumpy \\\n  >=1,\\\n  <2\nflask")
    assert [root.origin.where for root in file.requirements] == [
        "req/a.txt:1",
        "req/a.txt:3",
        "req/a.txt:6",
    ]
    assert file.requirements[1].requirement.specifier == ">=1,<2"


def test_comment_ends_a_continued_line() -> None:
    file = parsed("torch \\\n# note \\\nnumpy\n")
    assert texts(file.requirements) == ["torch", "numpy"]


def test_last_line_may_be_continued_into_nothing() -> None:
    assert texts(parsed("torch\\").requirements) == ["torch"]


def test_nested_files_are_relative_to_the_one_that_names_them() -> None:
    file = parsed("-r b.txt\ntorch\n-c limits.txt", b="numpy", limits="numpy<2")
    assert texts(file.requirements) == ["numpy", "torch"]
    assert texts(file.constraints) == ["numpy<2"]
    assert file.requirements[0].origin.where == "req/b.txt:1"
    assert file.constraints[0].origin.kind is OriginKind.CONSTRAINT


def test_requirements_nested_in_constraints_ask_for_nothing() -> None:
    file = parsed("-c b.txt", b="-r c.txt", c="numpy<2")
    assert (texts(file.requirements), texts(file.constraints)) == ([], ["numpy<2"])


@pytest.mark.parametrize("option", ["-rb.txt", "--requirement=b.txt", "--requirement b.txt"])
def test_spellings_of_an_option(option: str) -> None:
    assert texts(parsed(option, b="numpy").requirements) == ["numpy"]


def test_circle_of_files_is_named() -> None:
    with pytest.raises(UsageError, match=r"req/a.txt > req/b.txt > req/a.txt"):
        parsed("-r b.txt", b="-r a.txt")


def test_options_become_settings_with_their_line() -> None:
    file = parsed(
        "-i https://a.example/simple\n--extra-index-url=https://b.example/simple\n--pre\n"
        "--no-index\n--only-binary :all:\n--no-binary torch\n-f 'wheel house'\n"
    )
    assert settings(file) == [
        ("index-url", "https://a.example/simple", "req/a.txt:1"),
        ("extra-index-url", "https://b.example/simple", "req/a.txt:2"),
        ("pre", "true", "req/a.txt:3"),
        ("no-index", "true", "req/a.txt:4"),
        ("only-binary", ":all:", "req/a.txt:5"),
        ("no-binary", "torch", "req/a.txt:6"),
        ("find-links", "wheel house", "req/a.txt:7"),
    ]


def test_find_links_is_relative_to_the_file_if_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "req" / "wheels").mkdir(parents=True)
    (tmp_path / "req" / "a.txt").write_text("-f wheels")
    file = read_requirements_file("req/a.txt", OriginKind.FILE, folder=str(tmp_path))
    assert file.settings[0].value == "req/wheels"


def test_hashes_belong_to_their_requirement() -> None:
    lines = f"torch==2.0 \\\n  --hash=sha256:{A} \\\n  --hash sha256:{B.upper()}\nflask"
    torch, flask = parsed(lines).requirements
    assert torch.hashes == (f"sha256:{A}", f"sha256:{B}")
    assert flask.hashes == ()


def test_the_hash_in_the_fragment_of_a_url_counts_as_well() -> None:
    url = f"https://f.example/x-1-py3-none-any.whl#egg=x&sha256={A}"
    assert parsed(f"x @ {url}").requirements[0].hashes == (f"sha256:{A}",)


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--hash=md5:d41d8cd98f00b204e9800998ecf8427e", "must be sha256, sha384 or sha512"),
        ("--hash=sha256:abc", "has 64 hex digits"),
        (f"--hash={A}", "must be sha256, sha384 or sha512"),
    ],
)
def test_a_hash_that_cannot_be_checked_is_refused_with_its_line(
    option: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint) as found:
        parsed(f"flask\ntorch==2.0 {option}")
    assert found.value.culprit == "req/a.txt:2"


def test_a_hash_without_a_requirement_is_refused() -> None:
    with pytest.raises(UsageError, match="--hash without a requirement"):
        parsed(f"--hash=sha256:{A}")


def test_dashes_inside_a_requirement_are_no_options() -> None:
    assert texts(parsed("typing-extensions[a-b]>=1 ; os_name == 'a-b'").requirements) == [
        'typing-extensions[a-b]>=1 ; os_name == "a-b"'
    ]


def test_variables_are_filled_in_but_not_quoted_back() -> None:
    file = parsed("x @ https://${TOKEN}@f.example/x.whl", environ={"TOKEN": "secret"})
    assert file.requirements[0].requirement.url == "https://secret@f.example/x.whl"
    assert "secret" not in file.requirements[0].text


def test_unset_variables_and_other_forms_stay() -> None:
    file = parsed("--extra-index-url https://${NOPE}.example/$HOME", environ={"HOME": "/h"})
    assert file.settings[0].value == "https://${NOPE}.example/$HOME"


@pytest.mark.parametrize(
    "line", ["-e ./nowhere", "--editable=git+https://f.example/x", "./project", "-e flask"]
)
def test_what_is_no_project_is_refused_with_file_and_line(line: str) -> None:
    with pytest.raises(UsageError) as found:
        parsed(f"torch\n{line}")
    assert "req/a.txt:2" in f"{found.value.culprit} {found.value.why}"


def test_an_editable_project_is_relative_to_the_current_folder_or_to_the_file(
    tmp_path: Path,
) -> None:
    """As in pip it is the former; files are written with both in mind."""
    for folder in ("lib", "req/other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "pyproject.toml").write_text(f'[project]\nname = "{folder[-5:]}"\n')
    (tmp_path / "req" / "a.txt").write_text("-e ./lib\n-e other\n")
    found = read_requirements_file("req/a.txt", OriginKind.FILE, folder=str(tmp_path))
    assert [(item.requirement.name, item.editable) for item in found.requirements] == [
        ("lib", True),
        ("other", True),
    ]
    assert found.requirements[1].requirement.url == (tmp_path / "req" / "other").as_uri()
    assert found.requirements[0].text == "-e ./lib"


def test_unknown_option_gets_a_guess() -> None:
    with pytest.raises(UsageError) as found:
        parsed("--index-ulr https://a.example/simple")
    assert "req/a.txt:1" in found.value.what
    assert found.value.what_to_do == "Did you mean --index-url?"


@pytest.mark.parametrize("line", ["-r", "--find-links", "-f 'open"])
def test_incomplete_option_names_its_line(line: str) -> None:
    with pytest.raises(UsageError) as found:
        parsed(line)
    assert found.value.culprit == "req/a.txt:1"


def test_options_without_effect_give_a_warning() -> None:
    file = parsed("--prefer-binary\n--require-hashes\ntorch --config-settings a=b")
    assert [warning.kind for warning in file.warnings] == ["ignored-option", "ignored-option"]
    assert [setting.name for setting in file.settings] == ["require-hashes"]


def test_syntax_error_names_file_and_line() -> None:
    with pytest.raises(RequirementSyntaxError) as found:
        parsed("torch\ntorch=2")
    assert found.value.culprit == "req/a.txt:2"


def test_missing_nested_file_says_who_names_it() -> None:
    with pytest.raises(MissingFileError) as found:
        parsed("torch\n-r other.txt")
    assert found.value.why == "req/a.txt:2 names it."


def test_url_of_a_file_is_refused() -> None:
    with pytest.raises(UsageError, match="URL"):
        read_requirements_file("https://me:secret@f.example/a.txt", OriginKind.FILE)


def test_missing_file_names_the_one_nearby(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    with pytest.raises(MissingFileError) as found:
        read_requirements_file("requirement.txt", OriginKind.FILE, folder=str(tmp_path))
    assert found.value.what == "There is no file requirement.txt."
    assert found.value.what_to_do == "Did you mean requirements.txt?"


def test_folder_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="cannot be read"):
        read_requirements_file(str(tmp_path), OriginKind.FILE)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + b"torch",
        codecs.BOM_UTF16_LE + "torch".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "torch".encode("utf-16-be"),
    ],
)
def test_byte_order_marks_are_understood(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    file = read_requirements_file(str(tmp_path / "a.txt"), OriginKind.FILE)
    assert texts(file.requirements) == ["torch"]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"torch\xff")
    with pytest.raises(UsageError, match="not text in UTF-8"):
        read_requirements_file(str(tmp_path / "a.txt"), OriginKind.FILE)
