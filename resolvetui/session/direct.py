"""Direct references (PEP 508 `name @ url`) as files."""

from __future__ import annotations

from urllib.parse import unquote, urldefrag, urlsplit

from resolvetui.errors import UsageError
from resolvetui.index.filenames import wheel_parts
from resolvetui.model.files import DistributionFile, WheelFile
from resolvetui.model.names import package_name
from resolvetui.model.requirement import Requirement
from resolvetui.model.shown import shown_url
from resolvetui.net.auth import strip
from resolvetui.resolver.specifiers import parse_version


def direct_file(requirement: Requirement) -> DistributionFile:
    """The wheel that a direct reference names, without credentials; its fragment may hold a hash.

    Raises `UsageError` for anything but a wheel of the same name.
    """
    url, fragment = urldefrag(requirement.url)
    filename = unquote(urlsplit(url).path.rpartition("/")[2])
    parts = wheel_parts(filename)
    if parts is None:
        raise UsageError(
            f"{requirement.text} is not a wheel.",
            why="Only direct references to wheels (.whl) can be used.",
            what_to_do="Build a wheel of it first (`pip wheel`) and name that file.",
            culprit=shown_url(requirement.url),
        )
    name, version, build, tags = parts
    if package_name(name) != requirement.name:
        raise UsageError(
            f"{filename} is a wheel of {name}, but it is required as {requirement.name}.",
            what_to_do=f"Write `{name} @ {shown_url(requirement.url)}`.",
            culprit=shown_url(requirement.url),
        )
    algorithm, _, digest = fragment.partition("=")
    hashes = {algorithm: digest} if algorithm in ("sha256", "sha384", "sha512") else {}
    return WheelFile(
        filename=filename,
        url=strip(urldefrag(requirement.url).url),
        version=str(parse_version(version)),
        hashes=hashes,
        tags=tags,
        build=build,
    )
