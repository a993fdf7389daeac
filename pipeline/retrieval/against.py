"""Sentences that speak against each other: one says of a thing what the other denies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from pipeline.documents.sentences import sentences
from pipeline.records import Passage
from pipeline.retrieval.claims import DENIED, Claim, Saying, read_claim

FEWEST_SHARED = 2
"""Words that two claims must have in common besides how they speak of them."""

SUBJECT = 0.5
"""Share of the shorter claim's words, by rarity, that both must have."""

SUBJECT_OF_TWO = 0.6
"""The same where only two words are shared: chance brings two words together easily."""

TOLD_ANYWHERE = ("amount", "quality", "frequency", "need", "keeping")
"""Axes that say what something does; "short" or "early" in a story only say how it was."""

COMMON = 60
"""Claims that a word may stand in and still bring two of them together."""


@dataclass(frozen=True, slots=True)
class Against:
    """Two claims about the same that exclude each other. Higher `weight` is surer, to 1."""

    one: Claim
    other: Claim
    weight: float


def claims_of(passage: Passage) -> tuple[Claim, ...]:
    """What the sentences of a passage claim, by offsets into its experience's text."""
    found = _claims(passage.experience, passage.text, passage.part == "insight")
    return tuple(_moved(claim, passage.start) for claim in found)


def opposed(
    claims: Sequence[Claim], rarity: Callable[[Sequence[str]], Sequence[float]]
) -> list[Against]:
    """Pairs of claims of different experiences that speak against each other, surest first.

    Args:
        claims: What the experiences claim.
        rarity: How rare each of some stems is in the community.
    """
    stems = sorted({stem for claim in claims for stem in claim.stems})
    rare = dict(zip(stems, rarity(stems), strict=True)) if stems else {}
    found = []
    for i, j in _together(claims):
        one, other = claims[i], claims[j]
        weight = _share(one, other, rare)
        if weight and exclude_each_other(one, other):
            found.append(Against(one, other, weight))
    found.sort(key=lambda a: (-a.weight, a.one.experience, a.one.start, a.other.experience))
    return found


def exclude_each_other(one: Claim, other: Claim) -> bool:
    """Whether two claims about the same say opposite things of it.

    One direction turned round is a contradiction; two turned round say the same again ("more
    training, fewer errors" and "less training, more errors").

    >>> texts = ("Checklists improve safety on wards.", "Checklists do not improve ward safety.")
    >>> exclude_each_other(*[read_claim(t, t, 0, len(t)) for t in texts])
    True
    """
    if one.compares and other.compares and one.axis == other.axis:
        return _compared_the_other_way(one, other)
    weighed = all(claim.wish or claim.drawn for claim in (one, other))
    turned = sum(
        1
        for saying in one.said
        if saying.axis != DENIED
        and (weighed or saying.axis in TOLD_ANYWHERE)
        and _turned(saying, other)
    )
    return turned + _denied(one, other) + _denied(other, one) == 1


def _turned(saying: Saying, other: Claim) -> bool:
    """Whether the other claim speaks of the same words the other way, and only so."""
    same = [s for s in other.said if s.axis == saying.axis and s.about & saying.about]
    return bool(same) and all(s.sign != saying.sign for s in same)


def _denied(denying: Claim, affirming: Claim) -> int:
    """How many words one denies of which the other speaks plainly.

    What stands under a condition, or ends in harm, is no plain saying: "do not skip the test"
    and "skipping the test causes losses" agree. So do what is missing and what is wished for:
    "villages have no clinic" and "every village should have a clinic". In the middle of a story,
    what was lacking one time and there another is no contradiction either.
    """
    if not denying.wish and not (denying.drawn and affirming.drawn):
        return 0
    if affirming.hedged or denying.hedged or affirming.wish != denying.wish or affirming.denies:
        return 0
    if affirming.ends_badly != denying.ends_badly:
        return 0
    denied = {word for s in denying.said if s.axis == DENIED for word in s.about}
    return len(denied & affirming.stems)


def _compared_the_other_way(one: Claim, other: Claim) -> bool:
    shared = one.stems & other.stems
    swapped = (one.before & other.after & shared, one.after & other.before & shared)
    kept = (one.before & other.before & shared, one.after & other.after & shared)
    if all(swapped) and not all(kept):
        return one.compares == other.compares
    if all(kept) and not all(swapped):
        return one.compares != other.compares
    return False


def subject_share(
    one: Claim, other: Claim, rarity: Callable[[Sequence[str]], Sequence[float]]
) -> float:
    """How much of the shorter claim both are about, by rarity; 0 when it is too little."""
    stems = sorted(one.stems | other.stems)
    return _share(one, other, dict(zip(stems, rarity(stems), strict=True)))


def _share(one: Claim, other: Claim, rare: Mapping[str, float]) -> float:
    shared = one.stems & other.stems
    if len(shared) < FEWEST_SHARED:
        return 0.0
    least = min(sum(rare[s] for s in claim.stems) for claim in (one, other))
    part = sum(rare[s] for s in shared) / least if least else 0.0
    needed = SUBJECT_OF_TWO if len(shared) == FEWEST_SHARED else SUBJECT
    return part if part >= needed else 0.0


def _together(claims: Sequence[Claim]) -> Iterator[tuple[int, int]]:
    """Pairs of claims of different experiences that share two words or more."""
    places: dict[str, list[int]] = {}
    for number, claim in enumerate(claims):
        for stem in claim.stems:
            places.setdefault(stem, []).append(number)
    counts: Counter[tuple[int, int]] = Counter()
    for numbers in places.values():
        if len(numbers) <= COMMON:
            counts.update(combinations(numbers, 2))
    for (i, j), number in counts.items():
        if number >= FEWEST_SHARED and claims[i].experience != claims[j].experience:
            yield i, j


@lru_cache(maxsize=1024)
def _claims(experience: str, text: str, insight: bool) -> tuple[Claim, ...]:  # noqa: FBT001
    spans = sentences(text)
    drawn = insight or len(spans) == 1  # a statement by itself is no story
    read = (read_claim(experience, text, *span, drawn=drawn) for span in spans)
    return tuple(claim for claim in read if claim)


def _moved(claim: Claim, by: int) -> Claim:
    return replace(claim, start=claim.start + by, end=claim.end + by) if by else claim
