"""What is wrong with a requirement, where, and how it may have been meant.

Loaded only after packaging refused a line: each check looks for one common mistake and gives
the place, the rule and a way out; the last one passes on what packaging said.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from packaging.requirements import InvalidRequirement
from packaging.version import VERSION_PATTERN

from resolvetui.errors import RequirementSyntaxError
from resolvetui.inputs.options import OPTIONS, near

_HEAD = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?P<extras>\[[^\]]*\])?\s*"
)
_CLAUSE = re.compile(r"\s*(?P<op>[=<>!~^]+)\s*(?P<version>[^\s,;()=<>!~^]*)\s*")
_VERSION = re.compile(r"\s*" + VERSION_PATTERN, re.VERBOSE | re.IGNORECASE)
_OPERATORS = frozenset({"===", "==", "~=", "!=", "<=", ">=", "<", ">"})
_MEANT = {
    "=": "==", "=>": ">=", "=<": "<=", "==>": ">=", ">==": ">=", "==<": "<=", "<==": "<=",
    "=~": "~=", "~": "~=", "~>": "~=", "~==": "~=", "^": "~=", "^=": "~=", "<>": "!=", "><": "!=",
    "!": "!=", "=!": "!=", "!==": "!=", "====": "==",
}  # fmt: skip
_PROJECT_FOLDER = re.compile(r"\.{1,2}([/\\].*)?|[/~].*|.*[/\\]")


def explained(text: str, error: InvalidRequirement) -> RequirementSyntaxError:
    """The first mistake found in `text`, as an error with its column (0-based) and a way out."""
    for check in _CHECKS:
        found = check(text)
        if found:
            return found
    return _as_packaging_says(text, error)


def _wrong(
    text: str, column: int, what: str, what_to_do: str, why: str = ""
) -> RequirementSyntaxError:
    return RequirementSyntaxError(
        what, text=text, column=min(column, len(text)), why=why, what_to_do=what_to_do
    )


def _empty(text: str) -> RequirementSyntaxError | None:
    if text.strip():
        return None
    return _wrong(text, 0, "A requirement is empty.", "Give a name, such as torch or torch>=2.0.")


def _option(text: str) -> RequirementSyntaxError | None:
    if not text.startswith("-"):
        return None
    word = re.split(r"[\s=]", text)[0]
    guess = near(word, [f"--{name}" for name, option in OPTIONS.items() if option.on_command_line])
    what_to_do = (
        f"Did you mean the option {guess}?"
        if guess and guess != word
        else ("Give the option and its value as two arguments, before or after the requirements.")
    )
    return _wrong(text, 0, f"'{text}' is an option where a requirement is expected.", what_to_do)


def _place(text: str) -> RequirementSyntaxError | None:
    """A URL or a path that names no distribution."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        return _wrong(
            text, 0, f"The URL {text} does not say which project it is.",
            f"Write NAME @ {text}; an index goes after --index-url or --extra-index-url.",
        )  # fmt: skip
    if _PROJECT_FOLDER.fullmatch(text):
        return _wrong(
            text, 0, f"{text} is no folder with a project, no wheel and no archive.",
            "Check its path. A project's folder has a pyproject.toml or a setup.py.",
        )  # fmt: skip
    return None


def _brackets(text: str) -> RequirementSyntaxError | None:
    outside_quotes = re.sub(r"'[^']*'|\"[^\"]*\"", lambda found: " " * len(found[0]), text)
    open_at: list[tuple[int, str]] = []
    pairs = {"]": "[", ")": "("}
    for column, char in enumerate(outside_quotes):
        if char in "[(":
            open_at.append((column, char))
        elif char in pairs and (not open_at or open_at.pop()[1] != pairs[char]):
            return _wrong(
                text, column, f"'{char}' in {text} closes nothing.",
                f"Leave it out, or open it with '{pairs[char]}'.",
            )  # fmt: skip
    if not open_at:
        return None
    column, char = open_at[0]
    closing = "]" if char == "[" else ")"
    example = ", as in name[extra]>=1.0." if char == "[" else "."
    return _wrong(
        text,
        column,
        f"'{char}' in {text} is never closed.",
        f"Add the missing '{closing}'{example}",
    )


def _nameless(text: str) -> RequirementSyntaxError | None:
    if not re.match(r"\s*[=<>!~^]", text):
        return None
    return _wrong(text, 0, f"The name of a package is missing before {text}.", f"Write NAME{text}.")


def _specifier(text: str) -> RequirementSyntaxError | None:
    """A mistake between the name and the marker."""
    head = _HEAD.match(text)
    if not head:
        return None
    subject = head["name"] + (head["extras"] or "")
    at = head.end()
    end = text.find(";") if ";" in text else len(text)
    if at < end and text[at] == "(":
        at, end = at + 1, text.find(")", at)
    if at < end and text[at] not in "=<>!~^":
        return _missing_operator(text, at, subject)
    while at < end:
        clause = _CLAUSE.match(text, at, end)
        if not clause:
            return _stray(text, at, subject)
        at = clause.end()
        found = _clause(text, clause, subject) or _separator(text, at, end, subject)
        if found:
            return found
        at += text[at : at + 1] == ","
    return None


def _separator(text: str, at: int, end: int, subject: str) -> RequirementSyntaxError | None:
    """What stands at `at`, after a condition, unless it is a comma or the end."""
    if at >= end or text[at] == ",":
        return None
    following = _CLAUSE.match(text, at, end)
    if not following or not following["version"]:
        return _stray(text, at, subject)
    return _wrong(
        text, at, f"Two conditions on {subject} stand without a comma between them.",
        f"Write {text[:at].rstrip()},{text[at:]}.",
    )  # fmt: skip


def _stray(text: str, at: int, subject: str) -> RequirementSyntaxError:
    rest = text[at:].strip()
    return _wrong(
        text, at, f"'{rest}' in {text} is not understood.",
        f"Separate conditions by commas ({subject}>=1,<2) and give every requirement by itself.",
    )  # fmt: skip


def _missing_operator(text: str, at: int, subject: str) -> RequirementSyntaxError:
    rest = text[at:].lstrip(" @:").strip()
    version = _VERSION.match(rest)
    if version and rest[:1].isdigit() and text[at] != ",":
        return _wrong(
            text, at, f"An operator is missing between {subject} and {rest}.",
            f"Write {subject}=={version[0].strip()}, or {subject}>={version[0].strip()}.",
        )  # fmt: skip
    if text[at] == "@":
        return _wrong(
            text, at, f"After '{subject} @' comes the URL of a wheel; '{rest}' is none.",
            f"Write {subject} @ https://… or {subject} @ ./FILE.whl, or leave it out.",
        )  # fmt: skip
    return _stray(text, at, subject)


def _clause(text: str, clause: re.Match[str], subject: str) -> RequirementSyntaxError | None:
    operator, version = clause["op"], clause["version"]
    if operator not in _OPERATORS:
        return _operator(text, clause, subject)
    if not version:
        return _wrong(
            text, clause.end("op"), f"A version is missing after {subject}{operator}.",
            f"Write {subject}{operator}1.0 with the version that you want, or {subject} for any.",
        )  # fmt: skip
    if operator == "===":
        return None
    if "+" in version and operator not in {"==", "!="}:
        return _local(text, clause, subject)
    return _version(text, clause, subject)


def _operator(text: str, clause: re.Match[str], subject: str) -> RequirementSyntaxError:
    operator, version = clause["op"], clause["version"]
    meant = _MEANT.get(operator, "==")
    if meant == "~=" and re.fullmatch(r"\d+", version):
        version += ".0"
    ways = f"Write {subject}{meant}{version}"
    if operator.startswith("==") and meant != "==":
        ways += f" or {subject}=={version}"
    elif meant == "~=":
        ways += f" (compatible releases) or {subject}>={version}"
    return _wrong(
        text, clause.start("op"), f"'{operator}' in {text} is no operator.", f"{ways}.",
        why="PEP 440 has == != >= <= > < ~= and ===.",
    )  # fmt: skip


def _local(text: str, clause: re.Match[str], subject: str) -> RequirementSyntaxError:
    operator, (public, _, local) = clause["op"], clause["version"].partition("+")
    return _wrong(
        text, text.index("+", clause.start("version")),
        f"PEP 440 does not allow a local version (+{local}) with {operator}, as in {text}.",
        f"Write {subject}{operator}{public} (builds with +{local} are taken where they fit), "
        f"or {subject}=={public}+{local}.",
    )  # fmt: skip


def _version(text: str, clause: re.Match[str], subject: str) -> RequirementSyntaxError | None:
    operator, version = clause["op"], clause["version"]
    plain = version.removesuffix(".*")
    start = clause.start("version")
    good = _VERSION.match(plain)
    legal = good[0] if good else ""
    if legal != plain:
        ways = (
            f"Write {subject}{operator}{legal}."
            if legal
            else (f"Give a version such as {subject}{operator}1.0.")
        )
        return _wrong(
            text, start + len(legal), f"'{version}' in {text} is no version (PEP 440).", ways,
            why=f"It is legal up to '{legal}'." if legal else "",
        )  # fmt: skip
    if plain != version and operator not in {"==", "!="}:
        return _wrong(
            text, start + len(plain), f"PEP 440 allows '.*' only with == and !=, not in {text}.",
            f"Write {subject}{operator}{plain}, or {subject}=={version}.",
        )  # fmt: skip
    if plain != version and re.search(r"\+|[a-z]", plain.lstrip("vV"), re.IGNORECASE):
        return _wrong(
            text, start + len(plain), f"PEP 440 allows '.*' only after a final release: {text}.",
            f"Write {subject}{operator}{plain}.",
        )  # fmt: skip
    if operator == "~=" and not re.match(r"[vV]?(\d+!)?\d+\.\d", version):
        return _wrong(
            text, start, f"~= needs at least two parts of a version, not {version}.",
            f"Write {subject}~={version}.0 or {subject}>={version}.",
        )  # fmt: skip
    return None


def _name(text: str) -> RequirementSyntaxError | None:
    found = _HEAD.match(text)
    if found and not re.match(r"[^\s\[\](),;=<>!~^@:]", text[found.end("name") :]):
        return None
    at = found.end("name") if found else len(text) - len(text.lstrip())
    return _wrong(
        text, at, f"'{text[at : at + 1]}' cannot stand in the name of a package, as in {text}.",
        "Names have letters a-z, digits, and . - _ between them (PEP 508), such as torch>=2.0.",
    )  # fmt: skip


def _marker(text: str) -> RequirementSyntaxError | None:
    found = re.search(r";.*?\b(\w+)\s*(?:[=<>!~]=?=?|in)\s*([\w.]+)\s*(?:$|\b(?:and|or)\b)", text)
    if not found or found[2] in {"and", "or"}:
        return None
    return _wrong(
        text, found.start(2), f"The value {found[2]} in the marker of {text} needs quotes.",
        f'Write {text[: found.start(2)]}"{found[2]}"{text[found.end(2) :]}',
    )  # fmt: skip


_CHECKS: tuple[Callable[[str], RequirementSyntaxError | None], ...] = (
    _empty, _option, _place, _brackets, _nameless, _name, _specifier, _marker,
)  # fmt: skip


def _as_packaging_says(text: str, error: InvalidRequirement) -> RequirementSyntaxError:
    lines = str(error).splitlines() or [""]
    # packaging points with a caret under the text, which it indents by four.
    column = lines[-1].find("^") - 4 if len(lines) > 2 else 0
    if ";" in text and column >= text.index(";"):
        way_out = 'A marker looks like this: name ; python_version < "3.12".'
    else:
        way_out = 'A requirement looks like this: name[extra]>=1.0,<2 ; python_version < "3.12".'
    return _wrong(text, max(column, 0), f"{text} is no legal requirement.", way_out, f"{lines[0]}.")
