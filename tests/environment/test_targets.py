from __future__ import annotations

import pytest
from msgspec import structs

from resolvetui.environment.targets import InterpreterFacts, described_target, target_from
from resolvetui.errors import TargetError, UsageError
from tests.environment.helpers import BASE, MARKERS, a_target

FACTS = InterpreterFacts(
    version_info=(3, 12, 1),
    version_nodot="312",
    extension_suffix=".cpython-312-x86_64-linux-gnu.so",
    debug=False,
    free_threaded=False,
    platform="linux-x86_64",
    bits=64,
    multiarch="x86_64-linux-gnu",
    macos="",
    glibc="2.36",
    musl="",
    refused_manylinux=(),
    markers=MARKERS,
    executable="/env/bin/python",
    prefix="/env",
    base_prefix="/base",
    paths={
        name: f"/env/{name}"
        for name in ("purelib", "platlib", "scripts", "data", "include", "stdlib")
    },
    configuration="home = /base/bin\n",
    system_packages=("/base/packages", "/env/purelib"),
)


def test_a_minor_version_means_its_first_release() -> None:
    target = described_target("3.11", "", BASE)
    assert target.python_version == "3.11.0"
    assert target.markers["python_full_version"] == "3.11.0"
    assert target.markers["python_version"] == "3.11"
    assert target.markers["implementation_version"] == "3.11.0"


def test_a_full_version_is_kept() -> None:
    assert described_target("3.11.9", "", BASE).python_version == "3.11.9"
    assert described_target("3.15.0a1", "", BASE).python_version == "3.15.0a1"


def test_nothing_asked_is_the_base_itself() -> None:
    assert described_target("", "", BASE) is BASE


def test_a_version_alone_keeps_the_platform() -> None:
    target = described_target("3.11", "", BASE)
    assert target.tags[0] == "cp311-cp311-linux_x86_64"
    assert (target.platform, target.libc) == (BASE.platform, BASE.libc)


def test_a_platform_alone_keeps_the_python() -> None:
    target = described_target("", "windows", BASE)
    assert target.python_version == "3.12.1"
    assert target.tags[0] == "cp312-cp312-win_amd64"
    assert target.markers["sys_platform"] == "win32"
    assert target.markers["platform_release"] == ""
    assert target.environment is None


def test_a_platform_alone_keeps_the_kind_of_build() -> None:
    base = target_from(
        structs.replace(
            FACTS,
            version_info=(3, 13, 0),
            free_threaded=True,
            version_nodot="313",
            markers={**MARKERS, "python_full_version": "3.13.0"},
        )
    )
    assert described_target("", "windows", base).tags[0] == "cp313-cp313t-win_amd64"
    assert described_target("3.14", "windows", base).tags[0] == "cp314-cp314-win_amd64"


@pytest.mark.parametrize(
    "text", ["3", "2.7", "4.0", "3.x", "3.12.1.1", "3.012", "latest", "3.999", " "]
)
def test_what_is_no_python_version_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        described_target(text, "", BASE)
    assert "X.Y" in caught.value.what_to_do


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(TargetError):
        described_target("3.12", "beos", BASE)


def test_the_tags_of_old_pythons_have_pymalloc() -> None:
    assert a_target("3.7").tags[0] == "cp37-cp37m-linux_x86_64"


def test_pypy_is_described_by_its_own_abi() -> None:
    markers = {**MARKERS, "implementation_name": "pypy", "python_full_version": "3.10.14"}
    facts = structs.replace(
        FACTS,
        version_info=(3, 10, 14),
        version_nodot="310",
        markers=markers,
        extension_suffix=".pypy310-pp73-x86_64-linux-gnu.so",
    )
    target = target_from(facts)
    assert target.tags[0] == "pp310-pypy310_pp73-linux_x86_64"
    assert "pp3-none-any" in target.tags
    assert target.python_full == "PyPy 3.10.14"
    assert described_target("3.11", "", target).tags[0] == "pp311-pypy311_pp73-linux_x86_64"
    assert described_target("", "windows", target).tags[0] == "pp310-pypy310_pp73-win_amd64"


def test_a_debug_build_takes_release_wheels_too() -> None:
    tags = target_from(structs.replace(FACTS, debug=True)).tags
    assert tags[0] == "cp312-cp312d-linux_x86_64"
    assert "cp312-cp312-linux_x86_64" in tags


@pytest.mark.parametrize(
    ("change", "has", "lacks"),
    [
        (
            {"refused_manylinux": (17,)},
            "cp312-cp312-manylinux_2_18_x86_64",
            "cp312-cp312-manylinux2014_x86_64",
        ),
        ({"bits": 32}, "cp312-cp312-manylinux1_i686", "cp312-cp312-linux_x86_64"),
        (
            {"glibc": "", "musl": "musl libc (x86_64)\nVersion 1.2.4\n"},
            "cp312-cp312-musllinux_1_2_x86_64",
            "cp312-cp312-manylinux1_x86_64",
        ),
        (
            {"platform": "linux-armv7l", "multiarch": "arm-linux-gnueabihf"},
            "cp312-cp312-manylinux2014_armv7l",
            "cp312-cp312-manylinux1_armv7l",
        ),
        (
            {"platform": "linux-armv7l", "multiarch": "arm-linux-gnueabi"},
            "cp312-cp312-linux_armv7l",
            "cp312-cp312-manylinux2014_armv7l",
        ),
        (
            {"platform": "linux-aarch64", "bits": 32, "multiarch": "arm-linux-gnueabihf"},
            "cp312-cp312-manylinux2014_armv7l",
            "cp312-cp312-linux_aarch64",
        ),
        (
            {"glibc": "2.20-2014.11"},
            "cp312-cp312-manylinux_2_20_x86_64",
            "cp312-cp312-manylinux_2_21_x86_64",
        ),
    ],
)
def test_libc_and_word_size_decide_the_platform_tags(
    change: dict[str, object], has: str, lacks: str
) -> None:
    tags = target_from(structs.replace(FACTS, **change)).tags
    assert has in tags
    assert lacks not in tags


def test_libc_is_named_for_people() -> None:
    assert target_from(FACTS).libc == "glibc 2.36"
    musl = structs.replace(FACTS, glibc="", musl="musl libc (x86_64)\nVersion 1.2.4\n")
    assert target_from(musl).libc == "musl 1.2"


@pytest.mark.parametrize(
    ("markers", "platform", "macos", "tag"),
    [
        (
            {"platform_system": "Darwin", "platform_machine": "arm64"},
            "macosx-11.0-arm64",
            "14.5",
            "macosx_14_0_arm64",
        ),
        ({"platform_system": "Windows", "platform_machine": "AMD64"}, "win-amd64", "", "win_amd64"),
        (
            {"platform_system": "FreeBSD", "platform_machine": "amd64"},
            "freebsd-14.0-amd64",
            "",
            "freebsd_14_0_amd64",
        ),
    ],
)
def test_other_systems_have_their_own_platform_tags(
    markers: dict[str, str], platform: str, macos: str, tag: str
) -> None:
    facts = structs.replace(FACTS, markers={**MARKERS, **markers}, platform=platform, macos=macos)
    assert target_from(facts).tags[0] == f"cp312-cp312-{tag}"


def test_headers_of_a_virtual_environment_stay_inside_it() -> None:
    paths = target_from(FACTS).environment
    assert paths is not None
    assert paths.headers == "/env/include/site/python3.12"
    assert paths.is_virtual


def test_system_packages_are_seen_only_where_pyvenv_cfg_says_so() -> None:
    closed = target_from(FACTS).environment
    text = "home = /base/bin\nInclude-System-Site-Packages = TRUE\n"
    opened = target_from(structs.replace(FACTS, configuration=text)).environment
    assert closed is not None
    assert opened is not None
    assert closed.external_packages == ()
    assert opened.external_packages == ("/base/packages",)


def test_a_development_build_has_a_legal_version() -> None:
    markers = {**MARKERS, "python_full_version": "3.13.0+"}
    assert target_from(structs.replace(FACTS, markers=markers)).python_version == "3.13.0"
