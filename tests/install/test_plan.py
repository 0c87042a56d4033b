from __future__ import annotations

import pytest
from msgspec import structs

from resolvetui.environment.installed import InstalledDistribution, requirements_of
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused
from resolvetui.install.plan import Action, ActionKind, Breakage, Plan, make_plan
from resolvetui.model.files import DistributionFile, SdistFile, WheelFile
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.resolution import Pin, Resolution
from tests.install.worlds import pin

SHA = {"sha256": "0" * 64}


def wheel(name: str, version: str, url: str = "https://files.example/x.whl") -> WheelFile:
    return WheelFile(f"{name}-{version}-py3-none-any.whl", url, version, SHA, 100)


def installed(
    name: str, version: str, *requires: str, requested: bool = False
) -> InstalledDistribution:
    return InstalledDistribution(
        package_name(name), version, f"/env/{name}", requires_text=requires, requested=requested
    )


def plan(
    template: Target,
    present: list[InstalledDistribution],
    *pins: Pin,
    cached: tuple[DistributionFile, ...] = (),
    reinstall: bool = False,
) -> Plan:
    return make_plan(
        template,
        present,
        Resolution(pins),
        cached=lambda file: file in cached,
        requirements_of=requirements_of,
        applies=MarkerEvaluator(template).applies,
        reinstall=reinstall,
    )


def only(plan: Plan) -> Action:
    (action,) = plan.actions
    return action


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("2.0", "3.0", ActionKind.UPGRADE),
        ("3.0", "2.0", ActionKind.DOWNGRADE),
        ("2.0", "2.0+cpu", ActionKind.REPLACE),
        ("2.0+cpu", "2.0+cu121", ActionKind.REPLACE),
        ("2.0", "2.0.0", ActionKind.KEEP),
        ("", "2.0", ActionKind.INSTALL),
    ],
)
def test_kind_follows_from_the_versions(
    template: Target, old: str, new: str, kind: ActionKind
) -> None:
    present = [installed("torch", old)] if old else []
    action = only(plan(template, present, pin("torch", new, wheel("torch", new))))
    assert (action.kind, action.old_version) == (kind, old)


def test_installed_pin_is_kept(template: Target) -> None:
    action = only(plan(template, [installed("torch", "2.0")], pin("torch", "2.0", None)))
    assert (action.kind, action.file, action.new_version) == (ActionKind.KEEP, None, "2.0")


def test_reinstall_replaces_the_same_version(template: Target) -> None:
    pins = pin("torch", "2.0", wheel("torch", "2.0"))
    action = only(plan(template, [installed("torch", "2.0")], pins, reinstall=True))
    assert action.kind is ActionKind.REPLACE


def test_url_is_kept_only_when_it_is_the_same(template: Target) -> None:
    url = "https://files.example/x.whl"
    asked = structs.replace(pin("torch", "2.0", wheel("torch", "2.0", url)), kind="url", index=None)
    from_index = installed("torch", "2.0")
    from_url = structs.replace(from_index, direct_url=url)
    assert only(plan(template, [from_index], asked)).kind is ActionKind.REPLACE
    assert only(plan(template, [from_url], asked)).kind is ActionKind.KEEP


def test_actions_are_sorted_and_packages_outside_are_not_removed(template: Target) -> None:
    made = plan(
        template,
        [installed("other", "1.0")],
        pin("b", "1.0", wheel("b", "1.0")),
        pin("a", "1.0", wheel("a", "1.0")),
    )
    assert [action.name for action in made.actions] == ["a", "b"]


def test_package_stays_requested(template: Target) -> None:
    old = installed("torch", "1.0", requested=True)
    assert only(plan(template, [old], pin("torch", "2.0", wheel("torch", "2.0")))).requested


def test_download_is_what_neither_cache_nor_disk_has(template: Target) -> None:
    files = [wheel("a", "1.0"), wheel("b", "1.0"), wheel("c", "1.0", "file:///c.whl")]
    pins = [pin(file.filename[0], "1.0", file) for file in files]
    assert plan(template, [], *pins, cached=(files[0],)).download_bytes == 100


def test_breakage_is_what_held_before_and_not_after(template: Target) -> None:
    present = [
        installed("torch", "1.0"),
        installed("vision", "0.1", "torch==1.0"),
        installed("audio", "0.1", "torch>=1.0"),
        installed("broken-before", "0.1", "torch==0.5"),
        installed("windows", "0.1", 'torch==1.0 ; sys_platform == "win32"'),
        installed("extra", "0.1", 'torch==1.0 ; extra == "gpu"'),
    ]
    made = plan(template, present, pin("torch", "2.0", wheel("torch", "2.0")))
    assert made.breaks == (Breakage(PackageName("vision"), "0.1", "torch==1.0", "2.0"),)


def test_package_of_the_plan_is_not_called_broken(template: Target) -> None:
    present = [installed("torch", "1.0"), installed("vision", "0.1", "torch==1.0")]
    pins = (pin("torch", "2.0", wheel("torch", "2.0")), pin("vision", "0.1", None))
    assert plan(template, present, *pins).breaks == ()


def warnings_about(template: Target, file: DistributionFile) -> str:
    return "\n".join(plan(template, [], pin("torch", "2.0", file)).warnings)


def test_plain_http_is_warned_about_without_its_address(template: Target) -> None:
    text = warnings_about(template, wheel("torch", "2.0", "http://index.example/t.whl"))
    assert text == "Plain http, where anybody on the way can change files: torch 2.0."
    assert not warnings_about(template, wheel("torch", "2.0", "http://127.0.0.1:80/t.whl"))


def test_missing_or_weak_hash_is_warned_about(template: Target) -> None:
    file = wheel("torch", "2.0")
    assert "No hash" in warnings_about(template, structs.replace(file, hashes={}))
    assert "Only md5" in warnings_about(template, structs.replace(file, hashes={"md5": "0"}))


def test_source_distribution_is_warned_about(template: Target) -> None:
    sdist = SdistFile("torch-2.0.tar.gz", "https://files.example/t", "2.0", SHA)
    assert "Source distribution" in warnings_about(template, sdist)


def test_every_source_distribution_is_named_for_it_is_consented_to(template: Target) -> None:
    pins = [pin(n, "1", SdistFile(f"{n}-1.tar.gz", f"https://i/{n}", "1", SHA)) for n in "abcde"]
    assert plan(template, [], *pins).warnings == (
        "Source distributions, whose code runs when they are built: a 1, b 1, c 1, d 1, e 1.",
    )


def test_many_packages_with_the_same_flaw_are_one_line(template: Target) -> None:
    pins = [pin(name, "1", structs.replace(wheel(name, "1"), hashes={})) for name in "abcde"]
    assert plan(template, [], *pins).warnings == (
        "No hash to check the download by: a 1, b 1, c 1 and 2 more.",
    )


def test_base_interpreter_is_warned_about(template: Target) -> None:
    assert template.environment is not None
    paths = structs.replace(template.environment, base_prefix=template.environment.prefix)
    made = plan(structs.replace(template, environment=paths), [])
    assert "no virtual environment" in made.warnings[0]


def test_a_managed_environment_is_warned_about_with_a_way_out(template: Target) -> None:
    (warning,) = plan(structs.replace(template, externally_managed="Use apt."), []).warnings
    assert "PEP 668" in warning
    assert "--venv" in warning


def test_what_is_only_seen_is_hidden(template: Target) -> None:
    seen = structs.replace(installed("torch", "1.0"), external=True)
    action = only(plan(template, [seen], pin("torch", "2.0", wheel("torch", "2.0"))))
    assert action.hides == "/env/torch"
    assert only(plan(template, [seen], pin("torch", "1.0", None))).hides == ""


def test_described_target_has_no_plan(template: Target) -> None:
    with pytest.raises(EnvironmentRefused):
        plan(structs.replace(template, environment=None), [])
