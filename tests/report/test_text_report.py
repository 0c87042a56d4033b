from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from resolvetui.errors import IndexRefused, RequirementSyntaxError
from resolvetui.model.explanation import ChangedPackage, Explanation, FixOutcome, Hint, Step
from resolvetui.model.names import PackageName
from resolvetui.report.model import error_report, unsatisfiable_report
from resolvetui.report.text_report import render_text
from tests.explanation.conflicts import World
from tests.report.reports import TARGET, resolved

A, B = PackageName("a"), PackageName("b")


def unsatisfiable(world: World, *asked: str, ascii_only: bool = False, width: int = 100) -> str:
    report = unsatisfiable_report(TARGET, world.explain(*asked))
    return render_text(report, ascii=ascii_only, width=width)


def clash() -> World:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    return world


def block(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_a_resolution_is_one_line_a_package() -> None:
    assert render_text(resolved(), width=100) == block("""
        jinja2==3.1.3     pypi         sdist, to be built 1.5 KiB
        torch==2.3.0+cpu  pytorch-cpu  wheel 190.4 MiB             2.4.0 is built for CPython 3.13
        2 packages for CPython 3.12.0 on Linux x86_64 in 1.31 s
        plan: 1 to upgrade, 1 to install; 190.4 MiB to download
          jinja2 3.0 is upgraded to 3.1.3
        breaks old 1.0: it requires jinja2<3.1 and finds 3.1.3
    """)


def test_a_conflict_of_tags() -> None:
    world = World()
    wheels = [f"cp{minor}-cp{minor}-linux_x86_64" for minor in (39, 310, 311)]
    world.serve("torch", "2.3.0+cpu", wheels=wheels, index="cpu")
    world.serve("torch", "2.5.0+cpu", index="cpu")
    assert unsatisfiable(world, "torch==2.3.0") == block("""
        No wheel of torch 2.3.0+cpu fits CPython 3.12: its wheels are for cp39 to cp311 (ABI).
          You ask for torch==2.3.0.
          nearest: torch-2.3.0+cpu-cp311-cp311-linux_x86_64.whl would fit on CPython 3.11
        Try (not checked):
          torch==2.5.0 instead of torch==2.3.0: it has a wheel for CPython 3.12 on Linux x86_64
          --python-version=3.11   use Python 3.11, which torch has files for
    """)


def test_a_conflict_of_requirements() -> None:
    assert unsatisfiable(clash(), "a", "b>=2") == block("""
        a 1.0 requires b<2 and you ask for b>=2.
          You ask for a.
        Try (not checked):
          drop >=2 from b: b<2 would suit a 1.0
    """)


def test_a_conflict_of_the_users_own_words() -> None:
    assert unsatisfiable(clash(), "b==1.0", "b==2.0", "a").splitlines()[:2] == [
        "You ask for b==1.0 and b==2.0.",
        "Try (not checked):",
    ]


def test_ways_out_say_whether_they_were_checked() -> None:
    changed = (ChangedPackage(B, "2.0", "1.0"), *(ChangedPackage(A, "", "1.0") for _ in range(4)))
    hints = (
        Hint("drop >=2 from b", "relax", ("b",), verified=True, outcome=FixOutcome(changed, 5)),
        Hint("do without a", "leave-out", verified=True, partial=True),
        Hint("run it online", "online"),
        Hint("use Python 3.11", "python", ("--python-version=3.11",), tried="a needs b<2."),
    )
    assert ways_out(*hints) == block("""
        No.
        Try (checked by a full resolve):
          drop >=2 from b; gives b 2.0 to 1.0, a 1.0, a 1.0 and 2 more packages
        Or (not checked):
          run it online
    """)
    assert ways_out(*hints[1:2]).endswith("do without a")  # where there is no better one
    assert ways_out(hints[3]) == block("""
        No.
        Checked, and there is no solution either:
          --python-version=3.11   use Python 3.11
              a needs b<2.
    """)


def ways_out(*hints: Hint) -> str:
    report = unsatisfiable_report(TARGET, Explanation("No.", (), hints=hints, searched=True))
    return render_text(report)


def test_a_search_that_found_nothing_says_so() -> None:
    assert ways_out() == block("""
        No.
        No way out was found: nothing that was tried helps.
    """)


def test_a_hidden_index() -> None:
    world = World()
    world.serve("packaging", "22.0", index="cu118")
    world.serve("packaging", "23.1", index="pypi")
    world.serve("packaging", "24.0", index="pypi")
    assert unsatisfiable(world, "packaging>=23.1", ascii_only=True, width=80) == block("""
        You ask for packaging>=23.1, but cu118, the first index that lists packaging,
          has only 22.0; pypi has 23.1 and 24.0 and is not asked (index strategy
          first-index).
        Try (not checked):
          --index-strategy=unsafe-best-match   take packaging from pypi too (every index
              is then trusted for every package)
          packaging==22.0 instead of packaging>=23.1: it has a wheel for CPython 3.12 on
              Linux x86_64
    """)


def test_what_the_cause_says_is_not_said_again() -> None:
    world = clash()
    world.serve("c", "1.0", ["a"])
    assert unsatisfiable(world, "c", "b>=2").splitlines()[:4] == [
        "a 1.0 requires b<2 and you ask for b>=2.",
        "  c 1.0 requires a, so it cannot be used.",
        "  You ask for c.",
        "Try (not checked):",
    ]


def test_only_packages_whose_files_are_the_matter_have_a_table() -> None:
    world = clash()
    world.serve("b", "3.0", yanked="")
    world.serve("a", "2.0", yanked="")
    assert " for CPython" not in unsatisfiable(world, "a", "b>=2")
    world.serve("c", "1.0", yanked="")
    world.serve("c", "2.0", wheels=["cp312-cp312-win_amd64"])
    assert "c for CPython" in unsatisfiable(world, "c")


def test_versions_beside_the_story_are_named_even_where_the_cause_says_the_rest() -> None:
    world = clash()
    world.serve("a", "2.0", yanked="")
    assert unsatisfiable(world, "a", "b>=2").splitlines()[:3] == [
        "a 1.0 requires b<2 and you ask for b>=2.",
        "  (a: 2.0 is yanked)",
        "  You ask for a.",
    ]


def test_versions_that_the_table_leaves_out_are_counted() -> None:
    world = World()
    for minor in range(30):
        world.serve("a", f"1.{minor}", yanked="")
    world.serve("a", "2.0", wheels=["cp312-cp312-win_amd64"])
    assert "  and 11 more, older or out of range" in unsatisfiable(world, "a").splitlines()


@pytest.mark.parametrize("width", [80, 100])
def test_lines_stay_within_the_width(width: int) -> None:
    world = World()
    for number, machine in enumerate(("aarch64", "ppc64le", "s390x", "riscv64")):
        wheels = [f"cp3{m}-cp3{m}-manylinux_2_28_{machine}" for m in (10, 11, 12)]
        index = f"an-index-with-quite-a-long-name-{number}"
        world.serve("torchaudio", f"2.{number}.0", wheels=wheels, index=index)
    text = unsatisfiable(world, "torchaudio", width=width)
    assert max(map(len, text.splitlines())) <= width


def test_steps_have_numbers_only_where_they_are_referred_to() -> None:
    steps = (
        Step(1, "One.", "unusable"),
        Step(2, "Two.", "unusable"),
        Step(3, "Three.", "dependency", (1,)),
        Step(4, "Four.", "requirement", (3,)),
        Step(5, "Five.", "requirement", (1, 3)),
    )
    report = unsatisfiable_report(TARGET, Explanation("Cause.", steps))
    assert render_text(report) == block("""
        Cause.
          1. One.
             Two.
          2. Three. (1)
             Four.
             Five. (1, 2)
    """)


def test_what_the_cause_says_is_no_reference() -> None:
    steps = (
        Step(1, "You ask for b.", "requirement"),
        Step(2, "Two.", "unusable"),
        Step(3, "Three.", "dependency", (1, 2)),
    )
    report = unsatisfiable_report(TARGET, Explanation("You ask for b, but no.", steps))
    assert render_text(report).splitlines()[1:] == ["  Two.", "  Three."]


def test_a_long_story_is_cut_with_a_count_and_whole_when_verbose() -> None:
    steps = tuple(Step(number, f"Step {number}.", "dependency") for number in range(1, 61))
    report = unsatisfiable_report(TARGET, Explanation("Cause.", steps))
    short = render_text(report).splitlines()
    assert len(short) <= 25
    assert "  and 52 more steps (-v shows them)" in short
    assert len(render_text(report, verbose=1).splitlines()) == 61


def test_ascii_holds_nothing_else() -> None:
    world = World()
    world.serve("a", "1.0", requires_python=">=3.13")
    world.serve("a", "2.0", requires_python=">=3.14")
    text = unsatisfiable(world, "a", ascii_only=True)
    assert text.isascii()
    assert "x python >=3.13" in text


def test_an_error_says_what_why_and_what_to_do() -> None:
    error = IndexRefused("cpu refused the login.", why="HTTP 403", what_to_do="Check the token.")
    assert render_text(error_report(error)) == block("""
        error: cpu refused the login.
          HTTP 403
          to do: Check the token.
    """)


def test_a_syntax_error_points_at_the_place() -> None:
    error = RequirementSyntaxError("Not valid.", text="\x07a>=2.0+cpu", column=2)
    assert render_text(error_report(error)) == block("""
        error: Not valid.
          \\x07a>=2.0+cpu
               ^
    """)


def test_text_from_outside_cannot_steer_the_terminal() -> None:
    error = IndexRefused("a\x1b]0;title\x07b\r\u202e")
    assert render_text(error_report(error)) == "error: a\\x1b]0;title\\x07b\\x0d\\u202e"


@pytest.mark.parametrize("width", [10, 40, 60, 200])
def test_words_are_never_broken(width: int) -> None:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp311-cp311-linux_x86_64"])
    report = unsatisfiable_report(TARGET, world.explain("torch==2.3.0"))
    assert "torch-2.3.0+cpu-cp311-cp311-linux_x86_64.whl" in render_text(report, width=width)


def test_colour_only_adds_escapes() -> None:
    plain, colored = render_text(resolved()), render_text(resolved(), color=True)
    assert "\x1b[" in colored
    stripped = "".join(part.partition("m")[2] for part in f"m{colored}".split("\x1b["))
    assert [each.rstrip() for each in stripped.splitlines()] == plain.splitlines()


def test_plain_text_needs_no_rich() -> None:
    code = (
        "import sys; from tests.report.reports import resolved; "
        "from resolvetui.report.text_report import render_text; "
        "from resolvetui.report.json_report import render_json; "
        "render_text(resolved()); render_json(resolved()); "
        "sys.exit(any(name in sys.modules for name in ('rich', 'asyncio', 'httpx')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
