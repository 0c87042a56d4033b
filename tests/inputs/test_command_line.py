"""A pasted command of pip or uv: what it comes to here, and what is said about the rest."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from resolvetui.errors import UsageError
from resolvetui.inputs.command_line import KIND, is_command, taken_over
from resolvetui.inputs.command_options import pip_options, scanned, uv_options
from tests.inputs.support import CPU, A, B, Folder


def settings(line: str) -> list[tuple[str, str]]:
    return [(setting.name, setting.value) for setting in taken_over(shlex.split(line)).settings]


def told(line: str) -> list[str]:
    warnings = taken_over(shlex.split(line)).warnings
    assert {warning.kind for warning in warnings} <= {KIND}
    return [warning.text for warning in warnings]


def refused(line: str) -> UsageError:
    with pytest.raises(UsageError) as found:
        taken_over(shlex.split(line))
    return found.value


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("pip install torch", "pip install"),
        ("pip3 install torch", "pip install"),
        ("pip3.12 download torch", "pip download"),
        ("python -m pip install torch", "pip install"),
        ("python3.12 -I -m pip install torch", "pip install"),
        (".venv/bin/pip wheel torch", "pip wheel"),
        ("pip --proxy http://p.example install torch", "pip install"),
        ("uv pip install torch", "uv pip install"),
        ("uv --offline pip install torch", "uv pip install"),
        ("$ pip install torch", "pip install"),
        ("'$pip' install torch", "pip install"),
        ("sudo -H -u me pip install torch", "pip install"),
        ("PIP_PRE=1 pip install torch", "pip install"),
        ("'(venv)' '$' pip install torch", "pip install"),
        ("'pip install torch'", "pip install"),
    ],
)
def test_commands_that_install_are_understood(line: str, command: str) -> None:
    words = shlex.split(line)
    assert is_command(words)
    pasted = taken_over(words)
    assert (pasted.command, pasted.requirements) == (command, ("torch",))


@pytest.mark.parametrize(
    "line", ["flask", "pip", "pip setuptools", "uv pip", "'torch >= 2'", "PYYAML=6", "python", ""]
)
def test_requirements_are_no_command(line: str) -> None:
    assert not is_command(shlex.split(line))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"pip install -i {A} --extra-index-url={B}", [("index-url", A), ("extra-index-url", B)]),
        (f"pip install --extra-index {B}", [("extra-index-url", B)]),
        ("pip install -rreq.txt", [("requirement", "req.txt")]),
        ("pip install -Ur req.txt", [("upgrade", "true"), ("requirement", "req.txt")]),
        ("pip install -c c.txt --no-deps", [("constraint", "c.txt"), ("no-deps", "true")]),
        ("pip install --pre --force-reinstall", [("prerelease", "allow"), ("reinstall", "true")]),
        ("pip install --python-version 312", [("python-version", "3.12")]),
        ("pip install --python-version 3.12.1", [("python-version", "3.12.1")]),
        ("pip install --platform win_amd64", [("python-platform", "win_amd64")]),
        ("pip install --only-binary=:all:", [("only-binary", ":all:")]),
        ("pip install -f dist --no-index", [("find-links", "dist"), ("no-index", "true")]),
        ("pip install --timeout 5 --retries 0", [("http-timeout", "5"), ("http-retries", "0")]),
        ("pip install --cert ca.pem --proxy p", [("cert", "ca.pem"), ("proxy", "p")]),
        (
            "pip install --trusted-host a --no-cache-dir",
            [("trusted-host", "a"), ("no-cache", "true")],
        ),
        ("pip install .[test]", [("project", "."), ("extra", "test")]),
        ("pip install -e ./lib", [("project", "./lib")]),
        ("pip install --group dev", [("group", "dev")]),
        (f"uv pip install --index cpu={CPU}", [("index", f"cpu={CPU}")]),
        (f"uv pip install --index {CPU}", [("extra-index-url", CPU)]),
        (f"uv pip install --default-index main={A}", [("index-url", A)]),
        ("uv pip install --pre --no-build", [("prerelease", "allow"), ("only-binary", ":all:")]),
        ("uv pip install -p 3.12 --offline", [("python", "3.12"), ("offline", "true")]),
        ("uv pip install -r lib/pyproject.toml", [("project", "lib")]),
        ("uv pip install --overrides o.txt", [("override", "o.txt")]),
        ("uv pip install --resolution lowest -n", [("resolution", "lowest"), ("no-cache", "true")]),
        (
            "uv pip compile requirements.in --python-platform linux",
            [("requirement", "requirements.in"), ("python-platform", "linux")],
        ),
        ("uv pip compile pyproject.toml", [("project", ".")]),
    ],
)
def test_options_with_a_counterpart_are_taken_over(
    line: str, expected: list[tuple[str, str]]
) -> None:
    assert settings(line) == expected


def test_settings_say_where_they_stood() -> None:
    (setting,) = taken_over(["pip", "install", "torch", "--pre"]).settings
    assert setting.origin == "pip install --pre"


@pytest.mark.parametrize(
    ("line", "word", "reason"),
    [
        ("pip install torch --user", "--user", "--venv"),
        ("pip install torch -t lib", "-t lib", "--venv"),
        ("pip install torch --prefix=/opt", "--prefix=/opt", "--venv"),
        ("pip install torch --no-build-isolation", "--no-build-isolation", "built"),
        ("pip install torch --progress-bar off", "--progress-bar=off", "printed"),
        ("pip install torch -qq", "-q", "printed"),
        ("pip install torch --dry-run", "--dry-run", "--install"),
        ("pip install torch -I", "-I", "--reinstall"),
        ("pip install torch --abi cp312", "--abi=cp312", "--python-version"),
        ("pip download torch -d out", "-d out", "--format json"),
        ("pip wheel torch -w out", "-w out", "--format json"),
        ("pip install torch -e git+https://a.example/x", "-e git+https://a.example/x", "wheel"),
        ("uv pip install torch --system", "--system", "--venv"),
        ("uv pip install torch --torch-backend cpu", "--torch-backend=cpu", "PyTorch"),
        ("uv pip compile a.in -o out.txt", "-o out.txt", "--format requirements"),
        ("pip3.12 install torch", "pip3.12", "--python-version 3.12"),
        ("x/bin/python -m pip install torch", "x/bin/python", "--python"),
        ("sudo pip install torch", "sudo", "shell"),
        ("CC=clang pip install torch", "CC=clang", "nothing here"),
        ("PIP_CONFIG_FILE=x pip install torch", "PIP_CONFIG_FILE=x", "nothing here"),
        ("pip install torch --platform a --platform b", "--platform=b", "one platform"),
        ("pip install torch --group a/pyproject.toml:dev", "--group=", "--project"),
    ],
)
def test_every_other_word_is_told_with_its_reason(line: str, word: str, reason: str) -> None:
    (text,) = told(line)
    assert text.startswith(word)
    assert reason in text


@pytest.mark.parametrize(
    ("line", "requirements", "said"),
    [
        ("pip install --zzz torch", ("torch",), "was not taken as its value"),
        ("pip install --zzz 3 torch", ("torch",), "was taken as its value"),
        ("pip install --zzz=3 torch", ("torch",), "known to have it."),
        ("pip install torch --zzz -U", ("torch",), "was not taken as its value"),
        ("pip install torch --zzz", ("torch",), "known to have it"),
        ("uv pip install torch --no-dep", ("torch",), "did you mean --no-deps?"),
    ],
)
def test_an_unknown_option_says_what_became_of_the_next_word(
    line: str, requirements: tuple[str, ...], said: str
) -> None:
    assert taken_over(shlex.split(line)).requirements == requirements
    assert said in told(line)[0]


def test_values_of_options_without_counterpart_are_no_requirements() -> None:
    line = "pip install --log torch --config-settings numpy --exists-action w flask"
    assert taken_over(shlex.split(line)).requirements == ("flask",)


def test_credentials_are_shown_nowhere() -> None:
    line = "pip install torch --zzz https://me:secret@a.example --log https://me:secret@a.example"
    assert all("secret" not in text for text in told(line))
    assert all("****" in text for text in told(line))


def test_variables_are_applied_unless_the_command_says_otherwise() -> None:
    assert settings(f"PIP_INDEX_URL={A} PIP_PRE=1 pip install x") == [
        ("index-url", A),
        ("prerelease", "allow"),
    ]
    assert settings(f"UV_INDEX_URL={A} UV_OFFLINE=1 uv pip install x") == [
        ("index-url", A),
        ("offline", "true"),
    ]
    line = f"PIP_INDEX_URL={A} pip install x -i {B}"
    assert settings(line) == [("index-url", B)]
    assert "the command itself" in told(line)[0]


@pytest.mark.parametrize(
    ("line", "culprit", "way_out"),
    [
        ("", "--", "pip install torch"),
        ("$", "--", "pip install torch"),
        ("sudo apt install torch", "apt", "pip install torch"),
        ("pip list", "pip list", "pip install"),
        ("pip -V", "pip", "pip install"),
        ("pip instal torch", "pip instal", "Did you mean pip install?"),
        ("pip uninstall torch", "pip uninstall", "--without"),
        ("uv pip sync r.txt", "uv pip sync", "--no-deps"),
        ("uv pip freeze", "uv pip freeze", "uv pip install"),
        ("uv venv", "uv venv", "uv pip install"),
        ("poetry add 'torch@^2.0' -G dev", "poetry add", "resolvetui --project . torch"),
        ("pdm add 'torch>=2'", "pdm add", "resolvetui --project . 'torch>=2'"),
        ("conda install -c forge numpy=1.26", "conda install", "resolvetui numpy==1.26"),
        ("pipenv install torch", "pipenv install", "resolvetui torch"),
        ("uv add torch --dev", "uv add", "resolvetui --project . torch"),
        ("uv tool install ruff", "uv tool install", "resolvetui ruff"),
        ("pipenv install", "pipenv install", "-r FILE"),
        ("pip install -r", "-r", "-r VALUE"),
        ("pip install --pre=yes torch", "--pre", "alone"),
        ("pip install --python-version 3", "pip install --python-version", "3.12"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_with_a_way_out(
    line: str, culprit: str, way_out: str
) -> None:
    error = refused(line)
    assert error.culprit == culprit
    assert way_out in error.what_to_do


def test_without_a_parser_of_pip_the_table_serves() -> None:
    def broken(_: str) -> list[Any]:
        raise AttributeError

    table = pip_options("install", broken)
    assert table["-r"] is table["--requirement"]
    assert table["--progress-bar"].takes_value
    assert not table["--user"].takes_value


def test_the_table_agrees_with_the_parser_of_pip() -> None:
    table = pip_options("install", lambda _: [])
    for spelling, option in pip_options("install").items():
        if spelling in table:
            assert table[spelling].takes_value == option.takes_value, spelling


def test_words_after_two_dashes_are_arguments() -> None:
    found = list(scanned(["-U", "--", "-x"], uv_options(), abbreviated=False))
    assert [(item.word, item.is_option) for item in found] == [("-U", True), ("-x", False)]


# ---- with everything else


def test_our_own_options_win(folder: Folder) -> None:
    own = ["--prerelease", "disallow", "-i", A, "--"]
    query = folder.query(*own, "pip", "install", "torch", "--pre", "-i", B).query
    assert query.policies.prerelease == "disallow"
    assert [source.url for source in query.indexes] == [A]


def test_the_command_wins_over_variables_and_configuration(folder: Folder) -> None:
    folder.pip(f"index-url = {A}")
    urls = folder.urls("--", "pip", "install", "x", "-i", B, RESOLVETUI_INDEX_URL=CPU)
    assert urls == [B]


def test_amendments_reach_the_command(folder: Folder) -> None:
    assert folder.asked("--instead", "a<2", "--without", "b", "--", "pip", "install", "a", "b") == [
        "a<2"
    ]
    folder.write("c.txt", "a<1\n")
    query = folder.query("--lift", "a", "--", "pip", "install", "a", "-c", "c.txt").query
    assert query.constraints == ()


def test_pip_considers_all_indexes_and_a_warning_says_so(folder: Folder) -> None:
    line = ["pip", "install", "torch", "--extra-index-url", CPU]
    (warning,) = folder.query("--", *line).warnings
    assert warning.kind == KIND
    assert "--index-strategy unsafe-best-match" in warning.text
    assert folder.warnings("--index-strategy", "first-index", "--", *line) == []
    assert folder.warnings("--", "uv", *line) == []
    assert folder.warnings("--", "pip", "install", "torch") == []
