"""`--demo`: the bundled indexes on loopback in the place of all others."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

import msgspec

from resolvetui.demo.scratch import scratch_environment
from resolvetui.demo.world import DEMO_REQUIREMENTS, demo_indexes, demo_sources
from resolvetui.inputs.merge import Effective
from resolvetui.model.names import IndexName, PackageName, package_name
from resolvetui.model.query import IndexSource, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement


def demonstrate(effective: Effective, stack: ExitStack) -> Effective:
    """The same inputs over the demo's indexes, served until `stack` is closed.

    Requirements of the user are kept; without any, the demo's own are asked for. Nothing of the
    demo goes into the cache, and unless the user names an environment, the target is a temporary
    one.
    """
    indexes = stack.enter_context(demo_indexes())
    requirements = effective.query.requirements or tuple(
        RootRequirement(
            Requirement(PackageName(name)), Origin(OriginKind.ARGUMENT, line=position), name
        )
        for position, name in enumerate(DEMO_REQUIREMENTS, 1)
    )
    target = effective.query.target
    if target == TargetRequest() and not effective.interface.venv:
        # Toy packages have no business in an environment of the user's.
        target = TargetRequest(python=stack.enter_context(scratch_environment()))
    sources = demo_sources(indexes)
    query: Query = msgspec.structs.replace(
        effective.query,
        requirements=requirements,
        indexes=sources,
        pinned_indexes=_pinned(effective, sources),
        target=target,
    )
    return msgspec.structs.replace(effective, query=query, no_cache=True, offline=False, proxy="")


def _pinned(effective: Effective, sources: Iterable[IndexSource]) -> dict[PackageName, IndexName]:
    """What `--pin-index` says of the demo's own indexes; pins to others lapse with these."""
    names = {source.name for source in sources}
    stated = [
        (package_name(package.strip()), IndexName(index.strip()))
        for setting in reversed(effective.settings)  # the strongest comes last
        if setting.name == "pin-index"
        for package, _, index in [setting.value.partition("=")]
    ]
    return {package: index for package, index in stated if index in names}
