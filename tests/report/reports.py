"""Reports by hand, for the tests of this room."""

from __future__ import annotations

from resolvetui.install.plan import Action, ActionKind, Breakage, Plan
from resolvetui.model.files import SdistFile, WheelFile
from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.report.model import Report, Statistics, resolved_report
from tests.environment.helpers import a_target

TARGET = a_target("3.12", "x86_64-manylinux_2_28")
CPU = IndexName("pytorch-cpu")
TORCH = PackageName("torch")
JINJA = PackageName("jinja2")

TORCH_FILE = WheelFile(
    "torch-2.3.0+cpu-cp312-cp312-linux_x86_64.whl",
    "https://index.example/torch-2.3.0%2Bcpu-cp312-cp312-linux_x86_64.whl",
    "2.3.0+cpu",
    {"sha256": "ab" * 32},
    199_649_280,
    ">=3.8",
    tags="cp312-cp312-linux_x86_64",
)
JINJA_FILE = SdistFile("jinja2-3.1.3.tar.gz", "https://index.example/j", "3.1.3", {}, 1536)

RESOLUTION = Resolution(
    (
        Pin(
            name=JINJA,
            version="3.1.3",
            kind="file",
            index=IndexName("pypi"),
            file=JINJA_FILE,
            extras=(),
            requested=False,
            requires=(),
            inapplicable=(),
            required_by=(TORCH,),
            newest="3.1.3",
        ),
        Pin(
            name=TORCH,
            version="2.3.0+cpu",
            kind="file",
            index=CPU,
            file=TORCH_FILE,
            extras=(ExtraName("opt"),),
            requested=True,
            requires=(Requirement(JINJA), Requirement(PackageName("fsspec"), specifier=">=2")),
            inapplicable=(),
            required_by=(),
            newest="2.4.0",
        ),
    )
)

PLAN = Plan(
    environment="/env",
    actions=(
        Action(ActionKind.UPGRADE, JINJA, "3.0", "3.1.3", JINJA_FILE, CPU, requested=False),
        Action(ActionKind.INSTALL, TORCH, "", "2.3.0+cpu", TORCH_FILE, CPU, requested=True),
    ),
    breaks=(Breakage(PackageName("old"), "1.0", "jinja2<3.1", "3.1.3"),),
    download_bytes=199_650_816,
)


def resolved() -> Report:
    return resolved_report(
        TARGET,
        RESOLUTION,
        why_not_newer={TORCH: "2.4.0 is built for CPython 3.13"},
        plan=PLAN,
        warnings=[("index", "one answered late")],
        statistics=Statistics(elapsed_s=1.311, solve_s=0.1, http_requests=14, decisions=2),
    )
