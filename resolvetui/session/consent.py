"""Whether source distributions may and can be built for a query; why not, in words."""

from __future__ import annotations

from resolvetui.environment.target import Target
from resolvetui.explanation.wording import platform_label, python_label
from resolvetui.model.names import PackageName
from resolvetui.model.query import BuildPolicy, Query


def why_not_built(query: Query, target: Target, name: PackageName) -> str:
    """Why a package is not built for a query, as a clause; "" where it may be and can be."""
    if target.environment is None or not query.target.is_environment:
        machine = platform_label(target) if query.target.python_platform else "this machine"
        return f"that takes a {python_label(target)} on {machine} (--python PATH names it)"
    if query.policies.may_build(name):
        return ""
    if query.policies.build is BuildPolicy.DENY:
        return "that runs its code, which --build deny forbids"
    return "that runs its code, and nobody was asked (--build ask)"
