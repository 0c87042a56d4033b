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
from resolvetui.environment.installed import Damage, InstalledDistribution, read_environment
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


def verify(target: Target, names: Collection[PackageName]) -> tuple[str, ...]:
    """What is wrong with the packages `names` right after they were installed, a sentence each.

    That they are there, their files, and every requirement that they state or that is on them;
    what was wrong with others before is only counted.
    """
    # Decided: packages whose files have the right sizes are not read again; `check` reads all. Each
    # was compared with its hash when it was unpacked, with the store's manifest when it was staged,
    # and a rename moves that very file. To read 10,000 files takes longer than to install them.
    layout = layout_of(target)
    installed = read_environment(target)[0]
    present = {dist.name: dist for dist in installed if not dist.external}
    sentences = [_gone(name) for name in sorted(names) if name not in present]
    touched = [present[name] for name in sorted(names) if name in present]
    with _looked_at(touched) as deviating:
        disagreements = list(_disagreements(target, installed))
        for dist in deviating():
            sentences += _file_sentences(dist, faults(dist, layout)[0])
    ours, others = [], 0
    for problem in disagreements:
        is_ours = problem.package in names or problem.required_by.partition(" ")[0] in names
        if is_ours:
            ours.append(f"{problem.text}.")
        others += not is_ours
    if others:
        ours.append(
            f"{others} further problem{'' if others == 1 else 's'} of other packages: "
            f"resolvetui --check --python {shlex.quote(layout.prefix)} tells all."
        )
    return (*sentences, *ours)


@contextmanager
def _looked_at(
    touched: Sequence[InstalledDistribution],
) -> Iterator[Callable[[], list[InstalledDistribution]]]:
    """What tells those whose files have not the sizes that RECORD says; looked at meanwhile."""
    if not is_worthwhile(len(touched), sum(map(record_bytes, touched)) // _ROW_BYTES):
        yield lambda: [dist for dist in touched if not is_as_recorded(dist)]
        return
    with Shared[InstalledDistribution, bool](
        touched, lambda dist, _: is_as_recorded(dist), bool
    ) as shared:

        def deviating() -> list[InstalledDistribution]:
            intact = {number for number, is_intact in shared.run() if is_intact}
            return [dist for number, dist in enumerate(touched) if number not in intact]

        yield deviating


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
