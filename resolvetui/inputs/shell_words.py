"""What a shell or a web page has left in the words of a pasted command.

Its end (`&&`, a further line), redirections, lines that go on, and dashes that are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n")
"""The end of a line that goes on, in the shells of each system."""
_LINE = "\n"
"""As a word: the end of a line."""
_ENDS = frozenset({"&&", "||", "|", "|&", ";", "&", _LINE})
_REDIRECTION = re.compile(r"(?:\d|&)?(?:>>?|<)(?P<target>(?![=\d]).*)", re.DOTALL)
_DASHES = re.compile("-*[\u2010-\u2015\u2212]+-*")
"""What word processors and web pages make of one or two dashes."""


def split_command(text: str) -> list[str]:
    """The words of a command that was quoted as a whole; the end of a line is a word.

    >>> split_command("pip install a" + chr(92) + chr(10) + "  'b >= 1'")
    ['pip', 'install', 'a', 'b >= 1']
    """
    import shlex

    words: list[str] = []
    for line in _CONTINUED.sub(" ", text.strip()).splitlines():
        try:
            lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
            lexer.whitespace_split, lexer.commenters = True, ""
            if re.match(r"\S*\\", line):  # `.venv\\Scripts\\pip`: not a shell with that escape
                lexer.escape = ""
            words += [*([_LINE] if words else []), *lexer]
        except ValueError:  # a quote that is not closed
            return [text]
    return words


def until_end(words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The words as far as the command goes, and what is left out, each with the reason.

    Of what follows the end nothing is repeated: it may be anything, secrets included.

    >>> until_end(["torch", "2>&1", "|", "tee", "log"])[0]
    ['torch']
    """
    kept: list[str] = []
    left_out: list[tuple[str, str]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        is_end = word in _ENDS or word.startswith("#")
        if redirection := _REDIRECTION.fullmatch(word):
            target = [] if redirection["target"] or not rest else [rest.pop(0)]
            left_out.append((" ".join([word, *target]), "it is between your shell and the command"))
            continue
        if not is_end and len(word) > 1 and word.endswith(";"):
            kept.append(word[:-1])
            word, is_end = ";", True
        if is_end and rest:
            mark = "the first line" if word == _LINE else "#" if word[0] == "#" else word
            left_out.append((f"What follows {mark}", "the command ends there"))
        if is_end:
            break
        kept.append(word)
    return kept, left_out


def plain_dashes(word: str, spellings: Iterable[str]) -> str:
    """An option with plain dashes; any other word as it is.

    `spellings`: the options that there are. One letter has one dash, and so has a value that is
    glued to one.

    >>> plain_dashes("\u2013r", ["-r"]), plain_dashes("\u2014pre", ["--pre"])
    ('-r', '--pre')
    """
    found = _DASHES.match(word)
    if not found:
        return word
    name = word[found.end() :]
    known = list(spellings)
    is_long = any(spelling.startswith(f"--{name.partition('=')[0]}") for spelling in known)
    is_glued = len(found[0]) == 1 and not is_long and f"-{name[:1]}" in known
    is_short = len(name.partition("=")[0]) == 1 or is_glued
    return f"-{name}" if is_short else f"--{name}"
