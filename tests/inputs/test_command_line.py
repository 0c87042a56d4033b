"""A pasted command of pip or uv: what it comes to here, and what is said about the rest."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Pasted
from resolvetui.inputs.command_line import KIND, is_command, taken_over
from resolvetui.inputs.command_options import pip_options, scanned, uv_options
from resolvetui.inputs.settings import IndexSetting
from tests.inputs.support import CPU, A, B, Folder

HERE = frozenset({"python3.12", ".venv/bin/python", ".venv/bin/python3"})


def pasted(line: str) -> Pasted:
    """What a command comes to where only the Pythons of HERE are here."""
    return taken_over(shlex.split(line), here=HERE.__contains__)


def settings(line: str) -> list[tuple[str, str]]:
    return [(setting.name, setting.value) for setting in pasted(line).settings]


def told(line: str) -> list[str]:
    warnings = pasted(line).warnings
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
        ("pip lock torch", "pip lock"),
        ("python \u2013m pip install torch", "pip install"),
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
    found = taken_over(words)
    assert (found.command, found.requirements) == (command, ("torch",))


@pytest.mark.parametrize(
    "line",
    [
        *("flask", "pip", "pip setuptools", "uv pip", "'torch >= 2'", "PYYAML=6", "python", ""),
        *("pip installer", "pip wheels", "sudo", "env"),
    ],
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
        ("pip install -e ./lib[a]", [("editable", "./lib[a]")]),
        ("uv pip install --editable lib/x", [("editable", "./lib/x")]),
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
        ("pip install --require-hashes", [("require-hashes", "true")]),
        ("pip install --no-binary a", [("no-binary", "a")]),
        ("uv pip install --no-require-hashes", [("require-hashes", "false")]),
        ("uv pip install --no-upgrade", [("upgrade", "false")]),
        (
            "pip install --uploaded-prior-to 2024-05-07",
            [("exclude-newer", "2024-05-07T00:00:00Z")],
        ),
        ("uv pip install --exclude-newer 2024-05-07", [("exclude-newer", "2024-05-08T00:00:00Z")]),
        (f"pip install --index {A} --extra {B}", [("index-url", A), ("extra-index-url", B)]),
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
        (
            "pip install torch -e git+https://a.example/x#egg=x",
            "-e git+https://a.example/x#egg=x",
            "without -e",
        ),
        ("uv pip install torch --system", "--system", "--venv"),
        ("uv pip install torch --torch-backend cpu", "--torch-backend=cpu", "PyTorch"),
        ("uv pip compile a.in -o out.txt", "-o out.txt", "--format requirements"),
        ("pip lock torch -o out.toml", "-o out.toml", "--format requirements"),
        ("uv pip install torch --build", "--build", "--build POLICY"),
        ("pip install torch --no-clean", "--no-clean", "built"),
        ("uv pip install torch --verify-hashes", "--verify-hashes", "always checked"),
        ("sudo pip install torch", "sudo", "shell"),
        ("CC=secret pip install torch", "CC of", "nothing here"),
        ("PIP_CONFIG_FILE=x pip install torch", "PIP_CONFIG_FILE of", "nothing here"),
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
        ("pip install --extra-index-urls x torch", ("torch",), "did you mean --extra-index-url?"),
        ("pip install --extra-index-urls x torch", ("torch",), "was taken as its value"),
        ("pip install --upgrades torch", ("torch",), "did you mean --upgrade?"),
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
    url = "https://me:secret@a.example"
    line = f"pip install torch --zzz {url} --log {url} \u2014index-url={url} --index cpu={url}"
    assert len(told(line)) == 4
    assert all("secret" not in text for text in told(line))
    assert all("****" in text for text in told(line))


def test_values_of_variables_are_shown_nowhere() -> None:
    line = f"TOKEN=secret PIP_INDEX_URL={A}/secret pip install torch -i {B} && TOKEN=secret x"
    assert len(told(line)) == 3
    assert all("secret" not in text for text in told(line))


@pytest.mark.parametrize(
    ("line", "requirements", "said"),
    [
        ("pip install torch && x", ("torch",), "What follows &&"),
        ("pip install torch ';' x", ("torch",), "What follows ;"),
        ("pip install 'torch;' x", ("torch",), "What follows ;"),
        ("pip install torch | tee log", ("torch",), "What follows |"),
        ("pip install torch > log flask", ("torch", "flask"), "> log"),
        ("pip install torch '>log' 'a>=2'", ("torch", "a>=2"), ">log"),
        ("pip install torch '2>&1'", ("torch",), "2>&1"),
        ("'pip install torch && x'", ("torch",), "What follows &&"),
        ("'pip install torch # x'", ("torch",), "What follows #"),
        ("'pip install torch\npip install x'", ("torch",), "What follows the first line"),
    ],
)
def test_what_is_the_shells_is_left_out_and_told(
    line: str, requirements: tuple[str, ...], said: str
) -> None:
    assert pasted(line).requirements == requirements
    (text,) = told(line)
    assert text.startswith(said)


@pytest.mark.parametrize("end", ["\\\n", "^\r\n", "`\n"])
def test_a_quoted_command_may_go_on_on_the_next_line(end: str) -> None:
    found = taken_over([f"pip install 'a >= 2' {end}  b\n"])
    assert (found.requirements, found.warnings) == (("a >= 2", "b"), ())
    found = taken_over([r".venv\Scripts\pip install -r a\b.txt"], here=lambda _: True)
    assert [item.value for item in found.settings] == [r"a\b.txt", r".venv\Scripts\python"]
    broken = "pip install 'a"
    assert not is_command([broken])


def test_a_long_dash_of_a_web_page_is_a_dash() -> None:
    line = f"pip install \u2013r base.txt \u2014extra-index-url {A} \u2013Uc c.txt -- \u2013x"
    assert settings(line) == [
        ("requirement", "base.txt"),
        ("extra-index-url", A),
        ("upgrade", "true"),
        ("constraint", "c.txt"),
    ]
    assert pasted(line).requirements == ("\u2013x",)
    assert len(told(line)) == 3
    assert "it is read as -r." in told(line)[0]


def test_options_that_only_resolvetui_has_are_its_own() -> None:
    line = "--instead=a<2 --without b --lift c --allow-build=d --build allow --index e=https://e"
    expected = [
        ("instead", "a<2"),
        ("without", "b"),
        ("lift", "c"),
        ("allow-build", "d"),
        ("build", "allow"),
        ("index", "e=https://e"),
    ]
    found = taken_over(["pip", "install", "a", *line.split(), "--extra", "dev"])
    own = [(setting.name, setting.value) for setting in found.own]
    assert own == [*expected, ("extra", "dev")]
    assert found.settings == ()
    assert found.own[0].origin == "--instead"
    assert all("taken as resolvetui's: pip has no such" in item.text for item in found.warnings)
    found = taken_over(["uv", "pip", "install", "a", "--build=deny", "--no-tui"])
    assert [setting.name for setting in found.own] == ["build", "no-tui"]


def test_the_default_index_of_uv_keeps_its_name() -> None:
    (found,) = pasted(f"uv pip install --default-index main={A}").settings
    origin = "uv pip install --default-index"
    assert found == IndexSetting("index-url", A, origin, called="main")
    (found,) = pasted(f"UV_DEFAULT_INDEX=main={A} uv pip install").settings
    assert isinstance(found, IndexSetting)
    assert found.called == "main"


# ---- which Python it is


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pip install torch", []),
        ("python3 -m pip install torch", []),
        ("python3.12 -m pip install torch", [("python", "python3.12")]),
        ("pip3.12 install torch", [("python", "python3.12")]),
        ("py -3.12 -m pip install torch", [("python", "python3.12")]),
        (".venv/bin/python -m uv pip install torch", [("python", ".venv/bin/python")]),
        (".venv/bin/pip install torch", [("python", ".venv/bin/python")]),
        (".venv/bin/pip3 install torch", [("python", ".venv/bin/python3")]),
        ("pip3.9 install x --python-version 3.10", [("python-version", "3.10")]),
        ("bin/pip install x --python here", [("python", "here")]),
    ],
)
def test_the_python_that_runs_pip_is_the_target(line: str, expected: list[tuple[str, str]]) -> None:
    assert settings(line) == expected
    assert told(line) == []


@pytest.mark.parametrize(
    ("line", "expected", "said"),
    [
        ("python3.9 -m pip install x", [("python-version", "3.9")], "no python3.9 here"),
        ("a/pip3.9 install x", [("python-version", "3.9")], "no a/python3.9 here"),
        ("there/bin/pip install x", [], "no there/bin/python here"),
        (r"'C:\v\Scripts\pip.exe' install x", [], r"no C:\v\Scripts\python.exe here"),
    ],
)
def test_a_python_that_is_not_here_is_told(
    line: str, expected: list[tuple[str, str]], said: str
) -> None:
    assert settings(line) == expected
    (text,) = told(line)
    assert said in text


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
        ("poetry add 'torch@^2.0' -G dev", "poetry add", "--project . 'torch>=2.0,<3'"),
        ("poetry add flask@^0.12 a@latest", "poetry add", "'flask>=0.12,<0.13' a"),
        ("poetry add flask@2.0b1 a@*", "poetry add", "flask==2.0b1 a"),
        ("poetry add 'flask@^2 || ^3'", "poetry add", "Give requirements"),
        ("poetry add flask@next", "poetry add", "Give requirements"),
        ("poetry add flask && x", "poetry add", "resolvetui --project . flask"),
        ("pdm add 'torch>=2'", "pdm add", "resolvetui --project . 'torch>=2'"),
        ("conda install -c forge numpy=1.26", "conda install", "resolvetui 'numpy==1.26.*'"),
        ("conda install a::b=2.1=py312 c=1.*", "conda install", "'b==2.1.*' 'c==1.*'"),
        ("conda create python=3.12 a", "conda create", "--python-version 3.12 a"),
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


def test_the_environment_beside_pip_is_the_target(folder: Folder) -> None:
    python = folder.write("env/bin/python", "")
    found = folder.query("--", str(python.with_name("pip")), "install", "x")
    assert (found.query.target.python, found.warnings) == (str(python), ())


def test_our_own_target_wins_over_the_python_of_the_command(folder: Folder) -> None:
    line = ("--", "nowhere/python3.9", "-m", "pip", "install", "x")
    assert folder.query(*line).query.target.python_version == "3.9"
    found = folder.query("--python-version", "3.12", *line)
    assert (found.query.target.python_version, found.warnings) == ("3.12", ())
    target = folder.query(*line, "--python", "3.12").query.target
    assert (target.python, target.python_version) == ("3.12", "")


def test_a_fix_may_be_added_at_the_end(folder: Folder) -> None:
    assert folder.asked("--", "pip", "install", "a", "b", "--instead=a<2", "--without=b") == ["a<2"]
    policies = folder.query("--", "pip", "install", "a", "--allow-build=a").query.policies
    assert policies.allow_build == ("a",)
    line = ("--prerelease", "explicit", "--", "pip", "install", "a", "--prerelease", "allow")
    assert folder.query(*line).query.policies.prerelease == "explicit"


def test_a_named_default_index_is_called_so(folder: Folder) -> None:
    assert folder.names("--", "uv", "pip", "install", "x", "--default-index", f"main={A}") == [
        "main"
    ]


def test_a_command_that_asks_for_nothing_is_refused_unless_others_ask(folder: Folder) -> None:
    error = folder.refused("--", "pip", "install", "--user")
    assert error.culprit == "pip install"
    assert "--user" in error.why
    assert folder.asked("x", "--", "pip", "install") == ["x"]
    folder.query("--demo", "--", "pip", "install")


def test_folders_are_asked_for_themselves(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.path)
    folder.write("libs/a/pyproject.toml", '[project]\nname = "a"\nversion = "1"\n')
    for line in ("pip install -e libs/a", "uv pip install libs/a[x]", "pip install ./libs/a"):
        (root,) = folder.query("--", *line.split()).query.requirements
        assert root.requirement.url == (folder.path / "libs/a").as_uri()
        assert root.editable is ("-e" in line)


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
