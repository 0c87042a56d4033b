"""An environment as it is: what does not hold of what its packages say, and what would repair it.

After an install for the packages that were touched (`installing`), for all with `--check`. Reads
only; whether a repair works is not tried here, for that takes an index.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

from msgspec import Struct

from resolvetui.environment.consistency import inconsistencies
from resolvetui.environment.installed import (
    Damage,
    InstalledDistribution,
    metadata_folders,
    read_environment,
)
from resolvetui.environment.target import Target
from resolvetui.explanation import check_words
from resolvetui.install.helping import Shared, is_worthwhile
from resolvetui.install.layout import layout_of
from resolvetui.install.ownership import is_as_recorded, record_bytes
from resolvetui.install.verify import Fault, faults, unowned
from resolvetui.model.inconsistency import Unmet
from resolvetui.model.names import PackageName

ProblemKind = Literal[
    "not-installed",
    "version",
    "python",
    "unreadable-requirement",
    "file-missing",
    "file-changed",
    "no-record",
    "damaged",
    "left-over",
    "twice",
    "unfinished",
]
_ROW_BYTES = 100
"""Of one file in RECORD, more or less."""
_SHOWN = 3
"""Files of a package that a warning names before it counts."""


class Problem(Struct, frozen=True):
    """One thing that does not hold."""

    kind: ProblemKind
    text: str
    """A clause without full stop, names and all."""
    package: str = ""
    """The package that a repair would install; "" where it is none's matter."""
    version: str = ""
    """Its installed version, or ""."""
    required_by: str = ""
    """Who says so, as `name version`; for an unmet requirement."""
    requirement: str = ""
    """The requirement in PEP 508 form, marker included."""
    path: str = ""
    """The file or folder in question; a file as RECORD has it."""


class Checked(Struct, frozen=True):
    """An environment, looked at."""

    target: Target
    installed: tuple[InstalledDistribution, ...]
    problems: tuple[Problem, ...]
    files: int
    """Files that were compared with their RECORDs."""
    unowned: tuple[str, ...] = ()
    """Files and folders that no package owns, where that was asked for."""


def check(target: Target, *, with_unowned: bool = False) -> Checked:
    """Look at all of an environment. Raises TargetError, EnvironmentRefused without one."""
    layout = layout_of(target)
    installed, damages = read_environment(target)
    problems = list(_disagreements(target, installed))
    files = 0
    for dist in installed:
        if not dist.external:
            found, count = faults(dist, layout)
            problems += [_of_fault(dist, fault) for fault in found]
            files += count
    problems += map(_of_damage, damages)
    nobodys = unowned(layout, installed) if with_unowned else ()
    return Checked(target, installed, tuple(problems), files, nobodys)


def verify(
    target: Target,
    names: Collection[PackageName],
    *,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[str, ...]:
    """What is wrong with the packages `names` right after they were installed, a sentence each.

    That they are there, their files, and every requirement that they state or that is on them;
    what was wrong with others before is only counted. `meanwhile` is called once on the way: it
    may be any work that returns nothing and does not matter to the looking.
    """
    # Decided: packages whose files have the right sizes are not read again; `check` reads all. Each
    # was compared with its hash when it was unpacked, with the store's manifest when it was staged,
    # and a rename moves that very file. To read 10,000 files takes longer than to install them.
    layout, ours = layout_of(target), frozenset(names)
    sentences: list[str] = []
    with _looked_at(metadata_folders(target, ours), meanwhile) as intact:
        installed = read_environment(target)[0]
        disagreements = list(_disagreements(target, installed))
        present = {dist.name: dist for dist in installed if not dist.external}
        sentences += [_gone(name) for name in sorted(ours) if name not in present]
        untouched = intact()
        for name in sorted(ours & present.keys()):
            if present[name].path not in untouched:
                sentences += _file_sentences(present[name], faults(present[name], layout)[0])
    others = 0
    for problem in disagreements:
        if problem.package in ours or problem.required_by.partition(" ")[0] in ours:
            sentences.append(f"{problem.text}.")
        else:
            others += 1
    if others:
        sentences.append(
            f"{others} further problem{'' if others == 1 else 's'} of other packages: "
            f"resolvetui --check --python {shlex.quote(layout.prefix)} tells all."
        )
    return tuple(sentences)


@contextmanager
def _looked_at(
    folders: Sequence[str], meanwhile: Callable[[], object]
) -> Iterator[Callable[[], Collection[str]]]:
    """What tells the metadata folders whose files have the sizes that RECORD says.

    By a second process as well where there are many: it begins at once, with `meanwhile`.
    """
    if not is_worthwhile(len(folders) + 1, sum(map(record_bytes, folders)) // _ROW_BYTES):
        meanwhile()
        yield lambda: {folder for folder in folders if is_as_recorded(folder)}
        return

    def work(folder: str, _: Callable[[], bool]) -> bool:
        if folder:
            return is_as_recorded(folder)
        meanwhile()
        return True

    items = ["", *folders]
    with Shared[str, bool](items, work, bool) as shared:

        def intact() -> Collection[str]:
            done = {items[number] for number, is_intact in shared.run() if is_intact}
            if "" not in done:  # the other process came to nothing
                meanwhile()
            return done

        yield intact


def _gone(name: PackageName) -> str:
    return f"{name} was installed and is not there: something else changes this environment."


def _file_sentences(dist: InstalledDistribution, found: Sequence[Fault]) -> list[str]:
    texts = [f"{_of_fault(dist, fault).text}." for fault in found]
    if len(texts) <= _SHOWN:
        return texts
    return [*texts[:_SHOWN], f"{len(texts) - _SHOWN} more files of {dist.name} are like that."]


def _disagreements(target: Target, installed: Sequence[InstalledDistribution]) -> Iterator[Problem]:
    found = inconsistencies(target, installed)
    for unmet in found.unmet:
        yield _of_unmet(unmet)
    for python in found.wrong_python:
        text = check_words.wrong_python(python, target)
        yield Problem("python", text, python.name, python.version)
    for unreadable in found.unreadable:
        text = check_words.unreadable(unreadable)
        yield Problem("unreadable-requirement", text, unreadable.name, unreadable.version)


def _of_unmet(unmet: Unmet) -> Problem:
    return Problem(
        "version" if unmet.found else "not-installed",
        check_words.unmet(unmet),
        package=unmet.requirement.name,
        version=unmet.found,
        required_by=f"{unmet.name} {unmet.version}",
        requirement=unmet.requirement.text,
    )


def _of_fault(dist: InstalledDistribution, fault: Fault) -> Problem:
    package = f"{dist.name} {dist.version}"
    match fault.kind:
        case "missing":
            kind: ProblemKind = "file-missing"
            text = check_words.missing_file(package, fault.path)
        case "changed":
            kind, text = "file-changed", check_words.changed_file(package, fault.path)
        case "no-record":
            kind, text = "no-record", check_words.no_record(package, fault.why)
    return Problem(kind, text, dist.name, dist.version, path=fault.path)


def _of_damage(damage: Damage) -> Problem:
    return Problem(damage.kind, damage.text.removesuffix("."), path=damage.path)


def by_package(problems: Sequence[Problem]) -> Mapping[str, list[Problem]]:
    """The problems under the package that a repair would install, sorted; "" last."""
    found: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: (not problem.package, problem.package)):
        found.setdefault(problem.package, []).append(problem)
    return found
