"""Every statement of an explanation is true of the index: its sentences are read back and checked.

The reader below knows nothing of proofs or masks, only of sentences and of the world that they are
about.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from resolvetui.explanation.reason_words import predicate, target_label
from resolvetui.explanation.story import explain
from resolvetui.model.explanation import Explanation, Step
from resolvetui.model.verdict import BUILD_REASONS, TAG_REASONS, Hurdle, Reason
from resolvetui.resolver.outcome import Refutation
from tests.explanation.test_random_conflicts import TARGET, Known
from tests.resolver.worlds import World, random_world, solve

_NAME = r"[a-f](?:\[[xy,]+\])?"
_NOUN = rf"(?:every version of )?{_NAME}(?:[<>=!~][^ ;,]*(?:,[<>=!~][^ ;,]*)*| [^<>=!~;]+?)?"
_REQUIRES = re.compile(rf"(?P<who>{_NOUN}) requires? (?P<what>.+)")
_CONSEQUENCE = re.compile(r", so (?:it cannot|none can) be used$")
_ITSELF = ": another version of itself"
_COUNTED = re.compile(r"\d+ (?:is|are|needs?|has|have|could) ")
_CONNECTIVES = re.compile(r"(?:[\s,;.]|and|but|you ask for|forbids? that|the|which)*")


@dataclass
class Reader:
    """Reads sentences about one question to one world."""

    world: World
    asked: tuple[str, ...]
    constraints: tuple[str, ...]
    asides: list[str] = field(default_factory=list)

    def check(self, explanation: Explanation) -> None:
        told = [self.step(step) for step in explanation.steps]
        self.cause(explanation.cause, told)

    def step(self, step: Step) -> str:
        """Check one step; the part of it that a cause may repeat."""
        if step.aside:
            self.aside(str(step.aside_of), step.aside)
        text = _CONSEQUENCE.sub("", step.without_aside)
        lower = text[0].lower() + text[1:]
        self.asides += [f"{step.aside_of} {step.aside}"] if step.aside else []
        if text.startswith("You ask for "):
            assert _plain(text.removeprefix("You ask for ")) in map(_plain, self.asked), text
        elif found := re.fullmatch(r"The constraint (.+) applies", text):
            assert _plain(found[1]) in map(_plain, self.constraints), text
            return f"the constraint {found[1]}"
        elif found := re.fullmatch(r"No index has a package named (\S+)", text):
            assert found[1] not in self.world.needs
        elif text.startswith("main has "):
            self.listed(text.partition(" (PEP")[0])
        elif found := _REQUIRES.fullmatch(lower):
            self.requires(found["who"], found["what"].removesuffix(_ITSELF))
        elif text.startswith("main lists "):
            name = text.split()[2]
            assert not self.world.needs[name], text
        elif text != "No choice of versions satisfies all of this":
            self.unusable(text)
        return lower

    def cause(self, cause: str, told: list[str]) -> None:
        """It says nothing that no step says."""
        rest = f"{cause[0].lower()}{cause[1:]}"
        if rest.startswith("no choice of versions satisfies "):
            return
        for part in sorted([*told, *self.asides], key=len, reverse=True):
            for words in (part.removesuffix(_ITSELF), part.removeprefix("you ask for ")):
                rest = re.sub(rf"(?<!\w){re.escape(words)}(?![\w\[<>=!+]|\.\w)", "", rest)
        rest = rest.removesuffix(f"{_ITSELF}.")
        assert _CONNECTIVES.fullmatch(rest), (cause, told, rest)

    # ---- claims

    def requires(self, who: str, what: str) -> None:
        """Each version that can be used requires no more than what is said."""
        key, versions = self.noun(who)
        name, extras = _split(key)
        for version in versions:
            if not self.is_usable(name, version):
                continue
            stated = list(self.world.needs[name][version])
            by_extra = self.world.extras.get((name, version), {})
            stated += [text for extra in extras for text in by_extra.get(extra, ())]
            dependee, allowed = self.any_of(what)
            own = [Requirement(text) for text in stated]
            assert any(each.name == dependee and self.taken(each) <= allowed for each in own), (
                f"{name} {version} requires {stated}, not {what}"
            )

    def unusable(self, text: str) -> None:
        if found := re.fullmatch(r"(?:No version of )?(.+?) can(?:not)? be used: (.+)", text):
            self.counted(found[1], found[2])
        elif found := re.fullmatch(
            r"There is no wheel of (.+?), and (?:building|its source).*", text
        ):
            key, versions = self.noun(found[1])
            assert {self.reason(_split(key)[0], v) for v in versions} <= BUILD_REASONS, text
        elif found := re.fullmatch(r"No wheel of (.+?) fits Linux x86_64: .+", text):
            key, versions = self.noun(found[1])
            assert {self.reason(_split(key)[0], v) for v in versions} <= TAG_REASONS, text
        else:
            self.all_fail(text[0].lower() + text[1:])

    def counted(self, noun: str, parts: str) -> None:
        key, versions = self.noun(noun)
        name = _split(key)[0]
        wide = self.noun(noun, wide=True)[1]
        if all(self.reason(name, version) for version in wide):
            versions = wide  # else a version and its local ones are told apart here
        reasons = [self.reason(name, version) for version in versions]
        for part in re.split(r", (?=\d)", parts):
            who, _, words = part.partition(" ")
            if who in versions:
                assert words in _words(self.reason(name, who), plural=False), part
            else:
                is_one = who == "1"
                labels = {
                    v for v in versions if words in _words(self.reason(name, v), plural=not is_one)
                }
                assert len({v.partition("+")[0] for v in labels}) <= int(who) <= len(labels), part
        assert None not in reasons, (noun, parts)

    def aside(self, name: str, text: str) -> None:
        if not text.startswith("as for "):
            self.all_fail(
                text if text.startswith("every ") else f"{name} {text.removeprefix('plain ')}"
            )
            return
        versions, *parts = re.split(r", (?=\d)", text.removeprefix("as for "))
        while not _COUNTED.match(parts[0]):
            versions = f"{versions}, {parts.pop(0)}"
        noun = f"{name}{versions}" if versions[0] in "<>=" else f"{name} {versions}"
        self.counted(noun, ", ".join(parts))

    def all_fail(self, text: str) -> None:
        """`a 1.0 is yanked`: the same reason for each of the versions."""
        text = text.removesuffix(f"; the target is {TARGET.python_full}")
        text = text.replace("every a", "a") if re.match("every [a-f][<>=]", text) else text
        text = re.sub(r"^every ([a-f][<>=!])", r"\1", text)
        for reason in Reason:
            for plural in (True, False):
                for words in _words(reason, plural=plural):
                    if text.endswith(f" {words}"):
                        key, versions = self.noun(text.removesuffix(f" {words}"))
                        reasons = {self.reason(_split(key)[0], version) for version in versions}
                        assert reasons, text
                        assert all(words in _words(each, plural=plural) for each in reasons), text
                        return
        raise AssertionError(text)

    def listed(self, text: str) -> None:
        if re.fullmatch(r"main has \S+ only (?:as|without) .+", text):
            return  # the builds of one version, not all of them
        found = re.fullmatch(r"main has only ([a-f]) (.+)", text)
        assert found, text
        span = re.sub(r"; the nearest.*", "", found[2])
        span = re.sub(r" \(\d+ versions\)", "", span)
        _, versions = self.noun(f"{found[1]} {span}")
        assert set(versions) == set(self.world.needs[found[1]]), text

    # ---- words to sets

    def noun(self, text: str, *, wide: bool = False) -> tuple[str, list[str]]:
        """A key and the listed versions that a noun of `describe_mask` is about; `wide`: a version
        stands for its local ones too, as it does where all of them are meant.
        """
        text = text.removeprefix("every version of ")
        found = re.match(_NAME, text)
        assert found, text
        key, rest = found[0], text[found.end() :].strip()
        listed = sorted(self.world.needs.get(_split(key)[0], {}), key=Version)
        if not rest:
            return key, listed
        if rest[0] in "<>=!~":
            return key, [v for v in listed if SpecifierSet(rest).contains(v, prereleases=True)]
        versions: list[str] = []
        for part in re.split(r", | and | or ", rest):
            low, _, high = part.partition(" to ")
            span = [v for v in listed if Version(low) <= Version(v) <= Version(high or low)]
            versions += (
                span
                if high
                else [v for v in listed if v == low or _is_all(v, low, listed, wide=wide)]
            )
        return key, versions

    def any_of(self, text: str) -> tuple[str, set[str]]:
        """A package and the versions that `b<2 or b>=3` takes."""
        name, allowed = text[0], set()
        for part in re.split(r"(?: or|,) (?=[a-f](?![a-z]))", text):
            if re.fullmatch(rf"{_NAME}(?:[<>=!~].*)?", part):
                allowed |= self.taken(Requirement(part))
            else:
                allowed |= set(self.noun(part)[1])
        return name, allowed

    def taken(self, wanted: Requirement) -> set[str]:
        listed = self.world.needs.get(wanted.name, {})
        return {v for v in listed if wanted.specifier.contains(v, prereleases=True)}

    def reason(self, name: str, version: str) -> Reason | None:
        found = self.world.unusable.get(name, {}).get(version)
        return found or self.world.unreadable.get((name, version))

    def is_usable(self, name: str, version: str) -> bool:
        return self.reason(name, version) is None


def _is_all(version: str, public: str, listed: list[str], *, wide: bool) -> bool:
    """Whether a public version stands for its local ones too: all of them are meant then."""
    return version.partition("+")[0] == public and (wide or public not in listed)


def _split(key: str) -> tuple[str, list[str]]:
    name, _, extras = key.partition("[")
    return name, extras.rstrip("]").split(",") if extras else []


def _plain(text: str) -> str:
    """A requirement without the order of its parts."""
    return str(Requirement(text))


def _words(reason: Reason | None, *, plural: bool) -> set[str]:
    """The predicates that may be said of it."""
    if reason is None:
        return set()
    have = "have" if plural else "has"
    lacks = f"{have} no wheel for {target_label(reason, TARGET)}"
    plain = predicate(Hurdle(reason), TARGET, plural=plural)
    return {plain, lacks} if reason in TAG_REASONS else {plain}


def test_every_statement_is_true_of_the_index() -> None:
    rng = random.Random(20261125)
    read = 0
    while read < 400:
        world, roots, constraints = random_world(rng)
        for versions in world.unusable.values():
            # The one index of these worlds hides nothing.
            versions |= {v: Reason.YANKED for v, why in versions.items() if why is Reason.SHADOWED}
        outcome = solve(world, *roots, constraints=constraints)
        if isinstance(outcome, Refutation):
            Reader(world, roots, constraints).check(explain(outcome, Known(world)))
            read += 1
