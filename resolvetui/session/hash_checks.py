"""`--require-hashes`: before the search what is stated, after it what came of it.

As in pip ("Secure installs", "Hash-checking mode"): every package to install, also one that only
another requires, has a hash and an exact version that the user states. Whether a file has one of
the hashes is judged with its other hurdles (`index/judging.py`) and once more when it is here.
"""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.errors import HashesRequired
from resolvetui.model.requirement import RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.session.facts import Facts


def check_stated(facts: Facts) -> None:
    """Raise `HashesRequired` for stated requirements without a hash or an exact version."""
    if not facts.query.policies.require_hashes:
        return
    stated = facts.applicable(facts.query.requirements)
    faults = [(root, text) for root in stated for text in _faults(facts, root)]
    if not faults:
        return
    first, what = faults[0]
    others = [text for _, text in faults[1:]]
    raise HashesRequired(
        what,
        why="\n".join(("--require-hashes wants both for every package.", *others)),
        what_to_do="Write NAME==VERSION --hash=sha256:HEX for it in a requirements file; "
        "resolvetui prints such lines with --format requirements.",
        culprit=first.origin.where or first.requirement.text,
    )


def _faults(facts: Facts, root: RootRequirement) -> Iterator[str]:
    from resolvetui.explanation import hash_words, wording  # for errors only

    name, where = root.requirement.name, root.origin.where
    text = wording.short_requirement(root.requirement)
    if not facts.listings.demands(name):
        yield hash_words.lacks_hash(text, where)
    if not (root.requirement.url or facts.listings.is_pinned(name)):
        yield hash_words.not_pinned(text, where)


def check_answer(facts: Facts, resolution: Resolution) -> tuple[str, ...]:
    """Warnings about packages without a hash where others have one.

    Raises `HashesRequired` for them, with the lines that are missing, under `--require-hashes`.
    """
    bare = [pin for pin in resolution.pins if pin.file is not None and not pin.demands]
    if facts.query.policies.require_hashes:
        if bare:
            raise _missing(bare)
        return ()
    if not bare or not any(pin.demands for pin in resolution.pins):
        return ()
    from resolvetui.explanation import hash_words

    return (hash_words.unchecked([pin.name for pin in bare]),)


def _missing(bare: list[Pin]) -> HashesRequired:
    from resolvetui.explanation import hash_words

    texts = [
        hash_words.lacks_hash(f"{pin.name}=={pin.version}", "", ", ".join(pin.required_by))
        for pin in bare
    ]
    lines = [
        hash_words.line_with_hashes(pin.name, pin.version, pin.file.hashes if pin.file else {})
        for pin in bare
    ]
    return HashesRequired(
        texts[0],
        why="\n".join(("--require-hashes wants one for what others require too.", *texts[1:])),
        what_to_do="\n".join(("State it, if the index is to be believed:", *lines)),
        culprit=bare[0].name,
    )
