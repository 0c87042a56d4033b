"""One requirement that a user wrote: PEP 508, or the URL or path of a wheel.

packaging's grammar decides what is legal; `requirement_mistakes.py` finds the words for what is
not. Options and files of requirements are `requirements_file.py`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.errors import MissingFileError, RequirementSyntaxError
from resolvetui.inputs.options import check_encodable
from resolvetui.inputs.paths import absolute, file_url, is_file, name_nearby, path_of, scheme_of
from resolvetui.inputs.settings import redact
from resolvetui.model.names import PackageName, extra_name, package_name
from resolvetui.model.requirement import Origin, Requirement, RootRequirement

_SCHEMES = frozenset({"http", "https", "file"})
_BARE = re.compile(
    r"""
    (?P<place> \S .*? \.(?:whl|tar\.gz|zip) (?:[?#][^\s;\[]*)? )
    (?:\[ (?P<extras>[^\]]*) \])?
    (?:\s* ;\s* (?P<marker>.+))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WHEEL_NAME = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._]*)-[^-]+(-\d[^-]*)?(-[^-]+){3}\.whl", re.IGNORECASE
)
_SDIST_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)-[^-]+\.(tar\.gz|zip)", re.IGNORECASE)


def parse_root_requirement(text: str, origin: Origin, folder: str = "") -> RootRequirement:
    """The requirement that `text` states; relative paths start at `folder` (default: here).

    A bare wheel (`./x-1.0-py3-none-any.whl`, `https://…/x-1.0-py3-none-any.whl`) takes its name
    from its file name; local paths become absolute `file:` URLs.

    Raises RequirementSyntaxError (PEP 508, PEP 440), MissingFileError for a local wheel that is
    not there.
    """
    check_encodable(text)
    stated = text.strip()
    try:
        requirement = (
            _bare_file(stated, folder) or _bare_source(stated, folder) or _named(stated, folder)
        )
    except MissingFileError as error:
        error.why = error.why or _said_at(origin)
        raise
    except InvalidRequirement as error:
        raise _with_place(mistake(stated, error), origin) from error
    except RequirementSyntaxError as error:
        raise _with_place(error, origin) from error
    return RootRequirement(requirement, origin, stated, _hashes(requirement.url, origin))


def _hashes(url: str, origin: Origin) -> tuple[str, ...]:
    """Those that the fragment of a direct reference states."""
    if "#" not in url:
        return ()
    from resolvetui.inputs.hash_options import fragment_hashes  # few requirements have one

    return fragment_hashes(url, origin.where)


def mistake(text: str, error: InvalidRequirement) -> RequirementSyntaxError:
    """What is wrong with `text`, in words; credentials in it are hidden first."""
    from resolvetui.inputs.requirement_mistakes import explained  # on errors only

    return explained(redact(text), error)


def _named(text: str, folder: str) -> Requirement:
    requirement = parse_requirement(text)
    url = requirement.url
    if not url:
        return requirement
    if not scheme_of(url):
        # `torch@2.0` is legal PEP 508, with a URL that nothing can fetch.
        if not re.search(r"[/\\]|\.(whl|zip|gz)$", url):
            raise InvalidRequirement(f"{url} is no URL")
        url = _existing(url, folder)
    elif scheme_of(url) == "file":
        url = _existing(url, folder)
    return msgspec.structs.replace(requirement, url=url)


def _bare_file(text: str, folder: str) -> Requirement | None:
    """The requirement when `text` is the place of a distribution, else None."""
    found = _BARE.fullmatch(text)
    if not found or "@" in text.partition("://")[0]:
        return None
    place, scheme = found["place"], scheme_of(found["place"])
    if scheme and scheme not in _SCHEMES:
        return None
    name = _name_of_file(place)
    extras = {extra_name(extra.strip()) for extra in (found["extras"] or "").split(",")} - {""}
    # Through the grammar once more, so that a marker and extras are checked as everywhere else.
    stated = f"{name}[{','.join(sorted(extras))}]"
    parsed = parse_requirement(f"{stated} ; {found['marker']}" if found["marker"] else stated)
    url = place if scheme in {"http", "https"} else _existing(place, folder)
    return msgspec.structs.replace(parsed, url=url)


def _bare_source(text: str, folder: str) -> Requirement | None:
    """The requirement when `text` is a folder with a project or a `git+` URL, else None."""
    if not (text.startswith((".", "/", "~", "git+", "file:")) or re.match(r"\w:[/\\]", text)):
        return None
    from resolvetui.inputs.source_references import source_requirement  # few commands have one

    return source_requirement(text, folder)


def _name_of_file(place: str) -> PackageName:
    file = unquote(re.split(r"[?#]", place)[0]).replace("\\", "/").rpartition("/")[2]
    found = _WHEEL_NAME.fullmatch(file) or _SDIST_NAME.fullmatch(file)
    if found:
        return package_name(found[1])
    shown = redact(place)
    raise RequirementSyntaxError(
        f"The file name {file} does not say which project and version it is.",
        text=shown,
        column=max(shown.find(file), 0),
        why="Wheels are named NAME-VERSION-PYTHON-ABI-PLATFORM.whl.",
        what_to_do=f"Write NAME @ {shown} with the project's name, or give the file its name back.",
    )


def _existing(place: str, folder: str) -> str:
    """The absolute `file:` URL of a local path or `file:` URL, which must be a file."""
    place, mark, fragment = place.partition("#")
    path = absolute(path_of(place) if scheme_of(place) else place, folder)
    if not is_file(path) and not _is_project(path):
        guess = name_nearby(path)
        raise MissingFileError(
            f"There is no file {path}.",
            what_to_do=f"Did you mean {guess}?" if guess else "Check its path.",
            culprit=path,
        )
    return file_url(path, "") + mark + fragment


def _is_project(path: str) -> bool:
    """Whether a folder holds sources that can be built (PEP 517)."""
    return any(is_file(f"{path}/{name}") for name in ("pyproject.toml", "setup.py"))


def _with_place(error: RequirementSyntaxError, origin: Origin) -> RequirementSyntaxError:
    error.culprit = error.culprit or origin.where or error.text
    error.why = error.why or _said_at(origin)
    return error


def _said_at(origin: Origin) -> str:
    return f"It stands in {origin.where}." if origin.where else ""
