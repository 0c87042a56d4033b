"""What would repair the problems of an environment: one command a package, or a word of advice.

Pure. Nothing here was tried: whether an index has what a command asks for, and whether the rest
of the environment can live with it, only the resolve that the command starts finds out.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct
from packaging.specifiers import SpecifierSet

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.requirement_text import parse_requirement
from resolvetui.explanation.wording import short_requirement
from resolvetui.install.checking import Checked, Problem, by_package

_OF_FILES = frozenset({"file-missing", "file-changed", "no-record"})


class Repair(Struct, frozen=True):
    """A way to put one package, or one folder, in order."""

    package: str
    """"" where it is about a folder that is no package's."""
    advice: str
    """What to do by hand (before the command, where there is one), as a sentence; or ""."""
    args: tuple[str, ...] = ()
    """Arguments of `resolvetui`; () where only advice helps."""

    @property
    def command(self) -> str:
        """The command for a shell, or ""."""
        return shlex.join(("resolvetui", *self.args)) if self.args else ""


def repairs(checked: Checked, python: str) -> tuple[Repair, ...]:
    """In the order of `by_package`. `python`: how the environment is named to `--python`."""
    installed = {str(dist.name): dist for dist in checked.installed}
    found: list[Repair] = []
    for package, problems in by_package(checked.problems).items():
        if package:
            found += _of_package(package, problems, installed.get(package), python)
        else:
            found += [_by_hand(problem) for problem in problems]
    return tuple(found)


def _of_package(
    package: str,
    problems: Sequence[Problem],
    dist: InstalledDistribution | None,
    python: str,
) -> Iterator[Repair]:
    target = ("--install", "--python", python)
    kinds = {problem.kind for problem in problems}
    asked = [problem for problem in problems if problem.requirement]
    if dist is not None and dist.editable and kinds & _OF_FILES:
        yield Repair(package, f"Install it anew from its source, {dist.direct_url or dist.path}.")
    elif "no-record" in kinds and dist is not None:
        wanted = _joined(asked) if asked else _same(dist)
        advice = f"Delete {dist.path}. Files of it that differ from the new ones have to go too."
        yield Repair(package, advice, (wanted, *target))
    elif asked:
        yield Repair(package, "", (_joined(asked), *target))
    elif kinds & _OF_FILES and dist is not None:
        yield Repair(package, "", (_same(dist), "--reinstall", "--no-deps", *target))
    elif "python" in kinds:
        yield Repair(package, "", (package, "--upgrade", *target))
    else:
        yield Repair(package, "Ask its authors to correct its metadata.")


def _joined(problems: Sequence[Problem]) -> str:
    """One requirement for all that is asked of a package and does not hold."""
    asked = [parse_requirement(problem.requirement) for problem in problems]
    direct = next((one for one in asked if one.url), None)
    if direct is not None:
        return short_requirement(direct)
    extras = sorted({extra for one in asked for extra in one.extras})
    clauses = sorted(str(clause) for one in asked for clause in SpecifierSet(one.specifier))
    with_extras = f"[{','.join(extras)}]" if extras else ""
    return f"{asked[0].name}{with_extras}{','.join(dict.fromkeys(clauses))}"


def _same(dist: InstalledDistribution) -> str:
    if dist.direct_url:
        return f"{dist.name} @ {dist.direct_url}"
    return f"{dist.name}=={dist.version}"


def _by_hand(problem: Problem) -> Repair:
    match problem.kind:
        case "left-over" | "twice":
            return Repair("", f"Delete {problem.path}.")
        case "damaged":
            return Repair("", f"Delete {problem.path}, then install its package again.")
        case _:
            return Repair("", "Give a resolvetui command that resolves for this environment.")
