"""Near-duplicates among what was found: the best stands, the others are named with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.index.base import Index
from pipeline.records import Experience, OutcomeStatus
from pipeline.retrieval.candidates import Ranked

SAME = 0.97
"""Cosine of two best passages from which on they count as the same thing said twice."""

WORTH_READING = 0.6
"""Below this cosine two texts are not compared: equal ones are nearer, whatever their titles."""


def merge_duplicates(
    ranked: Sequence[Ranked], experiences: Mapping[str, Experience], index: Index, *, most: int
) -> list[tuple[Ranked, tuple[str, ...]]]:
    """Up to `most` experiences in their order, each with the ids of its near-duplicates.

    Two are near-duplicates when their best passages have a cosine of 0.97 or more, or their
    texts differ in case and spaces only. Those that turned out differently (one worked, the
    other failed) are never merged. Experiences that cannot be read are left out.
    """
    there = [r for r in ranked if r.experience in experiences]
    if not there:
        return []
    vectors = index.vectors([r.passages[0] for r in there])
    near = vectors @ vectors.T
    kept: list[int] = []
    copies: dict[int, list[str]] = {}
    for place, found in enumerate(there):
        own = experiences[found.experience]
        for first in kept:
            if _same(experiences[there[first].experience], own, float(near[first, place])):
                copies[first].append(found.experience)
                break
        else:
            if len(kept) < most:
                kept.append(place)
                copies[place] = []
    return [(there[place], tuple(copies[place])) for place in kept]


def _same(one: Experience, other: Experience, cosine: float) -> bool:
    if cosine < WORTH_READING or opposite(one.status, other.status):
        return False
    return cosine >= SAME or _plain(one.text) == _plain(other.text)


def opposite(one: OutcomeStatus, other: OutcomeStatus) -> bool:
    """Whether one worked and the other failed.

    >>> opposite("worked", "failed"), opposite("worked", "partly")
    (True, False)
    """
    return {one, other} == {"worked", "failed"}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
