"""direct_url.json: where a package was installed from that came from no index (PEP 610)."""

from __future__ import annotations

import msgspec

from resolvetui.model.files import DistributionFile, SourceTree
from resolvetui.net.auth import strip


def direct_url_json(reference: DistributionFile) -> bytes:
    """The file's content, never with credentials.

    >>> from resolvetui.model.files import SourceTree
    >>> direct_url_json(SourceTree("lib", "file:///src/lib", "1", {}, editable=True)).decode()
    '{"url":"file:///src/lib","dir_info":{"editable":true}}'
    """
    found: dict[str, object] = {"url": _url(reference)}
    if not isinstance(reference, SourceTree) or (reference.hashes and not reference.commit):
        hashes = dict(sorted(reference.hashes.items()))
        if "sha256" in hashes:  # of sources we know more than anybody asked for
            hashes = {"sha256": hashes["sha256"]}
        found["archive_info"] = {"hashes": hashes} if hashes else {}
    elif reference.commit:
        info = {"vcs": "git", "commit_id": reference.commit}
        if reference.revision:
            info["requested_revision"] = reference.revision
        found["vcs_info"] = info
    else:
        found["dir_info"] = {"editable": True} if reference.editable else {}
    if isinstance(reference, SourceTree) and reference.subdirectory:
        found["subdirectory"] = reference.subdirectory
    return msgspec.json.encode(found)


def _url(reference: DistributionFile) -> str:
    """That of a repository is told without what pip and we put around it."""
    url = strip(reference.url)
    if isinstance(reference, SourceTree) and reference.commit:
        repository, _, _ = url.removeprefix("git+").partition("#")
        return repository.removesuffix(f"@{reference.commit}")
    return url
