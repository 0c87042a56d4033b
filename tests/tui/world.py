"""A torch world as messages of the worker: 13 packages, two indexes, a conflict, a plan.

Shaped like the PyTorch index of May 2024; sizes and dates are close to the real ones, hashes
are made up.
"""

# ruff: noqa: E501 - rows of data read as a table
from __future__ import annotations

import msgspec

from resolvetui.environment.tags import TagMatcher
from resolvetui.environment.target import Target
from resolvetui.install.plan import Action, ActionKind, Breakage, Plan
from resolvetui.model.explanation import (
    ChangedPackage,
    Explanation,
    Fact,
    FixOutcome,
    Hint,
    PackageVerdicts,
    Step,
)
from resolvetui.model.files import DistributionFile, SdistFile, WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import (
    DropConstraint,
    IndexSource,
    IndexStrategy,
    Query,
    ReplaceRequirement,
    SetStrategy,
)
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.sharing import Listing, SharedName, Sharing
from resolvetui.model.verdict import FileVerdict, Hurdle, Reason, VersionVerdict
from resolvetui.model.why import Asker, Elsewhere, Inactive, Moved, NotNewer, Stage, Why
from resolvetui.session import protocol

CPU = IndexName("pytorch-cpu")
MIRROR = IndexName("mirror")
KIB, MIB = 1024, 1024 * 1024


def tags() -> tuple[str, ...]:
    """What CPython 3.12 on Debian 12 supports, best first."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(36, 4, -1)]
    platforms += ["manylinux2014_x86_64", "manylinux1_x86_64", "linux_x86_64"]
    found = [f"cp312-cp312-{platform}" for platform in platforms]
    found += [f"cp312-abi3-{platform}" for platform in platforms]
    found += [f"cp312-none-{platform}" for platform in platforms]
    found += ["cp312-none-any", "py312-none-any", "py3-none-any"]
    return tuple(found)


TARGET = protocol.TargetView(
    python="CPython 3.12.3",
    platform="linux x86_64",
    libc="glibc 2.36",
    environment="/srv/app/.venv",
    is_virtual=True,
    tags=tags(),
)
_MATCHER = TagMatcher(
    Target("3.12.3", "cpython", "linux x86_64", "glibc 2.36", markers={}, tags=tags())
)


def root(text: str) -> RootRequirement:
    name = text
    for mark in "=!<>~":
        name = name.split(mark)[0]
    requirement = Requirement(PackageName(name), specifier=text[len(name) :])
    return RootRequirement(requirement, Origin(OriginKind.ARGUMENT), text)


def query(*texts: str) -> Query:
    return Query(
        requirements=tuple(root(text) for text in texts),
        indexes=(
            IndexSource(CPU, "https://user:secret@index.example/whl/cpu"),
            IndexSource(MIRROR, "https://mirror.example/simple"),
        ),
    )


QUERY = query("torch", "torchvision", "torchaudio")


def wheel(
    name: str, version: str, tag: str, size: int | None, day: str = "2024-04-24", **more: object
) -> WheelFile:
    return WheelFile(
        filename=f"{name.replace('-', '_')}-{version}-{tag}.whl",
        url=f"https://index.example/whl/cpu/{name}-{version}-{tag}.whl",
        version=version,
        hashes={"sha256": "ab" * 32},
        size=size,
        upload_time=f"{day}T12:00:00Z",
        tags=tag,
        metadata_hashes={"sha256": "cd" * 32},
        **more,  # type: ignore[arg-type]
    )


def verdict(file: DistributionFile, index: IndexName = CPU, *hurdles: Hurdle) -> FileVerdict:
    if isinstance(file, SdistFile):
        return FileVerdict(file, index, hurdles or (Hurdle(Reason.ONLY_SDIST),))
    judged = _MATCHER.verdict(file.tags)
    found = (*hurdles, Hurdle(judged.reason, judged.detail)) if judged.reason else hurdles
    return FileVerdict(file, index, found, judged)


# name: version, size, requires, day
_PACKAGES: dict[str, tuple[str, str, int, tuple[str, ...], str]] = {
    "torch": ("2.3.0+cpu", "cp312-cp312-linux_x86_64", 190 * MIB + 420 * KIB, (
        "filelock", "typing-extensions>=4.8.0", "sympy", "networkx", "jinja2", "fsspec"), "2024-04-24"),
    "torchvision": ("0.18.0+cpu", "cp312-cp312-linux_x86_64", 1_640 * KIB, (
        "numpy", "torch==2.3.0", "pillow!=8.3.*,>=5.3.0"), "2024-04-24"),
    "torchaudio": ("2.3.0+cpu", "cp312-cp312-linux_x86_64", 3_480 * KIB, ("torch==2.3.0",), "2024-04-24"),
    "filelock": ("3.13.1", "py3-none-any", 11_740, (), "2023-10-30"),
    "fsspec": ("2024.2.0", "py3-none-any", 170_900, (), "2024-02-05"),
    "jinja2": ("3.1.3", "py3-none-any", 133_200, ("markupsafe>=2.0",), "2024-01-10"),
    "markupsafe": ("2.1.5", "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", 28_300, (), "2024-02-02"),
    "mpmath": ("1.3.0", "py3-none-any", 536_200, (), "2023-03-07"),
    "networkx": ("3.2.1", "py3-none-any", 1_647_772, (), "2023-10-28"),
    "numpy": ("1.26.3", "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", 18_000_000, (), "2024-01-02"),
    "pillow": ("10.2.0", "cp312-cp312-manylinux_2_28_x86_64", 4_500_000, (), "2024-01-02"),
    "sympy": ("1.12", "py3-none-any", 5_742_435, ("mpmath>=0.19",), "2023-05-10"),
    "typing-extensions": ("4.9.0", "py3-none-any", 32_600, (), "2023-12-10"),
}  # fmt: skip


def _requirement(text: str) -> Requirement:
    return root(text).requirement


def resolution() -> Resolution:
    by: dict[str, list[str]] = {name: [] for name in _PACKAGES}
    for name, (_, _, _, requires, _) in _PACKAGES.items():
        for text in requires:
            by[_requirement(text).name].append(name)
    pins = []
    for name, (version, tag, size, requires, day) in sorted(_PACKAGES.items()):
        pins.append(
            Pin(
                name=PackageName(name),
                version=version,
                kind="file",
                index=CPU,
                file=wheel(name, version, tag, size, day),
                extras=(),
                requested=name in ("torch", "torchvision", "torchaudio"),
                requires=tuple(_requirement(text) for text in requires),
                inapplicable=(
                    Requirement(PackageName("colorama"), marker='sys_platform == "win32"'),
                )
                if name == "torch"
                else (),
                required_by=tuple(PackageName(parent) for parent in sorted(by[name])),
                newest="2.4.0.dev20240507+cpu" if name == "torch" else version,
                other_indexes=(MIRROR,),
            )
        )
    return Resolution(tuple(pins))


def _version(
    version: str, index: IndexName, reason: Reason | None = None, detail: str = ""
) -> VersionVerdict:
    hurdle = Hurdle(reason, detail) if reason else None
    return VersionVerdict(version, index, hurdle, ())


def candidates(request: int, package: str = "torch") -> protocol.CandidateTable:
    """The table of torch is like the real one; others have their one version."""
    if package != "torch":
        version, _, _, _, day = _PACKAGES.get(package, ("1.0", "", 0, (), "2024-01-01"))
        rows = ((version, f"{day}T12:00:00Z", (_version(version, CPU), None)),)
        return protocol.CandidateTable(
            request, PackageName(package), version, CPU, (CPU, MIRROR), rows
        )
    rows_: list[tuple[str, str, tuple[VersionVerdict | None, ...]]] = [
        (
            "2.4.0.dev20240507+cpu",
            "2024-05-07",
            (_version("2.4.0.dev20240507+cpu", CPU, Reason.PRERELEASE), None),
        ),
        ("2.3.0+cpu", "2024-04-24", (_version("2.3.0+cpu", CPU), None)),
    ]
    for release, day in (("2.3.0", "2024-04-24"), ("2.2.2", "2024-03-27"), ("2.2.1", "2024-02-22"),
                         ("2.2.0", "2024-01-30"), ("2.1.2", "2023-12-15"), ("2.1.1", "2023-11-15"),
                         ("2.1.0", "2023-10-04"), ("2.0.1", "2023-05-08"), ("2.0.0", "2023-03-15"),
                         ("1.13.1", "2022-12-15"), ("1.13.0", "2022-10-28"), ("1.12.1", "2022-08-05"),
                         ("1.12.0", "2022-06-28"), ("1.11.0", "2022-03-10")):  # fmt: skip
        local = f"{release}+cpu"
        old = release < "2.2"
        if release != "2.3.0":
            reason = Reason.YANKED if release == "2.2.0" else Reason.PYTHON_TAG if old else None
            rows_.append((local, day, (_version(local, CPU, reason, "cp311" if old else ""), None)))
        sdist = release in ("1.11.0", "1.12.0")
        here = _version(release, CPU, Reason.PLATFORM_TAG, "manylinux2014_aarch64")
        there = _version(release, MIRROR, Reason.SHADOWED if not sdist else Reason.ONLY_SDIST, "")
        rows_.append((release, day, (here, there)))
    return protocol.CandidateTable(
        request, PackageName("torch"), "2.3.0+cpu", CPU, (CPU, MIRROR), tuple(rows_)
    )


def torch_files(version: str = "2.3.0+cpu") -> tuple[FileVerdict, ...]:
    size = 190 * MIB + 420 * KIB
    return (
        verdict(wheel("torch", version, "cp312-cp312-linux_x86_64", size)),
        verdict(wheel("torch", version, "cp311-cp311-linux_x86_64", size)),
        verdict(wheel("torch", version, "cp312-cp312-win_amd64", 193 * MIB)),
        verdict(
            wheel(
                "torch",
                version,
                "cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64",
                85 * MIB,
            )
        ),
        verdict(wheel("torch", version, "cp310-cp310-linux_x86_64", size)),
    )


def files(request: int, package: str, version: str) -> protocol.Files:
    if package == "torch":
        return protocol.Files(request, PackageName(package), version, torch_files(version))
    found = {pin.name: pin.file for pin in resolution().pins}
    file = found.get(PackageName(package))
    verdicts = (verdict(file),) if file else ()
    return protocol.Files(request, PackageName(package), version, verdicts)


CONSTRAINT = RootRequirement(
    Requirement(PackageName("torch"), specifier="!=2.3.0+cu121"),
    Origin(OriginKind.CONSTRAINT, "constraints.txt", 4),
)
CONFLICT_QUERY = msgspec.structs.replace(
    query("torch", "torchaudio==2.3.0+cu121"), constraints=(CONSTRAINT,)
)


def why(package: str) -> Why:
    """Who asks for it; for torch all that there is to say."""
    pins = {pin.name: pin for pin in resolution().pins}
    pin = pins.get(PackageName(package))
    if pin is None:
        absent = f"{package} is not part of the answer: nothing that is asked for requires it."
        return Why(PackageName(package), absent=absent)
    asked = [
        Asker("requirement", pin.name, f"you ask for {pin.name}", "argument 1")
    ] * pin.requested
    for name in pin.required_by:
        parent = pins[name]
        for each in parent.requires:
            if each.name == pin.name:
                text = f"{each.name}{each.specifier}"
                words = f"{name} {parent.version} requires {text}"
                asked.append(Asker("dependency", text, words, path=((name, parent.version),)))
    found = Why(
        pin.name,
        pin.version,
        pin.index,
        tuple(asked),
        source=f"{pin.name} comes from {pin.index}",
        funnel=(Stage(4, "versions"), Stage(3, "for this Python"), Stage(1, "in range")),
    )
    return msgspec.structs.replace(found, **_ALL_OF_TORCH) if package == "torch" else found


_TRITON = PackageName("pytorch-triton")
_STEPS = (
    Step(1, "You ask for torchaudio.", "requirement"),
    Step(2, "Every version of torchaudio requires torch<2.4.", "dependency", (1,)),
    Step(
        3, "torch 2.3.1+cpu requires pytorch-triton>=3, so it cannot be used.", "dependency", (2,),
        (Fact("dependency", "torch 2.3.1+cpu requires pytorch-triton>=3", PackageName("torch")),),
    ),
)  # fmt: skip
_ALL_OF_TORCH = {
    "inactive": (
        Inactive(
            "torchvision 0.18.0+cpu", False, "torch>2", PackageName("torch"),
            'os_name == "nt"', "os_name is 'posix'",
        ),
    ),
    "own_inactive": (
        Inactive(
            "torch 2.3.0+cpu", False, "mkl<=2021.4.0,>=2021.1.1", PackageName("mkl"),
            'platform_system == "Windows"', "platform_system is 'Linux'",
        ),
    ),
    "not_newer": (
        NotNewer("2.4.0.dev0+cpu", "policy", "2.4.0.dev0+cpu: it is a pre-release, and a final version is there"),
        NotNewer(
            "2.3.1+cpu", "no-solution", "2.3.1+cpu is held back by torchaudio's requirement torch==2.3.0",
            "No other choice of versions makes room for it.", _STEPS,
        ),
        NotNewer(
            "2.3.1", "possible", "2.3.1 would fit with pytorch-triton 2.9 instead of 3.0",
            moved=(Moved(_TRITON, "3.0", "2.9"),),
        ),
    ),
    "source": "torch comes from pytorch-cpu; mirror lists it too, and strategy first-index takes the first index that knows the name",
    "elsewhere": (
        Elsewhere(MIRROR, "2.3.1", "torch-2.3.1.whl", False, True, "mirror would give 2.3.1 if it were asked"),
    ),
    "label": "2.3.0+cpu is 2.3.0 with the local label cpu: it meets ==2.3.0, and ranks above the plain version (PEP 440)",
}  # fmt: skip


def sharing(*, ask: bool = False) -> Sharing:
    """What is known of names on several indexes, before and after the hidden ones were asked."""
    listed = Listing(CPU, "chosen", 41, ("2.3.0+cpu", "2.3.0", "2.2.2+cpu", "2.2.2", "2.2.1+cpu"))
    why_ = "pytorch-cpu is the first index that lists it, and first-index hides the later ones."
    hidden = Listing(MIRROR, "hidden", 24, ("2.3.1", "2.3.0", "2.2.2"))
    torch = SharedName(
        PackageName("torch"), (listed, hidden), "2.3.0+cpu", why_, "apart",
        risk="mirror has 2.3.1, higher than any on pytorch-cpu: unsafe-best-match would take it.",
    )  # fmt: skip
    rest = []
    for pin in resolution().pins:
        if pin.name != "torch":
            here = Listing(CPU, "chosen", 1, (pin.version,))
            there = Listing(
                MIRROR, "hidden" if ask else "not-asked", *((9, (pin.version,)) if ask else ())
            )
            rest.append(
                SharedName(
                    pin.name,
                    (here, there),
                    pin.version,
                    why_,
                    "equal" if ask else "apart",
                    int(ask),
                )
            )
    if not ask:
        return Sharing((torch,), tuple(rest), 1)
    odd = msgspec.structs.replace(
        rest[0], hashes="differ", differing=("filelock-3.13.1-py3-none-any.whl",),
        risk="Files of one name have different contents: rebuilt, or tampered with.",
    )  # fmt: skip
    return Sharing((odd, torch, *rest[1:]), (), 1)


def fixes() -> tuple[Hint, ...]:
    """The ways out after they were tried."""
    audio = CONFLICT_QUERY.requirements[1]
    plain = Requirement(audio.requirement.name, specifier="==2.3.0")
    every = IndexStrategy.UNSAFE_BEST_MATCH
    return (
        Hint("lift the constraint torch!=2.3.0+cu121 (constraints.txt:4)", "constraint", (),
             verified=True, changes=(DropConstraint(CONSTRAINT),), outcome=_outcome("+cu121", None)),
        Hint("torchaudio==2.3.0 instead of torchaudio==2.3.0+cu121", "label", ("torchaudio==2.3.0",),
             verified=True, changes=(ReplaceRequirement(audio, plain),), outcome=_outcome("+cpu", 210 * MIB)),
        Hint("take torch from mirror too (every index is then trusted for every package)", "index-strategy",
             ("--index-strategy", "unsafe-best-match"), changes=(SetStrategy(every),),
             tried="No torch 2.3.0 that fits linux x86_64 is on mirror either."),
    )  # fmt: skip


def _outcome(label: str, size: int | None) -> FixOutcome:
    changed = [
        ChangedPackage(PackageName("torch"), "", f"2.3.0{label}"),
        ChangedPackage(PackageName("torchaudio"), "2.2.2", f"2.3.0{label}"),
        *(ChangedPackage(pin.name, "", pin.version) for pin in resolution().pins[:9]),
    ]
    return FixOutcome(tuple(changed), 13, size, "", "" if size else "torch 2.3.0 is 3 years older")


def fixed(request: int) -> list[protocol.Message]:
    """All messages of a search for fixes."""
    return [
        protocol.Fixes(request, explanation().hints, fixes()[0].text),
        protocol.Fixes(request, fixes(), ""),
        protocol.Done(request),
    ]


def explanation() -> Explanation:
    torch, audio = PackageName("torch"), PackageName("torchaudio")
    aarch64 = wheel(
        "torch", "2.3.0", "cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64", 85 * MIB
    )
    old = wheel(
        "torch", "2.3.0", "cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64", 85 * MIB
    )
    return Explanation(
        cause="torchaudio==2.3.0+cu121 needs torch==2.3.0, and no torch 2.3.0 can be used with "
        "CPython 3.12 on linux x86_64.",
        steps=(
            Step(1, "you ask for torchaudio==2.3.0+cu121", "requirement", package=audio,
                 facts=(Fact("requirement", "argument 2: torchaudio==2.3.0+cu121", audio),)),
            Step(2, "torchaudio 2.3.0+cu121 requires torch==2.3.0", "dependency", package=audio,
                 facts=(Fact("dependency", "from the metadata of torchaudio-2.3.0+cu121-cp312-cp312-linux_x86_64.whl", audio),)),
            Step(3, "torch 2.3.0 has no usable file: its wheels on pytorch-cpu are for aarch64, and the target is linux x86_64",
                 "unusable", package=torch,
                 facts=(Fact("platform-tag", "2.3.0 on pytorch-cpu: 2 wheels for manylinux2014_aarch64", torch, "2.3.0", CPU),
                        Fact("shadowed-by-index", "2.3.0 on mirror: hidden, pytorch-cpu knows the name", torch, "2.3.0", MIRROR))),
            Step(4, "torch 2.3.0+cu121 is forbidden by a constraint", "constraint", package=torch,
                 facts=(Fact("constraint", "torch!=2.3.0+cu121", torch, where="constraints.txt:4"),)),
            Step(5, "no torch that meets ==2.3.0 can be used", "conclusion", uses=(3, 4), package=torch),
            Step(6, "torchaudio 2.3.0+cu121 cannot be used, and you require it", "conclusion", uses=(1, 2, 5), package=audio),
        ),
        candidates=(
            PackageVerdicts(
                torch, "torch==2.3.0", (CPU, MIRROR),
                (
                    VersionVerdict("2.3.0+cu121", CPU, Hurdle(Reason.EXCLUDE_NEWER, "2024-05-07T00:00:00Z"), ()),
                    VersionVerdict("2.3.0", CPU, Hurdle(Reason.PLATFORM_TAG, "manylinux2014_aarch64"),
                                   (verdict(aarch64), verdict(old))),
                    VersionVerdict("2.3.0", MIRROR, Hurdle(Reason.SHADOWED, "pytorch-cpu"), ()),
                ),
                omitted=38,
                nearest="torch-2.3.0-cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64.whl needs aarch64",
            ),
        ),
        hints=tuple(msgspec.structs.replace(each, verified=False, outcome=None, tried="") for each in fixes()),
    )  # fmt: skip


def plan(environment: str = "/srv/app/.venv", *, warnings: tuple[str, ...] = ()) -> Plan:
    actions = []
    for pin in resolution().pins:
        old = "1.26.4" if pin.name == "numpy" else ""
        kind = ActionKind.DOWNGRADE if old else ActionKind.INSTALL
        actions.append(Action(kind, pin.name, old, pin.version, pin.file, CPU, pin.requested))
    keep = [
        Action(ActionKind.KEEP, PackageName(name), version, version, None, None, requested=False)
        for name, version in (("pip", "24.0"), ("setuptools", "69.5.1"))
    ]
    removed = Action(
        ActionKind.REMOVE, PackageName("triton"), "2.3.0", "", None, None, requested=False
    )
    breaks = (Breakage(PackageName("scipy"), "1.13.0", "numpy>=1.26.4", "1.26.3"),)
    ordered = sorted([*actions, *keep], key=lambda action: action.name)
    total = sum(action.file.size or 0 for action in actions if action.file)
    return Plan(environment, (*ordered, removed), breaks, total, warnings)


PROGRESS = {
    "packages": 13,
    "fetched": 14,
    "cached": 9,
    "bytes": 412 * KIB,
    "decisions": 58,
    "conflicts": 3,
    "elapsed_s": 1.31,
}


def indexes(request: int) -> protocol.Indexes:
    return protocol.Indexes(
        request,
        (
            protocol.IndexState(
                CPU, "https://user:****@index.example/whl/cpu", 13, 0, 41.0, cached=9
            ),
            protocol.IndexState(MIRROR, "https://mirror.example/simple", 0, 2, None, "HTTP 503"),
        ),
    )


def solved(request: int) -> list[protocol.Message]:
    """All messages of a good resolve."""
    found = resolution()
    decided = tuple((pin.name, pin.version) for pin in found.pins)
    return [
        protocol.TargetKnown(request, TARGET),
        indexes(request),
        protocol.Progress(request, **PROGRESS),  # type: ignore[arg-type]
        protocol.Decided(request, decided),
        protocol.Resolved(request, found, 1.31),
        protocol.Done(request),
    ]


def unsolved(request: int) -> list[protocol.Message]:
    """All messages of a resolve without a solution."""
    return [
        protocol.TargetKnown(request, TARGET),
        indexes(request),
        protocol.Progress(request, **PROGRESS),  # type: ignore[arg-type]
        protocol.Unsatisfiable(request, explanation(), 0.42),
        protocol.Done(request),
    ]
