"""The candidate table of one package, as the front end shows it."""

from __future__ import annotations

from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.verdict import VersionVerdict
from resolvetui.session.attempts import Attempt
from resolvetui.session.evidence import SessionEvidence
from resolvetui.session.protocol import CandidateTable


def candidate_table(request: int, attempt: Attempt, package: PackageName) -> CandidateTable:
    """All versions on all indexes that were asked, newest first, without their files."""
    evidence = SessionEvidence(attempt.facts)
    columns = evidence.listed_on(package)
    rows: dict[str, dict[IndexName, VersionVerdict]] = {}
    for verdict in evidence.verdicts(package):
        rows.setdefault(verdict.version, {})[verdict.index] = verdict
    chosen, chosen_index = _chosen(attempt, package)
    return CandidateTable(
        request,
        package,
        chosen,
        chosen_index,
        columns,
        tuple(
            (version, _uploaded(cells), tuple(_bare(cells.get(index)) for index in columns))
            for version, cells in rows.items()
        ),
    )


def _chosen(attempt: Attempt, package: PackageName) -> tuple[str, IndexName | None]:
    if attempt.resolution is not None:
        for pin in attempt.resolution.pins:
            if pin.name == package:
                return pin.version, pin.index
    return "", None


def _uploaded(cells: dict[IndexName, VersionVerdict]) -> str:
    """The day of the first upload that any index states, `2024-04-24`, or ""."""
    times = [
        file.file.upload_time
        for verdict in cells.values()
        for file in verdict.files
        if file.file.upload_time
    ]
    return min(times)[:10] if times else ""


def _bare(verdict: VersionVerdict | None) -> VersionVerdict | None:
    if verdict is None:
        return None
    return VersionVerdict(verdict.version, verdict.index, verdict.hurdle, ())
