"""What the scores of an encoder mean: its weight in fusion, and when a cosine is near."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

SHARE_WEIGHT = 0.5

GROWTH = 0.03
"""What the nearest of many passages gains in cosine by chance, for each e-fold of their number.

Of .01, .02, .025, .03 and .04 the one that told problems of a subject from others best on the
choosing half (area under the curve .995; without it .991, and .984 for the cosine plus half the
share of words).
"""

FEWEST = 384
"""Passages of the smallest community that was measured; fewer are counted as so many."""

SAME_WORDS = 0.6
"""A passage with this share of the problem's words is worth reading, whatever its cosine.

It is for error codes and part numbers, which say little to an encoder. Of problems of another
subject 2 in 1,000 have such a passage.
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an encoder's cosines mean.

    `dense_share` is their weight against the words in a fused score, and `floor` the cosine
    that stands for "unrelated" there; None takes the lowest of each search. From `weak` and
    `strong` on, a `standing` is that. A counter-experience needs the nearness `counter`, the
    one that it is held against the nearness `anchor`, and the two the likeness `alike` to each
    other (see `retrieval.likeness`); from `clear` on they are clearly about the same.
    `reads_meaning` is False when nothing is known of an encoder's cosines, so that only shared
    words tell how near a problem is. Where an encoder `counts_words`, a cosine without a shared
    word is an accident.
    """

    dense_share: float
    floor: float | None
    weak: float
    strong: float
    counter: float
    anchor: float
    alike: float
    clear: float
    reads_meaning: bool = True
    counts_words: bool = False


LIMITS: Mapping[str, Limits] = {
    "all-MiniLM-L6-v2": Limits(
        dense_share=0.7,
        floor=0.0,
        weak=0.16,
        strong=0.32,
        counter=0.15,
        anchor=0.6,
        alike=0.36,
        clear=0.58,
    ),
    "words-512": Limits(
        dense_share=0.1,
        floor=0.0,
        weak=0.0,
        strong=0.24,
        counter=0.1,
        anchor=0.6,
        alike=0.25,
        clear=0.4,
        counts_words=True,
    ),
}
"""The shares in fusion were chosen on training questions of two forums, together with what
`fusion` and `weighing` add (docs/retrieval.md). Word counts add nothing to BM25, which counts the
same words (SemEval-2016: nDCG@10 .416 with BM25 alone, .413 at 0.1, .412 at 0.2); the little that
is left to them breaks ties.

`weak` and `strong` were chosen on one half of the problems of `benchmarks/precedent.py`, asked of
six communities of 384 to 25,495 passages, and measured on the other half (`docs/precedent.md`).
`weak` with MiniLM is where 93 of 100 problems of another subject stay below, `strong` the lowest
step of .02 that none of them reached. Word counts tell subjects apart less well: there `weak`
keeps nine of ten problems that are told "none" right, and more of another subject pass.
`counter`, `anchor`, `alike` and `clear` were chosen on contradicting pairs of four fields of the
sample community among the lessons of a space agency (`benchmarks/counter.py --part train`): as
many pairs found as can be while something is shown in vain for one problem of ten at most (two
hundred of another subject or without an outcome near by); `clear` keeps to that too when all that
is opposite was taken away. See `docs/counter.md`.
"""

UNKNOWN = Limits(
    dense_share=0.7,
    floor=None,
    weak=0.14,
    strong=math.inf,
    counter=0.14,
    anchor=0.29,
    alike=0.15,
    clear=0.35,
    reads_meaning=False,
)
"""For other encoders: shared words alone say how near, and never more than weak."""


def limits_of(encoder: str) -> Limits:
    """The limits of an encoder; cautious ones when it has not been measured."""
    return LIMITS.get(encoder, UNKNOWN)


def nearness(cosine: float, share: float, limits: Limits) -> float:
    """How near a passage is: its cosine plus half the share of the problem's words it has."""
    return (max(cosine, 0.0) if limits.reads_meaning else 0.0) + SHARE_WEIGHT * share


def standing(cosine: float, share: float, *, passages: int, limits: Limits) -> float:
    """How far a passage stands above what chance brings near in a community of that size.

    It is the cosine less what the nearest of so many passages has by chance; with an encoder
    that was not measured, half the share of the problem's words.

    >>> round(standing(0.5, 0.1, passages=400, limits=limits_of("all-MiniLM-L6-v2")), 2)
    0.32
    """
    if not limits.reads_meaning:
        return SHARE_WEIGHT * share
    if limits.counts_words and share <= 0:
        cosine = 0.0
    return cosine - GROWTH * math.log(max(passages, FEWEST))
