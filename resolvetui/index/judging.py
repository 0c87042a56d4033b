"""Files and releases against a target and the user's policies: every hurdle, best file. Pure.

The hurdles come in the order of `Reason`. A file's verdict holds all that it fails; a version's
verdict is the last hurdle of its best file, so that the hint is the nearest fix.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from resolvetui.environment.tags import TagMatcher
from resolvetui.environment.target import Target
from resolvetui.model.files import DistributionFile, ProjectPage, Release, SdistFile, WheelFile
from resolvetui.model.hashes import HashDemand, standing, telling_hash
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Policies
from resolvetui.model.verdict import FileVerdict, Hurdle, Reason, VersionVerdict

ALL = ":all:"
"""What stands for every package in `only_binary` and `no_binary` (pip's word)."""

_ORDER = {reason: place for place, reason in enumerate(Reason)}
_SDIST_PREFERENCE = (".tar.gz", ".zip")


class FormatPolicy(Struct, frozen=True):
    """Which kinds of file of one package may be used."""

    wheels: bool = True
    sdists: bool = True

    @classmethod
    def of(cls, policies: Policies, name: PackageName) -> FormatPolicy:
        """The part of the policies that is about this package."""
        return cls(
            wheels=not {ALL, name} & set(policies.no_binary) or name in policies.only_binary,
            sdists=not {ALL, name} & set(policies.only_binary) or name in policies.no_binary,
        )


class Judge:
    """Judges files against one target; remembers what many files share."""

    def __init__(self, target: Target, exclude_newer: str = "") -> None:
        self.tags = TagMatcher(target)
        self.exclude_newer = exclude_newer
        """As in `Policies`: the moment from which on uploads do not count, or ""."""
        self._python = target.python_version
        self._pythons: dict[str, bool] = {}

    def python_fits(self, specifier: str | None) -> bool:
        """Whether `Requires-Python` (core metadata) allows the target; unreadable ones do."""
        if not specifier:
            return True
        fits = self._pythons.get(specifier)
        if fits is None:
            try:
                fits = SpecifierSet(specifier).contains(self._python, prereleases=True)
            except InvalidSpecifier:
                fits = True
            self._pythons[specifier] = fits
        return fits

    def file(
        self,
        file: DistributionFile,
        index: IndexName,
        formats: FormatPolicy,
        extra: Sequence[Hurdle] = (),
        demands: Sequence[HashDemand] = (),
    ) -> FileVerdict:
        """One file with every hurdle that it fails; `extra` are those of its version or index,
        `demands` the hashes that the user wants it to have.
        """
        hurdles = list(extra)
        if self.exclude_newer and not _is_older(file.upload_time, self.exclude_newer):
            hurdles.append(Hurdle(Reason.EXCLUDE_NEWER, file.upload_time or ""))
        if not self.python_fits(file.requires_python):
            hurdles.append(Hurdle(Reason.REQUIRES_PYTHON, file.requires_python or ""))
        tags = None
        if isinstance(file, WheelFile):
            tags = self.tags.verdict(file.tags)
            if tags.reason is not None:
                hurdles.append(Hurdle(tags.reason, tags.detail))
            if not formats.wheels:
                hurdles.append(Hurdle(Reason.ONLY_WHEEL))
        elif not formats.sdists:
            hurdles.append(Hurdle(Reason.ONLY_SDIST))
        if file.yanked is not None:
            hurdles.append(Hurdle(Reason.YANKED, file.yanked))
        if demands and standing(file.hashes, demands) == "unmet":
            hurdles.append(Hurdle(Reason.HASH_MISMATCH, telling_hash(file.hashes, demands)))
        hurdles.sort(key=lambda hurdle: _ORDER[hurdle.reason])
        return FileVerdict(file, index, tuple(hurdles), tags)

    def release(
        self,
        release: Release,
        index: IndexName,
        formats: FormatPolicy,
        extra: Sequence[Hurdle] = (),
        demands: Sequence[HashDemand] = (),
    ) -> VersionVerdict:
        """One version on one index with all its files, best first."""
        files = sorted(
            (self.file(each, index, formats, extra, demands) for each in release.files),
            key=_closeness,
        )
        if not files:
            return VersionVerdict(release.version, index, Hurdle(Reason.NOT_FOUND), ())
        hurdles = files[0].hurdles
        hurdle = hurdles[0] if hurdles else None
        return VersionVerdict(release.version, index, hurdle, tuple(files))

    def best_file(
        self,
        release: Release,
        formats: FormatPolicy,
        demands: Sequence[HashDemand] = (),
        *,
        yanked: bool,
    ) -> DistributionFile | None:
        """The file that an install would take: the best-ranked wheel, else an sdist; before them
        one of which it is known that it has a demanded hash.
        """
        verdicts = (self.file(f, IndexName(""), formats, (), demands) for f in release.files)
        usable = [verdict for verdict in verdicts if not _hinders(verdict, yanked=yanked)]
        if demands:
            known = [v for v in usable if standing(v.file.hashes, demands) == "met"]
            usable = known or usable
        return min(usable, key=_closeness).file if usable else None


def quarantine(page: ProjectPage) -> tuple[Hurdle, ...]:
    """The hurdle of every file of a project that its index has quarantined (PEP 792).

    "Quarantined: the project is considered generally unsafe for use." No pin takes it away.
    """
    if page.status != "quarantined":
        return ()
    return (Hurdle(Reason.QUARANTINED, page.status_reason),)


def _is_older(upload_time: str | None, moment: str) -> bool:
    """Whether an upload time (PEP 700, any precision) lies before a moment, both in UTC."""
    if upload_time is None:
        return False
    return _comparable(upload_time) < _comparable(moment)


def _comparable(moment: str) -> str:
    """ISO 8601 in UTC in a form that compares as text: the fraction always six digits long."""
    seconds, _, fraction = moment.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction[:6]:0<6}"


def _hinders(verdict: FileVerdict, *, yanked: bool) -> bool:
    return any(not (yanked and hurdle.reason is Reason.YANKED) for hurdle in verdict.hurdles)


def _closeness(verdict: FileVerdict) -> tuple[int, int, int, tuple[int, str], str]:
    """Least is best: fewest failed hurdles (the first failed one as late as possible), then
    wheels by rank and build tag, then source distributions.
    """
    first = _ORDER[verdict.hurdles[0].reason] if verdict.hurdles else len(_ORDER)
    file = verdict.file
    if isinstance(file, SdistFile):
        suffix = next(
            (at for at, end in enumerate(_SDIST_PREFERENCE) if file.filename.endswith(end)),
            len(_SDIST_PREFERENCE),
        )
        return (-first, len(verdict.hurdles), 1 << 30, (suffix, ""), file.filename)
    assert verdict.tags is not None
    rank = (1 << 29) if verdict.tags.rank is None else verdict.tags.rank
    return (-first, len(verdict.hurdles), rank, _build_order(file.build), file.filename)


def _build_order(build: str) -> tuple[int, str]:
    """Higher build tags first (binary distribution format, "build number")."""
    digits = build[: len(build) - len(build.lstrip("0123456789"))]
    return (-int(digits) if digits else 0, build)
