"""The command line: what is understood, and what is said about the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resolvetui.cli.arguments import check_headless, fallback_interface, parse_arguments
from resolvetui.errors import UsageError
from resolvetui.inputs.interface import Interface, read_interface
from resolvetui.inputs.options import OPTIONS

A, B = "https://a.example/simple", "https://b.example/simple"


def given(*argv: str) -> list[tuple[str, str]]:
    return [(setting.name, setting.value) for setting in parse_arguments(argv).settings]


def refused(*argv: str) -> UsageError:
    with pytest.raises(UsageError) as found:
        parse_arguments(argv)
    return found.value


def test_requirements_and_options_may_be_mixed() -> None:
    arguments = parse_arguments(["torch", "-i", A, "numpy>=1", "--offline", "flask"])
    assert arguments.requirements == ("torch", "numpy>=1", "flask")
    assert [setting.name for setting in arguments.settings] == ["index-url", "offline"]


def test_options_keep_the_order_given() -> None:
    assert given(
        "--extra-index-url", A, "--index", f"x={B}", "-f", ".", "--extra-index-url", B
    ) == [
        *(("extra-index-url", A), ("index", f"x={B}"), ("find-links", "."), ("extra-index-url", B))
    ]


def test_requirements_may_follow_two_dashes() -> None:
    assert parse_arguments(["torch", "--", "numpy"]).requirements == ("torch", "numpy")


def test_one_argument_of_a_repeatable_option_at_a_time() -> None:
    assert parse_arguments(["--extra-index-url", A, "torch"]).requirements == ("torch",)


def test_every_option_can_be_given() -> None:
    values = {
        "index": f"a={A}",
        "python-version": "3.12.1",
        "pin-index": "torch=cpu",
        "exclude-newer": "2024-05-07T00:00:00Z",
        "web-port": "8000",
        "cache-limit": "100",
    }
    for name, option in OPTIONS.items():
        if not option.on_command_line:
            continue
        value = values.get(name) or (option.choices[0] if option.choices else "value")
        argv = [f"--{name}"] if option.kind == "flag" else [f"--{name}", value]
        assert given(*argv) == [(name, "true" if option.kind == "flag" else value)]


@pytest.mark.parametrize(
    ("argv", "culprit", "way_out"),
    [
        (["--extra-index"], "--extra-index", "--extra-index-url"),
        (["--index-urls=x"], "--index-urls", "--index-url"),
        (["--offlin", "torch"], "--offlin", "--offline"),
        (["--pin-index", "torch"], "--pin-index", "PACKAGE=INDEX_NAME"),
        (["--pin-index", "torch=https://me:secret@a.example"], "--pin-index", "torch=pytorch-cpu"),
        (["--exclude-newer", "last week"], "--exclude-newer", "2024-05-07"),
        (["--force-reinstall"], "--force-reinstall", "--reinstall"),
        (["--pre"], "--pre", "--prerelease allow"),
        (["--index-url https://me:secret@a.example/"], "--index-url", "as two"),
        (["--zzzz"], "--zzzz", "--help"),
        (["-i"], "--index-url", "--help"),
        (["--offline=yes"], "--offline", "--help"),
        (["--format", "jsn"], "--format", "json"),
        (["--index-strategy", "best"], "--index-strategy", ""),
        (["--python-version", "py312"], "--python-version", "3.12"),
        (["--index-url", ""], "--index-url", ""),
        (["--"], "--", "resolvetui -- pip install torch"),
        (["pip", "install", "torch"], "pip install", "resolvetui -- pip install torch"),
        (["pip", "install", "a", "--user"], "pip install", "resolvetui -- pip install a --user"),
        (["--offline", "uv", "pip", "install", "a"], "pip install", "--offline -- uv pip install"),
        (["python", "-m", "pip", "install", "a"], "pip install", "-- python -m pip install a"),
    ],
)
def test_bad_usage_names_the_culprit(argv: list[str], culprit: str, way_out: str) -> None:
    error = refused(*argv)
    assert (error.culprit or "").startswith(culprit)
    assert way_out in error.what_to_do
    assert "secret" not in str(error)


@pytest.mark.parametrize("argv", [["torch\udcff"], ["-i", "\udcff"], ["--\udcff"]])
def test_arguments_that_are_no_text_are_refused(argv: list[str]) -> None:
    assert "\\udcff is not UTF-8" in refused(*argv).what


def test_short_option_and_value_may_be_one_word() -> None:
    assert given("-rbase.txt", "-r base.txt") == [("requirement", "base.txt")] * 2


def test_upgrade_has_a_short_name() -> None:
    assert given("-U") == [("upgrade", "true")]


def test_options_are_not_abbreviated() -> None:
    assert refused("--index-u", A).culprit == "--index-u"


def test_forgotten_r_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.touch()
    assert refused(str(path)).what_to_do.startswith(f"Write -r {path} ")
    assert refused("dev.in").what_to_do.startswith("Write -r dev.in ")


def test_other_files_are_no_requirements(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.touch()
    assert refused(str(path)).what_to_do.startswith(f"Write --project {tmp_path} ")
    other = tmp_path / "poetry.lock"
    other.touch()
    assert refused(str(other)).culprit == str(other)
    assert parse_arguments(["zope.py"]).requirements == ("zope.py",)


# ---- headless


def test_nothing_to_resolve_says_what_to_give() -> None:
    with pytest.raises(UsageError, match="nothing to resolve") as found:
        check_headless(Interface(), parse_arguments([]), ())
    assert "-r FILE" in found.value.what_to_do


@pytest.mark.parametrize("argv", [["torch"], ["-r", "empty.txt"], ["--demo"], ["--group", "dev"]])
def test_requirements_a_file_or_the_demo_are_enough(argv: list[str]) -> None:
    arguments = parse_arguments(argv)
    check_headless(read_interface(arguments, {}), arguments, arguments.settings)


def test_nobody_is_asked_without_a_terminal() -> None:
    arguments = parse_arguments(["torch", "--install"])
    with pytest.raises(UsageError) as found:
        check_headless(read_interface(arguments, {}), arguments, ())
    assert found.value.culprit == "--install"
    check_headless(read_interface(arguments, {"RESOLVETUI_YES": "1"}), arguments, ())


def test_interface_takes_variables_below_flags() -> None:
    environ = {"RESOLVETUI_FORMAT": "json", "RESOLVETUI_COLOR": "never", "RESOLVETUI_NO_TUI": "no"}
    interface = read_interface(parse_arguments(["--format", "text"]), environ)
    assert (interface.format, interface.color, interface.no_tui) == ("text", "never", False)


@pytest.mark.parametrize(
    ("argv", "environ", "expected"),
    [
        (["--format", "json", "--oops"], {}, "json"),
        (["--format=json"], {}, "json"),
        (["--oops"], {"RESOLVETUI_FORMAT": "json"}, "json"),
        (["--format", "xml"], {"RESOLVETUI_FORMAT": "json"}, "text"),
    ],
)
def test_errors_of_arguments_are_shown_in_the_format_asked_for(
    argv: list[str], environ: dict[str, str], expected: str
) -> None:
    assert fallback_interface(argv, environ).format == expected


# ---- help


def test_help_fits_80_columns_and_lists_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as found:
        parse_arguments(["--help"])
    text = capsys.readouterr().out
    assert found.value.code == 0
    assert max(len(line) for line in text.splitlines()) <= 80
    listed = [f"--{name}" for name, option in OPTIONS.items() if option.on_command_line]
    assert [name for name in listed if name not in text] == []


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--version"])
    assert capsys.readouterr().out.startswith("resolvetui ")


def test_arguments_and_inputs_load_nothing_heavy() -> None:
    code = (
        "import sys, resolvetui.cli.arguments as a, resolvetui.inputs.merge as m;"
        "m.build_query(a.parse_arguments(['torch==2', '-i', 'https://a.example']), {}, '/');"
        "heavy = {'asyncio', 'httpx', 'rich', 'textual', 'email', 'urllib.request', 'ssl',"
        " 'importlib.metadata', 'pip', 'difflib', 'pathlib', 'tomllib',"
        " 'resolvetui.inputs.uv_config'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
