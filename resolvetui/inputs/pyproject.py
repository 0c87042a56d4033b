"""The standard tables of a pyproject.toml: dependencies, extras and dependency groups.

PEP 621 ([project]), PEP 735 ([dependency-groups]). What uv's own table says is `uv_config.py`,
which project is read and what for is `projects.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, structs

from resolvetui.errors import UsageError
from resolvetui.inputs.options import near
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.toml_file import TomlFile
from resolvetui.model.names import extra_name, package_name
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement

_GROUP_LINES = (r"\[\s*dependency-groups\s*\]",)


class _Project(Struct, rename="kebab"):
    name: str = ""
    dependencies: list[str] = []
    optional_dependencies: dict[str, list[str]] = {}
    dynamic: list[str] = []


class _Standard(Struct, rename="kebab"):
    project: _Project | None = None
    dependency_groups: dict[str, list[str | dict[str, Any]]] = {}


class Pyproject:
    """One pyproject.toml; its lists are parsed when they are asked for."""

    def __init__(self, file: TomlFile) -> None:
        """Raises UsageError for tables of the wrong shape."""
        self.file = file
        found = file.typed(_Standard)
        self._has_project = found.project is not None
        self._project = found.project or _Project()
        self._name = package_name(self._project.name) if self._project.name else None
        self._extras = self._by_name(
            self._project.optional_dependencies, "project.optional-dependencies"
        )
        self._groups = self._by_name(found.dependency_groups, "dependency-groups")

    @property
    def extras(self) -> tuple[str, ...]:
        """Canonical names of the optional dependencies."""
        return tuple(self._extras)

    @property
    def groups(self) -> tuple[str, ...]:
        """Canonical names of the dependency groups."""
        return tuple(self._groups)

    def dependencies(self) -> Iterator[RootRequirement]:
        """`[project] dependencies`. Raises UsageError where only a build would tell them."""
        if not self._has_project:
            raise self.file.wrong(
                "project",
                "There is no such table, and so no dependencies.",
                "Name a dependency group of it (--group NAME), or give a requirements file (-r).",
            )
        yield from self._expanded(self._stated_dependencies(), set())

    def of_extra(self, name: str) -> Iterator[RootRequirement]:
        """The optional dependencies under one of `extras`."""
        yield from self._expanded(self._stated_extra(name), {name})

    def of_group(self, name: str) -> Iterator[RootRequirement]:
        """The requirements of one of `groups`, those of included groups at their place."""
        yield from self._expanded(self._stated_group(name, ()), set())

    def unknown_extra(self, name: str, asked_by: str) -> UsageError:
        """The error about an extra that is not one of `extras`."""
        if "optional-dependencies" in self._project.dynamic:
            return self._dynamic("optional-dependencies")
        return unknown(asked_by, "extra", name, self._extras, self.file.name)

    def _by_name(self, table: dict[str, Any], key: str) -> dict[str, tuple[str, Any]]:
        """Canonical name to (name as written, items)."""
        found: dict[str, tuple[str, Any]] = {}
        for written, items in table.items():
            other = found.setdefault(extra_name(written), (written, items))
            if other[0] != written:
                raise self.file.wrong(
                    f"{key}.{written}", f"It is the same name as {other[0]}.", "Rename one."
                )
        return found

    def _stated_dependencies(self) -> Iterator[RootRequirement]:
        if "dependencies" in self._project.dynamic:
            raise self._dynamic("dependencies")
        above = (r"\[\s*project\s*\]", r"dependencies\s*=")
        for text in self._project.dependencies:
            yield self._parsed(text, above)

    def _dynamic(self, key: str) -> UsageError:
        return self.file.wrong(
            f"project.{key}",
            "It is dynamic: only a build of the project tells what it is.",
            "Build a wheel of the project (python -m build --wheel) and name that file instead.",
        )

    def _stated_extra(self, name: str) -> Iterator[RootRequirement]:
        written, texts = self._extras[name]
        header = r"(?:\[\s*project\s*\.\s*)?optional-dependencies\b"
        for text in texts:
            yield self._parsed(text, (header, _key_line(written)))

    def _stated_group(self, name: str, parents: tuple[str, ...]) -> Iterator[RootRequirement]:
        """PEP 735: items are requirements, or tables with `include-group` alone."""
        written, items = self._groups[name]
        key = f"dependency-groups.{written}"
        for item in items:
            if isinstance(item, str):
                yield self._parsed(item, (*_GROUP_LINES, _key_line(written)))
                continue
            included = item.get("include-group")
            if not isinstance(included, str) or len(item) != 1:
                why = f"An item with {', '.join(item) or 'nothing'} is not known."
                raise self.file.wrong(key, why, 'Write {include-group = "NAME"}.')
            nested = extra_name(included)
            chain = (*parents, name)
            if nested in chain:
                circle = " > ".join((*chain[chain.index(nested) :], nested))
                why = f"The dependency group {nested} includes itself: {circle}."
                raise self.file.wrong(key, why, "Remove one of the include-group items.")
            if nested not in self._groups:
                raise unknown(f"{self.file.name}: {key}", "group", nested, self._groups)
            yield from self._stated_group(nested, chain)

    def _parsed(self, text: str, above: tuple[str, ...]) -> RootRequirement:
        line = self.file.line_of(text, *above)
        origin = Origin(OriginKind.FILE, self.file.name, line)
        return parse_root_requirement(text, origin, self.file.folder)

    def _expanded(
        self, stated: Iterable[RootRequirement], seen: set[str]
    ) -> Iterator[RootRequirement]:
        """`stated`; where the project names itself (`name[extra]`), what it requires instead.

        `seen`: extras that are expanded already, "" for the dependencies.
        """
        for root in stated:
            requirement = root.requirement
            if requirement.name != self._name or requirement.url:
                yield root
                continue
            for part in ("", *requirement.extras):
                if part in seen:
                    continue
                seen.add(part)
                if part and part not in self._extras:
                    raise self.unknown_extra(part, root.origin.where)
                inner = self._stated_extra(part) if part else self._stated_dependencies()
                for item in self._expanded(inner, seen):
                    yield _under(item, requirement.marker)


def unknown(
    asked_by: str, what: str, name: str, known: Iterable[str], file: str = ""
) -> UsageError:
    """The error about an extra or a group that nobody defines."""
    names = sorted(known)
    guess = near(name, names)
    where = f" in {file}" if file else ""
    named = f"The {what}s are {', '.join(names)}." if names else f"There is no {what} at all."
    return UsageError(
        f"{asked_by} names the {what} {name}, which is not there{where}.",
        why=named,
        what_to_do=f"Did you mean {guess}?" if guess else "",
        culprit=asked_by,
    )


def _key_line(name: str) -> str:
    return rf"""["']?{re.escape(name)}["']?\s*="""


def _under(root: RootRequirement, marker: str) -> RootRequirement:
    """`root` where the marker of the requirement that brought it holds as well."""
    if not marker:
        return root
    own = root.requirement.marker
    both = f"({own}) and ({marker})" if own else marker
    return structs.replace(root, requirement=structs.replace(root.requirement, marker=both))
