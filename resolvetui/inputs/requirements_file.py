"""The grammar of requirements and constraints files, as pip defines it.

pip reference, "Requirements File Format": comments, continued lines, nested files, options and
`${VARIABLES}`. A single requirement is `requirement_line.py`; what the options come to is
`merge.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field, structs

from resolvetui.errors import MissingFileError, UsageError
from resolvetui.inputs.options import near
from resolvetui.inputs.paths import absolute, read_text, scheme_of
from resolvetui.inputs.project_model import is_requirements_file
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.settings import InputWarning, Setting, redact
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement

_COMMENT = re.compile(r"(^|\s)#.*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_OPTIONS_START = re.compile(r"(?:^|\s)(?=--?[A-Za-z])")
_MOST_NESTED = 50

_SHORT = {
    "-i": "index-url",
    "-f": "find-links",
    "-r": "requirement",
    "-c": "constraint",
    "-e": "editable",
}
_ALIASES = {"pypi-url": "index-url", "editables": "editable"}
_SETTINGS = frozenset(
    {"index-url", "extra-index-url", "find-links", "only-binary", "no-binary", "trusted-host"}
)
_FLAGS = frozenset({"no-index", "pre", "prefer-binary", "require-hashes"})
_IGNORED = frozenset({"global-option", "config-settings", "config-setting", "use-feature"})
_KNOWN = _SETTINGS | _FLAGS | _IGNORED | {"requirement", "constraint", "editable", "hash"}


class RequirementsFile(Struct, frozen=True):
    """All that a file and the files nested in it say."""

    requirements: tuple[RootRequirement, ...] = ()
    """In order, those of nested `-r` files at their place; of the kind that was asked for."""
    constraints: tuple[RootRequirement, ...] = ()
    """From nested `-c` files."""
    settings: tuple[Setting, ...] = ()
    """Options inside: indexes, `find-links`, `no-index`, `pre`, `only-binary`, `no-binary`,
    `require-hashes`."""
    warnings: tuple[InputWarning, ...] = ()


class _Reading(Struct):
    """What was found so far, over all nested files."""

    read: Callable[[str], str]
    environ: Mapping[str, str]
    folder: str
    by_kind: dict[bool, list[RootRequirement]] = field(
        default_factory=lambda: {False: [], True: []}
    )
    """Under True the constraints of nested files."""
    settings: list[Setting] = field(default_factory=list)
    warnings: dict[InputWarning, None] = field(default_factory=dict)


class _File(Struct, frozen=True):
    """One file while it is read."""

    path: str
    kind: OriginKind
    nested_constraints: bool
    parents: tuple[str, ...]


class _Line(Struct, frozen=True):
    """One logical line, its options split off."""

    stated: str
    """The requirement as written, `${NAME}` and all, so that quoting it shows no secret."""
    filled: str
    options: tuple[tuple[str, str], ...]
    origin: Origin


def read_requirements_file(
    path: str,
    origin_kind: OriginKind,
    read: Callable[[str], str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: str = "",
) -> RequirementsFile:
    """The requirements of `path` (relative to `folder`) and of the files nested in it.

    `read` gives the text of a path and raises MissingFileError. `environ` fills `${NAME}`.
    Raises UsageError or one of its kinds, with file and line.
    """
    state = _Reading(
        read=read or (lambda name: read_text(name, folder)),
        environ=os.environ if environ is None else environ,
        folder=folder,
    )
    _read_file(_File(path, origin_kind, nested_constraints=False, parents=()), state, None)
    return RequirementsFile(
        requirements=tuple(state.by_kind[False]),
        constraints=tuple(state.by_kind[True]),
        settings=tuple(state.settings),
        warnings=tuple(state.warnings),
    )


def _read_file(file: _File, state: _Reading, named_at: Origin | None) -> None:
    if scheme_of(file.path) in {"http", "https"}:
        raise UsageError(
            f"{redact(file.path)} is a URL; requirements are read from files only.",
            why=_named(named_at),
            what_to_do="Download it and name the file.",
            culprit=redact(file.path),
        )
    if os.path.basename(file.path) == "pyproject.toml":  # noqa: PTH119
        folder = os.path.dirname(file.path) or "."  # noqa: PTH120
        raise UsageError(
            f"{file.path} is no requirements file.",
            why=_named(named_at),
            what_to_do=f"Write --project {folder} for the dependencies in it.",
            culprit=file.path,
        )
    if not is_requirements_file(file.path):
        raise UsageError(
            f"{file.path} is no requirements file.",
            why=_named(named_at),
            what_to_do=f"Name it on the command line: -r {file.path}",
            culprit=file.path,
        )
    if file.path in file.parents or len(file.parents) > _MOST_NESTED:
        raise UsageError(
            f"{file.path} includes itself: {' > '.join((*file.parents, file.path))}.",
            what_to_do="Remove one of the -r or -c lines.",
            culprit=named_at.where if named_at else file.path,
        )
    try:
        text = state.read(file.path)
    except MissingFileError as error:
        error.why = error.why or _named(named_at)
        raise
    for number, logical in _logical_lines(text):
        _read_line(
            _split(logical, Origin(file.kind, file.path, number), state.environ), file, state
        )


def _named(origin: Origin | None) -> str:
    return f"{origin.where} names it." if origin else ""


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number of the first line, text) without comments; a backslash at the end joins lines."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if parts else number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
            continue
        parts.append(f" {line}" if is_comment else line)  # the comment stays one when joined
        yield from _uncommented(first, parts)
        parts = []
    yield from _uncommented(first, parts)


def _uncommented(number: int, parts: list[str]) -> Iterator[tuple[int, str]]:
    line = _COMMENT.sub("", "".join(parts)).strip()
    if line:
        yield number, line


def _split(line: str, origin: Origin, environ: Mapping[str, str]) -> _Line:
    """The requirement before the first option, and the options. A marker is never split."""
    found = _OPTIONS_START.search(line)
    stated, rest = (line[: found.start()], line[found.end() :]) if found else (line, "")
    options = tuple(
        (name, _filled(value, environ)) for name, value in (_options(rest, origin) if rest else ())
    )
    return _Line(stated.strip(), _filled(stated.strip(), environ), options, origin)


def _filled(text: str, environ: Mapping[str, str]) -> str:
    """`${NAME}` replaced where the variable is set and not empty, as pip does."""
    return _VARIABLE.sub(lambda found: environ.get(found[1]) or found[0], text)


def _options(text: str, origin: Origin) -> Iterator[tuple[str, str]]:
    """(long name, value) of every option; flags have "true"."""
    import shlex  # few files have options

    try:
        words = iter(shlex.split(text))
    except ValueError as error:
        raise _unusable(origin, f"has a quote that is never closed: {redact(text)}", "") from error
    for word in words:
        name, has_value, value = _option_name(word, origin)
        if name in _FLAGS:
            yield name, "true"
            continue
        if not has_value:
            value = next(words, "")
        if not value:
            raise _unusable(origin, f"gives {word} without a value", f"Write {word} VALUE.")
        yield name, value


def _option_name(word: str, origin: Origin) -> tuple[str, bool, str]:
    if word[:2] in _SHORT and word[:2] != "--":
        value = word[2:].removeprefix("=")
        return _SHORT[word[:2]], bool(value), value
    option, has_value, value = word.partition("=")
    name = _ALIASES.get(option[2:], option[2:])
    if not option.startswith("--") or name not in _KNOWN:
        guess = near(option, [f"--{known}" for known in sorted(_KNOWN)])
        advice = f"Did you mean {guess}?" if guess else "Remove it."
        raise _unusable(origin, f"has '{redact(word)}', which is no option of such files", advice)
    return name, bool(has_value), value


def _unusable(origin: Origin, what: str, what_to_do: str) -> UsageError:
    return UsageError(f"{origin.where} {what}.", what_to_do=what_to_do, culprit=origin.where)


def _read_line(line: _Line, file: _File, state: _Reading) -> None:
    if line.stated:
        parsed = parse_root_requirement(line.filled, line.origin, state.folder)
        hashes = _hashes(line) if line.options else ()
        stated = structs.replace(parsed, text=line.stated, hashes=hashes or parsed.hashes)
        state.by_kind[file.nested_constraints].append(stated)
    for name, value in line.options:
        _apply(name, value, line, file, state)


def _hashes(line: _Line) -> tuple[str, ...]:
    """The hashes that the options of a line allow."""
    from resolvetui.inputs.hash_options import checked_hash  # few files have options

    given = (value for name, value in line.options if name == "hash")
    return tuple(dict.fromkeys(checked_hash(value, line.origin.where) for value in given))


def _apply(name: str, value: str, line: _Line, file: _File, state: _Reading) -> None:
    where = line.origin.where
    if name in {"requirement", "constraint"}:
        _read_nested(name, value, line, file, state)
    elif name == "editable":
        from resolvetui.inputs.source_references import editable_requirement

        beside = os.path.dirname(absolute(file.path, state.folder))  # noqa: PTH120
        state.by_kind[file.nested_constraints].append(
            editable_requirement(value, line.origin, state.folder, beside)
        )
    elif name == "find-links":
        # Relative to the file if something is there, else as it stands: pip's rule.
        beside = os.path.join(os.path.dirname(file.path), value)  # noqa: PTH118, PTH120
        is_there = not scheme_of(value) and os.path.exists(absolute(beside, state.folder))  # noqa: PTH110
        state.settings.append(Setting(name, beside if is_there else value, where))
    elif name in _SETTINGS or name in {"no-index", "pre", "require-hashes"}:
        state.settings.append(Setting(name, value, where))
    elif name == "hash":
        if not line.stated:
            raise _unusable(
                line.origin,
                "gives --hash without a requirement",
                "Put it behind the requirement, on the same line or after a backslash.",
            )
    else:
        _warn(state, "ignored-option", f"{where} has --{name}, which has no effect here.")


def _read_nested(name: str, path: str, line: _Line, file: _File, state: _Reading) -> None:
    is_url = scheme_of(path) in {"http", "https"}
    nested = path if is_url else os.path.join(os.path.dirname(file.path), path)  # noqa: PTH118, PTH120
    # A -r inside a constraints file adds constraints: nothing there may ask for an install.
    constrains = file.nested_constraints or name == "constraint"
    kind = OriginKind.CONSTRAINT if name == "constraint" else file.kind
    parents = (*file.parents, file.path)
    _read_file(_File(nested, kind, constrains, parents), state, line.origin)


def _warn(state: _Reading, kind: str, text: str) -> None:
    state.warnings[InputWarning(kind, text)] = None
