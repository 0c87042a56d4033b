"""A report as one JSON object: schema 1, the contract with scripts (docs/reference).

Fields are only ever added. Strings from outside have their control characters made visible, so
that a terminal that shows the output obeys none of them.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

from resolvetui.environment.target import Target
from resolvetui.metadata.built import BuildLog
from resolvetui.model.explanation import Explanation, FixOutcome, Hint, PackageVerdicts, Step
from resolvetui.model.files import DistributionFile, SdistFile, WheelFile
from resolvetui.model.resolution import Pin
from resolvetui.model.verdict import FileVerdict, Hurdle, VersionVerdict
from resolvetui.model.visible import visible
from resolvetui.report.json_error import JsonError, json_error
from resolvetui.report.json_plan import JsonPlan, json_plan
from resolvetui.report.json_why import JsonWhy, json_why
from resolvetui.report.model import Report, ReportedPackage, Statistics, Warning_

SCHEMA = 1


class JsonTarget(Struct):
    """What it was resolved for."""

    python: str
    """Full version: `3.12.1`."""
    implementation: str
    platform: str
    libc: str
    markers: dict[str, str]


class JsonFile(Struct):
    """A file of a package."""

    filename: str
    url: str
    hashes: dict[str, str]
    size: int | None
    kind: str
    """`wheel`, `sdist`, `directory` or `vcs`."""
    requires_python: str | None
    yanked: str | None
    """None: not yanked; else the reason, which may be ""."""


class JsonPackage(Struct):
    """One package of the resolution."""

    name: str
    version: str
    index: str | None
    """The index's name; None for a direct reference or an installed package."""
    requested: bool
    extras: tuple[str, ...]
    marker: str | None
    file: JsonFile | None
    """None for an installed package that is kept."""
    requires: tuple[str, ...]
    required_by: tuple[str, ...]
    newest: str
    why_not_newer: str | None
    why: JsonWhy | None
    """All about it, where `--why` asks for that."""


class JsonHurdle(Struct):
    """Why something may not be used."""

    reason: str
    detail: str


class JsonFileVerdict(Struct):
    """A file of a candidate."""

    filename: str
    index: str
    hurdles: tuple[JsonHurdle, ...]
    tags: str | None
    nearest_tag: str


class JsonVersion(Struct):
    """A version of a candidate on one index."""

    version: str
    index: str
    usable: bool
    reason: str | None
    detail: str
    files: tuple[JsonFileVerdict, ...]


class JsonSkipped(Struct):
    """A link on a page that is no file of the project, and why."""

    filename: str
    reason: str


class JsonCandidates(Struct):
    """The versions of a package that the explanation is about."""

    package: str
    asked: str
    indexes: tuple[str, ...]
    versions: tuple[JsonVersion, ...]
    in_range: int
    """How many of `versions`, counted from the start, meet what is asked."""
    omitted: int
    nearest: str
    skipped: tuple[JsonSkipped, ...]
    """Links of its pages that are not used at all."""


class JsonChange(Struct):
    """A package that a hint would bring or move."""

    name: str
    old: str | None = field(name="from")
    """None where it is not installed."""
    new: str = field(name="to")


class JsonOutcome(Struct):
    """What a hint leads to, as a complete resolve found out."""

    changed: tuple[JsonChange, ...]
    packages: int
    download_bytes: int | None
    trust: str
    """What it costs in safety, or ""."""
    caution: str
    """What to know of its versions, or ""."""


class JsonHint(Struct):
    """A way out."""

    text: str
    kind: str
    args: tuple[str, ...]
    verified: bool
    outcome: JsonOutcome | None
    tried: str
    """Why there is no solution with it either, where it was tried; else ""."""
    unchecked: str
    """Why nobody tried it, where that is not for want of time; else ""."""


class JsonExplanation(Struct):
    """Why there is no solution."""

    cause: str
    text: str
    """All of it as plain text."""
    steps: tuple[Step, ...]
    candidates: tuple[JsonCandidates, ...]
    hints: tuple[JsonHint, ...]


class JsonReport(Struct):
    """The whole object."""

    schema: int
    status: str
    target: JsonTarget | None
    packages: tuple[JsonPackage, ...]
    explanation: JsonExplanation | None
    plan: JsonPlan | None
    warnings: tuple[Warning_, ...]
    builds: tuple[BuildLog, ...]
    error: JsonError | None
    statistics: Statistics


def render_json(report: Report) -> bytes:
    """The report in UTF-8, indented, without a final line end."""
    plain = msgspec.to_builtins(json_report(report))
    return msgspec.json.format(msgspec.json.encode(made_visible(plain)), indent=2)


def json_report(report: Report) -> JsonReport:
    """The object before its strings are made safe."""
    return JsonReport(
        SCHEMA,
        report.status,
        json_target(report.target) if report.target else None,
        tuple(map(_package, report.packages)),
        _explanation(report, report.explanation) if report.explanation else None,
        json_plan(report.plan) if report.plan else None,
        report.warnings,
        report.builds,
        json_error(report.error) if report.error else None,
        report.statistics,
    )


def made_visible(value: Any) -> Any:  # noqa: ANN401 - JSON is made of anything
    """Every string in it made safe, keys included."""
    match value:
        case str():
            return visible(value)
        case dict():
            return {visible(key): made_visible(item) for key, item in value.items()}
        case list() | tuple():
            return [made_visible(item) for item in value]
        case _:
            return value


def json_target(target: Target) -> JsonTarget:
    """The target without its tags."""
    return JsonTarget(
        target.python_version,
        target.implementation,
        target.platform,
        target.libc,
        target.markers,
    )


def _package(package: ReportedPackage) -> JsonPackage:
    pin = package.pin
    return JsonPackage(
        name=pin.name,
        version=pin.version,
        index=pin.index,
        requested=pin.requested,
        extras=pin.extras,
        marker=package.marker,
        file=_file(pin.file, pin) if pin.file else None,
        requires=tuple(requirement.text for requirement in pin.requires),
        required_by=pin.required_by,
        newest=pin.newest,
        why_not_newer=package.why_not_newer,
        why=json_why(package.why) if package.why else None,
    )


def _file(file: DistributionFile, pin: Pin) -> JsonFile:
    return JsonFile(
        file.filename,
        file.url,
        file.hashes,
        file.size,
        file_kind(file, pin),
        file.requires_python,
        file.yanked,
    )


def file_kind(file: DistributionFile, pin: Pin) -> str:
    """`wheel`, `sdist`, `directory` or `vcs`."""
    if isinstance(file, WheelFile):
        return "wheel"
    if pin.kind == "url" and file.url.partition("+")[0] in ("git", "hg", "svn", "bzr"):
        return "vcs"
    is_folder = pin.kind == "url" and isinstance(file, SdistFile) and not _is_archive(file.filename)
    return "directory" if is_folder else "sdist"


def _is_archive(filename: str) -> bool:
    return filename.endswith((".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar"))


def _explanation(report: Report, explanation: Explanation) -> JsonExplanation:
    from resolvetui.report.conflict_text import conflict_text

    return JsonExplanation(
        explanation.cause,
        conflict_text(explanation, report.target),
        explanation.steps,
        tuple(map(_candidates, explanation.candidates)),
        tuple(map(_hint, explanation.hints)),
    )


def _hint(hint: Hint) -> JsonHint:
    outcome = _outcome(hint.outcome) if hint.outcome else None
    return JsonHint(
        hint.text, hint.kind, hint.args, hint.verified, outcome, hint.tried, hint.unchecked
    )


def _outcome(outcome: FixOutcome) -> JsonOutcome:
    return JsonOutcome(
        tuple(JsonChange(each.name, each.old or None, each.new) for each in outcome.changed),
        outcome.packages,
        outcome.download_bytes,
        outcome.trust,
        outcome.caution,
    )


def _candidates(package: PackageVerdicts) -> JsonCandidates:
    return JsonCandidates(
        package.package,
        package.asked,
        package.indexes,
        tuple(map(_version, package.versions)),
        package.in_range,
        package.omitted,
        package.nearest,
        tuple(JsonSkipped(file.filename, file.reason) for file in package.skipped),
    )


def _version(verdict: VersionVerdict) -> JsonVersion:
    hurdle = verdict.hurdle
    return JsonVersion(
        verdict.version,
        verdict.index,
        hurdle is None,
        hurdle.reason.value if hurdle else None,
        hurdle.detail if hurdle else "",
        tuple(map(_file_verdict, verdict.files)),
    )


def _file_verdict(verdict: FileVerdict) -> JsonFileVerdict:
    return JsonFileVerdict(
        verdict.file.filename,
        verdict.index,
        tuple(map(_hurdle, verdict.hurdles)),
        verdict.tags.tags if verdict.tags else None,
        verdict.tags.nearest if verdict.tags else "",
    )


def _hurdle(hurdle: Hurdle) -> JsonHurdle:
    return JsonHurdle(hurdle.reason.value, hurdle.detail)


__all__ = ["SCHEMA", "JsonReport", "json_report", "render_json"]
