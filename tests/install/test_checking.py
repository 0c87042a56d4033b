"""A whole environment looked at: files, requirements, left-overs, and what would repair them."""

from __future__ import annotations

import os

import pytest
from msgspec import structs

from resolvetui.install.checking import Checked, check, verify
from resolvetui.install.repairs import Repair, repairs
from resolvetui.model.names import PackageName
from resolvetui.report.check_text import command_lines, render_check
from resolvetui.report.layout import plain
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World


def requiring(name: str, *requires: str, version: str = "1.0") -> WheelBuilder:
    lines = "".join(f"Requires-Dist: {text}\n" for text in requires)
    made = package(name, version)
    made.metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}"
    return made


def kinds(checked: Checked) -> list[tuple[str, str]]:
    return [(problem.kind, problem.package) for problem in checked.problems]


def of(world: World, name: str = "") -> list[Repair]:
    return [each for each in repairs(check(world.target), "env") if each.package == name]


def test_a_fresh_environment_is_in_order(world: World) -> None:
    world.install(package("one", scripts={"one": "one:main"}), requiring("two", "one"))
    world.run("python", "-c", "import one")  # makes bytecode, which nobody misses or owns
    checked = check(world.target, with_unowned=True)
    assert checked.problems == ()
    assert checked.unowned == ()
    assert checked.files > 8


def test_missing_and_changed_files_are_named(world: World) -> None:
    world.install(package("one", files={"one/a.py": "a"}, scripts={"one": "one:main"}))
    (world.library / "one" / "a.py").unlink()
    (world.prefix / "bin" / "one").write_text("changed")
    texts = [problem.text for problem in check(world.target).problems]
    assert "one/a.py of one 1.0 is missing" in texts
    assert any(
        text.endswith("bin/one of one 1.0 was changed since it was installed") for text in texts
    )
    (repair,) = of(world, "one")
    assert repair.command == "resolvetui one==1.0 --reinstall --no-deps --install --python env"


def test_a_folder_or_pipe_in_the_place_of_a_file_is_a_change(world: World) -> None:
    world.install(package("one", files={"one/a.py": "a"}))
    (world.library / "one" / "a.py").unlink()
    os.mkfifo(world.library / "one" / "a.py")
    assert kinds(check(world.target)) == [("file-changed", "one")]


def test_requirements_are_repaired_by_one_command_a_package(world: World) -> None:
    world.install(requiring("a", "one<2", "gone[x]>=1"), requiring("b", "one!=3.0,<2.5"))
    world.install(package("one", "3.0"))
    assert kinds(check(world.target)) == [
        ("version", "one"),
        ("not-installed", "gone"),
        ("version", "one"),
    ]
    (one,) = of(world, "one")
    assert one.args == ("one!=3.0,<2,<2.5", "--install", "--python", "env")
    (gone,) = of(world, "gone")
    assert gone.args[0] == "gone[x]>=1"


def test_what_others_left_is_told_with_advice(world: World) -> None:
    (world.library / "~ne").mkdir()
    (world.library / "bad-1.0.dist-info").mkdir()
    world.install(package("two"))
    (world.library / "two-1.0.dist-info" / "RECORD").unlink()
    checked = check(world.target)
    assert sorted(kinds(checked)) == [("damaged", ""), ("left-over", ""), ("no-record", "two")]
    advice = [repair.advice for repair in repairs(checked, "env")]
    assert f"Delete {world.library / '~ne'}." in advice
    (two,) = of(world, "two")
    assert two.advice.startswith(f"Delete {world.library / 'two-1.0.dist-info'}")


def test_nobodys_files_are_listed_by_their_topmost_folder(world: World) -> None:
    world.install(package("one"))
    (world.library / "mine" / "deep").mkdir(parents=True)
    (world.library / "mine" / "deep" / "a.py").write_text("")
    (world.library / "one" / "extra.py").write_text("")
    checked = check(world.target, with_unowned=True)
    assert checked.unowned == (
        str(world.library / "mine"),
        str(world.library / "one" / "extra.py"),
    )
    assert check(world.target).unowned == ()


def test_rows_that_leave_the_environment_are_not_looked_at(world: World) -> None:
    world.install(package("one"))
    record = world.library / "one-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "../../../../../../../etc/nothing,sha256=AAAA,1\n")
    assert check(world.target).problems == ()


def test_an_editable_package_is_not_offered_from_an_index(world: World) -> None:
    world.install(package("one"))
    info = world.library / "one-1.0.dist-info"
    (info / "direct_url.json").write_text('{"url": "file:///src", "dir_info": {"editable": true}}')
    (world.library / "one" / "__init__.py").unlink()
    (repair,) = of(world, "one")
    assert (repair.args, "file:///src" in repair.advice) == ((), True)


def test_after_an_install_what_it_touched_is_told_and_the_rest_counted(world: World) -> None:
    world.install(requiring("old", "nothing"), requiring("a", "one<2"))
    world.install(package("one", "2.0"))
    assert verify(world.target, [PackageName("one")]) == (
        "a 1.0 requires one<2, but one 2.0 is installed.",
        (
            "1 further problem of other packages: "
            f"resolvetui --check --python {world.prefix} tells all."
        ),
    )
    assert verify(world.target, [PackageName("zip")])[0].startswith("zip was installed and is not")


def test_many_damaged_files_are_counted_after_an_install(world: World) -> None:
    files = {f"one/{letter}.py": "" for letter in "abcde"}
    world.install(package("one", files=files))
    for path in files:
        (world.library / path).unlink()
    found = verify(world.target, [PackageName("one")])
    assert len(found) == 4
    assert found[-1] == "2 more files of one are like that."


def text(world: World, **options: object) -> str:
    checked = check(world.target)
    return render_check(checked, repairs(checked, "my env"), **options)  # type: ignore[arg-type]


def test_the_text_has_a_block_a_package_and_a_sum(world: World) -> None:
    world.install(requiring("a", "one<2"), package("one", "2.0"))
    assert text(world).splitlines()[:5] == [
        "one 2.0",
        "  a 1.0 requires one<2, but one 2.0 is installed.",
        "    resolvetui 'one<2' --install --python 'my env'",
        "    (not checked: whether an index has it is found out by that command)",
        "",
    ]
    assert text(world).replace("\n  ", " ").endswith("; 1 problem.")


def test_without_problems_there_is_only_the_sum(world: World) -> None:
    world.install(package("one"))
    assert text(world).replace("\n  ", " ").endswith("files compared; no problems.")


@pytest.mark.parametrize("verbose", [False, True])
def test_many_files_are_counted_unless_all_are_asked_for(world: World, verbose: bool) -> None:
    files = {f"one/{letter}.py": "" for letter in "abcde"}
    world.install(package("one", files=files))
    for path in files:
        (world.library / path).unlink()
    shown = text(world, verbose=verbose)
    assert shown.count("is missing") == (5 if verbose else 3)
    assert ("2 more files are like that" in shown) == (not verbose)


def test_hostile_names_are_made_visible(world: World) -> None:
    world.install(package("one"))
    record = world.library / "one-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "one/\x1b[2J.py,,\n")
    assert "one/\\x1b[2J.py of one 1.0 is missing" in text(world)


def test_a_long_command_can_still_be_copied() -> None:
    words = ("resolvetui", "one<2", "--install", "--python", "/a/very/long/path/to/an/env")
    shown = plain(command_lines(words, 50))
    assert shown == (
        "    resolvetui 'one<2' --install --python \\\n      /a/very/long/path/to/an/env"
    )
    assert all(len(line) <= 50 for line in shown.splitlines())


def test_a_package_that_is_only_seen_is_not_compared(world: World) -> None:
    world.install(package("one"))
    paths = world.target.environment
    assert paths is not None
    (world.prefix / "own").mkdir()
    own = str(world.prefix / "own")
    seen = structs.replace(paths, purelib=own, platlib=own, external_packages=(str(world.library),))
    (world.library / "one" / "__init__.py").unlink()
    checked = check(structs.replace(world.target, environment=seen))
    assert checked.problems == ()
    assert [dist.external for dist in checked.installed] == [True]
