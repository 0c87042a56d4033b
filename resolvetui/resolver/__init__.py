"""PubGrub on bitmasks: a generator over values, without any I/O."""

from resolvetui.resolver.clause import Clause
from resolvetui.resolver.domain import Domain, Exclusion
from resolvetui.resolver.outcome import Outcome, Refutation, Solution
from resolvetui.resolver.requests import Dependencies, NeedListings, NeedMetadata, Unreadable
from resolvetui.resolver.solver import Problem, Solver

__all__ = [
    "Clause",
    "Dependencies",
    "Domain",
    "Exclusion",
    "NeedListings",
    "NeedMetadata",
    "Outcome",
    "Problem",
    "Refutation",
    "Solution",
    "Solver",
    "Unreadable",
]
