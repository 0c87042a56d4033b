"""Files that are for some targets only (`requires-python` of a script, environments of a lock)."""

from __future__ import annotations

from packaging.specifiers import SpecifierSet

from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.errors import TargetError
from resolvetui.model.query import Query, TargetDemand


def check_demands(query: Query, target: Target) -> None:
    """Raise `TargetError` where a file that the query comes from is not for the target."""
    for demand in query.demands:
        python = target.python_version
        if demand.python and not SpecifierSet(demand.python).contains(python, prereleases=True):
            raise TargetError(
                f"{demand.origin.where} is for Python {demand.python}; this is {python}.",
                what_to_do="Name another one by --python or --python-version.",
                culprit=demand.origin.where,
            )
        _check_environments(demand, target)


def _check_environments(demand: TargetDemand, target: Target) -> None:
    if not demand.environments:
        return
    markers = MarkerEvaluator(target)
    if any(markers.applies(marker) for marker in demand.environments):
        return
    values = dict.fromkeys(markers.deciding_value(marker) for marker in demand.environments)
    raise TargetError(
        f"{demand.origin.where} is made for other environments than this one.",
        why=f"It is for {'; or '.join(demand.environments)}. Here {', '.join(values)}.",
        what_to_do="Name another target by --python, --python-version or --python-platform.",
        culprit=demand.origin.where,
    )
