"""When a 403 means "not there" (the one exception to "a refusal stops the resolve").

Storage-backed indexes, the PyTorch one among them, answer 403 for a project that they lack. Such
an answer counts as "not there" where the index asked for no credentials and has served other
projects freely, in this run or to the cache. That is judged at the end, when all its other
answers are in, so that arrival order decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resolvetui.errors import ErrorDetails, IndexRefused
from resolvetui.index.client import Refused
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource
from resolvetui.net.cache import Cache

_SERVED = "index-served"


def remember_serving(cache: Cache, source: IndexSource) -> None:
    """Keep in mind that an index listed a project: its 403 may mean "not there"."""
    cache.put_row(_SERVED, source.shown_url, b"1")


class Refusals:
    """The 403 answers of a run that are taken as "not there" for now."""

    def __init__(self, sources: Sequence[IndexSource], cache: Cache) -> None:
        self._sources = {source.name: source for source in sources}
        self._cache = cache
        self._served: set[IndexName] = set()
        self._refused: dict[IndexName, dict[PackageName, Refused]] = {}

    def served(self, source: IndexSource) -> None:
        """Note that an index listed a project."""
        if source.name not in self._served:
            self._served.add(source.name)
            remember_serving(self._cache, source)

    def note(self, source: IndexSource, name: PackageName, reply: Refused) -> None:
        """Note a refusal; raises `IndexRefused` at once where it cannot mean "not there"."""
        if reply.status != 403 or reply.had_challenge or "@" in source.url.partition("//")[2]:
            raise _refused(source, {name: reply})
        self._refused.setdefault(source.name, {})[name] = reply

    def serving(self) -> tuple[IndexName, ...]:
        """The indexes that are known to list projects, in this run or to the cache."""
        return tuple(name for name, source in self._sources.items() if self._is_serving(source))

    def judge(self) -> tuple[str, ...]:
        """What the user should know, a line an index; raises `IndexRefused` for an index that
        served nothing.
        """
        warnings = []
        for index, replies in sorted(self._refused.items()):
            source = self._sources[index]
            if not self._is_serving(source):
                raise _refused(source, replies)
            listed = ", ".join(sorted(replies)[:5])
            warnings.append(
                f'Index {index} answers 403 for {listed}; taken as "not there", since it serves '
                "other projects without credentials."
            )
        return tuple(warnings)

    def _is_serving(self, source: IndexSource) -> bool:
        return source.name in self._served or bool(self._cache.row(_SERVED, source.shown_url))


def _refused(source: IndexSource, replies: Mapping[PackageName, Refused]) -> IndexRefused:
    from resolvetui.explanation import index_words  # for errors only

    names = sorted(replies)
    first = replies[names[0]]
    url = first.url or source.shown_url
    return IndexRefused(
        index_words.refuses(source.name, names, first.status),
        why=index_words.answered(url, first.status, first.login, first.realm),
        what_to_do=index_words.GIVE_CREDENTIALS,
        culprit=source.shown_url,
        details=ErrorDetails(
            index=source.name,
            project=names[0],
            url=url,
            cause="status",
            status=first.status,
            attempts=1,
            login=first.login,
            realm=first.realm,
        ),
    )
